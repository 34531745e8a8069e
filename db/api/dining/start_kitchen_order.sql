-- SECURITY DEFINER: the ticket moves its lines and its order, which cooks may not touch by themselves.
create or replace function api.start_kitchen_order(p_kitchen_order_id uuid) returns jsonb
language sql security definer
as $$ select app.move_ticket(p_kitchen_order_id, 'cooking') $$;
comment on function api.start_kitchen_order(uuid) is 'A cook takes the ticket: pending → cooking. Doing it twice returns the same.
answers {"ticket": "ticket", "order_status": "orders.status | null"}';
grant execute on function api.start_kitchen_order(uuid) to authenticated, service_role;
