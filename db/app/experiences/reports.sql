-- Shared by dashboard and reports.

-- The organizations a report runs over: the one named, the caller's own, or (super admin, owner in psql) all. A list, because
-- "organization_id = any (…)" uses the index where the policy's OR cannot.
create or replace function app.report_organizations(p_organization_id uuid, p_resource text default 'reports') returns uuid[]
language plpgsql stable security definer
as $$
declare
  v_own uuid := auth.user_organization_id();
  v_list uuid[];
begin
  if coalesce(p_organization_id, v_own) is not null then
    if not exists (select from organizations o where o.id = coalesce(p_organization_id, v_own))
       or (auth.claims() <> '{}' and auth.role() <> 'service_role' and not auth.belongs_to_organization(coalesce(p_organization_id, v_own))) then
      perform app.fail(404, 'There is no such organization.', 'p_organization_id');
    end if;
    v_list := array[coalesce(p_organization_id, v_own)];
  else
    select coalesce(array_agg(o.id order by o.created_at, o.id), '{}') into v_list from organizations o where o.is_active;
  end if;
  if not app.works_for(coalesce(p_organization_id, v_own, v_list[1]), p_resource, 'read') then
    perform app.fail(403, 'You may not see this.', null, jsonb_build_object('resource', p_resource, 'action', 'read'));
  end if;
  return v_list;
end $$;
comment on function app.report_organizations(uuid, text) is 'Organizations a report runs over; refuses those who may not read it.';

create or replace function app.report_today(p_organizations uuid[]) returns date
language sql stable security definer
as $$
  select coalesce(app.organization_today(p_organizations[1]), current_date);
$$;
comment on function app.report_today(uuid[]) is 'The business day of the (first) organization.';

create or replace function app.check_report_range(p_from date, p_to date, p_from_field text default 'p_start_date', p_to_field text default 'p_end_date') returns void
language plpgsql immutable
as $$
begin
  if p_from is null or not isfinite(p_from) then
    perform app.fail(400, 'Say from which date.', p_from_field);
  end if;
  if p_to is null or not isfinite(p_to) then
    perform app.fail(400, 'Say to which date.', p_to_field);
  end if;
  perform app.check_day(p_from, p_from_field), app.check_day(p_to, p_to_field);
  if p_to < p_from then
    perform app.fail(400, 'The report ends before it begins.', p_to_field);
  end if;
  if p_to - p_from > 3660 then
    perform app.fail(400, 'A report covers at most ten years.', p_to_field);
  end if;
end $$;

create or replace function app.check_report_venue(p_venue_id uuid, p_organizations uuid[]) returns void
language plpgsql stable security definer
as $$
begin
  if p_venue_id is not null and not exists (select from venues v where v.id = p_venue_id and v.organization_id = any (p_organizations)) then
    perform app.fail(404, 'There is no such venue.', 'p_venue_id');
  end if;
end $$;

create or replace function app.check_limit(p_limit int, p_most int default 1000) returns void
language plpgsql immutable
as $$
begin
  if p_limit is null or p_limit not between 1 and p_most then
    perform app.fail(400, format('From 1 to %s rows at once.', p_most), 'p_limit', jsonb_build_object('max', p_most));
  end if;
end $$;

-- What a custom report may count and by what. To add a measure or a dimension, add a row: expressions are fixed text, nothing that a
-- client sends ever becomes SQL. "fast" runs over booking_days (d), "slow" over bookings (b); a report takes the fast table when every part of
-- it is known there.
create or replace function app.report_measures() returns table (name text, unit text, fast text, slow text, summary text)
language sql immutable parallel safe
as $$
  values
    ('bookings',       'count',   'sum(d.pending + d.confirmed + d.checked_in + d.completed + d.cancelled + d.no_show)', 'count(*)', 'All bookings, whatever their status'),
    ('sold_bookings',  'count',   'sum(d.confirmed + d.checked_in + d.completed)', 'count(*) filter (where b.status in (''confirmed'', ''checked_in'', ''completed''))', 'Bookings confirmed, checked in or completed'),
    ('pending_bookings', 'count', 'sum(d.pending)', 'count(*) filter (where b.status = ''pending'')', 'Bookings that wait for payment'),
    ('cancelled_bookings', 'count', 'sum(d.cancelled)', 'count(*) filter (where b.status = ''cancelled'')', 'Bookings cancelled'),
    ('no_shows',       'count',   'sum(d.no_show)', 'count(*) filter (where b.status = ''no_show'')', 'Parties that did not come'),
    ('players',        'count',   'sum(d.players)', 'sum(b.party_size) filter (where b.status in (''confirmed'', ''checked_in'', ''completed''))', 'Players of sold bookings'),
    ('gross',          'money',   'sum(d.gross_amount)', 'sum(b.total_amount) filter (where b.status in (''confirmed'', ''checked_in'', ''completed''))', 'Sold, before discount'),
    ('discounts',      'money',   'sum(d.discount_amount)', 'sum(b.discount_amount) filter (where b.status in (''confirmed'', ''checked_in'', ''completed''))', 'Discounts on what was sold'),
    ('tax',            'money',   'sum(d.tax_amount)', 'sum(b.tax_amount) filter (where b.status in (''confirmed'', ''checked_in'', ''completed''))', 'Tax in what was sold'),
    ('revenue',        'money',   'sum(d.revenue)', 'sum(b.revenue)', 'Money that came and stayed: of sold bookings up to their price, of cancelled and missed ones what was kept'),
    ('paid',           'money',   'sum(d.paid_amount)', 'sum(b.paid_amount)', 'Money that came in'),
    ('refunds',        'money',   'sum(d.refunded_amount)', 'sum(b.refunded_amount)', 'Money that went back'),
    ('average_value',  'money',   'round(sum(d.net_amount) / nullif(sum(d.confirmed + d.checked_in + d.completed), 0), 2)', 'round(avg(b.final_amount) filter (where b.status in (''confirmed'', ''checked_in'', ''completed'')), 2)', 'Final amount of a sold booking'),
    ('average_party',  'number',  'round(sum(d.players)::numeric / nullif(sum(d.confirmed + d.checked_in + d.completed), 0), 2)', 'round(avg(b.party_size) filter (where b.status in (''confirmed'', ''checked_in'', ''completed'')), 2)', 'Players of a sold booking'),
    ('cancellation_rate', 'percent', 'round(100.0 * sum(d.cancelled) / nullif(sum(d.pending + d.confirmed + d.checked_in + d.completed + d.cancelled + d.no_show), 0), 2)', 'round(100.0 * count(*) filter (where b.status = ''cancelled'') / nullif(count(*), 0), 2)', 'Cancelled bookings of all, in percent'),
    ('no_show_rate',   'percent', 'round(100.0 * sum(d.no_show) / nullif(sum(d.confirmed + d.checked_in + d.completed + d.no_show), 0), 2)', 'round(100.0 * count(*) filter (where b.status = ''no_show'') / nullif(count(*) filter (where b.status in (''confirmed'', ''checked_in'', ''completed'', ''no_show'')), 0), 2)', 'Missed bookings of those that were to come, in percent'),
    ('customers',      'count',   null, 'count(distinct b.customer_id)', 'Different customers'),
    ('lead_days',      'number',  null, 'round(avg(extract(epoch from b.starts_at - b.created_at) / 86400)::numeric, 1)', 'Days from booking to playing');
$$;
comment on function app.report_measures() is 'What build_report can count.';

create or replace function app.report_dimensions() returns table (name text, kind text, fast text, slow text, label text, summary text)
language sql immutable parallel safe
as $$
  values
    ('date',     'date', 'd.business_date', 'b.business_date', null, 'Business day'),
    ('week',     'date', 'date_trunc(''week'', d.business_date)::date', 'date_trunc(''week'', b.business_date)::date', null, 'Monday of the week'),
    ('month',    'date', 'date_trunc(''month'', d.business_date)::date', 'date_trunc(''month'', b.business_date)::date', null, 'First of the month'),
    ('year',     'int',  'extract(year from d.business_date)::int', 'extract(year from b.business_date)::int', null, 'Year'),
    ('weekday',  'int',  'extract(isodow from d.business_date)::int', 'extract(isodow from b.business_date)::int', null, '1 Monday … 7 Sunday'),
    ('venue',    'uuid', 'd.venue_id', 'b.venue_id', '(select v.name from venues v where v.id = %s)', 'Venue'),
    ('game',     'uuid', 'd.game_id', 'b.game_id', '(select g.name from games g where g.id = %s)', 'Game'),
    ('hour',     'int',  null, 'extract(hour from b.start_time)::int', null, 'Hour in which the game starts'),
    ('status',   'text', null, 'b.status', null, 'Status'),
    ('payment_status', 'text', null, 'b.payment_status', null, 'Payment status'),
    ('source',   'text', null, 'b.source', null, 'Where it was booked'),
    ('party_size', 'int', null, 'b.party_size', null, 'Players in the party'),
    ('promo_code', 'uuid', null, 'b.promo_code_id', '(select p.code from promo_codes p where p.id = %s)', 'Promo code');
$$;
comment on function app.report_dimensions() is 'By what build_report can group and filter.';

-- What get_game_analytics and get_venue_analytics tell: one game by its venues, or one venue by its games.
create or replace function app.booking_figures(
  p_organization_id uuid, p_from date, p_to date, p_game_id uuid default null, p_venue_id uuid default null,
  out bookings bigint, out sold bigint, out completed bigint, out cancelled bigint, out no_shows bigint, out players bigint,
  out revenue numeric, out average_value numeric, out average_party numeric, out cancellation_rate numeric, out by_part jsonb, out by_weekday jsonb)
language sql stable
as $$
  with days as materialized (
    select d.business_date, case when p_game_id is null then d.game_id else d.venue_id end as part_id,
           d.pending + d.confirmed + d.checked_in + d.completed + d.cancelled + d.no_show as n,
           d.confirmed + d.checked_in + d.completed as sold, d.completed, d.cancelled, d.no_show, d.players, d.revenue, d.net_amount
    from booking_days d
    where d.organization_id = p_organization_id and d.business_date between p_from and p_to
      and (p_game_id is null or d.game_id = p_game_id) and (p_venue_id is null or d.venue_id = p_venue_id)
  ), parts as (
    select id, name from venues where p_game_id is not null
    union all
    select id, name from games where p_game_id is null
  )
  select coalesce(sum(n), 0), coalesce(sum(sold), 0), coalesce(sum(completed), 0), coalesce(sum(cancelled), 0), coalesce(sum(no_show), 0),
         coalesce(sum(players), 0), coalesce(sum(revenue), 0), coalesce(round(sum(net_amount) / nullif(sum(sold), 0), 2), 0),
         coalesce(round(sum(players)::numeric / nullif(sum(sold), 0), 2), 0), coalesce(round(100.0 * sum(cancelled) / nullif(sum(n), 0), 2), 0),
         coalesce((select jsonb_agg(jsonb_build_object('id', y.part_id, 'name', z.name, 'bookings', y.n, 'players', y.players, 'revenue', y.revenue)
                                    order by y.revenue desc, z.name)
                   from (select part_id, sum(n) as n, sum(players) as players, sum(revenue) as revenue from days group by 1) y
                   join parts z on z.id = y.part_id), '[]'),
         coalesce((select jsonb_agg(jsonb_build_object('weekday', y.weekday, 'bookings', y.n, 'revenue', y.revenue) order by y.weekday)
                   from (select extract(isodow from business_date)::int as weekday, sum(n) as n, sum(revenue) as revenue from days group by 1) y), '[]')
  from days;
$$;
comment on function app.booking_figures(uuid, date, date, uuid, uuid) is 'Figures of a game or of a venue over business days, both included; by_part: its venues, or its games.';

-- The organizations of a report over a span of business days, of one venue or all; refuses what it cannot run over.
create or replace function app.report_scope(p_start_date date, p_end_date date, p_venue_id uuid, p_organization_id uuid) returns uuid[]
language plpgsql stable
as $$
declare
  v_organizations uuid[] := app.report_organizations(p_organization_id);
begin
  perform app.check_report_range(p_start_date, p_end_date);
  perform app.check_report_venue(p_venue_id, v_organizations);
  return v_organizations;
end $$;

grant execute on function app.booking_figures(uuid, date, date, uuid, uuid), app.report_scope(date, date, uuid, uuid) to authenticated, service_role;
grant execute on function app.report_organizations(uuid, text), app.report_today(uuid[]), app.check_report_range(date, date, text, text),
  app.check_report_venue(uuid, uuid[]), app.check_limit(int, int), app.report_measures(), app.report_dimensions()
  to anon, authenticated, service_role;

-- The reports that are cached, by type, with parameters as JSON. To add one, add a branch (and its name in cache_report and get_report).
create or replace function app.compute_report(p_report_type text, p_parameters jsonb, p_organization_id uuid) returns jsonb
language plpgsql stable
as $$
declare
  v_key text;
begin
  for v_key in select jsonb_object_keys(p_parameters) loop
    if v_key <> all (case p_report_type
         when 'custom' then array['measures', 'dimensions', 'filters', 'start_date', 'end_date', 'order', 'limit']
         when 'customer' then array['start_date', 'end_date', 'venue_id', 'limit']
         else array['start_date', 'end_date', 'venue_id'] end) then
      perform app.fail(400, format('This report has no parameter %s.', left(v_key, 60)), 'p_parameters');
    end if;
  end loop;
  return case p_report_type
    when 'revenue' then (select coalesce(jsonb_agg(to_jsonb(r)), '[]') from api.generate_revenue_report(
      (p_parameters ->> 'start_date')::date, (p_parameters ->> 'end_date')::date, (p_parameters ->> 'venue_id')::uuid, p_organization_id) r)
    when 'booking' then (select coalesce(jsonb_agg(to_jsonb(r)), '[]') from api.generate_booking_report(
      (p_parameters ->> 'start_date')::date, (p_parameters ->> 'end_date')::date, (p_parameters ->> 'venue_id')::uuid, p_organization_id) r)
    when 'customer' then (select coalesce(jsonb_agg(to_jsonb(r)), '[]') from api.generate_customer_report(
      (p_parameters ->> 'start_date')::date, (p_parameters ->> 'end_date')::date, (p_parameters ->> 'venue_id')::uuid,
      coalesce((p_parameters ->> 'limit')::int, 100), p_organization_id) r)
    when 'custom' then api.build_report(
      array(select jsonb_array_elements_text(p_parameters -> 'measures')), array(select jsonb_array_elements_text(p_parameters -> 'dimensions')),
      coalesce(p_parameters -> 'filters', '{}'), (p_parameters ->> 'start_date')::date, (p_parameters ->> 'end_date')::date,
      array(select jsonb_array_elements_text(p_parameters -> 'order')), coalesce((p_parameters ->> 'limit')::int, 1000), p_organization_id)
  end;
exception when data_exception or invalid_parameter_value then
  perform app.fail(400, 'A parameter has the wrong type: ' || sqlerrm, 'p_parameters');
end $$;

-- What a report is asked for exists, and each once.
create or replace function app.check_report_parts(p_measures text[], p_dimensions text[], p_filters jsonb) returns void
language plpgsql stable
as $$
declare
  v_item record;
begin
  if coalesce(cardinality(p_measures), 0) not between 1 and 20 or array_ndims(p_measures) > 1 then
    perform app.fail(400, 'Choose 1 to 20 measures.', 'p_measures', jsonb_build_object('measures', (select jsonb_agg(m.name) from app.report_measures() m)));
  end if;
  if coalesce(cardinality(p_dimensions), 0) > 4 or array_ndims(p_dimensions) > 1 then
    perform app.fail(400, 'Choose at most 4 dimensions.', 'p_dimensions');
  end if;
  if jsonb_typeof(coalesce(p_filters, '{}')) <> 'object' then
    perform app.fail(400, 'Filters are an object of dimension and value or values.', 'p_filters');
  end if;
  for v_item in select u.name, count(*) as times from unnest(p_measures) u(name) group by u.name loop
    if v_item.times > 1 or not exists (select from app.report_measures() m where m.name = v_item.name) then
      perform app.fail(400, format('%s is no measure, or there twice.', left(coalesce(v_item.name, 'null'), 60)), 'p_measures',
        jsonb_build_object('measures', (select jsonb_agg(m.name) from app.report_measures() m)));
    end if;
  end loop;
  for v_item in select u.name, count(*) as times from unnest(p_dimensions) u(name) group by u.name loop
    if v_item.times > 1 or not exists (select from app.report_dimensions() d where d.name = v_item.name) then
      perform app.fail(400, format('%s is no dimension, or there twice.', left(coalesce(v_item.name, 'null'), 60)), 'p_dimensions',
        jsonb_build_object('dimensions', (select jsonb_agg(d.name) from app.report_dimensions() d)));
    end if;
  end loop;
end $$;

-- Filters as a condition: " and <dimension> = any (<values>)" for each. p_fast: over the days' sums and not over bookings.
create or replace function app.report_condition(p_filters jsonb, p_fast boolean) returns text
language plpgsql stable
as $$
declare
  v_filter record;
  v_item   record;
  v_values text;
  v_where  text := '';
begin
  for v_filter in select f.key, f.value from jsonb_each(coalesce(p_filters, '{}')) f order by f.key loop
    select d.kind, case when p_fast then d.fast else d.slow end as expression into v_item from app.report_dimensions() d where d.name = v_filter.key;
    if not found then
      perform app.fail(400, format('%s is nothing to filter by.', left(v_filter.key, 60)), 'p_filters',
        jsonb_build_object('dimensions', (select jsonb_agg(d.name) from app.report_dimensions() d)));
    end if;
    if jsonb_typeof(v_filter.value) <> 'array' then
      v_filter.value := jsonb_build_array(v_filter.value);
    end if;
    if jsonb_array_length(v_filter.value) not between 1 and 500
       or exists (select from jsonb_array_elements(v_filter.value) x where jsonb_typeof(x) not in ('string', 'number')) then
      perform app.fail(400, format('The filter on %s wants 1 to 500 values.', v_filter.key), 'p_filters');
    end if;
    begin
      -- every value becomes a literal of the dimension's type, here and nowhere else
      execute format('select format(''%%L::%1$s[]'', array_agg(x::%1$s)::text) from jsonb_array_elements_text($1) x', v_item.kind)
        into v_values using v_filter.value;
    exception when data_exception then
      perform app.fail(400, format('The filter on %s: %s', v_filter.key, sqlerrm), 'p_filters');
    end;
    v_where := v_where || format(' and %s = any (%s)', v_item.expression, v_values);
  end loop;
  return v_where;
end $$;
grant execute on function app.check_report_parts(text[], text[], jsonb), app.report_condition(jsonb, boolean) to authenticated, service_role;
