-- SECURITY DEFINER: everything is paid, the table is free.
create or replace function api.clear_session(p_session_id uuid) returns jsonb
language plpgsql security definer set plan_cache_mode = force_generic_plan
as $$
declare
  v_id      uuid;
  v_session record;
  v_numbers jsonb;
  v_drafts  int;
begin
  if auth.app_role() = 'guest' and not app.is_internal() then
    perform app.fail(403, 'The staff clear the table.');
  end if;
  v_id := app.lock_session(p_session_id);
  select status, total_amount, paid_amount into v_session from table_sessions where id = v_id;
  if v_session.status <> 'cleared' then
    if v_session.total_amount > v_session.paid_amount then
      perform app.fail(409, 'This session is not paid yet.', null,
        jsonb_build_object('reason', 'unpaid', 'due_amount', v_session.total_amount - v_session.paid_amount), 'Take the payment first.');
    end if;
    select jsonb_agg(distinct order_number) into v_numbers from kitchen_orders where session_id = v_id and status in ('pending', 'cooking');
    if v_numbers is not null then
      perform app.fail(409, 'The kitchen is still working for this table.', null, jsonb_build_object('reason', 'in_kitchen', 'order_numbers', v_numbers),
        'Serve or cancel these orders first.');
    end if;
    select count(*) into v_drafts from order_lines where session_id = v_id and status = 'draft' and deleted_at is null;
    if v_drafts > 0 then
      perform app.fail(409, 'Something was chosen and not sent.', null, jsonb_build_object('reason', 'unsent_drafts', 'count', v_drafts), 'Send or remove it first.');
    end if;
    -- what stands on the pass has been eaten
    update kitchen_orders set status = 'completed' where session_id = v_id and status = 'ready';
    update table_sessions set status = 'cleared' where id = v_id;
  end if;
  return (select jsonb_build_object('session_id', id, 'status', status, 'table_id', table_id, 'cleared_at', cleared_at) from table_sessions where id = v_id);
end $$;
comment on function api.clear_session(uuid) is 'Ends a session: everything is paid, the table is free, its OTP and tokens open nothing any more. 409 while something is unpaid or in the kitchen.
answers {"session_id": "uuid", "status": "table_sessions.status", "table_id": "uuid", "cleared_at": "instant"}';
grant execute on function api.clear_session(uuid) to authenticated, service_role;
