-- SECURITY DEFINER: staff take the billing back.
create or replace function api.unbill_session(p_session_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v_id     uuid;
  v_status text;
begin
  if auth.app_role() = 'guest' and not app.is_internal() then
    perform app.fail(403, 'Ask the waiter to reopen the session.');
  end if;
  v_id := app.lock_session(p_session_id);
  select status into v_status from table_sessions where id = v_id;
  if v_status = 'cleared' then
    perform app.fail(422, 'This session is cleared.', null, '{"from": "cleared", "to": "active", "allowed": []}');
  end if;
  if v_status = 'billed' then
    perform app.reopen_bill(v_id);
  end if;
  return jsonb_build_object('session_id', v_id, 'status', 'active', 'version', (select version from table_sessions where id = v_id));
end $$;
comment on function api.unbill_session(uuid) is 'Takes the billing back: people may order again. Open shares go, paid ones stay and count.
answers {"session_id": "uuid", "status": "table_sessions.status", "version": "int"}';
grant execute on function api.unbill_session(uuid) to authenticated, service_role;
