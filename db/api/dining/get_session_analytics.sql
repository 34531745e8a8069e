create or replace function api.get_session_analytics(p_restaurant_id uuid default null, p_from date default null, p_to date default null) returns jsonb
language plpgsql stable
as $$
declare
  v_id    uuid := app.my_restaurant(p_restaurant_id, 'sessions');
  v_place record;
  v_from  date;
  v_to    date;
  v_start timestamptz;
  v_end   timestamptz;
  v_answer jsonb;
begin
  select r.organization_id, r.timezone, r.business_day_cutoff, o.currency into v_place from restaurants r join organizations o on o.id = r.organization_id where r.id = v_id;
  perform app.require_may(v_place.organization_id, 'reports', 'read');
  perform app.check_day(p_from, 'p_from'), app.check_day(p_to, 'p_to');
  v_to := coalesce(p_to, app.business_date(now(), v_place.timezone, v_place.business_day_cutoff));
  v_from := coalesce(p_from, v_to - 29);
  if v_from > v_to or v_to - v_from > 731 then
    perform app.fail(400, 'From is before to, at most two years.', 'p_from');
  end if;
  v_start := (v_from + v_place.business_day_cutoff) at time zone v_place.timezone;
  v_end := (v_to + 1 + v_place.business_day_cutoff) at time zone v_place.timezone;

  with s as materialized (
    select s.id, s.table_id, s.created_at, s.cleared_at,
           -- money that went back after the table was cleared is not earned
           case when s.status = 'cleared' and s.paid_amount < s.total_amount and exists (
                  select from payments p where p.booking_type = 'session' and p.booking_id = s.id and p.refunded_amount > 0)
                then s.paid_amount else s.total_amount end as total_amount,
           s.created_at at time zone v_place.timezone as local,
           app.business_date(s.created_at, v_place.timezone, v_place.business_day_cutoff) as day
    from table_sessions s
    where s.restaurant_id = v_id and s.deleted_at is null and s.merged_into is null and s.created_at >= v_start and s.created_at < v_end
  ), people as (
    select c.session_id, count(*) as n from session_customers c join s on s.id = c.session_id where c.deleted_at is null group by 1
  ), o as materialized (
    select o.id, o.session_id, o.placed_at, s.day, s.created_at as opened from orders o join s on s.id = o.session_id
    where o.deleted_at is null and o.status <> 'CANCELLED'
  ), away as materialized (
    -- orders without a session: taken away, or one person's at a table
    select o.id, o.business_date as day, o.placed_at at time zone v_place.timezone as local,
           case when m.refunded > 0 then least(o.total_amount, app.to_cents(m.kept, v_place.currency)) else o.total_amount end as total_amount
    from orders o
    left join lateral (select sum(p.refunded_amount) as refunded, sum(p.kept_amount) as kept from payments p
                       where p.booking_type = 'order' and p.booking_id = o.id) m on true
    where o.restaurant_id = v_id and o.session_id is null and o.deleted_at is null and o.status <> 'CANCELLED' and o.business_date between v_from and v_to
  ), sold as (
    select true as in_session, day, local, total_amount from s
    union all select false, day, local, total_amount from away
  ), firsts as (
    select session_id, min(placed_at) - min(opened) as wait from o group by 1
  )
  select jsonb_build_object(
    'from', v_from, 'to', v_to,
    'sessions', count(*), 'participants', coalesce(sum(people.n), 0), 'orders', (select count(*) from o) + (select count(*) from away),
    'revenue', (select coalesce(sum(total_amount), 0) from sold),
    'without_session', (select jsonb_build_object('orders', count(*), 'revenue', coalesce(sum(total_amount), 0)) from away),
    'discounts', (select coalesce(sum(-a.applied_amount), 0) from bill_adjustments a where a.kind = 'discount' and a.removed_at is null
                  and (a.session_id in (select id from s) or a.order_id in (select id from away))),
    'service_charges', (select coalesce(sum(a.applied_amount), 0) from bill_adjustments a where a.kind = 'service_charge' and a.removed_at is null
                  and (a.session_id in (select id from s) or a.order_id in (select id from away))),
    'average_minutes', round((avg(extract(epoch from s.cleared_at - s.created_at)) / 60)::numeric, 1),
    'average_party', round(avg(people.n), 2),
    'average_per_session', round(avg(s.total_amount)),
    'average_per_guest', round(sum(s.total_amount)::numeric / nullif(sum(people.n), 0)),
    'orders_per_session', round((select count(*) from o)::numeric / nullif(count(*), 0), 2),
    'minutes_to_first_order', (select round((avg(extract(epoch from wait)) / 60)::numeric, 1) from firsts),
    'kitchen', (select jsonb_build_object('tickets', count(*),
                  'average_wait_seconds', round(avg(extract(epoch from k.started_at - k.created_at))),
                  'average_cook_seconds', round(avg(extract(epoch from k.ready_at - k.started_at))),
                  'late', count(*) filter (where k.ready_at > k.target_at))
                from kitchen_orders k where k.restaurant_id = v_id and k.created_at >= v_start and k.created_at < v_end and k.status <> 'cancelled'),
    'split_methods', (select coalesce(jsonb_object_agg(method, n), '{}') from (
                        select b.method, count(distinct b.session_id) as n from bill_shares b join s on s.id = b.session_id group by 1) m),
    'by_hour', (select coalesce(jsonb_agg(jsonb_build_object('hour', h, 'sessions', n, 'revenue', r) order by h), '[]')
                from (select extract(hour from local)::int as h, count(*) filter (where in_session) as n, sum(total_amount) as r from sold group by 1) x),
    'by_weekday', (select coalesce(jsonb_agg(jsonb_build_object('weekday', w, 'sessions', n, 'revenue', r) order by w), '[]')
                from (select extract(isodow from day)::int as w, count(*) filter (where in_session) as n, sum(total_amount) as r from sold group by 1) x),
    'by_day', (select coalesce(jsonb_agg(jsonb_build_object('date', d.day, 'sessions', d.n, 'orders', coalesce(e.n, 0), 'revenue', d.r) order by d.day), '[]')
                from (select day, count(*) filter (where in_session) as n, sum(total_amount) as r from sold group by 1) d
                left join (select day, count(*) as n from (select day from o union all select day from away) x group by 1) e on e.day = d.day),
    'tables', (select coalesce(jsonb_agg(jsonb_build_object('table_number', t.table_number, 'sessions', x.n, 'revenue', x.r,
                        'turns_per_day', round(x.n::numeric / (v_to - v_from + 1), 2)) order by t.table_number), '[]')
                from (select table_id, count(*) as n, sum(total_amount) as r from s group by 1) x join restaurant_tables t on t.id = x.table_id),
    'top_items', (select coalesce(jsonb_agg(jsonb_build_object('menu_item_id', x.menu_item_id, 'name', x.name, 'quantity', x.q, 'revenue', x.r) order by x.q desc, x.name), '[]')
                from (select l.menu_item_id, max(l.name) as name, sum(l.quantity) as q, sum(l.total_amount) as r
                      from order_lines l
                      where (l.session_id in (select id from s) or l.order_id in (select id from away)) and l.status not in ('draft', 'cancelled') and l.deleted_at is null
                      group by l.menu_item_id order by q desc limit 20) x))
    into v_answer
  from s left join people on people.session_id = s.id;
  return v_answer;
end $$;
comment on function api.get_session_analytics(uuid, date, date) is 'How group sessions went, by business days (the last 30 by default): durations, party sizes, revenue in minor units (orders without a session are in it and told apart in without_session; what was given back is not), kitchen times, best sellers.
answers {"to": "date", "from": "date", "by_day": [{"date": "date", "orders": "int", "revenue": "int", "sessions": "int"}], "orders": "int",
  "tables": [{"revenue": "int", "sessions": "int", "table_number": "int", "turns_per_day": "number"}], "by_hour": [{"hour": "int", "revenue": "int", "sessions": "int"}],
  "kitchen": {"late": "int", "tickets": "int", "average_cook_seconds": "int | null", "average_wait_seconds": "int | null"}, "revenue": "int", "sessions": "int",
  "discounts": "int", "top_items": [{"name": "text", "revenue": "int", "quantity": "int", "menu_item_id": "uuid"}],
  "by_weekday": [{"revenue": "int", "weekday": "int", "sessions": "int"}], "participants": "int", "average_party": "number | null", "split_methods": {"*": "int"},
  "average_minutes": "number | null", "service_charges": "int", "without_session": {"orders": "int", "revenue": "int"}, "average_per_guest": "number | null",
  "orders_per_session": "number | null", "average_per_session": "number | null", "minutes_to_first_order": "number | null"}';
grant execute on function api.get_session_analytics(uuid, date, date) to authenticated, service_role;
