-- Payouts: the provider's books beside ours.
--   a line's fee      fees  <- online         a payout       bank   <- online
--   a failed payout   online <- bank
-- The account "online" is what the provider holds for the house: payments less refunds, disputes, fees and payouts.

create or replace function app.payout_settles() returns trigger
language plpgsql security definer
as $$
declare
  v_was_paid boolean := tg_op = 'UPDATE' and old.status = 'paid';
begin
  if new.status = 'paid' and not v_was_paid then
    perform app.post_signed(new.organization_id, 'bank', 'online', new.amount, new.currency, 'payout ' || new.provider_ref);
  elsif v_was_paid and new.status = 'failed' then
    perform app.post_signed(new.organization_id, 'online', 'bank', new.amount, new.currency, 'payout came back ' || new.provider_ref);
  end if;
  return null;
end $$;

create or replace function app.payout_line_settles() returns trigger
language plpgsql security definer
as $$
begin
  -- what the provider bills as such has no fee of its own: all of it is one
  perform app.post_signed(new.organization_id, 'fees', 'online', case when new.kind = 'fee' then new.fee - new.amount else new.fee end,
    new.currency, 'fee ' || new.provider_ref,
    (select p.id from payments p where p.organization_id = new.organization_id and p.provider_data ? 'payment_id' and p.provider_data ->> 'payment_id' = new.payment_ref limit 1));
  return null;
end $$;

-- As app.post_ledger, the other way round where the amount is negative.
create or replace function app.post_signed(
  p_organization_id uuid, p_debit text, p_credit text, p_amount numeric, p_currency text, p_description text, p_payment_id uuid default null) returns void
language sql security definer
as $$
  select app.post_ledger(p_organization_id, gen_random_uuid(), case when p_amount < 0 then p_credit else p_debit end,
    case when p_amount < 0 then p_debit else p_credit end, abs(p_amount), p_currency, p_description, null, null, p_payment_id)
$$;

-- p_news: {"ref", "state": "pending | paid | failed", "amount", "currency", "live", "arrives_at" (seconds since 1970), "reason", "complete": bool,
-- "lines": [{"ref", "kind", "amount", "fee", "currency", "source", "payment_ref", "description"}]}, amounts decimal. Lines only grow.
create or replace function app.payout_news(p_account_id uuid, p_news jsonb) returns text
language plpgsql security definer
as $$
declare
  v_account record;
  v_id uuid;
  v_status text;
begin
  select a.organization_id, a.provider, a.mode, o.timezone into v_account
  from payment_accounts a join organizations o on o.id = a.organization_id where a.id = p_account_id;
  if not found then
    return 'unknown';
  end if;
  if p_news ? 'live' and (p_news ->> 'live')::boolean <> (v_account.mode = 'live') then
    return 'other_mode';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('payout/' || p_account_id || (p_news ->> 'ref'), 0));
  insert into payouts as p (organization_id, provider, provider_ref, amount, currency, status, arrives_on)
  values (v_account.organization_id, v_account.provider, p_news ->> 'ref', (p_news ->> 'amount')::numeric, p_news ->> 'currency', 'pending',
    (to_timestamp((p_news ->> 'arrives_at')::float8) at time zone 'UTC')::date)
  on conflict (organization_id, provider, provider_ref) do update set arrives_on = coalesce(excluded.arrives_on, p.arrives_on)
  returning p.id, p.status into v_id, v_status;
  insert into payout_lines (organization_id, payout_id, provider_ref, kind, amount, fee, currency, source_ref, payment_ref, description)
  select v_account.organization_id, v_id, l ->> 'ref', l ->> 'kind', (l ->> 'amount')::numeric, coalesce((l ->> 'fee')::numeric, 0), l ->> 'currency',
         l ->> 'source', l ->> 'payment_ref', left(l ->> 'description', 500)
  from jsonb_array_elements(coalesce(p_news -> 'lines', '[]')) l
  on conflict (organization_id, payout_id, provider_ref) do nothing;
  update payouts p set is_complete = p.is_complete or coalesce((p_news ->> 'complete')::boolean, false), reason = coalesce(left(p_news ->> 'reason', 500), p.reason),
    -- what failed stays failed: the money goes out again as another payout
    status = case when p.status = 'failed' or p.status = 'paid' and p_news ->> 'state' = 'pending' then p.status else p_news ->> 'state' end
  where p.id = v_id;
  if p_news ->> 'state' = 'failed' and v_status <> 'failed' then
    perform app.tell_roles(v_account.organization_id, array['owner', 'admin', 'finance'], 'payout_failed',
      jsonb_build_object('amount', p_news ->> 'amount', 'currency', p_news ->> 'currency', 'reason', coalesce(p_news ->> 'reason', '–')),
      p_data => jsonb_build_object('payout_id', v_id), p_about => 'payout/' || v_id, p_priority => 'high');
  end if;
  return (select p.status from payouts p where p.id = v_id);
end $$;
comment on function app.payout_news(uuid, jsonb) is 'For the job worker: what the provider says of a payout and its lines now.';

-- Each line beside what the books have for it. booked: null, nothing of that name.
create or replace function app.payout_compared(p_payout_id uuid)
returns table (line_id uuid, provider_ref text, kind text, amount numeric, fee numeric, currency text, payment_id uuid, refund_id uuid, booked numeric, description text)
language sql stable security definer
as $$
  select l.id, l.provider_ref, l.kind, l.amount, l.fee, l.currency, p.id, r.id,
    case l.kind
      when 'payment' then (select sum(g.amount) from payment_ledger g where g.transaction_id = p.id and g.account = 'online')
      when 'refund' then (select sum(g.amount) from payment_ledger g where g.refund_id = r.id and g.account = 'online' and sign(g.amount) = sign(l.amount))
      when 'dispute' then (select sign(l.amount) * d.amount from payment_disputes d where d.organization_id = l.organization_id and d.provider_ref = l.source_ref)
      when 'fee' then l.amount
    end, l.description
  from payout_lines l join payouts o on o.id = l.payout_id
  left join refunds r on l.kind = 'refund' and r.organization_id = l.organization_id and r.provider = o.provider and r.provider_ref = l.source_ref
  left join payments p on p.organization_id = l.organization_id and p.provider = o.provider
    and (p.id = r.payment_id or p.provider_data ? 'payment_id' and p.provider_data ->> 'payment_id' = l.payment_ref and l.kind <> 'refund')
  where l.payout_id = p_payout_id order by l.created_at, l.provider_ref
$$;

create or replace function app.payout_json(p_payout_id uuid) returns jsonb
language sql stable security definer
as $$
  with lines as (select c.*, c.booked is not distinct from c.amount as agrees from app.payout_compared(p_payout_id) c)
  select jsonb_build_object('id', o.id, 'provider', o.provider, 'provider_ref', o.provider_ref, 'status', o.status, 'amount', o.amount, 'currency', o.currency,
    'arrives_on', o.arrives_on, 'reason', o.reason, 'is_complete', o.is_complete, 'reconciled_at', o.reconciled_at,
    'payments', coalesce((select sum(l.amount) from lines l where l.kind = 'payment'), 0), 'refunds', coalesce((select sum(l.amount) from lines l where l.kind = 'refund'), 0),
    'disputes', coalesce((select sum(l.amount) from lines l where l.kind = 'dispute'), 0),
    'fees', coalesce((select sum(case when l.kind = 'fee' then l.fee - l.amount else l.fee end) from lines l), 0),
    'other', coalesce((select sum(l.amount) from lines l where l.kind = 'other'), 0),
    'difference', o.amount - coalesce((select sum(l.amount - l.fee) from lines l), 0),
    'agrees', o.is_complete and o.status = 'paid' and o.amount = coalesce((select sum(l.amount - l.fee) from lines l), 0) and not exists (select from lines l where not l.agrees),
    'lines', coalesce((select jsonb_agg(jsonb_build_object('id', l.line_id, 'provider_ref', l.provider_ref, 'kind', l.kind, 'amount', l.amount, 'fee', l.fee,
        'payment_id', l.payment_id, 'refund_id', l.refund_id, 'booked', l.booked, 'agrees', l.agrees, 'description', l.description)) from lines l), '[]'))
  from payouts o where o.id = p_payout_id
$$;
comment on function app.payout_json(uuid) is 'A payout with its lines beside the books.
shape payout_line {"id": "uuid", "provider_ref": "text", "kind": "payout_lines.kind", "amount": "number", "fee": "number", "payment_id": "uuid | null", "refund_id": "uuid | null",
  "booked": "number | null", "agrees": "boolean", "description": "text | null"}
shape payout {"...": "payouts(id, provider, provider_ref, status, amount, currency, arrives_on, reason, is_complete, reconciled_at)", "payments": "number", "refunds": "number",
  "disputes": "number", "fees": "number", "other": "number", "difference": "number", "agrees": "boolean", "lines": "payout_line[]"}';
grant execute on function app.payout_settles(), app.payout_line_settles() to anon, authenticated, service_role;
