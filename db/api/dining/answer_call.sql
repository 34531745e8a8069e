-- SECURITY DEFINER: checks the right on sessions itself.
create or replace function api.answer_call(p_session_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v_id uuid := app.lock_session(p_session_id);
begin
  update table_sessions set service_call = null, service_called_at = null where id = v_id and service_call is not null;
  return jsonb_build_object('version', (select version from table_sessions where id = v_id));
end $$;
comment on function api.answer_call(uuid) is 'The waiter has seen the call: the guests read who comes (service_seen_by).
answers {"version": "int"}';
grant execute on function api.answer_call(uuid) to authenticated, service_role;
