-- What a stay costs and why.

-- Each night with its price and the reason: [{"date","weekday","base","base_price","rule_id","rule","multiplier","price","why"}]
create or replace function app.chalet_nights(p_chalet_id uuid, p_check_in date, p_check_out date) returns jsonb
language sql stable
as $$
  select jsonb_agg(jsonb_build_object(
           'date', n.night, 'weekday', trim(to_char(n.night, 'day')), 'base', n.base, 'base_price', n.unit,
           'rule_id', r.id, 'rule', r.name, 'multiplier', coalesce(r.multiplier, 1), 'price', p.price,
           'why', initcap(n.base) || ' price ' || n.unit || coalesce(' × ' || r.multiplier || ' (' || r.name || ')', ''))
         order by n.night)
  from (
    select c.id as chalet_id, c.organization_id, d::date as night, trim(to_char(d, 'day')) as day,
           case when weekend then 'weekend' else 'base' end as base,
           case when weekend then c.weekend_price else c.base_price end as unit,
           app.stored_decimals(o.currency) as decimals
    from chalets c
    join organizations o on o.id = c.organization_id,
    generate_series(p_check_in::timestamp, p_check_out::timestamp - interval '1 day', interval '1 day') d,
    lateral (select c.weekend_price is not null and extract(isodow from d)::int = any (c.weekend_days) as weekend) w
    where c.id = p_chalet_id) n
  left join lateral (
    select s.id, s.name, s.multiplier
    from seasonal_pricing_rules s
    where s.organization_id = n.organization_id and s.is_active
      and n.night between s.start_date and s.end_date
      and (s.chalet_id is null or s.chalet_id = n.chalet_id)
      and (s.apply_to_days is null or n.day = any (s.apply_to_days))
    order by s.priority desc, s.chalet_id is null, s.created_at desc, s.id
    limit 1) r on true,
  lateral (select round(n.unit * coalesce(r.multiplier, 1), n.decimals) as price) p;
$$;
comment on function app.chalet_nights(uuid, date, date) is 'The nights of a stay, each with its price and why: base or weekend price, seasonal rule, multiplier.';

-- The whole quote. Refuses what cannot be a stay; says in "available" whether the nights are free.
create or replace function app.price_stay(
  p_chalet_id uuid, p_check_in date, p_check_out date, p_guests int,
  p_addons jsonb default '[]', p_except_booking uuid default null, p_running boolean default false,
  p_agreed jsonb default '[]') returns jsonb
language plpgsql stable
as $$
declare
  v_chalet record;
  v_today date;
  v_nights int;
  v_list jsonb;
  v_stay jsonb;
  v_addons jsonb;
  v_wanted jsonb := coalesce(nullif(p_addons, 'null'), '[]');
  v_bad text;
  v_min record;
  v_total numeric;
begin
  if p_chalet_id is null then perform app.fail(400, 'Say which chalet.', 'p_chalet_id'); end if;
  if p_check_in is null or not isfinite(p_check_in) then perform app.fail(400, 'Say the day of arrival.', 'p_check_in'); end if;
  if p_check_out is null or not isfinite(p_check_out) then perform app.fail(400, 'Say the day of departure.', 'p_check_out'); end if;

  select c.*, o.currency, o.timezone, o.business_day_cutoff, o.prices_include_tax,
         coalesce(c.tax_rate, o.default_tax_rate) as rate, app.stored_decimals(o.currency) as decimals
    into v_chalet
  from chalets c join organizations o on o.id = c.organization_id
  where c.id = p_chalet_id and o.is_active;
  if not found or not v_chalet.is_active or v_chalet.status = 'inactive' then
    perform app.fail(404, 'There is no such chalet.', 'p_chalet_id');
  end if;

  v_today := app.business_date(now(), v_chalet.timezone, v_chalet.business_day_cutoff);
  v_nights := p_check_out - p_check_in;
  if v_nights <= 0 then
    perform app.fail(400, 'Departure comes after arrival.', 'p_check_out', jsonb_build_object('check_in', p_check_in, 'check_out', p_check_out));
  end if;
  if p_check_in < v_today and not p_running then
    perform app.fail(400, 'This day is past.', 'p_check_in', jsonb_build_object('today', v_today));
  end if;
  if p_check_in > v_today + 730 then
    perform app.fail(400, 'Stays can be booked two years ahead.', 'p_check_in', jsonb_build_object('latest', v_today + 730));
  end if;
  if v_nights > v_chalet.max_nights then
    perform app.fail(400, format('At most %s nights.', v_chalet.max_nights), 'p_check_out', jsonb_build_object('max_nights', v_chalet.max_nights));
  end if;
  if p_guests is null or p_guests < 1 then
    perform app.fail(400, 'At least one guest stays.', 'p_guests');
  end if;
  if p_guests > v_chalet.capacity then
    perform app.fail(400, format('%s has room for %s guests.', v_chalet.name, v_chalet.capacity), 'p_guests', jsonb_build_object('capacity', v_chalet.capacity));
  end if;

  -- a night whose price was agreed keeps it, whatever has become of the rules
  select jsonb_agg(coalesce(a.value, n.value) order by n.value ->> 'date') into v_list
  from jsonb_array_elements(app.chalet_nights(p_chalet_id, p_check_in, p_check_out)) n
  left join jsonb_array_elements(p_agreed) a on a.value ->> 'date' = n.value ->> 'date';
  select greatest(v_chalet.min_nights, coalesce(s.min_nights, 1)) as nights, case when s.min_nights > v_chalet.min_nights then s.name end as rule
    into v_min
  from (select 1) x left join seasonal_pricing_rules s on s.id = (v_list #>> '{0,rule_id}')::uuid;
  if v_nights < v_min.nights then
    perform app.fail(400, format('At least %s nights%s.', v_min.nights, coalesce(' (' || v_min.rule || ')', '')), 'p_check_out',
      jsonb_build_object('min_nights', v_min.nights));
  end if;

  -- what was chosen, then what is part of every stay
  if jsonb_typeof(v_wanted) <> 'array' or jsonb_array_length(v_wanted) > 50 then
    perform app.fail(400, 'Add-ons are a list of at most 50.', 'p_addons');
  end if;
  select w.value::text into v_bad from jsonb_array_elements(v_wanted) w
  where jsonb_typeof(w.value) <> 'object' or not app.is_uuid(w.value ->> 'addon_id')
     or coalesce(w.value ->> 'quantity', '1') !~ '^[0-9]{1,3}$' or coalesce(w.value ->> 'quantity', '1')::text ~ '^0+$' limit 1;
  if found then
    perform app.fail(400, 'An add-on is {"addon_id": …, "quantity": 1 or more}.', 'p_addons', jsonb_build_object('given', left(v_bad, 200)));
  end if;
  select w.value ->> 'addon_id' into v_bad from jsonb_array_elements(v_wanted) w group by 1 having count(*) > 1 limit 1;
  if found then
    perform app.fail(400, 'An add-on is listed twice.', 'p_addons', jsonb_build_object('addon_id', v_bad));
  end if;
  select w.value ->> 'addon_id' into v_bad
  from jsonb_array_elements(v_wanted) w
  left join chalet_addons a on a.id = (w.value ->> 'addon_id')::uuid and a.organization_id = v_chalet.organization_id and a.is_active
                           and (a.chalet_id is null or a.chalet_id = p_chalet_id)
  where a.id is null limit 1;
  if found then
    perform app.fail(404, 'There is no such add-on for this chalet.', 'p_addons', jsonb_build_object('addon_id', v_bad));
  end if;
  select a.name into v_bad
  from jsonb_array_elements(v_wanted) w join chalet_addons a on a.id = (w.value ->> 'addon_id')::uuid
  where coalesce((w.value ->> 'quantity')::int, 1) > a.max_quantity limit 1;
  if found then
    perform app.fail(400, format('That many of %s cannot be had.', v_bad), 'p_addons');
  end if;

  select coalesce(jsonb_agg(jsonb_build_object('addon_id', a.id, 'name', a.name, 'price', a.price, 'per', a.per, 'required', a.is_required,
           'quantity', q.quantity, 'units', u.units)
           || app.taxed_line(a.price * u.units, coalesce(a.tax_rate, v_chalet.rate), v_chalet.prices_include_tax, v_chalet.decimals)
         order by a.rank, a.name, a.id), '[]')
    into v_addons
  from chalet_addons a
  left join jsonb_array_elements(v_wanted) w on (w.value ->> 'addon_id')::uuid = a.id,
  lateral (select coalesce((w.value ->> 'quantity')::int, 1) as quantity) q,
  lateral (select q.quantity * case a.per when 'night' then v_nights when 'guest' then p_guests when 'guest_night' then v_nights * p_guests else 1 end as units) u
  where a.organization_id = v_chalet.organization_id and a.is_active and (a.chalet_id is null or a.chalet_id = p_chalet_id)
    and (a.is_required or w.value is not null);

  v_stay := app.taxed_line((select sum((n ->> 'price')::numeric) from jsonb_array_elements(v_list) n),
    v_chalet.rate, v_chalet.prices_include_tax, v_chalet.decimals);
  select (v_stay ->> 'total')::numeric + coalesce(sum((a ->> 'total')::numeric), 0) into v_total from jsonb_array_elements(v_addons) a;

  if v_total >= app.largest_amount() then
    perform app.fail(400, 'This stay costs more than can be booked.', 'p_addons');
  end if;

  return jsonb_build_object(
    'chalet_id', p_chalet_id, 'chalet', v_chalet.name, 'organization_id', v_chalet.organization_id,
    'check_in', p_check_in, 'check_out', p_check_out, 'guests', p_guests, 'nights_count', v_nights,
    'check_in_time', v_chalet.check_in_time, 'check_out_time', v_chalet.check_out_time, 'timezone', v_chalet.timezone,
    'arrives_at', (p_check_in + v_chalet.check_in_time) at time zone v_chalet.timezone,
    'leaves_at', (p_check_out + v_chalet.check_out_time) at time zone v_chalet.timezone,
    'nights', v_list, 'accommodation', v_stay, 'addons', v_addons,
    'nights_price', (v_stay ->> 'total')::numeric,
    'addons_price', v_total - (v_stay ->> 'total')::numeric,
    'tax_amount', (v_stay ->> 'tax')::numeric + coalesce((select sum((a ->> 'tax')::numeric) from jsonb_array_elements(v_addons) a), 0),
    'total_price', v_total,
    'deposit_due', round(v_total * v_chalet.deposit_percent / 100, v_chalet.decimals),
    'currency', v_chalet.currency, 'prices_include_tax', v_chalet.prices_include_tax,
    'min_nights', v_min.nights, 'max_nights', v_chalet.max_nights,
    'cancellation_policy_id', coalesce(v_chalet.cancellation_policy_id, app.terms_for(v_chalet.organization_id, 'chalet')),
    'available', v_chalet.status = 'active' and app.chalet_is_free(p_chalet_id, p_check_in, p_check_out, p_except_booking));
end $$;
comment on function app.price_stay(uuid, date, date, int, jsonb, uuid, boolean, jsonb) is 'Prices a stay from stored prices; see api.quote_stay. p_running: the stay has begun, its arrival may be past. p_agreed: nights whose price is agreed.';

grant execute on function app.chalet_nights(uuid, date, date),
  app.price_stay(uuid, date, date, int, jsonb, uuid, boolean, jsonb) to anon, authenticated, service_role;
