-- Refunds through a provider: asked with their own id as the key, settled by what the provider says of them.

-- Null: settled meanwhile, or no provider to ask (then a person gives it: app.hand_over_refund).
create or replace function app.refund_request(p_refund_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v jsonb;
begin
  select jsonb_build_object('refund_id', r.id, 'payment_id', p.id, 'provider', p.provider, 'account_id', a.account_id, 'mode', a.mode,
           'sealed', a.sealed, 'payment_ref', p.provider_data ->> 'payment_id', 'ref', r.provider_ref,
           'amount', r.amount::text, 'currency', r.currency, 'tenant', current_schema(),
           'idempotency_key', 'mt-' || current_schema() || '-refund-' || r.id)
    into v
  from refunds r join payments p on p.id = r.payment_id, app.payment_account(p.organization_id, p.provider) a
  where r.id = p_refund_id and r.status = 'pending' and p.provider <> 'manual' and a.account_id is not null
    and p.provider_data ->> 'payment_id' is not null;
  if v is not null then
    update refunds set waits_for = 'provider' where id = p_refund_id and waits_for is distinct from 'provider';
  end if;
  return v;
end $$;
comment on function app.refund_request(uuid) is 'For the job worker: the account (sealed) and what is asked: payment_ref, amount decimal text, idempotency_key; ref when it was asked before.';

-- p_news: {"state": "pending | succeeded | failed", "ref", "reason"}.
create or replace function app.refund_news(p_refund_id uuid, p_news jsonb) returns text
language plpgsql security definer
as $$
declare
  v_state text := p_news ->> 'state';
  v record;
begin
  select r.payment_id, r.status, r.organization_id, r.amount, r.currency into v from refunds r where r.id = p_refund_id;
  if not found then
    return 'unknown';
  end if;
  perform 1 from payments p where p.id = v.payment_id for update;      -- parent before child, as everywhere
  select r.status into v.status from refunds r where r.id = p_refund_id;
  if v_state = 'failed' and v.status in ('pending', 'succeeded') then
    update refunds set status = 'failed', waits_for = null, failure_reason = left(p_news ->> 'reason', 500) where id = p_refund_id;
    perform app.tell_roles(v.organization_id, array['owner', 'admin', 'manager', 'finance'], 'refund_failed',
      jsonb_build_object('amount', v.amount, 'currency', v.currency, 'reason', coalesce(p_news ->> 'reason', '–')),
      p_data => jsonb_build_object('refund_id', p_refund_id, 'payment_id', v.payment_id), p_about => 'refund_failed/' || p_refund_id, p_priority => 'high');
  elsif v.status = 'pending' then
    update refunds set provider_ref = coalesce(provider_ref, p_news ->> 'ref'),
      status = case when v_state = 'succeeded' then 'succeeded' else status end, waits_for = case when v_state = 'succeeded' then null else waits_for end
    where id = p_refund_id;
  end if;
  return (select r.status from refunds r where r.id = p_refund_id);
end $$;
comment on function app.refund_news(uuid, jsonb) is 'For the job worker: what the provider says of a refund now. One that it took for done can fail weeks later; then the money is the house''s again and somebody is told.';
grant execute on function app.refund_news(uuid, jsonb) to service_role;

-- Money that went back without us: somebody pressed the button at the provider.
create or replace function app.refund_elsewhere(p_payment_id uuid, p_ref text, p_amount numeric, p_state text) returns uuid
language plpgsql security definer
as $$
declare
  v record;
  v_id uuid;
begin
  select p.organization_id, p.currency, p.method into v from payments p where p.id = p_payment_id for update;
  select r.id into v_id from refunds r where r.organization_id = v.organization_id and r.provider_ref = p_ref;
  if v_id is not null or v.organization_id is null or p_state not in ('succeeded', 'pending') then
    return v_id;
  end if;
  insert into refunds (organization_id, payment_id, amount, currency, method, status, reason, provider_ref)
  values (v.organization_id, p_payment_id, p_amount, v.currency, v.method, 'succeeded', 'Given back at the provider.', p_ref)
  returning id into v_id;
  return v_id;
end $$;
comment on function app.refund_elsewhere(uuid, text, numeric, text) is 'Books a refund that was made at the provider itself; once by its reference.';
