-- SECURITY DEFINER: guests send what their session has chosen; strangers order takeaway where the restaurant takes such orders.
-- Session before menu items (by id) before the day's counter: that is the order of locks everywhere.
create or replace function api.place_order(
  p_session_id uuid default null,
  p_items jsonb default null,
  p_idempotency_key text default null,
  p_total_amount bigint default null,
  p_notes text default null,
  p_restaurant_id uuid default null,
  p_table_id uuid default null,
  p_customer_name text default null,
  p_customer_phone text default null,
  p_pickup_at timestamptz default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_session uuid;
  v_me      uuid := app.guest_customer_id();
  v_guest   boolean := auth.app_role() = 'guest' and not app.is_internal();
  v_place   record;
  v_order   uuid;
  v_other   uuid;
  v_item    record;
  v_price   record;
  v_lines   uuid[] := '{}';
  v_left    uuid[] := '{}';
  v_priced  jsonb := '[]';
  v_total   bigint;
  v_counted boolean := false;
  v_message text;
  v_detail  text;
  v_hint    text;
begin
  p_idempotency_key := app.own_key(p_idempotency_key);
  p_notes := app.clean_text(p_notes, 1000, 'p_notes');
  p_customer_name := app.clean_text(p_customer_name, 255, 'p_customer_name');
  p_customer_phone := app.clean_phone(p_customer_phone, 'p_customer_phone');

  if v_guest or p_session_id is not null then
    v_session := app.lock_session(p_session_id);
    select r.id, r.organization_id, s.table_id into v_place
    from table_sessions s join restaurants r on r.id = s.restaurant_id where s.id = v_session;
  else
    v_counted := true;
    perform app.begin_attempt('place_order');
    select r.id, r.organization_id, r.accepts_takeaway, r.is_active, null::uuid as table_id into v_place from restaurants r where r.id = p_restaurant_id;
    if not found then
      perform app.fail(case when p_restaurant_id is null then 400 else 404 end, 'Which restaurant is this order for?', 'p_restaurant_id');
    end if;
    perform app.lock_key('order', v_place.id || '/' || p_idempotency_key);
  end if;

  -- a repeated tap gets the first answer
  if p_idempotency_key is not null then
    -- its session may have joined another meanwhile, or the order may stand on another bill
    select id, case when coalesce(origin_session_id, session_id) in (coalesce(p_session_id, auth.table_session_id()), v_session) then v_session else session_id end
      into v_order, v_other from orders where restaurant_id = v_place.id and idempotency_key = p_idempotency_key;
    if found then
      -- keys are the clients' own: one that a stranger guesses or repeats shows them nothing
      if v_other is distinct from v_session
         or v_session is null and not app.works_for(v_place.organization_id, 'orders', 'create') and not exists (
              select from orders where id = v_order and (customer_name, customer_phone) is not distinct from (p_customer_name, p_customer_phone)) then
        perform app.fail(409, 'This idempotency key belongs to another order.', 'p_idempotency_key');
      end if;
      return app.order_answer(v_order, v_me, true);
    end if;
  end if;

  if v_session is not null then
    perform app.lock_active_session(v_session);
    if v_guest then
      perform app.refuse_when_closed(v_place.id, 'order', null);
    end if;
    for v_item in select * from app.read_items(coalesce(p_items, '[]')) order by n loop
      perform app.add_line(v_session, v_me, v_item.menu_item_id, v_item.quantity, v_item.modifiers, v_item.note, null, v_item.course);
    end loop;
    v_lines := app.price_drafts(v_session, v_place.id);
    if v_lines is null then      -- something cannot be had: what somebody else chose and cannot send stays behind
      v_lines := app.price_drafts_but(v_session, v_place.id, v_me);
      v_left := array(select id from order_lines where session_id = v_session and status = 'draft' and deleted_at is null and id <> all (v_lines) order by created_at, id);
    end if;
    if v_lines = '{}' then
      perform app.fail(409, 'There is nothing to send.', null, '{"reason": "nothing_to_send"}', 'Somebody at the table may just have sent it.');
    end if;
    select coalesce(sum(total_amount), 0) into v_total from order_lines where id = any (v_lines);
    perform app.check_total(p_total_amount, v_total);
    perform app.take_portions((select jsonb_object_agg(menu_item_id, n) from (
      select menu_item_id, sum(quantity) as n from order_lines where id = any (v_lines) group by menu_item_id) w));
    insert into orders (restaurant_id, session_id, origin_session_id, table_id, customer_session_id, user_id, customer_name, notes, idempotency_key)
    values (v_place.id, v_session, coalesce(p_session_id, auth.table_session_id(), v_session), v_place.table_id, v_me, app.acting_user(), (select name from session_customers where id = v_me), p_notes, p_idempotency_key)
    returning id into v_order;
    update order_lines set status = 'pending', order_id = v_order, placed_at = now() where id = any (v_lines);
  else
    -- one person's order, at a table (by staff) or to take away
    if not app.works_for(v_place.organization_id, 'orders', 'create') then
      if p_table_id is not null then
        perform app.fail(403, 'At a table, join its session.', 'p_table_id');
      elsif not (v_place.accepts_takeaway and v_place.is_active) then
        perform app.fail(403, 'This restaurant takes no orders from outside.', 'p_restaurant_id', '{"reason": "no_takeaway"}');
      elsif p_customer_name is null then
        perform app.fail(400, 'Under which name?', 'p_customer_name');
      end if;
      perform app.refuse_when_closed(v_place.id, 'start', 'p_restaurant_id');
    end if;
    if p_table_id is not null and not exists (select from restaurant_tables where id = p_table_id and restaurant_id = v_place.id and is_active) then
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
      elsif not app.is_restaurant_open(v_place.id, p_pickup_at) and not app.works_for(v_place.organization_id, 'orders', 'create') then
        perform app.fail(409, 'The restaurant is closed at that time.', 'p_pickup_at', '{"reason": "closed"}');
      end if;
    end if;
    for v_item in select * from app.read_items(p_items) order by n loop
      v_price := app.price_line(v_place.id, v_item.menu_item_id, v_item.quantity, v_item.modifiers, p_table_id is null);
      v_priced := v_priced || (to_jsonb(v_item) || to_jsonb(v_price) || jsonb_build_object('note', app.clean_text(v_item.note, 500, 'p_items')));
    end loop;
    perform app.take_portions((select jsonb_object_agg(id, n) from (
      select e ->> 'menu_item_id' as id, sum((e ->> 'quantity')::int) as n from jsonb_array_elements(v_priced) e group by 1) w));
    insert into orders (restaurant_id, table_id, type, user_id, customer_name, customer_phone, notes, idempotency_key, pickup_at)
    values (v_place.id, p_table_id, case when p_table_id is null then 'takeaway' else 'dine_in' end, app.acting_user(),
            p_customer_name, p_customer_phone, p_notes, p_idempotency_key, p_pickup_at)
    returning id into v_order;
    insert into order_lines (order_id, menu_item_id, name, quantity, unit_price, modifiers, allergens, note, tax_rate, tax_included, station, course, added_by, status, placed_at)
    select v_order, (e ->> 'menu_item_id')::uuid, e ->> 'item_name', (e ->> 'quantity')::int, (e ->> 'unit_price')::bigint, e -> 'modifiers', e -> 'allergens', e ->> 'note',
           (e ->> 'tax_rate')::numeric, (e ->> 'tax_included')::boolean, e ->> 'station', (e ->> 'course')::int, app.acting_user(), 'pending', now()
    from jsonb_array_elements(v_priced) e;
    perform app.check_total(p_total_amount, (select total_amount from orders where id = v_order));
  end if;
  perform app.send_to_kitchen(v_order);
  return app.order_answer(v_order, v_me, false) || case when v_left = '{}' then '{}' else jsonb_build_object('left_out',
    (select jsonb_agg(d.line order by d.created_at, d.id) from app.line_rows(v_left, v_me) d)) end;
exception when others then
  if not v_counted then      -- a session's guests order as often as they like
    raise;
  end if;
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('place_order', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.place_order(uuid, jsonb, text, bigint, text, uuid, uuid, text, text, timestamptz) is
  'Sends all drafts of a session (and p_items) to the kitchen as one order; without a session, one person''s order (p_pickup_at: when it is fetched). What somebody else chose and is sold out stays a draft and is told in left_out; later courses wait for fire_course. Totals in minor units are computed here; p_total_amount is compared with them.';
grant execute on function api.place_order(uuid, jsonb, text, bigint, text, uuid, uuid, text, text, timestamptz) to anon, authenticated, service_role;
