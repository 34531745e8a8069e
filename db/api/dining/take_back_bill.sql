-- SECURITY DEFINER: guests of the session may think again for as long as nobody has paid.
create or replace function api.take_back_bill() returns jsonb
language plpgsql security definer
as $$
declare
  v_id      uuid := app.lock_session(null);
  v_session record;
begin
  select status, paid_amount into v_session from table_sessions where id = v_id;
  if v_session.paid_amount > 0 or exists (select from bill_shares where session_id = v_id and paid_amount > 0) then
    perform app.fail(409, 'Somebody has paid already.', null, '{"reason": "paid"}', 'Ask the waiter: the staff can open the table again.');
  end if;
  if v_session.status = 'billed' then
    perform app.reopen_bill(v_id);
    -- nobody has to come for a bill that is not wanted
    update table_sessions set service_call = null, service_called_at = null where id = v_id and service_call in ('bill', 'pay_cash', 'pay_card');
  end if;
  return jsonb_build_object('session_id', v_id, 'status', 'active', 'version', (select version from table_sessions where id = v_id));
end $$;
comment on function api.take_back_bill() is 'The guests order on: the bill is taken back while nothing of it was paid. 409 afterwards; the waiter can (unbill_session).
answers {"session_id": "uuid", "status": "table_sessions.status", "version": "int"}';
grant execute on function api.take_back_bill() to anon, authenticated, service_role;
