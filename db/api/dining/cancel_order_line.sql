-- SECURITY DEFINER: a void takes a line off the ticket, the order and the bill together; the right on orders is checked here.
create or replace function api.cancel_order_line(p_line_id uuid, p_reason text, p_quantity int default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_line record;
begin
  select organization_id, order_id, session_id, status into v_line from order_lines where id = p_line_id;
  perform app.require_may(v_line.organization_id, 'orders', 'update', 'line');
  perform app.require_restaurant((select restaurant_id from order_lines where id = p_line_id), 'line');
  if v_line.order_id is null then
    perform app.fail(404, 'There is no such line.', 'p_line_id', '{}', 'What was not sent is removed, not cancelled.');
  end if;
  perform app.lock_order(v_line.order_id);
  perform app.void_lines(array[case when v_line.status = 'cancelled' then p_line_id else app.split_line(p_line_id, p_quantity) end], p_reason);
  return jsonb_build_object('order', app.order_json(v_line.order_id), 'version', (select version from table_sessions where id = v_line.session_id));
end $$;
comment on function api.cancel_order_line(uuid, text, int) is 'Takes a sent line, or p_quantity of it, off the ticket and the bill, with a reason. Voiding a whole line twice is fine. What was served gives no portion and no stock back.
answers {"order": "order", "version": "int | null"}';
grant execute on function api.cancel_order_line(uuid, text, int) to authenticated, service_role;
