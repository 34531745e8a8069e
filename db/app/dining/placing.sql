-- What api.place_order() does, by its cases. The session is locked by the caller; menu items are, by id, before the day's counter.

-- The order that a repeated tap has placed already, or null. p_now is the session as the caller may work on it, p_session_id as the tap names it.
create or replace function app.order_of_key(
  p_restaurant_id uuid, p_organization_id uuid, p_idempotency_key text, p_now uuid, p_session_id uuid,
  p_customer_name text, p_customer_phone text) returns uuid
language plpgsql security definer
as $$
declare
  v_order uuid;
  v_other uuid;
begin
  -- its session may have joined another meanwhile, or the order may stand on another bill
  select id, case when coalesce(origin_session_id, session_id) in (coalesce(p_session_id, auth.table_session_id()), p_now) then p_now else session_id end
    into v_order, v_other from orders where restaurant_id = p_restaurant_id and idempotency_key = p_idempotency_key;
  if found then
    -- keys are the clients' own: one that a stranger guesses or repeats shows them nothing
    if v_other is distinct from p_now
       or p_now is null and not app.works_for(p_organization_id, 'orders', 'create') and not exists (
            select from orders where id = v_order and (customer_name, customer_phone) is not distinct from (p_customer_name, p_customer_phone)) then
      perform app.refuse_key('order');
    end if;
  end if;
  return v_order;
end $$;

-- Sends the drafts of a session, with what p_items adds to them, as one order. left_out: drafts of others that cannot be had and stay behind.
create or replace function app.order_of_session(
  p_restaurant_id uuid, p_now uuid, p_session_id uuid, p_table_id uuid, p_me uuid, p_items jsonb, p_total_amount bigint, p_notes text, p_idempotency_key text,
  out order_id uuid, out left_out uuid[])
language plpgsql security definer
as $$
declare
  v_item  record;
  v_lines uuid[];
  v_total bigint;
begin
  left_out := '{}';
  for v_item in select * from app.read_items(coalesce(p_items, '[]')) order by n loop
    perform app.add_line(p_now, p_me, v_item.menu_item_id, v_item.quantity, v_item.modifiers, v_item.note, null, v_item.course);
  end loop;
  v_lines := app.price_drafts(p_now, p_restaurant_id);
  if v_lines is null then      -- something cannot be had: what somebody else chose and cannot send stays behind
    v_lines := app.price_drafts_but(p_now, p_restaurant_id, p_me);
    left_out := array(select id from order_lines where session_id = p_now and status = 'draft' and deleted_at is null and id <> all (v_lines) order by created_at, id);
  end if;
  if v_lines = '{}' then
    perform app.fail(409, 'There is nothing to send.', null, '{"reason": "nothing_to_send"}', 'Somebody at the table may just have sent it.');
  end if;
  select coalesce(sum(total_amount), 0) into v_total from order_lines where id = any (v_lines);
  perform app.check_total(p_total_amount, v_total);
  perform app.take_portions((select jsonb_object_agg(menu_item_id, n) from (
    select menu_item_id, sum(quantity) as n from order_lines where id = any (v_lines) group by menu_item_id) w));
  insert into orders (restaurant_id, session_id, origin_session_id, table_id, customer_session_id, user_id, customer_name, notes, idempotency_key)
  values (p_restaurant_id, p_now, coalesce(p_session_id, auth.table_session_id(), p_now), p_table_id, p_me, app.acting_user(), (select name from session_customers where id = p_me), p_notes, p_idempotency_key)
  returning id into order_id;
  update order_lines set status = 'pending', order_id = order_of_session.order_id, placed_at = now() where id = any (v_lines);
end $$;

-- One person's order, at a table (by staff) or to take away. p_takes_away: strangers may order here.
create or replace function app.order_of_one(
  p_restaurant_id uuid, p_organization_id uuid, p_takes_away boolean, p_table_id uuid, p_items jsonb, p_total_amount bigint, p_notes text,
  p_customer_name text, p_customer_phone text, p_pickup_at timestamptz, p_idempotency_key text) returns uuid
language plpgsql security definer
as $$
declare
  v_order  uuid;
  v_item   record;
  v_price  record;
  v_priced jsonb := '[]';
begin
  if not app.works_for(p_organization_id, 'orders', 'create') then
    if p_table_id is not null then
      perform app.fail(403, 'At a table, join its session.', 'p_table_id');
    elsif not p_takes_away then
      perform app.fail(403, 'This restaurant takes no orders from outside.', 'p_restaurant_id', '{"reason": "no_takeaway"}');
    elsif p_customer_name is null then
      perform app.fail(400, 'Under which name?', 'p_customer_name');
    end if;
    perform app.refuse_when_closed(p_restaurant_id, 'start', 'p_restaurant_id');
  end if;
  if p_table_id is not null and not exists (select from restaurant_tables where id = p_table_id and restaurant_id = p_restaurant_id and is_active) then
    perform app.fail(404, 'There is no such table.', 'p_table_id');
  end if;
  if p_items is null or p_items = '[]' then
    perform app.fail(400, 'An order has at least one item.', 'p_items');
  end if;
  if p_pickup_at is not null then
    if p_table_id is not null then
      perform app.fail(400, 'What is eaten at a table is not picked up.', 'p_pickup_at');
    elsif p_pickup_at < now() - interval '1 minute' or p_pickup_at > now() + interval '31 days' then
      perform app.fail(400, 'Pick it up today or within a month.', 'p_pickup_at');
    elsif not app.is_restaurant_open(p_restaurant_id, p_pickup_at) and not app.works_for(p_organization_id, 'orders', 'create') then
      perform app.fail(409, 'The restaurant is closed at that time.', 'p_pickup_at', '{"reason": "closed"}');
    end if;
  end if;
  for v_item in select * from app.read_items(p_items) order by n loop
    v_price := app.price_line(p_restaurant_id, v_item.menu_item_id, v_item.quantity, v_item.modifiers, p_table_id is null);
    v_priced := v_priced || (to_jsonb(v_item) || to_jsonb(v_price) || jsonb_build_object('note', app.clean_text(v_item.note, 500, 'p_items')));
  end loop;
  perform app.take_portions((select jsonb_object_agg(id, n) from (
    select e ->> 'menu_item_id' as id, sum((e ->> 'quantity')::int) as n from jsonb_array_elements(v_priced) e group by 1) w));
  insert into orders (restaurant_id, table_id, type, user_id, customer_name, customer_phone, notes, idempotency_key, pickup_at)
  values (p_restaurant_id, p_table_id, case when p_table_id is null then 'takeaway' else 'dine_in' end, app.acting_user(),
          p_customer_name, p_customer_phone, p_notes, p_idempotency_key, p_pickup_at)
  returning id into v_order;
  insert into order_lines (order_id, menu_item_id, name, quantity, unit_price, modifiers, allergens, note, tax_rate, tax_included, station, course, added_by, status, placed_at)
  select v_order, (e ->> 'menu_item_id')::uuid, e ->> 'item_name', (e ->> 'quantity')::int, (e ->> 'unit_price')::bigint, e -> 'modifiers', e -> 'allergens', e ->> 'note',
         (e ->> 'tax_rate')::numeric, (e ->> 'tax_included')::boolean, e ->> 'station', (e ->> 'course')::int, app.acting_user(), 'pending', now()
  from jsonb_array_elements(v_priced) e;
  perform app.check_total(p_total_amount, (select total_amount from orders where id = v_order));
  return v_order;
end $$;
