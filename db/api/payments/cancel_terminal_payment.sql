-- SECURITY DEFINER: payments are written by functions alone; the right is checked here.
create function api.cancel_terminal_payment(p_payment_id uuid) returns jsonb
language plpgsql security definer
as $$
begin
  perform app.require_terminal_payment(p_payment_id);
  update payments set status = 'cancelled', failure_reason = 'Called off at the table.' where id = p_payment_id and status = 'pending';
  return app.terminal_payment_json(p_payment_id);
end $$;
comment on function api.cancel_terminal_payment(uuid) is
  'Staff: calls an amount off that a terminal waits for. A card that was faster counts: the answer says cancelling until the provider has said which. Again changes nothing.
answers "terminal_payment"';
grant execute on function api.cancel_terminal_payment(uuid) to authenticated, service_role;
