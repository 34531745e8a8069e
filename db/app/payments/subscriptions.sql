-- Subscriptions: the provider collects by itself, and says so. What it says is a list of paid invoices and a state; each invoice becomes one payment, in
-- whatever order and however often it is told. What a failure means is rows of dunning_steps; the provider tries the card again by itself.
--
--   asked ─begin_subscription (job)─▶ link ─guest─▶ active ─invoice failed─▶ past_due ─tell … pause─▶ (is_paused)
--                                                     ▲                        │
--                                                     └──────invoice paid──────┘       either ─▶ ended
-- Whoever is paid for by one hears of it by the event "subscription_changed": active, paused, ended.

create or replace function app.subscription_is_asked() returns trigger
language plpgsql security definer
as $$
begin
  perform app.enqueue('begin_subscription', jsonb_build_object('subscription_id', new.id), now(), new.id::text, p_lane => 'subscription/' || new.id);
  return null;
end $$;

create or replace function app.subscription_runs(p_booking_type text, p_booking_id uuid) returns boolean
language sql stable security definer
as $$ select exists (select from subscriptions s where s.booking_type = p_booking_type and s.booking_id = p_booking_id and s.status in ('active', 'past_due')) $$;

create or replace function app.subscription_request(p_subscription_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  s record;
begin
  update subscriptions x set asked_at = coalesce(x.asked_at, now()) where x.id = p_subscription_id and x.status = 'asked' and x.provider_ref is null and not x.wants_end
  returning x.* into s;
  if s.id is null then
    return null;
  end if;
  if s.asked_at < now() - interval '80 minutes' then
    update subscriptions set status = 'ended', reason = 'The provider was not reached in time.' where id = p_subscription_id;
    return null;
  end if;
  return (select jsonb_strip_nulls(jsonb_build_object('subscription_id', s.id, 'provider', s.provider, 'account_id', a.account_id, 'mode', a.mode, 'sealed', a.sealed,
      'first_amount', case when s.first_amount > 0 then s.first_amount::text end, 'amount', s.amount::text, 'currency', s.currency, 'months', s.months,
      'renews_at', floor(extract(epoch from s.renews_at))::bigint, 'description', s.description, 'email', (select c.email from customers c where c.id = s.customer_id),
      'idempotency_key', 'mt-' || current_schema() || '-subscription-' || s.id, 'tenant', current_schema(), 'return_path', s.return_path,
      'asked_at', floor(extract(epoch from s.asked_at))::bigint, 'expires_s', 7200, 'domain', t.domain, 'tenant_settings', t.settings::text))
    from public.tenants t, app.payment_account(s.organization_id, s.provider) a where t.schema_name = current_schema() and a.account_id is not null);
end $$;
comment on function app.subscription_request(uuid) is 'For the job worker: the account (sealed) and what is asked so that a guest can begin a subscription.';

create or replace function app.subscription_look(p_subscription_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object('subscription_id', s.id, 'provider', s.provider, 'account_id', a.account_id, 'mode', a.mode, 'sealed', a.sealed, 'tenant', current_schema(),
    'ref', s.provider_ref)
  from subscriptions s, app.payment_account(s.organization_id, s.provider) a where s.id = p_subscription_id and a.account_id is not null
$$;

create or replace function app.end_subscription(p_booking_type text, p_booking_id uuid) returns void
language plpgsql security definer
as $$
declare
  v_id uuid;
begin
  for v_id in update subscriptions s set wants_end = true, end_asked_at = now(), next_at = null
    where s.booking_type = p_booking_type and s.booking_id = p_booking_id and s.status <> 'ended' and not s.wants_end returning s.id
  loop
    perform app.enqueue('end_subscription', jsonb_build_object('subscription_id', v_id), now(), v_id::text, p_lane => 'subscription/' || v_id);
  end loop;
end $$;
comment on function app.end_subscription(text, uuid) is 'The provider is asked to collect no more for this booking. What was paid stays.';

-- p_news: {"state": "pending | active | past_due | ended | failed (it was never begun) | refused (it was to end, and goes on)", "ref", "live", "link", "link_ends_at", "reason",
-- "invoices": [{"ref", "amount", "currency", "payment_ref"}] that are paid, oldest first}.
create or replace function app.subscription_news(p_subscription_id uuid, p_news jsonb) returns text
language plpgsql security definer
as $$
declare
  s record;
  v_invoice jsonb;
  v_state text := p_news ->> 'state';
begin
  select x.*, (select a.mode from payment_accounts a where a.organization_id = x.organization_id and a.provider = x.provider) as mode into s
  from subscriptions x where x.id = p_subscription_id for update;
  if not found then
    return 'unknown';
  end if;
  if p_news ? 'live' and (p_news ->> 'live')::boolean <> (s.mode = 'live') then
    return 'other_mode';
  end if;
  update subscriptions set provider_ref = coalesce(p_news ->> 'ref', provider_ref), link = coalesce(p_news ->> 'link', case when v_state = 'pending' then link end),
    link_ends_at = to_timestamp((p_news ->> 'link_ends_at')::float8) where id = s.id;
  for v_invoice in select i from jsonb_array_elements(coalesce(p_news -> 'invoices', '[]')) with ordinality x(i, n) order by n loop
    perform app.book_invoice(s.id, v_invoice);
  end loop;
  if v_state = 'active' and s.status <> 'active' and not s.wants_end then
    update subscriptions set status = 'active', failed_at = null, next_at = null, step = 0, is_paused = false, reason = null where id = s.id;
    perform app.announce_subscription(s.booking_type, s.booking_id, 'active');
  elsif v_state = 'past_due' and s.status in ('asked', 'active') then
    update subscriptions set status = 'past_due', failed_at = now(), step = 0, reason = left(p_news ->> 'reason', 500), next_at = now() + make_interval(hours => coalesce(
      (select d.after_hours from dunning_steps d where d.organization_id = s.organization_id and d.kind = 'subscription' and d.step = 1), 0)) where id = s.id;
    perform app.dun_subscription(s.id);
  elsif v_state in ('ended', 'failed', 'cancelled') and s.status <> 'ended' then
    update subscriptions set status = 'ended', next_at = null, link = null, reason = coalesce(left(p_news ->> 'reason', 500), reason) where id = s.id;
    perform app.announce_subscription(s.booking_type, s.booking_id, 'ended') where s.status <> 'asked';
  elsif v_state = 'refused' and s.status <> 'ended' then
    update subscriptions set reason = left(p_news ->> 'reason', 500) where id = s.id;
    perform app.tell_roles(s.organization_id, array['owner', 'admin', 'finance'], 'subscription_not_ended',
      jsonb_build_object('what', s.description, 'amount', s.amount, 'currency', s.currency, 'reason', coalesce(p_news ->> 'reason', '–')),
      p_data => jsonb_build_object('subscription_id', s.id), p_about => 'not_ended/' || s.id, p_priority => 'high');
  end if;
  return (select x.status from subscriptions x where x.id = s.id);
end $$;
comment on function app.subscription_news(uuid, jsonb) is 'For the job worker: what the provider says of a subscription now. Each paid invoice is booked once.';

create or replace function app.announce_subscription(p_booking_type text, p_booking_id uuid, p_state text) returns void
language plpgsql security definer
as $$
declare
  v_listener record;
begin
  for v_listener in select l.function from app.listening('subscription_changed', p_booking_type) l loop
    execute format('select app.%I($1, $2)', v_listener.function) using p_booking_id, p_state;
  end loop;
end $$;

create or replace function app.book_invoice(p_subscription_id uuid, p_invoice jsonb) returns void
language plpgsql security definer
as $$
declare
  s record;
begin
  select x.* into s from subscriptions x where x.id = p_subscription_id;
  if (p_invoice ->> 'amount')::numeric <= 0
     or exists (select from payments p where p.organization_id = s.organization_id and p.provider = s.provider and p.provider_ref = p_invoice ->> 'ref') then
    return;
  end if;
  if p_invoice ->> 'currency' <> s.currency then
    perform app.tell_roles(s.organization_id, array['owner', 'admin', 'finance'], 'payment_mismatch',
      jsonb_build_object('asked', s.amount || ' ' || s.currency, 'told', (p_invoice ->> 'amount') || ' ' || (p_invoice ->> 'currency')),
      p_data => jsonb_build_object('subscription_id', s.id), p_about => 'mismatch/' || (p_invoice ->> 'ref'), p_priority => 'high');
    return;
  end if;
  perform app.lock_bill(s.booking_id);
  perform app.record_payment(s.organization_id, s.booking_type, s.booking_id, (p_invoice ->> 'amount')::numeric, null, 'online', s.user_id, s.customer_id,
    jsonb_strip_nulls(jsonb_build_object('way', 'subscription', 'provider', s.provider, 'provider_ref', p_invoice ->> 'ref', 'subscription_id', s.id,
      'provider_data', jsonb_strip_nulls(jsonb_build_object('payment_id', p_invoice -> 'payment_ref')))), 'invoice/' || (p_invoice ->> 'ref'));
end $$;

-- Every few minutes; and at once when a renewal fails.
create or replace function app.dun_subscriptions() returns int
language plpgsql security definer
as $$
declare
  v_id uuid;
  v_count int := 0;
begin
  for v_id in select s.id from subscriptions s where s.status = 'past_due' and s.next_at <= now() order by s.next_at limit 200 loop
    begin
      perform app.dun_subscription(v_id);
      v_count := v_count + 1;
    exception when others then      -- one that is stuck holds up no other
      update subscriptions set next_at = now() + interval '1 hour' where id = v_id;
      raise warning 'subscription %: %', v_id, sqlerrm;
    end;
  end loop;
  -- what should have ended and still runs there (it refused, the key was wrong): asked once more each day
  for v_id in update subscriptions s set end_asked_at = now()
    where s.wants_end and s.status <> 'ended' and s.end_asked_at < now() - interval '1 day' returning s.id
  loop
    perform app.enqueue('end_subscription', jsonb_build_object('subscription_id', v_id), now(), v_id::text, p_lane => 'subscription/' || v_id);
  end loop;
  return v_count;
end $$;

create or replace function app.dun_subscription(p_subscription_id uuid) returns void
language plpgsql security definer
as $$
declare
  s record;
  v_step record;
  v_words jsonb;
begin
  select x.* into s from subscriptions x where x.id = p_subscription_id and x.status = 'past_due' and x.next_at <= now() for update;
  if not found then
    return;
  end if;
  select d.action, n.after_hours as then_hours into v_step from dunning_steps d
  left join dunning_steps n on n.organization_id = d.organization_id and n.kind = d.kind and n.step = d.step + 1
  where d.organization_id = s.organization_id and d.kind = 'subscription' and d.step = s.step + 1;
  update subscriptions set step = s.step + 1, next_at = now() + make_interval(hours => v_step.then_hours),
    is_paused = is_paused or coalesce(v_step.action = 'pause', false) where id = s.id;
  v_words := jsonb_build_object('amount', s.amount, 'currency', s.currency, 'what', s.description, 'link', s.link);
  if v_step.action = 'tell' then
    perform app.tell(s.organization_id, 'subscription_failed', v_words, s.user_id, s.customer_id,
      p_data => jsonb_build_object('subscription_id', s.id), p_about => format('subscription/%s/%s', s.id, s.step + 1), p_link => s.link);
  elsif v_step.action = 'pause' then
    perform app.tell(s.organization_id, 'subscription_paused', v_words, s.user_id, s.customer_id,
      p_data => jsonb_build_object('subscription_id', s.id), p_about => format('subscription/%s/%s', s.id, s.step + 1), p_link => s.link);
    perform app.announce_subscription(s.booking_type, s.booking_id, 'paused');
  elsif v_step.action = 'give_up' then
    perform app.end_subscription(s.booking_type, s.booking_id);
  end if;
end $$;
comment on function app.dun_subscription(uuid) is 'A renewal did not come: what the next row of dunning_steps says. Without one the provider goes on trying, and nothing else happens.';

create or replace function app.subscription_json(p_subscription_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_strip_nulls(jsonb_build_object('id', s.id, 'status', s.status, 'first_amount', s.first_amount, 'amount', s.amount, 'currency', s.currency, 'months', s.months,
    'renews_at', s.renews_at, 'is_paused', s.is_paused, 'reason', s.reason, 'link', case when s.status in ('asked', 'past_due') and coalesce(s.link_ends_at > now(), true) then s.link end))
  from subscriptions s where s.id = p_subscription_id
$$;
comment on function app.subscription_json(uuid) is 'A subscription as its payer sees it. Amounts decimal.
shape subscription {"id": "uuid", "status": "subscriptions.status", "first_amount": "number", "amount": "number", "currency": "text", "months": "int", "renews_at": "instant",
  "is_paused": "boolean", "reason?": "text", "link?": "text"}';
grant execute on function app.subscription_is_asked() to anon, authenticated, service_role;
