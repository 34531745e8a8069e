-- SECURITY DEFINER: guests of the session ask for the bill, or the waiter makes it.
create or replace function api.bill_session(p_session_id uuid default null, p_discard_drafts boolean default false) returns jsonb
language plpgsql security definer set plan_cache_mode = force_generic_plan
as $$
declare
  v_id uuid := app.lock_session(p_session_id);
begin
  perform app.make_bill(v_id, p_discard_drafts);
  return app.bill_answer(v_id);
end $$;
comment on function api.bill_session(uuid, boolean) is 'Asks for the bill: nothing more can be ordered, one share covers everything. Asking again gives the same answer.
answers {"session_id": "uuid", "status": "table_sessions.status", "bill": "bill", "version": "int"}';
grant execute on function api.bill_session(uuid, boolean) to anon, authenticated, service_role;
