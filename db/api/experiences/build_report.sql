create function api.build_report(
  p_measures text[],
  p_dimensions text[] default '{}',
  p_filters jsonb default '{}',
  p_start_date date default null,
  p_end_date date default null,
  p_order text[] default null,
  p_limit int default 1000,
  p_organization_id uuid default null)
returns jsonb
language plpgsql stable
set jit = off
as $$
declare
  v_organizations uuid[] := app.report_organizations(p_organization_id);
  v_fast boolean;
  v_select text;
  v_outer text;
  v_totals text;
  v_groups text;
  v_where text;
  v_sort text := '';
  v_from text;
  v_item record;
  v_columns jsonb;
  v_rows jsonb;
  v_sums jsonb;
  v_more boolean;
begin
  perform app.check_day(p_end_date, 'p_end_date');
  p_end_date := coalesce(p_end_date, app.report_today(v_organizations));
  p_start_date := coalesce(p_start_date, p_end_date - 29);
  perform app.check_report_range(p_start_date, p_end_date);
  perform app.check_limit(p_limit, 10000);
  perform app.check_report_parts(p_measures, p_dimensions, p_filters);

  select bool_and(known) into v_fast from (
    select m.fast is not null as known from app.report_measures() m where m.name = any (p_measures)
    union all
    select d.fast is not null from app.report_dimensions() d where d.name = any (p_dimensions) or coalesce(p_filters, '{}') ? d.name) parts;

  v_where := app.report_condition(p_filters, v_fast);

  select string_agg(format('%s as %I', case when v_fast then d.fast else d.slow end, d.name), ', ' order by u.n),
         string_agg(u.n::text, ', ' order by u.n),
         string_agg(format('%L, x.%I', d.name, d.name) || case when d.label is null then '' else format(', %L, %s', d.name || '_name', format(d.label, 'x.' || quote_ident(d.name))) end, ', ' order by u.n)
    into v_select, v_groups, v_outer
  from unnest(p_dimensions) with ordinality u(name, n) join app.report_dimensions() d on d.name = u.name;
  select string_agg(format('coalesce(%s, 0) as %I', case when v_fast then m.fast else m.slow end, m.name), ', ' order by u.n),
         concat_ws(', ', v_outer, string_agg(format('%L, x.%I', m.name, m.name), ', ' order by u.n))
    into v_totals, v_outer
  from unnest(p_measures) with ordinality u(name, n) join app.report_measures() m on m.name = u.name;

  -- order: names of the report, "-" in front for descending; then the dimensions
  for v_item in
    select u.n, ltrim(u.name, '-') as name, u.name like '-%' as down from unnest(p_order) with ordinality u(name, n) order by u.n
  loop
    if v_item.name is null or not v_item.name = any (p_measures || coalesce(p_dimensions, '{}')) then
      perform app.fail(400, format('%s is not in the report.', left(coalesce(v_item.name, 'null'), 60)), 'p_order');
    end if;
    v_sort := v_sort || format('%I %s, ', v_item.name, case when v_item.down then 'desc nulls last' else 'asc nulls last' end);
  end loop;
  v_from := format(' from %s where %s.organization_id = any ($1) and %2$s.business_date between $2 and $3%s',
    case when v_fast then 'booking_days d' else 'bookings b' end, case when v_fast then 'd' else 'b' end, v_where);

  execute format('select coalesce(jsonb_agg(jsonb_build_object(%s) order by x.place) filter (where x.place <= %s), ''[]''), count(*) > %2$s
                  from (select *, row_number() over () as place from (select %s%s%s order by %s limit %s) y) x',
                 v_outer, p_limit, concat_ws(', ', v_select, v_totals), v_from,
                 case when v_groups is null then '' else ' group by ' || v_groups end,
                 v_sort || coalesce(v_groups, '1'), p_limit + 1)
    into v_rows, v_more using v_organizations, p_start_date, p_end_date;
  execute format('select to_jsonb(x) from (select %s%s) x', v_totals, v_from) into v_sums using v_organizations, p_start_date, p_end_date;

  select jsonb_agg(c.part order by c.n) into v_columns from (
    select u.n, jsonb_build_object('name', d.name, 'kind', 'dimension', 'type', d.kind, 'summary', d.summary) as part
    from unnest(p_dimensions) with ordinality u(name, n) join app.report_dimensions() d on d.name = u.name
    union all
    select 100 + u.n, jsonb_build_object('name', m.name, 'kind', 'measure', 'type', m.unit, 'summary', m.summary)
    from unnest(p_measures) with ordinality u(name, n) join app.report_measures() m on m.name = u.name) c;
  return jsonb_build_object('columns', v_columns, 'rows', v_rows, 'totals', v_sums, 'has_more', v_more,
    'start_date', p_start_date, 'end_date', p_end_date,
    'currency', (select o.currency from organizations o where o.id = v_organizations[1]));
end $$;
comment on function api.build_report(text[], text[], jsonb, date, date, text[], int, uuid) is
  'A report of your own: measures (bookings, sold_bookings, players, gross, discounts, tax, revenue, paid, refunds, average_value, average_party, cancellation_rate, no_show_rate, customers, lead_days …) by up to 4 dimensions (date, week, month, year, weekday, venue, game, hour, status, payment_status, source, party_size, promo_code). p_filters: {"venue": ["<id>"], "weekday": [6, 7]}. p_order: names, "-" in front for descending. Default span: the last 30 business days.
answers {"columns": [{"name": "text", "kind": "=dimension | =measure", "type": "text", "summary": "text"}], "rows": [{"*": "text | number | boolean | null"}],
  "totals": {"*": "number | null"}, "has_more": "boolean", "currency": "text | null", "start_date": "date", "end_date": "date"}';
grant execute on function api.build_report(text[], text[], jsonb, date, date, text[], int, uuid) to authenticated, service_role;
