-- SECURITY DEFINER: guests of the session take back their own call; staff answer it instead (answer_call).
create or replace function api.cancel_call(p_session_id uuid default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_id uuid := app.lock_session(p_session_id);
begin
  update table_sessions set service_call = null, service_called_at = null where id = v_id and service_call is not null;
  return jsonb_build_object('version', (select version from table_sessions where id = v_id));
end $$;
comment on function api.cancel_call(uuid) is 'The guests need nobody any more. Doing it twice is fine.
answers {"version": "int"}';
grant execute on function api.cancel_call(uuid) to anon, authenticated, service_role;
