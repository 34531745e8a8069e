-- SECURITY DEFINER: everybody may ask what is free; nobody learns who sits there.
create function api.get_table_times(p_restaurant_id uuid, p_date date, p_party_size int default 2, p_features text[] default '{}')
returns jsonb
language plpgsql stable security definer
as $$
declare
  v_place record;
  v_wishes jsonb := to_jsonb(coalesce(p_features, '{}'));
  v_today date;
begin
  select r.id, r.name, r.timezone, r.max_party_size, r.reservation_days_ahead, r.accepts_reservations into v_place from restaurants r where r.id = p_restaurant_id and r.is_active;
  if not found then
    perform app.fail(404, 'There is no such restaurant.', 'p_restaurant_id');
  end if;
  if p_party_size is null or p_party_size not between 1 and 500 then
    perform app.fail(400, 'How many people?', 'p_party_size', '{"min": 1}');
  end if;
  if p_date is null then
    perform app.fail(400, 'Which day?', 'p_date');
  end if;
  perform app.check_day(p_date, 'p_date');
  if cardinality(p_features) > 20 or length(v_wishes::text) > 2000 then
    perform app.fail(400, 'Wishes for a table are at most 20 words.', 'p_features');
  end if;
  v_today := (now() at time zone v_place.timezone)::date;
  return jsonb_build_object('restaurant_id', v_place.id, 'date', p_date, 'timezone', v_place.timezone, 'party_size', p_party_size, 'max_party_size', v_place.max_party_size,
    'minutes', app.reservation_minutes(v_place.id, p_party_size), 'days_ahead', v_place.reservation_days_ahead,
    'reason', case when not v_place.accepts_reservations then 'no_reservations' when p_date < v_today - 1 then 'past' when p_date > v_today + v_place.reservation_days_ahead then 'too_early'
                   when p_party_size > v_place.max_party_size then 'too_many' end,
    'times', case when v_place.accepts_reservations and p_date between v_today - 1 and v_today + v_place.reservation_days_ahead and p_party_size <= v_place.max_party_size then coalesce((
        select jsonb_agg(jsonb_build_object('time', to_char(t.local_time, 'HH24:MI'), 'starts_at', t.starts_at, 'free', t.free, 'reason', t.reason) order by t.starts_at)
        from app.table_times(p_restaurant_id, p_date, p_party_size, v_wishes) t), '[]') else '[]' end,
    'features', coalesce((select jsonb_agg(jsonb_build_object('feature', f.feature, 'tables', f.tables) order by f.feature)
      from (select e #>> '{}' as feature, count(*) as tables from restaurant_tables t, jsonb_array_elements(t.features) e
            where t.restaurant_id = p_restaurant_id and t.is_active and jsonb_typeof(e) = 'string' group by 1) f), '[]'));
end $$;
comment on function api.get_table_times(uuid, date, int, text[]) is
  'Every quarter of an hour of a date (wall clock at the place), how many tables with all p_features a party could have, and why none: past, last_seating, pacing, full. reason of the whole day: no_reservations, past, too_early, too_many. features: what can be wished for. Public.
answers {"restaurant_id": "uuid", "date": "date", "timezone": "text", "party_size": "int", "max_party_size": "int", "minutes": "int", "days_ahead": "int",
  "reason": "=no_reservations | =past | =too_early | =too_many | null",
  "times": [{"time": "time", "starts_at": "instant", "free": "int", "reason": "=past | =last_seating | =pacing | =full | null"}], "features": [{"feature": "text", "tables": "int"}]}';
grant execute on function api.get_table_times(uuid, date, int, text[]) to anon, authenticated, service_role;
