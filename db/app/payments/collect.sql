-- Payments that a provider collects: what it is asked, and what is made of its answers. The job worker asks (src/pay); nothing here waits for it.
--
--   pending --collection_request--> asked_at --collection_news (link)--> the guest pays there
--      |                                                 |
--      |                                                 +-- collection_news succeeded | failed | cancelled --> settle_payment
--      +-- called off here (hold over, bill cleared) --> job cancel_collection: the provider's page is closed; if the money came first, it counts
--
-- A payment is asked for once, by its own id as the idempotency key: a second asking gets the first one's answer. Every state is the provider's own
-- of that moment, never that of an event, so order and repetition of events are of no meaning.

-- Newly announced money that somebody can collect. Nobody's account: it waits for a person, as before.
create or replace function app.payment_is_collected() returns trigger
language plpgsql security definer
as $$
begin
  if new.status = 'pending' and new.method in ('online', 'card') and new.provider <> 'manual'
     and exists (select from payment_accounts a where a.organization_id = new.organization_id and a.provider = new.provider and a.is_active) then
    perform app.enqueue('collect_payment', jsonb_build_object('payment_id', new.id), now(), new.id::text, p_lane => 'payment/' || new.id);
  end if;
  return null;
end $$;

-- How the provider is to take it: {"way", "terminal_ref", "customer_ref", "method_ref", "store_card"}.
create or replace function app.payment_way(p_payment_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_strip_nulls(jsonb_build_object('way', p.way, 'terminal_ref', (select t.provider_ref from payment_terminals t where t.id = p.terminal_id),
    'customer_ref', c.customer_ref, 'method_ref', c.method_ref, 'store_card', case when p.metadata ? 'card_terms' then true end))
  from payments p left join stored_cards c on p.way = 'stored_card' and c.id = (p.metadata ->> 'card_id')::uuid where p.id = p_payment_id
$$;

create or replace function app.payment_is_called_off() returns trigger
language plpgsql security definer
as $$
begin
  if new.provider_ref is not null and new.asked_at is not null then
    perform app.enqueue('cancel_collection', jsonb_build_object('payment_id', new.id), now(), new.id::text, p_lane => 'payment/' || new.id);
  end if;
  return null;
end $$;

-- Where the guest comes back to: a path of this house, given by the page that began the payment.
create or replace function app.return_path(p_metadata jsonb) returns text
language sql immutable parallel safe
as $$
  select case when length(p_metadata ->> 'return_path') <= 500 and p_metadata ->> 'return_path' ~ '^/([A-Za-z0-9_~!$&''()*+,;=:@%.?-][^\s\\]*)?$'
              then p_metadata ->> 'return_path' else '/' end;
$$;
comment on function app.return_path(jsonb) is 'payments.metadata.return_path when it is a path of this host, else "/".';

-- What the provider is asked, written down as asked before it is. Null: there is nothing to ask any more.
create or replace function app.collection_request(p_payment_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v record;
  v_account record;
begin
  update payments p set asked_at = coalesce(p.asked_at, now())
  where p.id = p_payment_id and p.status = 'pending' and p.method in ('online', 'card') and p.provider <> 'manual' and p.provider_ref is null
  returning p.id, p.organization_id, p.provider, p.amount, p.currency, p.booking_type, p.customer_id, p.asked_at, p.metadata, p.way into v;
  if v.id is null then
    return null;
  end if;
  -- the link would end sooner than providers allow, and after a day they forget the key: asking again could collect twice (a card is asked for longer)
  if v.asked_at < now() - (case v.way when 'terminal' then app.terminal_patience() when 'stored_card' then interval '20 hours' else interval '80 minutes' end) then
    update payments set status = 'cancelled', failure_reason = 'The provider was not reached in time.' where id = p_payment_id;
    return null;
  end if;
  select * into v_account from app.payment_account(v.organization_id, v.provider);
  if v_account.account_id is null then
    return null;
  end if;
  return (select jsonb_build_object('payment_id', v.id, 'provider', v.provider, 'account_id', v_account.account_id, 'mode', v_account.mode,
    'sealed', v_account.sealed, 'amount', v.amount::text, 'currency', v.currency,
    'idempotency_key', 'mt-' || current_schema() || '-' || v.id, 'tenant', current_schema(),
    'description', (select left(o.name, 200) from organizations o where o.id = v.organization_id),
    'email', (select c.email from customers c where c.id = v.customer_id),
    'return_path', app.return_path(v.metadata), 'expires_s', case when v.metadata ? 'tell_link' then 86000 else 7200 end, 'asked_at', floor(extract(epoch from v.asked_at))::bigint,
    'domain', t.domain, 'tenant_settings', t.settings::text) || app.payment_way(v.id)
    from public.tenants t where t.schema_name = current_schema());
end $$;
comment on function app.collection_request(uuid) is
  'For the job worker: the provider''s account (sealed) and what it is asked: amount decimal text, currency, idempotency_key, return_path, seconds until the link ends. Null: paid, called off, or nobody to ask.';

-- Who to ask what became of it. Null: it was never asked for.
create or replace function app.collection_look(p_payment_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object('payment_id', p.id, 'provider', p.provider, 'account_id', a.account_id, 'mode', a.mode, 'sealed', a.sealed,
    'provider_ref', p.provider_ref, 'status', p.status, 'tenant', current_schema()) || app.payment_way(p.id)
  from payments p, app.payment_account(p.organization_id, p.provider) a
  where p.id = p_payment_id and p.provider_ref is not null and a.account_id is not null;
$$;
comment on function app.collection_look(uuid) is 'For the job worker: account (sealed) and provider_ref of a payment that was asked for.';

-- p_news: {"state": "pending | succeeded | failed | cancelled", "ref", "payment_ref", "amount" (decimal), "currency", "live", "link", "link_ends_at",
-- "reason", "code", "card" (as app.card_news)}. Answers with the payment's status, or why nothing moved: unknown, other_mode, mismatch.
create or replace function app.collection_news(p_payment_id uuid, p_news jsonb) returns text
language plpgsql security definer
as $$
declare
  v record;
  v_status text;
  v_state text := p_news ->> 'state';
begin
  select p.organization_id, p.booking_type, p.booking_id, p.amount, p.tip_amount, p.currency, p.provider, p.provider_ref,
         (select a.mode from payment_accounts a where a.organization_id = p.organization_id and a.provider = p.provider) as mode
    into v from payments p where p.id = p_payment_id;
  if not found or v.provider = 'manual' or (v.provider_ref is not null and p_news ? 'ref' and v.provider_ref <> p_news ->> 'ref') then
    return 'unknown';
  end if;
  if p_news ? 'live' and (p_news ->> 'live')::boolean <> (v.mode = 'live') then
    return 'other_mode';
  end if;
  perform app.lock_bill(v.booking_id);
  update payments p set
    provider_ref = coalesce(p.provider_ref, p_news ->> 'ref'), asked_at = coalesce(p.asked_at, now()), answered_at = now(),
    provider_data = p.provider_data || jsonb_strip_nulls(jsonb_build_object(
      'payment_id', p_news -> 'payment_ref', 'link', p_news -> 'link', 'link_ends_at', p_news -> 'link_ends_at',
      'code', p_news -> 'code', 'is_over', case when v_state in ('failed', 'cancelled') then true end))
  where p.id = p_payment_id
  returning p.status into v_status;
  if v_state is null or v_state = 'pending' then
    perform app.tell_link(p_payment_id);
    -- called off while the provider was being asked: it has a page now that nobody should pay at
    if v_status = 'cancelled' then
      perform app.enqueue('cancel_collection', jsonb_build_object('payment_id', p_payment_id), now(), p_payment_id::text, p_lane => 'payment/' || p_payment_id);
    end if;
    return app.terminal_waits(p_payment_id, v_status);
  end if;
  if v_state = 'succeeded' and v_status in ('pending', 'failed', 'cancelled')
     and ((p_news ->> 'amount')::numeric is distinct from v.amount or upper(p_news ->> 'currency') is distinct from v.currency) then
    perform app.tell_roles(v.organization_id, array['owner', 'admin', 'finance'], 'payment_mismatch',
      jsonb_build_object('asked', v.amount || ' ' || v.currency, 'told', (p_news ->> 'amount') || ' ' || upper(p_news ->> 'currency')),
      p_data => jsonb_build_object('payment_id', p_payment_id), p_about => 'mismatch/' || p_payment_id, p_priority => 'high');
    return 'mismatch';
  end if;
  if v_state = 'succeeded' and v_status in ('pending', 'failed', 'cancelled') then
    perform app.keep_paid_card(p_payment_id, p_news -> 'card');
    perform app.settle_payment(p_payment_id, v_state, p_news ->> 'payment_ref');
    perform app.refund_overpaid(p_payment_id);
    return (select p.status from payments p where p.id = p_payment_id);
  end if;
  return app.settle_payment(p_payment_id, v_state, p_news ->> 'payment_ref', left(p_news ->> 'reason', 500));
end $$;
comment on function app.collection_news(uuid, jsonb) is
  'For the job worker: what the provider says of a payment now. Succeeded counts once and only with the amount and currency that were asked; what comes too much goes back.';

-- Two phones paid the same share, or the waiter took cash meanwhile: what is above the bill goes back the way it came.
create or replace function app.refund_overpaid(p_payment_id uuid) returns numeric
language plpgsql security definer
as $$
declare
  v record;
  v_total numeric;
  v_over numeric;
begin
  select p.organization_id, p.booking_type, p.booking_id, p.kept_amount, p.refunded_amount,
    -- a fee for staying away is on no bill; one that was called off is nothing
    (select case c.status when 'off' then 0 else c.amount end from payment_charges c where c.id = (p.metadata ->> 'charge_id')::uuid and c.kind = 'no_show') as fee
    into v from payments p where p.id = p_payment_id;
  select coalesce(v.fee, o.total) into v_total from app.bill_owner(v.organization_id, v.booking_type, v.booking_id) o;
  v_over := least(app.paid_amount(v.booking_type, v.booking_id) - v_total, v.kept_amount);
  if v_over is null or v_over <= 0 then
    return 0;
  end if;
  -- all of it came for nothing: the gratuity was meant for this visit, too, and is given by who paid first
  perform app.refund_one(p_payment_id, case when v_over < v.kept_amount or v.refunded_amount > 0 then v_over end, 'This had been paid already.', false, null,
    case when v_over < v.kept_amount or v.refunded_amount > 0 then 0 end);
  return v_over;
end $$;

-- Payments that should have heard something: the answer, or the webhook, was lost. Run every few minutes; the provider is asked.
create or replace function app.review_payments() returns int
language sql security definer
as $$
  select count(app.enqueue(case when p.provider_ref is null then 'collect_payment' else 'review_payment' end, jsonb_build_object('payment_id', p.id), now(),
                           p.id::text, p_lane => 'payment/' || p.id))::int
  from (select p.id, p.provider_ref from payments p
        where p.status = 'pending' and p.asked_at is not null and coalesce(p.answered_at, p.asked_at) < now() - interval '15 minutes'
        order by p.asked_at limit 500) p;
$$;
comment on function app.review_payments() is 'Every few minutes: asks the provider about payments that have been under way for a quarter of an hour. Returns how many.';

grant execute on function app.payment_is_collected(), app.payment_is_called_off() to anon, authenticated, service_role;
