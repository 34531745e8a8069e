-- SECURITY DEFINER: the line follows the item.
create or replace function api.set_kitchen_item_ready(p_item_id uuid, p_ready boolean default true) returns jsonb
language plpgsql security definer set plan_cache_mode = force_generic_plan
as $$
declare
  v_item record;
begin
  select i.kitchen_order_id into v_item from kitchen_order_items i where i.id = p_item_id;
  if v_item.kitchen_order_id is null then
    perform app.fail(404, 'There is no such item on a ticket.', 'p_item_id');
  end if;
  perform app.lock_ticket(v_item.kitchen_order_id);
  select i.status, i.order_line_id, i.kitchen_order_id, k.status as ticket into v_item
  from kitchen_order_items i join kitchen_orders k on k.id = i.kitchen_order_id where i.id = p_item_id;
  if v_item.status = 'cancelled' or v_item.ticket not in ('pending', 'cooking') then
    perform app.fail(422, format('This ticket is %s.', v_item.ticket), 'p_item_id', jsonb_build_object('from', v_item.ticket));
  end if;
  if p_ready and v_item.ticket = 'pending' then
    perform app.move_ticket(v_item.kitchen_order_id, 'cooking');
  end if;
  update kitchen_order_items set status = case when p_ready then 'ready' else 'pending' end where id = p_item_id;
  update kitchen_orders set updated_at = now() where id = v_item.kitchen_order_id;      -- the board listens to tickets
  update order_lines set status = case when p_ready then 'ready' else 'cooking' end
  where id = v_item.order_line_id and status <> case when p_ready then 'ready' else 'cooking' end
    and not (status = 'pending' and not p_ready);
  return app.ticket_answer(v_item.kitchen_order_id);
end $$;
comment on function api.set_kitchen_item_ready(uuid, boolean) is 'Ticks one item of a ticket off, or takes the tick back; a pending ticket is started by it.
answers {"ticket": "ticket", "order_status": "orders.status | null"}';
grant execute on function api.set_kitchen_item_ready(uuid, boolean) to authenticated, service_role;
