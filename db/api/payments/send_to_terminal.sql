-- SECURITY DEFINER: payments are written by functions alone; the right is checked here.
create function api.send_to_terminal(
  p_terminal_id uuid, p_booking_type text, p_booking_id uuid, p_amount numeric default null, p_tip_amount numeric default 0, p_share_id uuid default null,
  p_idempotency_key text default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_terminal record;
  v_owner record;
  v_first record;
  v_id uuid;
  v_due numeric;
  v_tip numeric := coalesce(p_tip_amount, 0);
  v_amount numeric;
begin
  p_idempotency_key := app.own_key(p_idempotency_key);
  select t.organization_id, t.provider, t.is_active, t.name into v_terminal from payment_terminals t where t.id = p_terminal_id;
  if v_terminal.organization_id is null or not app.works_for(v_terminal.organization_id, 'payments', 'create') then
    perform app.fail(404, 'There is no such terminal.', 'p_terminal_id');
  end if;
  if not v_terminal.is_active or (app.payment_account(v_terminal.organization_id, v_terminal.provider)).account_id is null then
    perform app.fail(409, 'This terminal is switched off, or its provider has no account here.', 'p_terminal_id', '{"reason": "off"}');
  end if;
  if p_booking_type = 'session' then
    p_booking_id := app.merged_session(p_booking_id);
  end if;
  if app.booking_organization(p_booking_type, p_booking_id) is distinct from v_terminal.organization_id then
    perform app.fail(404, 'There is nothing to pay here.', 'p_booking_id');
  end if;
  perform app.lock_bill(p_booking_id);
  if p_idempotency_key is not null then
    select p.id, p.booking_id, p.terminal_id, p.share_id, p.amount, p.tip_amount into v_first from payments p where p.organization_id = v_terminal.organization_id and p.idempotency_key = p_idempotency_key;
    if found then
      if (v_first.booking_id, v_first.terminal_id, v_first.share_id, v_first.amount, v_first.tip_amount)
         is distinct from (p_booking_id, p_terminal_id, p_share_id, coalesce(p_amount, v_first.amount), v_tip) then
        perform app.refuse_key('payment');
      end if;
      return app.terminal_payment_json(v_first.id);
    end if;
  end if;
  select * into v_owner from app.bill_owner(v_terminal.organization_id, p_booking_type, p_booking_id);
  v_due := v_owner.total - app.paid_amount(p_booking_type, p_booking_id);
  if p_share_id is not null then
    v_due := least(v_due, app.share_due(p_booking_id, p_share_id));
  end if;
  if v_due is null or v_due <= 0 then
    perform app.fail(409, 'This bill is paid.', 'p_booking_id', jsonb_build_object('reason', 'paid', 'balance', coalesce(v_due, 0)));
  end if;
  v_amount := coalesce(p_amount, v_due + v_tip);
  if v_tip < 0 or v_amount <= v_tip or v_amount - v_tip > v_due then
    perform app.fail(422, format('%s are to be paid.', v_due), 'p_amount', jsonb_build_object('balance', v_due));
  end if;
  begin
    v_id := app.record_payment(v_terminal.organization_id, p_booking_type, p_booking_id, v_amount, null, 'card', v_owner.user_id, v_owner.customer_id,
      jsonb_strip_nulls(jsonb_build_object('tip_amount', v_tip, 'share_id', p_share_id, 'session_id', v_owner.session_id, 'provider', v_terminal.provider,
        'way', 'terminal', 'terminal_id', p_terminal_id, 'status', 'pending')), p_idempotency_key);
  exception when unique_violation then
    perform app.fail(409, format('%s is busy with another payment.', v_terminal.name), 'p_terminal_id', '{"reason": "busy"}', 'Cancel that one, or take another terminal.');
  end;
  return app.terminal_payment_json(v_id);
end $$;
comment on function api.send_to_terminal(uuid, text, uuid, numeric, numeric, uuid, text) is
  'Staff: asks a card terminal for p_amount (decimal, gratuity included; without it, all that is due). Then get_terminal_payment tells what came of it. One payment a terminal at a time.
answers "terminal_payment"';
grant execute on function api.send_to_terminal(uuid, text, uuid, numeric, numeric, uuid, text) to authenticated, service_role;
