-- SECURITY DEFINER: lines move from one bill to another; the right on both sessions is checked here.
create or replace function api.move_lines(p_line_ids uuid[], p_to_session_id uuid, p_quantity int default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_from   uuid[];
  v_place  uuid;
  v_order  record;
  v_new    uuid;
  v_number text;
begin
  perform app.require_staff_session(p_to_session_id);
  if p_line_ids is null or cardinality(p_line_ids) not between 1 and 200 then
    perform app.fail(400, 'Name 1 to 200 lines.', 'p_line_ids');
  end if;
  select array_agg(distinct session_id order by session_id) into v_from from order_lines where id = any (p_line_ids) and session_id is not null;
  perform app.require_staff_session(s) from unnest(v_from) s;
  perform from table_sessions where id = any (v_from || p_to_session_id) order by id for no key update;
  select restaurant_id into v_place from table_sessions where id = p_to_session_id;
  if (select count(*) from order_lines l join table_sessions s on s.id = l.session_id
      where l.id = any (p_line_ids) and l.deleted_at is null and l.status <> 'cancelled' and s.restaurant_id = v_place)
     <> (select count(distinct i) from unnest(p_line_ids) i) then
    perform app.fail(404, 'One of these lines is not there.', 'p_line_ids');
  end if;
  if exists (select from table_sessions where id = any (v_from || p_to_session_id) and status <> 'active') then
    perform app.fail(409, 'Both sessions have to be open.', 'p_to_session_id', '{"reason": "billed"}', 'Reopen what has been billed.');
  end if;

  if p_quantity is not null then
    if cardinality(p_line_ids) <> 1 then
      perform app.fail(400, 'A part is moved of one line at a time.', 'p_quantity');
    end if;
    p_line_ids := array[app.split_line(p_line_ids[1], p_quantity)];
  end if;
  -- what was taken off single lines goes with them; what was taken off the whole bill stays with the bill
  update bill_adjustments set session_id = p_to_session_id where session_id = any (v_from) and line_ids <@ p_line_ids;
  -- drafts; a key stays the key of the session that used it, so that a tablet that repeats itself adds nothing
  update order_lines set session_id = p_to_session_id, customer_session_id = null, origin_session_id = coalesce(origin_session_id, session_id)
  where id = any (p_line_ids) and status = 'draft' and session_id <> p_to_session_id;
  -- whole orders move as they are; of others the lines become an order of their own, 12 → 12-2. Tickets stay where they are
  -- cooked: each line keeps the one it has.
  for v_order in
    select o.id, o.order_number, o.business_date, o.customer_name, o.placed_at, o.status,
           not exists (select from order_lines r where r.order_id = o.id and r.status <> 'cancelled' and r.id <> all (p_line_ids)) as whole
    from orders o
    where o.session_id <> p_to_session_id and o.id in (select l.order_id from order_lines l where l.id = any (p_line_ids))
    order by o.id
  loop
    if v_order.whole then
      update orders set session_id = p_to_session_id, customer_session_id = null,
        table_id = (select table_id from table_sessions where id = p_to_session_id) where id = v_order.id;
      update order_lines set session_id = p_to_session_id, customer_session_id = null, adjustment = 0, origin_session_id = coalesce(origin_session_id, session_id) where order_id = v_order.id;
      update kitchen_orders k set session_id = p_to_session_id,
        table_id = (select table_id from table_sessions where id = p_to_session_id) where order_id = v_order.id;
    else
      select v_order.order_number || '-' || n into v_number from generate_series(2, 1000) n
      where not exists (select from orders where restaurant_id = v_place and business_date = v_order.business_date and order_number = v_order.order_number || '-' || n)
      order by n limit 1;
      insert into orders (restaurant_id, session_id, customer_name, business_date, order_number, placed_at, status, has_lines, user_id)
      values (v_place, p_to_session_id, v_order.customer_name, v_order.business_date, v_number, v_order.placed_at, v_order.status, true, app.acting_user())
      returning id into v_new;
      update order_lines set session_id = p_to_session_id, order_id = v_new, customer_session_id = null, adjustment = 0, origin_session_id = coalesce(origin_session_id, session_id)
      where order_id = v_order.id and id = any (p_line_ids);
      perform app.snapshot_items(array[v_order.id, v_new]);
    end if;
  end loop;
  return jsonb_build_object('from_session_ids', to_jsonb(v_from), 'to_session_id', p_to_session_id,
    'version', (select version from table_sessions where id = p_to_session_id));
end $$;
comment on function api.move_lines(uuid[], uuid, int) is 'Moves lines, sent or not, to another open session''s bill; with p_quantity a part of one line. The kitchen''s tickets are not made again.
answers {"from_session_ids": "uuid[]", "to_session_id": "uuid", "version": "int"}';
grant execute on function api.move_lines(uuid[], uuid, int) to authenticated, service_role;
