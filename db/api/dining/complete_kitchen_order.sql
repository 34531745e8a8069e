-- SECURITY DEFINER: the ticket moves its lines and its order, which cooks may not touch by themselves.
create or replace function api.complete_kitchen_order(p_kitchen_order_id uuid) returns jsonb
language sql security definer
as $$ select app.move_ticket(p_kitchen_order_id, 'completed') $$;
comment on function api.complete_kitchen_order(uuid) is 'The ticket has been served: ready → completed.
answers {"ticket": "ticket", "order_status": "orders.status | null"}';
grant execute on function api.complete_kitchen_order(uuid) to authenticated, service_role;
