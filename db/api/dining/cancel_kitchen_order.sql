-- SECURITY DEFINER: a cancelled ticket takes its lines off the order and the bill.
create or replace function api.cancel_kitchen_order(p_kitchen_order_id uuid, p_reason text) returns jsonb
language plpgsql security definer
as $$
declare
  v_reason text := app.clean_text(p_reason, 500, 'p_reason');
begin
  if v_reason is null then
    perform app.fail(400, 'Say why.', 'p_reason');
  end if;
  return app.move_ticket(p_kitchen_order_id, 'cancelled', v_reason);
end $$;
comment on function api.cancel_kitchen_order(uuid, text) is 'Cancels a ticket with a reason; its lines leave the order and the bill. 409 once the session is billed.
answers {"ticket": "ticket", "order_status": "orders.status | null"}';
grant execute on function api.cancel_kitchen_order(uuid, text) to authenticated, service_role;
