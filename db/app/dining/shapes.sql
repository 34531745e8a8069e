-- The JSON the pages get: one function a shape, set-based, so that a whole session is a handful of index scans. See docs/dining-api.md.

create or replace function app.restaurant_json(p_restaurant_id uuid) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_open boolean := app.is_restaurant_open(p_restaurant_id, now());
begin
  return (
    select jsonb_build_object('id', r.id, 'name', r.name, 'description', r.description, 'address', r.address, 'phone', r.phone, 'email', r.email,
      'image_url', r.image_url, 'timezone', r.timezone, 'currency', o.currency, 'currency_exponent', app.currency_exponent(o.currency),
      'prices_include_tax', o.prices_include_tax, 'locale', o.locale, 'is_open', v_open,
      'opens_at', case when not v_open then app.opens_at(r.id, now()) end,
      'closes_at', case when v_open and r.opening_hours <> '{}' then app.closes_at(r.id, now()) end,
      'takes_orders', v_open or r.guest_hours <> 'order', 'opening_hours', r.opening_hours, 'closed_dates', to_jsonb(r.closed_dates),
      'accepts_takeaway', r.accepts_takeaway, 'accepts_reservations', r.accepts_reservations, 'max_party_size', r.max_party_size)
    from restaurants r join organizations o on o.id = r.organization_id
    where r.id = p_restaurant_id);
end $$;

create or replace function app.restaurant_is_shown(p_restaurant_id uuid) returns boolean
language sql stable security definer
as $$ select coalesce((select r.is_active from restaurants r where r.id = p_restaurant_id), false) $$;
comment on function app.restaurant_is_shown(uuid) is 'Whether a restaurant is there for the public.';
grant execute on function app.restaurant_is_shown(uuid) to anon, authenticated, service_role;

create or replace function app.restaurant_today(p_restaurant_id uuid) returns date
language sql stable security definer
as $$ select app.business_date(now(), timezone, business_day_cutoff) from restaurants where id = p_restaurant_id $$;
comment on function app.restaurant_today(uuid) is 'The restaurant''s business day of now.';
grant execute on function app.restaurant_today(uuid) to anon, authenticated, service_role;

create or replace function app.house_tax_rate(p_restaurant_id uuid) returns numeric
language sql stable security definer
as $$ select app.standard_tax_rate(r.organization_id, app.restaurant_today(r.id)) from restaurants r where r.id = p_restaurant_id $$;
comment on function app.house_tax_rate(uuid) is 'Per cent of what names no tax of its own, on the restaurant''s business day of now: its night may be another day than the house''s.';
grant execute on function app.house_tax_rate(uuid) to anon, authenticated, service_role;

create or replace function app.table_json(p_table_id uuid) returns jsonb
language plpgsql stable
as $$
begin
  return (
    select jsonb_build_object('id', id, 'code', code, 'table_number', table_number, 'name', coalesce(name, 'Table ' || table_number),
      'capacity', capacity, 'section', section, 'status', status, 'shape', shape)
    from restaurant_tables where id = p_table_id);
end $$;

-- A line sold before lines knew: its ticket answers for it, then the dish.
create or replace function app.line_allergens(p_known jsonb, p_line_id uuid, p_menu_item_id uuid) returns jsonb
language plpgsql stable
as $$
begin
  return coalesce(p_known, (select i.allergens from kitchen_order_items i where i.order_line_id = p_line_id),
    (select m.allergens from menu_items m where m.id = p_menu_item_id), '[]');
end $$;

drop function if exists app.line_rows(uuid[], uuid);      -- amounts were int once
create or replace function app.line_rows(p_ids uuid[], p_me uuid default null)
returns table (id uuid, order_id uuid, customer_session_id uuid, status text, total_amount bigint, created_at timestamptz, line jsonb)
language plpgsql stable
as $$
#variable_conflict use_column
begin
  return query
  select l.id, l.order_id, l.customer_session_id, l.status, l.total_amount, l.created_at,
    jsonb_build_object('id', l.id, 'order_id', l.order_id, 'session_id', l.session_id, 'menu_item_id', l.menu_item_id, 'name', l.name,
      'quantity', l.quantity, 'unit_price', l.unit_price, 'adjustment', l.adjustment, 'total_amount', l.total_amount, 'net_amount', l.net_amount, 'tax_amount', l.tax_amount,
      'tax_rate', l.tax_rate, 'modifiers', l.modifiers, 'allergens', app.line_allergens(l.allergens, l.id, l.menu_item_id), 'note', l.note, 'station', l.station, 'course', l.course, 'status', l.status,
      'customer_session_id', l.customer_session_id, 'customer_name', c.name,
      'is_mine', coalesce(l.customer_session_id = p_me, false), 'created_at', l.created_at, 'placed_at', l.placed_at)
  from order_lines l left join session_customers c on c.id = l.customer_session_id
  where l.id = any (p_ids);
end $$;

create or replace function app.line_json(p_id uuid, p_me uuid default null) returns jsonb
language plpgsql stable
as $$
begin
  return (select line from app.line_rows(array[p_id], p_me));
end $$;

create or replace function app.order_rows(p_ids uuid[], p_me uuid default null)
returns table (id uuid, placed_at timestamptz, order_json jsonb)
language plpgsql stable
as $$
#variable_conflict use_column
begin
  return query
  select o.id, o.placed_at,
    jsonb_build_object('id', o.id, 'order_number', o.order_number, 'status', o.status, 'type', o.type, 'restaurant_id', o.restaurant_id,
      'table_id', o.table_id, 'table_number', t.table_number, 'session_id', o.session_id, 'customer_session_id', o.customer_session_id,
      'customer_name', o.customer_name, 'notes', o.notes, 'total_amount', o.total_amount, 'net_amount', o.net_amount, 'tax_amount', o.tax_amount, 'adjustments', case when o.session_id is null then app.adjustments_json(null, o.id) end,
      'placed_at', o.placed_at, 'pickup_at', o.pickup_at, 'done_at', o.done_at, 'cancelled_at', o.cancelled_at, 'lines', coalesce(l.lines, '[]'))
  from orders o
  left join restaurant_tables t on t.id = o.table_id
  left join (
    select r.order_id, jsonb_agg(r.line order by r.created_at, r.id) as lines
    from app.line_rows(array(select ol.id from order_lines ol where ol.order_id = any (p_ids)), p_me) r
    group by r.order_id) l on l.order_id = o.id
  where o.id = any (p_ids);
end $$;

create or replace function app.order_json(p_id uuid, p_me uuid default null) returns jsonb
language plpgsql stable
as $$
begin
  return (select order_json from app.order_rows(array[p_id], p_me));
end $$;

create or replace function app.ticket_rows(p_ids uuid[])
returns table (id uuid, status text, created_at timestamptz, updated_at timestamptz, ticket jsonb)
language plpgsql stable
as $$
#variable_conflict use_column
begin
  return query
  select k.id, k.status::text, k.created_at, k.updated_at,
    jsonb_build_object('id', k.id, 'order_id', k.order_id, 'order_number', k.order_number, 'station', k.station, 'course', k.course, 'held', k.held, 'status', k.status,
      'type', case when k.table_id is null then 'takeaway' else 'dine_in' end,
      'table_id', k.table_id, 'table_number', t.table_number, 'table_name', coalesce(t.name, 'Table ' || t.table_number),
      'session_id', k.session_id, 'customer_name', k.customer_name, 'kitchen_notes', k.kitchen_notes,
      'alerts', app.allergy_words(concat_ws(' ', k.kitchen_notes, k.customer_name)), 'created_at', k.created_at,
      'started_at', k.started_at, 'ready_at', k.ready_at, 'completed_at', k.completed_at, 'cancelled_at', k.cancelled_at,
      'cancellation_reason', k.cancellation_reason,
      'waiting_seconds', greatest(0, extract(epoch from coalesce(k.ready_at, k.completed_at, k.cancelled_at, now()) - coalesce(k.fired_at, k.created_at))::int),
      'target_at', k.target_at, 'is_late', coalesce(k.target_at < coalesce(k.ready_at, now()) and k.status in ('pending', 'cooking', 'ready') and not k.held, false),
      'items', coalesce(i.items, '[]'))
  from kitchen_orders k
  left join restaurant_tables t on t.id = k.table_id
  left join lateral (
    select jsonb_agg(jsonb_build_object('id', i.id, 'order_line_id', i.order_line_id, 'menu_item_id', i.menu_item_id, 'name', i.name,
             'quantity', i.quantity, 'modifiers', i.modifiers, 'note', i.note, 'note_alerts', app.allergy_words(i.note),
             'allergens', i.allergens, 'status', i.status,
             'customer_name', i.customer_name) order by i.created_at, i.id) as items
    from kitchen_order_items i where i.kitchen_order_id = k.id) i on true
  where k.id = any (p_ids);
end $$;

create or replace function app.ticket_json(p_id uuid) returns jsonb
language plpgsql stable
as $$
begin
  return (select ticket from app.ticket_rows(array[p_id]));
end $$;

create or replace function app.ticket_answer(p_id uuid) returns jsonb
language plpgsql stable security definer
as $$
begin
  return (
    select jsonb_build_object('ticket', r.ticket, 'order_status', o.status)
    from app.ticket_rows(array[p_id]) r join kitchen_orders k on k.id = r.id left join orders o on o.id = k.order_id);
end $$;

create or replace function app.share_json(p_share_id uuid) returns jsonb
language plpgsql stable
as $$
begin
  return (
    select jsonb_build_object('id', b.id, 'position', b.position, 'label', b.label, 'method', b.method, 'customer_session_id', b.customer_session_id,
      'customer_name', (select c.name from session_customers c where c.id = b.customer_session_id),
      'amount', b.amount, 'paid_amount', b.paid_amount, 'due_amount', b.amount - b.paid_amount,
      'cash_due_amount', app.cash_amount(b.organization_id, b.amount - b.paid_amount), 'status', b.status,
      'payment_method', b.payment_method, 'paid_at', b.paid_at, 'lines', b.items)
    from bill_shares b where b.id = p_share_id);
end $$;

-- null until the session has been billed (or something was paid)
create or replace function app.bill_json(p_session_id uuid) returns jsonb
language plpgsql stable
as $$
begin
  return (
    select jsonb_build_object('total_amount', s.total_amount, 'net_amount', s.net_amount, 'tax_amount', s.tax_amount, 'paid_amount', s.paid_amount,
      'due_amount', greatest(0, s.total_amount - s.paid_amount),
      'cash_due_amount', app.cash_amount(s.organization_id, greatest(0, s.total_amount - s.paid_amount)), 'adjustments', app.adjustments_json(s.id),
      'shares', coalesce((select jsonb_agg(app.share_json(b.id) order by b.position) from bill_shares b where b.session_id = s.id), '[]'))
    from table_sessions s
    where s.id = p_session_id and (s.status <> 'active' or s.paid_amount > 0));
end $$;

-- The same, also while people still order.
create or replace function app.open_bill_json(p_session_id uuid) returns jsonb
language plpgsql stable
as $$
begin
  return (
    select coalesce(app.bill_json(s.id), jsonb_build_object('total_amount', s.total_amount, 'net_amount', s.net_amount, 'tax_amount', s.tax_amount,
      'paid_amount', s.paid_amount, 'due_amount', s.total_amount, 'cash_due_amount', app.cash_amount(s.organization_id, s.total_amount),
      'adjustments', app.adjustments_json(s.id), 'shares', '[]'::jsonb))
    from table_sessions s where s.id = p_session_id);
end $$;

create or replace function app.reservation_rows(p_ids uuid[])
returns table (id uuid, starts_at timestamptz, reservation jsonb)
language plpgsql stable
as $$
#variable_conflict use_column
begin
  return query
  select v.id, lower(v.during),
    jsonb_build_object('id', v.id, 'confirmation_code', v.confirmation_code, 'restaurant_id', v.restaurant_id, 'status', v.status,
      'reservation_date', v.reservation_date, 'business_date', v.business_date, 'reservation_time', to_char(v.reservation_time, 'HH24:MI'), 'starts_at', lower(v.during),
      'ends_at', lower(v.during) + v.duration_minutes * interval '1 minute', 'duration_minutes', v.duration_minutes, 'party_size', v.party_size,
      'table_ids', to_jsonb(v.table_ids),
      'table_numbers', coalesce((select jsonb_agg(t.table_number order by array_position(v.table_ids, t.id)) from restaurant_tables t where t.id = any (v.table_ids)), '[]'),
      'guest_name', v.guest_name, 'guest_phone', v.guest_phone, 'guest_email', v.guest_email, 'special_requests', v.special_requests,
      'session_id', v.session_id, 'cancelled_at', v.cancelled_at, 'created_at', v.created_at)
  from table_reservations v where v.id = any (p_ids);
end $$;

create or replace function app.reservation_json(p_id uuid) returns jsonb
language plpgsql stable
as $$
begin
  return (select reservation from app.reservation_rows(array[p_id]));
end $$;

create or replace function app.waiting_json(p_id uuid) returns jsonb
language sql stable
as $$
  select jsonb_build_object('id', w.id, 'code', w.code, 'restaurant_id', w.restaurant_id, 'party_size', w.party_size, 'guest_name', w.guest_name,
    'guest_phone', w.guest_phone, 'note', w.note, 'status', w.status, 'quoted_minutes', w.quoted_minutes, 'session_id', w.session_id,
    'joined_at', w.joined_at, 'notified_at', w.notified_at,
    'position', case when w.status in ('waiting', 'notified') then (
      select count(*) from waitlist_entries o where o.restaurant_id = w.restaurant_id and o.status in ('waiting', 'notified') and app.still_waits(o.restaurant_id, o.created_at, o.joined_at)
        and (o.joined_at, o.id) <= (w.joined_at, w.id)) end)
  from waitlist_entries w where w.id = p_id;
$$;

-- The waiting list ends with the business day; who came in its last three hours waits on (a house that never closes).
create or replace function app.still_waits(p_restaurant_id uuid, p_created_at timestamptz, p_joined_at timestamptz) returns boolean
language sql stable
as $$ select least(p_created_at, p_joined_at) >= least(app.day_began(p_restaurant_id), now() - interval '3 hours') $$;

create or replace function app.end_waitlist(p_restaurant_id uuid default null) returns int
language sql security definer
as $$
  with gone as (
    update waitlist_entries w set status = 'left', ended_at = now()
    where w.status in ('waiting', 'notified') and (p_restaurant_id is null or w.restaurant_id = p_restaurant_id)
      and not app.still_waits(w.restaurant_id, w.created_at, w.joined_at)
    returning 1)
  select count(*)::int from gone
$$;
comment on function app.end_waitlist(uuid) is 'Who waited on an earlier business day has left; returns how many.';

grant execute on function app.still_waits(uuid, timestamptz, timestamptz), app.restaurant_json(uuid), app.table_json(uuid), app.line_allergens(jsonb, uuid, uuid), app.line_rows(uuid[], uuid), app.line_json(uuid, uuid),
  app.order_rows(uuid[], uuid), app.order_json(uuid, uuid), app.ticket_rows(uuid[]), app.share_json(uuid), app.bill_json(uuid),
  app.reservation_rows(uuid[]), app.reservation_json(uuid), app.waiting_json(uuid)
  to anon, authenticated, service_role;
comment on function app.restaurant_json(uuid) is
  'A restaurant as guests see it. Opening times and what hangs on them are null in an answer that knows no clock.
shape restaurant {"...": "restaurants(id, name, description, address, phone, email, image_url, timezone, accepts_takeaway, accepts_reservations, max_party_size)", "currency": "text",
  "currency_exponent": "int", "prices_include_tax": "boolean", "locale": "text | null", "is_open": "boolean | null", "opens_at": "instant | null",
  "closes_at": "instant | null", "takes_orders": "boolean | null", "opening_hours": {"*": [["time", "time"]]}, "closed_dates": "date[]"}';
comment on function app.table_json(uuid) is
  'A table of the house.
shape table {"...": "restaurant_tables(id, code, table_number, capacity, section, status, shape)", "name": "text"}';
comment on function app.line_rows(uuid[], uuid) is
  'Lines of orders as answers show them, the given ones.
shape chosen_modifier {"id": "uuid", "group": "text", "name": "text", "price": "int", "quantity": "int"}
shape line {"...": "order_lines(id, order_id, session_id, menu_item_id, name, quantity, unit_price, adjustment, total_amount, net_amount, tax_amount, tax_rate, note, station, course, status, customer_session_id, created_at, placed_at)",
  "modifiers": "chosen_modifier[]", "allergens": "text[]", "customer_name": "text | null", "is_mine": "boolean"}';
comment on function app.order_rows(uuid[], uuid) is
  'Orders as answers show them, the given ones with their lines.
shape order {"...": "orders(id, order_number, status, type, restaurant_id, table_id, session_id, customer_session_id, customer_name, notes, total_amount, net_amount, tax_amount, placed_at, pickup_at, done_at, cancelled_at)",
  "table_number": "int | null", "adjustments": "adjustment[] | null", "lines": "line[]"}';
comment on function app.ticket_rows(uuid[]) is
  'Tickets of the kitchen as answers show them, the given ones with their items.
shape ticket_item {"...": "kitchen_order_items(id, order_line_id, menu_item_id, name, quantity, note, status, customer_name)", "modifiers": "chosen_modifier[]", "note_alerts": "text[]",
  "allergens": "text[]"}
shape ticket {"...": "kitchen_orders(id, order_id, order_number, station, course, held, status, table_id, session_id, customer_name, kitchen_notes, created_at, started_at, ready_at, completed_at, cancelled_at, cancellation_reason, target_at)",
  "type": "=dine_in | =takeaway", "table_number": "int | null", "table_name": "text | null", "alerts": "text[]", "waiting_seconds": "int", "is_late": "boolean",
  "items": "ticket_item[]"}';
comment on function app.share_json(uuid) is
  'A share of a bill.
shape share {"...": "bill_shares(id, position, label, method, customer_session_id, amount, paid_amount, status, payment_method, paid_at)", "customer_name": "text | null",
  "due_amount": "int", "cash_due_amount": "int", "lines": [{"line_id": "uuid", "name": "text", "amount": "int", "quantity": "int", "fraction": "number"}]}';
comment on function app.bill_json(uuid) is
  'A session’s bill; null until it has been billed or something was paid.
shape bill {"total_amount": "int", "net_amount": "int", "tax_amount": "int", "paid_amount": "int", "due_amount": "int", "cash_due_amount": "int", "adjustments": "adjustment[]",
  "shares": "share[]"}';
comment on function app.reservation_rows(uuid[]) is
  'Reservations as answers show them, the given ones. reservation_time is the clock of the place.
shape reservation {"...": "table_reservations(id, confirmation_code, restaurant_id, status, reservation_date, business_date, duration_minutes, party_size, guest_name, guest_phone, guest_email, special_requests, session_id, cancelled_at, created_at)",
  "reservation_time": "time", "starts_at": "instant", "ends_at": "instant", "table_ids": "uuid[]", "table_numbers": "int[]"}';
comment on function app.waiting_json(uuid) is
  'A party on the waiting list; its position while it waits.
shape waiting {"...": "waitlist_entries(id, code, restaurant_id, party_size, guest_name, guest_phone, note, status, quoted_minutes, session_id, joined_at, notified_at)",
  "position": "int | null"}';
