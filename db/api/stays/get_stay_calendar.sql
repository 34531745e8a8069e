-- SECURITY DEFINER: visitors see that nights are taken, not by whom.
create function api.get_stay_calendar(p_from date default null, p_days int default 31, p_chalet_id uuid default null, p_organization_id uuid default null)
returns jsonb
language plpgsql stable security definer
as $$
declare
  v_organization uuid;
  v_ids uuid[];
  v_house record;
begin
  if p_days is null or p_days not between 1 and 62 then
    perform app.fail(400, 'Ask for 1 to 62 days.', 'p_days', '{"max": 62}');
  end if;
  if p_chalet_id is not null then
    select c.organization_id into v_organization from chalets c where c.id = p_chalet_id and c.is_active;
    if v_organization is null then
      perform app.fail(404, 'There is no such chalet.', 'p_chalet_id');
    end if;
  else
    v_organization := app.pick_organization(p_organization_id);
  end if;
  select o.currency, o.timezone, app.business_date(now(), o.timezone, o.business_day_cutoff) as today into v_house from organizations o where o.id = v_organization;
  p_from := coalesce(p_from, v_house.today);
  perform app.check_day(p_from, 'p_from');
  if p_from < v_house.today - 62 or p_from > v_house.today + 730 then
    perform app.fail(400, 'Stays can be booked two years ahead.', 'p_from', jsonb_build_object('today', v_house.today, 'latest', v_house.today + 730));
  end if;
  v_ids := array(select c.id from chalets c where c.organization_id = v_organization and c.is_active and c.status <> 'inactive' and (p_chalet_id is null or c.id = p_chalet_id) order by c.rank, c.name limit 200);
  return jsonb_build_object('currency', v_house.currency, 'timezone', v_house.timezone, 'today', v_house.today, 'from', p_from, 'days', p_days,
    'chalets', (select coalesce(jsonb_agg(jsonb_build_object('chalet_id', c.id, 'name', c.name, 'capacity', c.capacity, 'min_nights', c.min_nights, 'max_nights', c.max_nights,
        'check_in_time', to_char(c.check_in_time, 'HH24:MI'), 'check_out_time', to_char(c.check_out_time, 'HH24:MI'), 'nights', n.nights) order by c.rank, c.name, c.id), '[]')
      from chalets c join (
        select k.chalet_id, jsonb_agg(jsonb_build_object('date', k.night, 'price', k.price, 'weekend', k.is_weekend, 'rule', k.rule, 'free', k.is_free, 'free_nights', k.free_nights,
                 'min_nights', k.min_nights, 'can_arrive', k.can_arrive) order by k.night) as nights
        from app.stay_calendar(v_ids, p_from, p_from + p_days - 1) k group by 1) n on n.chalet_id = c.id));
end $$;
comment on function api.get_stay_calendar(date, int, uuid, uuid) is
  'Every night of one chalet or all: price (decimal, before add-ons; see quote_parts for all of it), weekend, season, free, how many nights in a row are free from it, the fewest nights of a stay that arrives on it, whether one can. p_from null: today''s business day. Public.
answers {"currency": "text", "timezone": "text", "today": "date", "from": "date", "days": "int", "chalets": "stay_calendar[]"}
shape stay_calendar {"...": "chalets(name, capacity, min_nights, max_nights)", "chalet_id": "uuid", "check_in_time": "time", "check_out_time": "time", "nights": "stay_night[]"}
shape stay_night {"date": "date", "price": "number", "weekend": "boolean", "rule": "text | null", "free": "boolean", "free_nights": "int", "min_nights": "int", "can_arrive": "boolean"}';
grant execute on function api.get_stay_calendar(date, int, uuid, uuid) to anon, authenticated, service_role;
