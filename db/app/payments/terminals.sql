-- Card terminals: a payment of way "terminal" goes the way of all collections (collect.sql); what is special is that people stand there and wait.
--
--   send_to_terminal ─▶ sending ─▶ waiting ─▶ approved | declined
--                                     ├─ cancel_terminal_payment ─▶ cancelling ─▶ cancelled, or approved where the card was faster
--                                     └─ nobody in app.terminal_patience() ─▶ cancelling ─▶ timed_out

create or replace function app.terminal_patience() returns interval
language sql immutable parallel safe
as $$ select interval '2 minutes' $$;
comment on function app.terminal_patience() is 'How long a terminal waits for a card.';

-- The provider has it and nobody has paid yet: looked at again when patience ends, and then called off.
create or replace function app.terminal_waits(p_payment_id uuid, p_status text) returns text
language plpgsql security definer
as $$
declare
  v_ends timestamptz;
begin
  select p.asked_at + app.terminal_patience() into v_ends from payments p where p.id = p_payment_id and p.way = 'terminal' and p.status = 'pending';
  if v_ends is null then
    return p_status;
  end if;
  if v_ends > now() then
    perform app.enqueue('review_payment', jsonb_build_object('payment_id', p_payment_id), v_ends, p_payment_id::text,
      -- what waits in a lane holds up what comes behind it: this has one of its own
      p_lane => 'patience/' || p_payment_id);
    return p_status;
  end if;
  update payments set status = 'cancelled', failure_reason = 'Nobody paid in time.', provider_data = provider_data || '{"code": "timed_out"}' where id = p_payment_id;
  return 'cancelled';
end $$;

create or replace function app.terminal_payment_json(p_payment_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object('id', p.id, 'terminal_id', p.terminal_id, 'terminal', t.name, 'share_id', p.share_id, 'amount', p.amount, 'tip_amount', p.tip_amount,
    'currency', p.currency, 'reason', p.failure_reason, 'sent_at', p.created_at, 'ends_at', p.created_at + app.terminal_patience(), 'state', s.state,
    'can_cancel', s.state in ('sending', 'waiting'))
  from payments p join payment_terminals t on t.id = p.terminal_id,
  lateral (select case
    when p.paid_at is not null then 'approved'
    when p.status = 'failed' then 'declined'
    -- what was never asked for needs no answer
    when p.status = 'cancelled' and p.asked_at is not null and not p.provider_data ? 'is_over' and p.provider_ref is not null then 'cancelling'
    when p.status = 'cancelled' then case when p.provider_data ->> 'code' = 'timed_out' then 'timed_out' else 'cancelled' end
    when p.provider_ref is null then 'sending' else 'waiting' end as state) s
  where p.id = p_payment_id
$$;
comment on function app.terminal_payment_json(uuid) is 'What a terminal was asked for and what came of it. Amounts in its currency.
shape terminal_payment {"id": "uuid", "terminal_id": "uuid", "terminal": "text", "share_id": "uuid | null", "amount": "number", "tip_amount": "number", "currency": "text",
  "reason": "text | null", "sent_at": "instant", "ends_at": "instant", "state": "=sending | =waiting | =cancelling | =approved | =declined | =timed_out | =cancelled", "can_cancel": "boolean"}';

-- The one who asks may take payments where it was sent; else it is not there.
create or replace function app.require_terminal_payment(p_payment_id uuid) returns void
language plpgsql security definer
as $$
declare
  v_organization uuid := (select p.organization_id from payments p where p.id = p_payment_id and p.way = 'terminal');
begin
  if v_organization is null or not app.works_for(v_organization, 'payments', 'create') then
    perform app.fail(404, 'There is no such payment at a terminal.', 'p_payment_id');
  end if;
end $$;

-- What is still to pay of a share, decimal; null: no such share of this table's bill.
create or replace function app.share_due(p_session_id uuid, p_share_id uuid) returns numeric
language plpgsql stable security definer
as $$
declare
  v_due numeric;
begin
  if to_regclass(format('%I.bill_shares', current_schema())) is not null then
    select app.to_amount(b.amount - b.paid_amount, o.currency) into v_due
    from bill_shares b join organizations o on o.id = b.organization_id where b.id = p_share_id and b.session_id = p_session_id;
  end if;
  if v_due is null then
    perform app.fail(404, 'The bill has been split anew.', 'p_share_id', '{"reason": "resplit"}', 'Read the bill again.');
  end if;
  return v_due;
end $$;
