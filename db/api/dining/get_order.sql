-- SECURITY DEFINER: the id of a takeaway order is its receipt; who has it may see the order (and no phone number). An order at a table
-- names the others who sit there: it is for them, for who placed it, and for the staff.
create or replace function api.get_order(p_order_id uuid) returns jsonb
language plpgsql stable security definer
as $$
declare
  v record;
begin
  select o.organization_id, o.session_id, o.table_id, o.user_id into v from orders o where o.id = p_order_id and o.deleted_at is null;
  if not found or (coalesce(v.session_id, v.table_id) is not null
       and not coalesce(v.session_id = app.guest_session_id(), false)
       and not coalesce(v.user_id = auth.uid(), false)
       and not app.works_for(v.organization_id, 'orders', 'read')) then
    perform app.fail(404, 'There is no such order.', 'p_order_id');
  end if;
  return jsonb_build_object('order', app.order_json(p_order_id, app.guest_customer_id()));
end $$;
comment on function api.get_order(uuid) is 'One order and how far the kitchen is: a takeaway order for whoever has its id, an order at a table for who sits there and for staff.
answers {"order": "order"}';
grant execute on function api.get_order(uuid) to anon, authenticated, service_role;
