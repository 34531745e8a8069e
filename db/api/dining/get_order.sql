-- SECURITY DEFINER: the order's id is the receipt; who has it may see the order (and no phone number).
create or replace function api.get_order(p_order_id uuid) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_order jsonb := app.order_json(p_order_id, app.guest_customer_id());
begin
  if v_order is null or exists (select from orders where id = p_order_id and deleted_at is not null) then
    perform app.fail(404, 'There is no such order.', 'p_order_id');
  end if;
  return jsonb_build_object('order', v_order);
end $$;
comment on function api.get_order(uuid) is 'One order and how far the kitchen is, for whoever has its id.';
grant execute on function api.get_order(uuid) to anon, authenticated, service_role;
