-- What a provider's event is about. Nothing in an event is believed but names: the thing is read again at the provider, with the account's own key.

-- The event of a job {"received_id"}: whose it is and its body. Null: it was worked on, or its account is gone.
create or replace function app.pay_event(p_received_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object('provider', h.provider, 'account_id', a.id, 'body', convert_from(h.body, 'UTF8'))
  from app.received_hook(p_received_id) h join payment_accounts a on a.organization_id = h.organization_id and a.endpoint_id = h.endpoint_id and a.is_active
  where h.body is not null;
$$;
comment on function app.pay_event(uuid) is 'For the job worker: an event that a payment provider sent, still to be worked on.';

-- {"subject": "collection | refund | dispute", "account_id", "ref", "payment_ref", "ours"} becomes what the job worker asks (as app.collection_look,
-- app.refund_request), with payment_id. Null: nothing of this account's organization.
create or replace function app.event_subject(p jsonb) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_account record;
  v_payment record;
  v_ours uuid := case when app.is_uuid(p ->> 'ours') then (p ->> 'ours')::uuid end;
  v_refund uuid;
begin
  select a.id, a.organization_id, a.provider, a.mode, a.secrets into v_account
  from payment_accounts a where a.id = (p ->> 'account_id')::uuid and a.is_active;
  if not found then
    return null;
  end if;
  if p ->> 'subject' = 'card' then
    -- the event can be here before the answer of the call that caused it
    return (select app.card_look(c.id) || jsonb_build_object('provider_ref', coalesce(c.provider_ref, case when (p ->> 'page')::boolean then p ->> 'ref' end))
            from stored_cards c where c.organization_id = v_account.organization_id and c.provider = v_account.provider
              and (c.id = v_ours or c.provider_ref = p ->> 'ref') limit 1);
  end if;
  if p ->> 'subject' = 'subscription' then
    return (select app.subscription_look(s.id) || jsonb_build_object('ref', coalesce(p ->> 'ref', s.provider_ref))
            from subscriptions s where s.organization_id = v_account.organization_id and s.provider = v_account.provider
              and (s.id = v_ours or s.provider_ref = p ->> 'ref') order by s.id = v_ours desc nulls last limit 1);
  end if;
  if p ->> 'subject' = 'payout' then
    return jsonb_build_object('provider', v_account.provider, 'account_id', v_account.id, 'mode', v_account.mode, 'sealed', v_account.secrets,
      'ref', p -> 'ref', 'tenant', current_schema());
  end if;
  if p ->> 'subject' = 'refund' then
    select r.id, r.payment_id into v_refund, v_ours from refunds r
    where r.organization_id = v_account.organization_id and (r.id = v_ours or r.provider_ref = p ->> 'ref') limit 1;
  end if;
  select q.id, q.provider_ref, q.status, q.way into v_payment from payments q
  where q.organization_id = v_account.organization_id and q.provider = v_account.provider
    and (q.id = v_ours or q.provider_ref = p ->> 'payment_ref' or q.provider_data ? 'payment_id' and q.provider_data ->> 'payment_id' = p ->> 'payment_ref')
  order by q.id = v_ours desc nulls last limit 1;
  if not found or p ->> 'subject' = 'collection' and v_payment.way = 'subscription' then      -- its invoice tells of itself
    return null;
  end if;
  return jsonb_build_object('payment_id', v_payment.id, 'refund_id', v_refund, 'provider', v_account.provider, 'account_id', v_account.id, 'mode', v_account.mode,
    'sealed', v_account.secrets, 'ref', p -> 'ref', 'status', v_payment.status, 'tenant', current_schema(),
    -- the event can be here before the answer of the call that caused it
    'provider_ref', coalesce(v_payment.provider_ref, case when (p ->> 'page')::boolean then p ->> 'ref' when v_payment.way <> 'page' then p ->> 'payment_ref' end))
    || app.payment_way(v_payment.id);
end $$;
comment on function app.event_subject(jsonb) is 'For the job worker: which payment or refund an event is about, and the account (sealed) to ask about it.';

-- A refund that the provider told of, ours or made there.
create or replace function app.event_refund(p_payment_id uuid, p_refund_id uuid, p_news jsonb) returns text
language plpgsql security definer
as $$
begin
  if p_refund_id is not null then
    return app.refund_news(p_refund_id, p_news);
  end if;
  perform app.refund_elsewhere(p_payment_id, p_news ->> 'ref', (p_news ->> 'amount')::numeric, p_news ->> 'state');
  return p_news ->> 'state';
end $$;
