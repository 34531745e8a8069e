-- SECURITY DEFINER: who takes money may not read all payments; the right is checked here.
create function api.get_terminal_payment(p_payment_id uuid) returns jsonb
language plpgsql stable security definer
as $$
begin
  perform app.require_terminal_payment(p_payment_id);
  return app.terminal_payment_json(p_payment_id);
end $$;
comment on function api.get_terminal_payment(uuid) is
  'Staff: what came of an amount that was sent to a terminal: sending, waiting for a card, cancelling, approved, declined (reason), timed_out, cancelled.
answers "terminal_payment"';
grant execute on function api.get_terminal_payment(uuid) to authenticated, service_role;
