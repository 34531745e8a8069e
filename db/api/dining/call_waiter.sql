-- SECURITY DEFINER: guests of the session only.
create or replace function api.call_waiter(p_reason text default 'help', p_session_id uuid default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_id uuid := app.lock_session(p_session_id);
begin
  if p_reason is null or p_reason not in ('help', 'bill', 'pay_cash', 'pay_card') then
    perform app.fail(400, 'Call for help, the bill, or to pay in cash or by card.', 'p_reason', '{"allowed": ["help", "bill", "pay_cash", "pay_card"]}');
  end if;
  update table_sessions
  set service_call = p_reason,
      service_called_at = case when service_call is null then now() else service_called_at end      -- asking twice does not lose the place in the queue
  where id = v_id;
  return jsonb_build_object('version', (select version from table_sessions where id = v_id));
end $$;
comment on function api.call_waiter(text, uuid) is 'Asks the waiter to come: help, bill, pay_cash or pay_card. It shows on the floor plan.
answers {"version": "int"}
takes {"p_reason": "=help | =bill | =pay_cash | =pay_card"}';
grant execute on function api.call_waiter(text, uuid) to anon, authenticated, service_role;
