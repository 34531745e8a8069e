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

-- How long a stay that arrives on this day has to be. Every rule that covers the night of arrival and names a minimum counts, whether or not it
-- is the one that makes the price: a price for weekends does not open the week of a feast. The strictest holds.
create or replace function app.stay_min_nights(p_chalet_id uuid, p_check_in date, out nights int, out rule text)
language sql stable
as $$
  select greatest(c.min_nights, coalesce(s.min_nights, 1)), case when s.min_nights > c.min_nights then s.name end
  from chalets c
  left join lateral (
    select s.min_nights, s.name from seasonal_pricing_rules s
    where s.organization_id = c.organization_id and s.is_active and s.min_nights is not null
      and p_check_in between s.start_date and s.end_date
      and (s.chalet_id is null or s.chalet_id = c.id)
      and (s.apply_to_days is null or trim(to_char(p_check_in, 'day')) = any (s.apply_to_days))
    order by s.min_nights desc, s.priority desc, s.created_at desc, s.id
    limit 1) s on true
  where c.id = p_chalet_id;
$$;
comment on function app.stay_min_nights(uuid, date) is 'The fewest nights of a stay that arrives on this day, and the rule that asks for more than the chalet does.';

-- The days and the party, by what the chalet takes and what was agreed: p_came, p_left and p_agreed_guests are those of a booked stay.
create or replace function app.check_stay(
  p_check_in date, p_check_out date, p_guests int, p_running boolean, p_today date,
  p_name text, p_capacity int, p_max_nights int, p_came date, p_left date, p_agreed_guests int) returns void
language plpgsql immutable
as $$
begin
  if p_check_out <= p_check_in then
    perform app.fail(400, 'Departure comes after arrival.', 'p_check_out', jsonb_build_object('check_in', p_check_in, 'check_out', p_check_out));
  end if;
  if p_check_in < p_today and not p_running and p_check_in is distinct from p_came then
    perform app.fail(400, 'This day is past.', 'p_check_in', jsonb_build_object('today', p_today));
  end if;
  if p_check_in > p_today + 730 and p_check_in is distinct from p_came then
    perform app.fail(400, 'Stays can be booked two years ahead.', 'p_check_in', jsonb_build_object('latest', p_today + 730));
  end if;
  if p_check_out - p_check_in > greatest(p_max_nights, p_left - p_came) then
    perform app.fail(400, format('At most %s nights.', p_max_nights), 'p_check_out', jsonb_build_object('max_nights', p_max_nights));
  end if;
  if p_guests is null or p_guests < 1 then
    perform app.fail(400, 'At least one guest stays.', 'p_guests');
  end if;
  if p_guests > greatest(p_capacity, p_agreed_guests) then
    perform app.fail(400, format('%s has room for %s guests.', p_name, p_capacity), 'p_guests', jsonb_build_object('capacity', p_capacity));
  end if;
end $$;

-- What is to be priced of add-ons: wanted, from the catalogue as it is now, and kept, as they were agreed (p_agreed: app.agreed_stay's). Refuses what
-- cannot be had.
create or replace function app.choose_addons(p_organization_id uuid, p_chalet_id uuid, p_addons jsonb, p_agreed jsonb, out wanted jsonb, out kept jsonb)
language plpgsql stable security definer
as $$
declare
  v_bad text;
begin
  wanted := coalesce(nullif(p_addons, 'null'), '[]');
  if jsonb_typeof(wanted) <> 'array' or jsonb_array_length(wanted) > 50 then
    perform app.fail(400, 'Add-ons are a list of at most 50.', 'p_addons');
  end if;
  select w.value::text into v_bad from jsonb_array_elements(wanted) w
  where jsonb_typeof(w.value) <> 'object' or not app.is_uuid(w.value ->> 'addon_id')
     or coalesce(w.value ->> 'quantity', '1') !~ '^[0-9]{1,3}$' or coalesce(w.value ->> 'quantity', '1')::text ~ '^0+$' limit 1;
  if found then
    perform app.fail(400, 'An add-on is {"addon_id": …, "quantity": 1 or more}.', 'p_addons', jsonb_build_object('given', left(v_bad, 200)));
  end if;
  select w.value ->> 'addon_id' into v_bad from jsonb_array_elements(wanted) w group by 1 having count(*) > 1 limit 1;
  if found then
    perform app.fail(400, 'An add-on is listed twice.', 'p_addons', jsonb_build_object('addon_id', v_bad));
  end if;
  -- what is agreed: all of it when nothing is said about add-ons; else what is listed again, what was required, and what has left the
  -- catalogue for good, so that nobody could list it
  select coalesce(jsonb_agg(k.value || jsonb_build_object('quantity', coalesce((w.value ->> 'quantity')::int, case when w.value is not null then 1 end, (k.value ->> 'quantity')::int))
                            order by k.n), '[]')
    into kept
  from jsonb_array_elements(p_agreed) with ordinality k(value, n)
  left join jsonb_array_elements(wanted) w on w.value ->> 'addon_id' = k.value ->> 'addon_id'
  where nullif(p_addons, 'null') is null or w.value is not null or (k.value ->> 'required')::boolean or k.value ->> 'addon_id' is null;
  select coalesce(jsonb_agg(w.value), '[]') into wanted from jsonb_array_elements(wanted) w
  where not exists (select from jsonb_array_elements(kept) k where k.value ->> 'addon_id' = w.value ->> 'addon_id');
  select w.value ->> 'addon_id' into v_bad
  from jsonb_array_elements(wanted) w
  left join chalet_addons a on a.id = (w.value ->> 'addon_id')::uuid and a.organization_id = p_organization_id and a.is_active
                           and (a.chalet_id is null or a.chalet_id = p_chalet_id)
  where a.id is null limit 1;
  if found then
    perform app.fail(404, 'There is no such add-on for this chalet.', 'p_addons', jsonb_build_object('addon_id', v_bad));
  end if;
  select coalesce(a.name, 'This') into v_bad
  from (select (w.value ->> 'addon_id')::uuid as id, coalesce((w.value ->> 'quantity')::int, 1) as quantity, 0 as agreed from jsonb_array_elements(wanted) w
        union all
        select (k.value ->> 'addon_id')::uuid, (k.value ->> 'quantity')::int, (k.value ->> 'agreed')::int from jsonb_array_elements(kept) k) q
  left join chalet_addons a on a.id = q.id
  -- more of what is no longer sold cannot be had either
  where q.quantity > greatest(q.agreed, case when a.is_active then a.max_quantity else 0 end) limit 1;
  if found then
    perform app.fail(400, format('That many of %s cannot be had.', v_bad), 'p_addons');
  end if;
end $$;

-- Each chosen add-on with its units, price and tax. p_new: what is part of every stay comes along.
create or replace function app.price_addons(
  p_organization_id uuid, p_chalet_id uuid, p_wanted jsonb, p_kept jsonb, p_new boolean, p_nights int, p_guests int,
  p_tax_rate numeric, p_prices_include_tax boolean, p_decimals int) returns jsonb
language plpgsql stable security definer      -- not sql: that would be planned at each call
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('addon_id', a.id, 'name', a.name, 'price', a.price, 'per', a.per, 'required', a.is_required,
             'quantity', a.quantity, 'units', u.units)
             || app.taxed_line(a.price * u.units, a.rate, p_prices_include_tax, p_decimals)
           order by a.rank, a.name, a.id), '[]')
    from (
      select (k.value ->> 'addon_id')::uuid as id, k.value ->> 'name' as name, (k.value ->> 'price')::numeric as price, k.value ->> 'per' as per,
             (k.value ->> 'required')::boolean as is_required, (k.value ->> 'quantity')::int as quantity, (k.value ->> 'tax_rate')::numeric as rate, c.rank
      from jsonb_array_elements(p_kept) k left join chalet_addons c on c.id = (k.value ->> 'addon_id')::uuid
      union all
      select c.id, c.name, c.price, c.per, c.is_required, coalesce((w.value ->> 'quantity')::int, 1), coalesce(c.tax_rate, p_tax_rate), c.rank
      from chalet_addons c
      left join jsonb_array_elements(p_wanted) w on (w.value ->> 'addon_id')::uuid = c.id
      where c.organization_id = p_organization_id and c.is_active and (c.chalet_id is null or c.chalet_id = p_chalet_id)
        and (c.is_required and p_new or w.value is not null)
        and not exists (select from jsonb_array_elements(p_kept) k where k.value ->> 'addon_id' = c.id::text)) a,
    lateral (select a.quantity * case a.per when 'night' then p_nights when 'guest' then p_guests when 'guest_night' then p_nights * p_guests else 1 end as units) u);
end $$;

-- The whole quote. Refuses what cannot be a stay; says in "available" whether the nights are free.
-- p_agreed is a stay that is booked already (app.agreed_stay): what a change does not touch keeps its price, its tax and its place, whatever
-- has become of prices, add-ons, rules and the chalet since. With p_addons null its add-ons stay as they are.
create or replace function app.price_stay(
  p_chalet_id uuid, p_check_in date, p_check_out date, p_guests int,
  p_addons jsonb default '[]', p_except_booking uuid default null, p_running boolean default false,
  p_agreed jsonb default '{}') returns jsonb
language plpgsql stable security definer      -- visitors ask for prices, and do not read organizations
as $$
declare
  v_chalet record;
  v_nights int;
  v_list jsonb;
  v_stay jsonb;
  v_addons jsonb;
  v_choice record;
  v_min record;
  v_total numeric;
  v_was jsonb := coalesce(nullif(p_agreed, 'null'), '{}');
  v_same boolean := coalesce(v_was ->> 'chalet_id' = p_chalet_id::text, false);
  v_came date := case when v_same then (v_was ->> 'check_in')::date end;
  v_left date := case when v_same then (v_was ->> 'check_out')::date end;
begin
  if p_chalet_id is null then perform app.fail(400, 'Say which chalet.', 'p_chalet_id'); end if;
  if p_check_in is null or not isfinite(p_check_in) then perform app.fail(400, 'Say the day of arrival.', 'p_check_in'); end if;
  if p_check_out is null or not isfinite(p_check_out) then perform app.fail(400, 'Say the day of departure.', 'p_check_out'); end if;

  select c.*, o.currency, o.timezone, o.business_day_cutoff, o.prices_include_tax,
         coalesce(c.tax_rate, app.standard_tax_rate(o.id, p_check_in)) as rate, app.stored_decimals(o.currency) as decimals
    into v_chalet
  from chalets c join organizations o on o.id = c.organization_id
  where c.id = p_chalet_id and o.is_active;
  if not found or not v_same and (not v_chalet.is_active or v_chalet.status = 'inactive') then
    perform app.fail(404, 'There is no such chalet.', 'p_chalet_id');
  end if;
  if v_same then
    v_chalet.rate := coalesce((v_was ->> 'tax_rate')::numeric, v_chalet.rate);
    v_chalet.prices_include_tax := coalesce((v_was ->> 'prices_include_tax')::boolean, v_chalet.prices_include_tax);
    v_chalet.deposit_percent := coalesce((v_was ->> 'deposit_percent')::numeric, v_chalet.deposit_percent);
  end if;

  v_nights := p_check_out - p_check_in;
  perform app.check_stay(p_check_in, p_check_out, p_guests, p_running, app.business_date(now(), v_chalet.timezone, v_chalet.business_day_cutoff),
    v_chalet.name, v_chalet.capacity, v_chalet.max_nights, v_came, v_left, case when v_same then (v_was ->> 'guests')::int end);

  -- a night whose price was agreed keeps it
  select jsonb_agg(coalesce(a.value, n.value) order by n.value ->> 'date') into v_list
  from jsonb_array_elements(app.chalet_nights(p_chalet_id, p_check_in, p_check_out)) n
  left join jsonb_array_elements(case when v_same then v_was -> 'nights' end) a on a.value ->> 'date' = n.value ->> 'date';
  -- a stay within the nights that were agreed is held to what was said then, and one that grows is never too short
  select * into v_min from app.stay_min_nights(p_chalet_id, p_check_in);
  if p_check_in >= v_came and p_check_in < v_left then
    v_min.nights := least(coalesce((v_was ->> 'min_nights')::int, v_min.nights), v_left - v_came);
  end if;
  if v_nights < v_min.nights then
    perform app.fail(400, format('At least %s nights%s.', v_min.nights, coalesce(' (' || v_min.rule || ')', '')), 'p_check_out',
      jsonb_build_object('min_nights', v_min.nights));
  end if;

  -- what was chosen, then what is part of every stay
  v_choice := app.choose_addons(v_chalet.organization_id, p_chalet_id, p_addons, v_was -> 'addons');
  v_addons := app.price_addons(v_chalet.organization_id, p_chalet_id, v_choice.wanted, v_choice.kept, not v_same, v_nights, p_guests, v_chalet.rate,
    v_chalet.prices_include_tax, v_chalet.decimals);
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
    'deposit_due', coalesce(case when not v_same then app.policy_deposit(v_chalet.organization_id, 'chalet', v_total, v_chalet.currency) end,
                           round(v_total * v_chalet.deposit_percent / 100, v_chalet.decimals)), 'deposit_percent', v_chalet.deposit_percent,
    'currency', v_chalet.currency, 'prices_include_tax', v_chalet.prices_include_tax,
    'min_nights', v_min.nights, 'max_nights', v_chalet.max_nights,
    'cancellation_policy_id', coalesce(v_chalet.cancellation_policy_id, app.terms_for(v_chalet.organization_id, 'chalet')),
    -- nights that it has already are not taken anew
    'available', coalesce(p_check_in >= v_came and p_check_out <= v_left, false)
                 or v_chalet.status = 'active' and case
                      when coalesce(p_check_in < v_left and p_check_out > v_came, false)
                        then (p_check_in >= v_came or app.chalet_is_free(p_chalet_id, p_check_in, v_came, p_except_booking))
                         and (p_check_out <= v_left or app.chalet_is_free(p_chalet_id, v_left, p_check_out, p_except_booking))
                      else app.chalet_is_free(p_chalet_id, p_check_in, p_check_out, p_except_booking) end);
end $$;
comment on function app.price_stay(uuid, date, date, int, jsonb, uuid, boolean, jsonb) is 'Prices a stay from stored prices; see api.quote_stay. p_running: the stay has begun, its arrival may be past. p_agreed: the stay as it was agreed (app.agreed_stay), null for a new one.
shape stay_price {"chalet_id": "uuid", "chalet": "text", "organization_id": "uuid", "check_in": "date", "check_out": "date", "guests": "int", "nights_count": "int",
  "check_in_time": "time", "check_out_time": "time", "timezone": "text", "arrives_at": "instant", "leaves_at": "instant", "nights": "priced_night[]",
  "accommodation": {"net": "number", "tax": "number", "total": "number", "tax_rate": "number"}, "addons": "priced_addon[]", "nights_price": "number",
  "addons_price": "number", "tax_amount": "number", "total_price": "number", "deposit_due": "number", "deposit_percent": "number", "currency": "text",
  "prices_include_tax": "boolean", "min_nights": "int", "max_nights": "int | null", "cancellation_policy_id": "uuid | null", "available": "boolean"}
shape priced_night {"date": "date", "weekday": "text", "base": "text", "base_price": "number", "rule": "text | null", "rule_id": "uuid | null", "multiplier": "number", "price": "number",
  "why": "text"}
shape priced_addon {"addon_id": "uuid", "name": "text", "per": "booking_addons.per", "price": "number", "quantity": "int", "units": "number", "required": "boolean", "tax_rate": "number",
  "net": "number", "tax": "number", "total": "number"}';

-- What was agreed with the guests, as app.price_stay takes it. Of a stay that moves to another chalet only add-ons that hold there are kept.
create or replace function app.agreed_stay(p_booking_id uuid, p_chalet_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_strip_nulls(jsonb_build_object('chalet_id', b.chalet_id, 'check_in', b.check_in, 'check_out', b.check_out, 'guests', b.guests,
           'nights', coalesce(b.price_breakdown -> 'nights', '[]'), 'tax_rate', b.price_breakdown #> '{accommodation,tax_rate}',
           'prices_include_tax', b.price_breakdown -> 'prices_include_tax', 'min_nights', b.price_breakdown -> 'min_nights',
           'deposit_percent', coalesce(b.price_breakdown -> 'deposit_percent',
              case when b.total_price > b.change_fee then to_jsonb(b.deposit_due * 100 / (b.total_price - b.change_fee)) end)))
         || jsonb_build_object('addons', (
              select coalesce(jsonb_agg(jsonb_build_object('addon_id', a.addon_id, 'name', a.name, 'price', a.price, 'per', a.per, 'quantity', a.quantity,
                       'agreed', a.quantity, 'tax_rate', a.tax_rate,
                       'required', coalesce((select (x ->> 'required')::boolean from jsonb_array_elements(b.price_breakdown -> 'addons') x
                                             where x ->> 'addon_id' = a.addon_id::text limit 1), false)) order by a.created_at, a.name), '[]')
              from booking_addons a left join chalet_addons c on c.id = a.addon_id
              where a.booking_id = b.id and (b.chalet_id = p_chalet_id or c.id is not null and coalesce(c.chalet_id, p_chalet_id) = p_chalet_id)))
  from chalet_bookings b where b.id = p_booking_id;
$$;

grant execute on function app.chalet_nights(uuid, date, date), app.stay_min_nights(uuid, date),
  app.price_stay(uuid, date, date, int, jsonb, uuid, boolean, jsonb) to anon, authenticated, service_role;
