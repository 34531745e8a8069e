-- Drafts become orders, orders become tickets.

-- One draft line. The session is locked by the caller.
drop function if exists app.add_line(uuid, uuid, uuid, int, jsonb, text, text);
create or replace function app.add_line(
  p_session_id uuid, p_customer_session_id uuid, p_menu_item_id uuid, p_quantity int, p_modifiers jsonb, p_note text, p_idempotency_key text default null,
  p_course int default 1) returns uuid
language plpgsql security definer
as $$
declare
  v_place uuid;
  v_price record;
  v_id    uuid;
begin
  select restaurant_id into v_place from table_sessions where id = p_session_id;
  if (select count(*) from order_lines where session_id = p_session_id and status = 'draft' and deleted_at is null) >= 200 then
    perform app.fail(409, 'Send what you have chosen before you add more.', null, '{"reason": "too_many_drafts"}');
  end if;
  v_price := app.price_line(v_place, p_menu_item_id, p_quantity, p_modifiers);
  insert into order_lines (session_id, customer_session_id, added_by, menu_item_id, name, quantity, unit_price, modifiers, allergens, note,
                           tax_rate, tax_included, station, idempotency_key, course)
  values (p_session_id, p_customer_session_id, app.acting_user(), p_menu_item_id, v_price.item_name, p_quantity, v_price.unit_price, v_price.modifiers, v_price.allergens,
          app.clean_text(p_note, 500, 'p_note'), v_price.tax_rate, v_price.tax_included, v_price.station, p_idempotency_key, app.checked_course(p_course))
  returning id into v_id;
  return v_id;
end $$;

create or replace function app.checked_course(p_course int) returns int
language plpgsql immutable
as $$
begin
  if p_course not between 1 and 9 then
    perform app.fail(400, 'A meal has courses 1 to 9.', 'p_course', '{"min": 1, "max": 9}');
  end if;
  return coalesce(p_course, 1);
end $$;

-- [{menu_item_id, quantity, modifiers, note, course}, …] as rows, refusing what is not that.
drop function if exists app.read_items(jsonb);
create or replace function app.read_items(p_items jsonb)
returns table (n bigint, menu_item_id uuid, quantity int, modifiers jsonb, note text, course int)
language plpgsql stable
as $$
declare
  v_item jsonb;
begin
  if jsonb_typeof(p_items) <> 'array' or jsonb_array_length(p_items) > 100 then
    perform app.fail(400, 'Items are a list of at most 100.', 'p_items');
  end if;
  for v_item in select * from jsonb_array_elements(p_items) loop
    if jsonb_typeof(v_item) <> 'object'
       or coalesce(v_item ->> 'menu_item_id', '') !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
       or (v_item ? 'quantity' and (jsonb_typeof(v_item -> 'quantity') <> 'number' or (v_item ->> 'quantity') !~ '^[0-9]{1,2}$'))
       or (coalesce(jsonb_typeof(v_item -> 'course'), 'null') <> 'null' and v_item ->> 'course' !~ '^[1-9]$')
       or coalesce(jsonb_typeof(v_item -> 'note'), 'null') not in ('string', 'null') then
      perform app.fail(400, 'Each item names its menu_item_id and a quantity between 1 and 99.', 'p_items', jsonb_build_object('item', v_item));
    end if;
  end loop;
  return query
    select e.n, (e.i ->> 'menu_item_id')::uuid, coalesce((e.i ->> 'quantity')::int, 1), nullif(e.i -> 'modifiers', 'null'), e.i ->> 'note', coalesce((e.i ->> 'course')::int, 1)
    from jsonb_array_elements(p_items) with ordinality e(i, n);
end $$;

-- Takes the portions of counted items, in the order of their ids; refuses with the whole list of what is gone.
create or replace function app.take_portions(p_wanted jsonb) returns void
language plpgsql security definer
as $$
declare
  v_gone jsonb;
begin
  perform from menu_items where id in (select key::uuid from jsonb_each(p_wanted)) and portions_left is not null order by id for no key update;
  select jsonb_agg(jsonb_build_object('menu_item_id', m.id, 'name', m.name, 'portions_left', m.portions_left) order by m.name) into v_gone
  from jsonb_each_text(p_wanted) w join menu_items m on m.id = w.key::uuid
  where not m.is_active or not m.is_available or m.portions_left < w.value::int;
  if v_gone is not null then
    perform app.fail(409, format('“%s” is sold out.', v_gone -> 0 ->> 'name'), 'p_items',
      jsonb_build_object('reason', 'sold_out', 'items', v_gone), 'Choose something else or fewer.');
  end if;
  update menu_items m
  set portions_left = m.portions_left - w.value::int,
      is_available = m.portions_left > w.value::int
  from jsonb_each_text(p_wanted) w
  where m.id = w.key::uuid and m.portions_left is not null;
end $$;

-- Everything an order is, from lines that are priced already: the kitchen's tickets and the snapshot.
create or replace function app.send_to_kitchen(p_order_id uuid) returns void
language plpgsql security definer
as $$
begin
  insert into kitchen_orders (order_id, session_id, table_id, station, course, held, order_number, business_date, customer_name, created_by, kitchen_notes, created_at, target_at)
  select o.id, o.session_id, o.table_id, l.station, l.course, l.course > (select min(f.course) from order_lines f where f.order_id = p_order_id), o.order_number, o.business_date, o.customer_name, app.acting_user(), o.notes, o.placed_at,
         greatest(o.pickup_at, o.placed_at + max(coalesce(m.prep_time_minutes, 10)) * interval '1 minute')
  from orders o join order_lines l on l.order_id = o.id left join menu_items m on m.id = l.menu_item_id
  where o.id = p_order_id
  group by o.id, l.station, l.course;

  insert into kitchen_order_items (kitchen_order_id, order_line_id, menu_item_id, name, quantity, modifiers, note, allergens, customer_name, created_at)
  select k.id, l.id, l.menu_item_id, l.name, l.quantity, l.modifiers, l.note, coalesce(l.allergens, m.allergens, '[]'), c.name,
         l.placed_at + row_number() over (order by m.sort_order, l.created_at, l.id) * interval '1 microsecond'
  from order_lines l
  join kitchen_orders k on k.order_id = l.order_id and k.station = l.station and k.course = l.course
  left join menu_items m on m.id = l.menu_item_id
  left join session_customers c on c.id = l.customer_session_id
  where l.order_id = p_order_id;

  perform app.snapshot_items(array[p_order_id]);
end $$;

-- The snapshot lists what is on the order: not what was moved to another bill or struck out (unless nothing else is left of it).
create or replace function app.snapshot_items(p_order_ids uuid[]) returns void
language plpgsql security definer
as $$
begin
  update orders o set items = x.items
  from (
    select l.order_id, jsonb_agg(jsonb_build_object('menu_item_id', l.menu_item_id, 'name', l.name, 'quantity', l.quantity, 'price', l.unit_price,
      'total', l.total_amount, 'tax_rate', l.tax_rate, 'modifiers', l.modifiers, 'allergens', coalesce(l.allergens, '[]'), 'note', l.note, 'customer_name', c.name) order by l.created_at, l.id) as items
    from order_lines l left join session_customers c on c.id = l.customer_session_id
    where l.order_id = any (p_order_ids)
      and (l.status <> 'cancelled' or not exists (select from order_lines r where r.order_id = l.order_id and r.status <> 'cancelled'))
    group by l.order_id) x
  where o.id = x.order_id and o.items is distinct from x.items;
end $$;

-- Takes p_quantity off a line and makes it a line of its own, on the same order and ticket: a part is voided or moved as a whole line is.
create or replace function app.split_line(p_line_id uuid, p_quantity int) returns uuid
language plpgsql security definer
as $$
declare
  v_line record;
  v_new  uuid := gen_random_uuid();
begin
  select quantity, status into v_line from order_lines where id = p_line_id;
  if p_quantity is null or p_quantity = v_line.quantity then
    return p_line_id;
  end if;
  if p_quantity not between 1 and v_line.quantity then
    perform app.fail(400, format('There are %s of it.', v_line.quantity), 'p_quantity', jsonb_build_object('min', 1, 'max', v_line.quantity));
  end if;
  -- a discount of the line is one of both its parts
  update bill_adjustments set line_ids = line_ids || v_new where p_line_id = any (line_ids);
  -- more first: a bill is never below what was paid, not even for a moment
  insert into order_lines (id, session_id, order_id, customer_session_id, added_by, menu_item_id, name, quantity, unit_price, modifiers, allergens, note,
                           tax_rate, tax_included, station, status, course, placed_at, created_at)
  select v_new, session_id, order_id, customer_session_id, added_by, menu_item_id, name, p_quantity, unit_price, modifiers, allergens, note,
         tax_rate, tax_included, station, status, course, placed_at, created_at + interval '1 microsecond'
  from order_lines where id = p_line_id;
  insert into kitchen_order_items (kitchen_order_id, order_line_id, menu_item_id, name, quantity, modifiers, note, allergens, customer_name, status, created_at)
  select kitchen_order_id, v_new, menu_item_id, name, p_quantity, modifiers, note, allergens, customer_name, status, created_at + interval '1 microsecond'
  from kitchen_order_items where order_line_id = p_line_id;
  update kitchen_order_items set quantity = quantity - p_quantity where order_line_id = p_line_id;
  update order_lines set quantity = quantity - p_quantity, adjustment = round(adjustment::numeric * (quantity - p_quantity) / quantity) where id = p_line_id;
  update kitchen_orders set updated_at = now() where id in (select kitchen_order_id from kitchen_order_items where order_line_id = p_line_id);
  return v_new;
end $$;
comment on function app.split_line(uuid, int) is 'A part of a line as a line of its own; the whole quantity is the line itself.';

create or replace function app.order_answer(p_order_id uuid, p_me uuid, p_replayed boolean) returns jsonb
language plpgsql stable security definer
as $$
begin
  return (
    select jsonb_build_object(
      'order', app.order_json(p_order_id, p_me),
      'kitchen_orders', coalesce((select jsonb_agg(jsonb_build_object('id', k.id, 'station', k.station, 'order_number', k.order_number, 'status', k.status) order by k.station)
                                  from kitchen_orders k where k.order_id = p_order_id), '[]'),
      'version', (select s.version from orders o join table_sessions s on s.id = o.session_id where o.id = p_order_id),
      'replayed', p_replayed));
end $$;

-- Locks a ticket behind its session, and checks that who asks may move it.
create or replace function app.lock_ticket(p_kitchen_order_id uuid, p_action text default 'update') returns void
language plpgsql security definer
as $$
declare
  v_ticket record;
begin
  select organization_id, restaurant_id, session_id, order_id into v_ticket from kitchen_orders where id = p_kitchen_order_id;
  perform app.require_may(v_ticket.organization_id, 'kitchen', p_action, 'ticket');
  if v_ticket.organization_id is null then
    perform app.fail(404, 'There is no such ticket.', 'p_kitchen_order_id');
  end if;
  perform app.require_restaurant(v_ticket.restaurant_id, 'ticket');
  perform from table_sessions where id = v_ticket.session_id for no key update;
  perform from orders where id = v_ticket.order_id for no key update;
  perform from kitchen_orders where id = p_kitchen_order_id for no key update;
end $$;

-- Moves a ticket; there already is fine (a double tap), a move the diagram lacks is refused by it.
create or replace function app.move_ticket(p_kitchen_order_id uuid, p_status text, p_reason text default null) returns jsonb
language plpgsql security definer set plan_cache_mode = force_generic_plan
as $$
begin
  perform app.lock_ticket(p_kitchen_order_id);
  if p_status = 'cancelled' and exists (
       select from kitchen_orders k join order_lines l on l.order_id = k.order_id join table_sessions s on s.id = l.session_id
       where k.id = p_kitchen_order_id and k.status <> 'cancelled' and s.status <> 'active') then
    perform app.fail(409, 'The bill has been asked for: this stays on it.', null, '{"reason": "billed"}', 'Reopen the session first.');
  end if;
  if p_status = 'cancelled' and exists (
       select from kitchen_orders k join orders o on o.id = k.order_id
       where k.id = p_kitchen_order_id and k.status <> 'cancelled' and o.session_id is null and app.paid_amount('order', o.id) > 0) then
    perform app.fail(409, 'This order has been paid.', null, '{"reason": "paid"}', 'Refund the payment first.');
  end if;
  update kitchen_orders
  set status = p_status, held = held and p_status in ('pending', 'cancelled'), cancellation_reason = case when p_status = 'cancelled' then p_reason end
  where id = p_kitchen_order_id and status <> p_status;
  return app.ticket_answer(p_kitchen_order_id);
end $$;

-- A draft that can no longer be had: dish or choice sold out, or off the menu.
create or replace function app.is_sold_out(p_line_id uuid) returns boolean
language sql stable security definer
as $$
  select exists (
    select from order_lines l left join menu_items m on m.id = l.menu_item_id
    where l.id = p_line_id and l.status = 'draft'
      and (m.id is null or not m.is_active or not m.is_available or coalesce(m.portions_left < l.quantity, false)
           or exists (select from jsonb_array_elements(l.modifiers) e left join modifiers x on x.id = (e ->> 'id')::uuid
                      where x.id is null or not x.is_active or not x.is_available)))
$$;

-- A draft that who asks may change: a guest's own, any of their session for staff. Its session is locked then.
create or replace function app.lock_draft(p_line_id uuid, p_me uuid, p_gone_is_fine boolean default false) returns void
language plpgsql security definer
as $$
declare
  v_session uuid;
  v_line    record;
begin
  select session_id into v_session from order_lines where id = p_line_id;
  -- another session's line does not exist for a guest
  if v_session is null or (auth.app_role() = 'guest' and not app.is_internal() and v_session is distinct from app.session_for(null)) then
    perform app.fail(404, 'There is no such line.', 'p_line_id');
  end if;
  perform app.lock_active_session(v_session);
  select status, customer_session_id, deleted_at into v_line from order_lines where id = p_line_id;
  if v_line.deleted_at is not null and not p_gone_is_fine then
    perform app.fail(404, 'This line has been removed.', 'p_line_id', '{"reason": "removed"}');
  end if;
  if v_line.status <> 'draft' then
    perform app.fail(409, 'This has been sent to the kitchen.', 'p_line_id', '{"reason": "already_sent"}', 'Ask the waiter to change it.');
  end if;
  -- what is sold out, anybody at the table may take off it
  if p_me is not null and v_line.customer_session_id is distinct from p_me and not (p_gone_is_fine and app.is_sold_out(p_line_id)) then
    perform app.fail(403, 'This is somebody else''s choice.', 'p_line_id', '{"reason": "not_yours"}');
  end if;
end $$;

-- A total that a client sends is compared, never believed.
drop function if exists app.check_total(int, int);
create or replace function app.check_total(p_given bigint, p_total bigint) returns void
language plpgsql immutable
as $$
begin
  if p_given is distinct from p_total and p_given is not null then
    perform app.fail(409, 'The price has changed.', 'p_total_amount', jsonb_build_object('reason', 'total_changed', 'total_amount', p_total),
      'Show the new total and ask again.');
  end if;
end $$;

-- Locks an order behind its session for a void, and refuses when the bill is out or money has come for it.
create or replace function app.lock_order(p_order_id uuid) returns void
language plpgsql security definer
as $$
declare
  v_session record;
begin
  select s.id, s.status into v_session from orders o join table_sessions s on s.id = o.session_id where o.id = p_order_id for no key update of s;
  if v_session.status = 'billed' then
    perform app.fail(409, 'The bill has been asked for.', null, '{"reason": "billed"}', 'Reopen the session first.');
  elsif v_session.status = 'cleared' then
    perform app.fail(410, 'This session is over.', null, '{"reason": "session_over"}', 'Refund the payment instead.');
  end if;
  perform from orders where id = p_order_id for no key update;
  if v_session.id is null and app.paid_amount('order', p_order_id) > 0 then
    perform app.fail(409, 'This order has been paid.', null, '{"reason": "paid"}', 'Refund the payment first.');
  end if;
end $$;

create or replace function app.void_lines(p_line_ids uuid[], p_reason text) returns void
language plpgsql security definer
as $$
declare
  v_reason text := app.clean_text(p_reason, 500, 'p_reason');
begin
  if v_reason is null then
    perform app.fail(400, 'Say why.', 'p_reason');
  end if;
  update kitchen_order_items set status = 'cancelled' where order_line_id = any (p_line_ids) and status <> 'cancelled';
  update order_lines set status = 'cancelled', cancellation_reason = v_reason where id = any (p_line_ids) and status not in ('cancelled', 'draft');
  -- a ticket with nothing left on it goes; the others show what is struck out
  update kitchen_orders k
  set status = case when exists (select from kitchen_order_items i where i.kitchen_order_id = k.id and i.status <> 'cancelled') then k.status else 'cancelled' end,
      cancellation_reason = case when exists (select from kitchen_order_items i where i.kitchen_order_id = k.id and i.status <> 'cancelled') then k.cancellation_reason else v_reason end,
      updated_at = now()
  where k.status in ('pending', 'cooking', 'ready')
    and k.id in (select i.kitchen_order_id from kitchen_order_items i where i.order_line_id = any (p_line_ids));
  perform app.snapshot_items(array(select distinct order_id from order_lines where id = any (p_line_ids)));
end $$;

-- What was chosen earlier is sold at today's price, if it is still to be had. The drafts of a session, priced; null when one of them cannot be sold.
create or replace function app.price_drafts(p_session_id uuid, p_restaurant_id uuid) returns uuid[]
language plpgsql security definer
as $$
declare
  v_lines  uuid[] := '{}';
  v_id     uuid;
  v_wanted jsonb;
begin
  for v_id in select id from order_lines where session_id = p_session_id and status = 'draft' and deleted_at is null order by created_at, id loop
    perform app.price_draft(v_id, p_restaurant_id);
    v_lines := v_lines || v_id;
  end loop;
  if exists (select from order_lines l join menu_items m on m.id = l.menu_item_id where l.id = any (v_lines)
             group by m.id having sum(l.quantity) > m.portions_left) then
    return null;
  end if;
  return v_lines;
exception when sqlstate 'MD409' or sqlstate 'MD404' or sqlstate 'MD400' then
  return null;
end $$;

-- The same, leaving behind what cannot be sold and is somebody else's; what p_me chose is refused. Who sends comes first, then who chose first.
create or replace function app.price_drafts_but(p_session_id uuid, p_restaurant_id uuid, p_me uuid) returns uuid[]
language plpgsql security definer
as $$
declare
  v_lines uuid[] := '{}';
  v_line  record;
begin
  for v_line in
    select id, menu_item_id, quantity, customer_session_id is not distinct from p_me as mine from order_lines
    where session_id = p_session_id and status = 'draft' and deleted_at is null
    order by customer_session_id is not distinct from p_me desc, created_at, id
  loop
    if v_line.mine then
      perform app.price_draft(v_line.id, p_restaurant_id);
    else
      begin
        perform app.price_draft(v_line.id, p_restaurant_id);
      exception when sqlstate 'MD409' or sqlstate 'MD404' or sqlstate 'MD400' then
        continue;
      end;
      continue when (select m.portions_left < v_line.quantity + (select coalesce(sum(l.quantity), 0) from order_lines l where l.id = any (v_lines) and l.menu_item_id = m.id)
                     from menu_items m where m.id = v_line.menu_item_id);
    end if;
    v_lines := v_lines || v_line.id;
  end loop;
  return v_lines;
end $$;

create or replace function app.price_draft(p_line_id uuid, p_restaurant_id uuid) returns void
language plpgsql security definer
as $$
declare
  v_line  record;
  v_price record;
begin
  select id, menu_item_id, quantity, modifiers, allergens, unit_price, tax_rate, tax_included, name into v_line from order_lines where id = p_line_id;
  v_price := app.price_line(p_restaurant_id, v_line.menu_item_id, v_line.quantity, v_line.modifiers);
  if (v_price.unit_price, v_price.modifiers, v_price.allergens, v_price.tax_rate, v_price.tax_included, v_price.item_name)
     is distinct from (v_line.unit_price, v_line.modifiers, v_line.allergens, v_line.tax_rate, v_line.tax_included, v_line.name) then
    update order_lines set unit_price = v_price.unit_price, modifiers = v_price.modifiers, allergens = v_price.allergens, tax_rate = v_price.tax_rate,
      tax_included = v_price.tax_included, name = v_price.item_name, station = v_price.station
    where id = v_line.id;
  end if;
end $$;
