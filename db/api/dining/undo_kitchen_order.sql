-- SECURITY DEFINER: as the moves it takes back.
create or replace function api.undo_kitchen_order(p_kitchen_order_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v_ticket record;
begin
  perform app.lock_ticket(p_kitchen_order_id);
  select k.status, k.started_at, k.ready_at, s.status as session_status into v_ticket
  from kitchen_orders k left join table_sessions s on s.id = k.session_id where k.id = p_kitchen_order_id;
  if v_ticket.status = 'pending' then
    perform app.fail(422, 'Nothing has been done on this ticket yet.', null, '{"from": "pending", "allowed": ["cooking", "ready", "cancelled"]}');
  end if;
  if v_ticket.status = 'cancelled' and v_ticket.session_status <> 'active' then
    perform app.fail(409, 'The bill has been asked for.', null, '{"reason": "billed"}', 'Reopen the session first.');
  end if;
  if v_ticket.status = 'cancelled' and not exists (select from kitchen_order_items where kitchen_order_id = p_kitchen_order_id and status <> 'cancelled') then
    perform app.fail(409, 'Everything on this ticket was struck off the bill: there is nothing to cook.', 'p_kitchen_order_id', '{"reason": "voided"}', 'Order it again.');
  end if;
  return app.move_ticket(p_kitchen_order_id, case v_ticket.status
    when 'completed' then 'ready' when 'ready' then 'cooking' when 'cooking' then 'pending'
    else case when v_ticket.ready_at is not null then 'ready' when v_ticket.started_at is not null then 'cooking' else 'pending' end end);
end $$;
comment on function api.undo_kitchen_order(uuid) is 'One step back: completed → ready → cooking → pending; a cancelled ticket returns to where it was.
answers {"ticket": "ticket", "order_status": "orders.status | null"}';
grant execute on function api.undo_kitchen_order(uuid) to authenticated, service_role;
