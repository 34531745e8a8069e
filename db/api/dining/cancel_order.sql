-- SECURITY DEFINER: as cancel_order_line, for all lines.
create or replace function api.cancel_order(p_order_id uuid, p_reason text) returns jsonb
language plpgsql security definer
as $$
declare
  v_order record;
begin
  select id, organization_id, session_id, has_lines into v_order from orders where id = p_order_id and deleted_at is null;
  perform app.require_may(v_order.organization_id, 'orders', 'update', 'order');
  perform app.require_restaurant((select restaurant_id from orders where id = p_order_id), 'order');
  if v_order.id is null then
    perform app.fail(404, 'There is no such order.', 'p_order_id');
  end if;
  perform app.lock_order(p_order_id);
  if v_order.has_lines then
    perform app.void_lines(array(select id from order_lines where order_id = p_order_id), p_reason);
  else
    update orders set status = 'CANCELLED', cancelled_at = now() where id = p_order_id and status <> 'CANCELLED';
  end if;
  update orders set cancellation_reason = app.clean_text(p_reason, 500, 'p_reason') where id = p_order_id and cancellation_reason is null;
  return jsonb_build_object('order', app.order_json(p_order_id), 'version', (select version from table_sessions where id = v_order.session_id));
end $$;
comment on function api.cancel_order(uuid, text) is 'Takes a whole order off the kitchen and the bill, with a reason. Doing it twice is fine.
answers {"order": "order", "version": "int | null"}';
grant execute on function api.cancel_order(uuid, text) to authenticated, service_role;
