-- Stored cards: the guest agrees, types the card at the provider's page (with a payment, or without one), and the house keeps two names.
--
--   keep_card ─▶ asked ─keep_card (job)─▶ link ─guest─▶ card_news ─▶ stored ─remove_card─▶ removed, and forgotten by the provider
--   create_payment with {"store_card": true} ─▶ collection_news with "card" ─▶ stored

create or replace function app.card_is_asked() returns trigger
language plpgsql security definer
as $$
begin
  if new.status = 'asked' then
    perform app.enqueue('keep_card', jsonb_build_object('card_id', new.id), now(), new.id::text, p_lane => 'card/' || new.id);
  end if;
  return null;
end $$;

create or replace function app.policy_of(p_organization_id uuid, p_booking_type text) returns uuid
language sql stable security definer
as $$ select p.id from payment_policies p where p.organization_id = p_organization_id and p.booking_type = p_booking_type and p.is_active $$;

create or replace function app.round_policy() returns trigger
language plpgsql
as $$
declare
  v_currency text := app.organization_currency(new.organization_id);
begin
  new.deposit_amount := case when new.deposit_amount is not null then app.exact_amount(new.deposit_amount, v_currency, 'deposit_amount') end;
  new.no_show_amount := case when new.no_show_amount is not null then app.exact_amount(new.no_show_amount, v_currency, 'no_show_amount') end;
  return new;
end $$;

-- The deposit of a price by the house's policy; null: it says none, and the chalet or the game decides.
create or replace function app.policy_deposit(p_organization_id uuid, p_booking_type text, p_total numeric, p_currency text) returns numeric
language sql stable security definer
as $$
  select case when p.deposit_amount is not null then least(p.deposit_amount, p_total)
              else round(p_total * p.deposit_percent / 100, app.stored_decimals(p_currency)) end
  from payment_policies p where p.id = app.policy_of(p_organization_id, p_booking_type)
$$;
comment on function app.policy_deposit(uuid, text, numeric, text) is 'What has to be paid when booking, by the policy of this kind; null: the policy says nothing of it.';

-- What a guest agrees to who leaves a card, in words; null: nothing is ever taken from one.
create or replace function app.card_terms(p_organization_id uuid, p_booking_type text) returns text
language sql stable security definer
as $$
  select nullif(concat_ws(' ',
    case when p.rest_days is not null then format('What is not paid yet is taken from this card %s days before.', p.rest_days) end,
    case when coalesce(p.no_show_amount, p.no_show_percent) > 0 then format('Who does not come pays %s.',
      case when p.no_show_amount is not null then concat_ws(' ', p.no_show_amount, app.organization_currency(p.organization_id), case when p.is_per_person then 'a person' end)
           else p.no_show_percent || ' % of the price' end) end), '')
  from payment_policies p where p.id = app.policy_of(p_organization_id, p_booking_type)
$$;

-- For the job worker: what the provider is asked, written down as asked before it is. Null: nothing any more.
create or replace function app.card_request(p_card_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v record;
begin
  update stored_cards c set asked_at = coalesce(c.asked_at, now()) where c.id = p_card_id and c.status = 'asked' and c.provider_ref is null
  returning c.* into v;
  if v.id is null then
    return null;
  end if;
  if v.asked_at < now() - interval '80 minutes' then
    update stored_cards set status = 'cancelled', failure_reason = 'The provider was not reached in time.' where id = p_card_id;
    return null;
  end if;
  return (select jsonb_build_object('card_id', v.id, 'provider', v.provider, 'account_id', a.account_id, 'mode', a.mode, 'sealed', a.sealed,
      'currency', app.organization_currency(v.organization_id), 'idempotency_key', 'mt-' || current_schema() || '-card-' || v.id, 'tenant', current_schema(),
      'email', (select c.email from customers c where c.id = v.customer_id), 'return_path', v.return_path, 'asked_at', floor(extract(epoch from v.asked_at))::bigint,
      'expires_s', 7200, 'domain', t.domain, 'tenant_settings', t.settings::text)
    from public.tenants t, app.payment_account(v.organization_id, v.provider) a where t.schema_name = current_schema() and a.account_id is not null);
end $$;
comment on function app.card_request(uuid) is 'For the job worker: the account (sealed) and what is asked so that a guest can leave a card.';

create or replace function app.card_look(p_card_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_strip_nulls(jsonb_build_object('card_id', c.id, 'provider', c.provider, 'account_id', a.account_id, 'mode', a.mode, 'sealed', a.sealed, 'tenant', current_schema(),
    'provider_ref', c.provider_ref, 'method_ref', c.method_ref))
  from stored_cards c, app.payment_account(c.organization_id, c.provider) a where c.id = p_card_id and a.account_id is not null
$$;

-- p_news: {"state": "pending | succeeded | cancelled | failed", "ref", "link", "link_ends_at", "live", "reason",
-- "card": {"customer_ref", "method_ref", "brand", "last4", "exp_year", "exp_month"}}.
create or replace function app.card_news(p_card_id uuid, p_news jsonb) returns text
language plpgsql security definer
as $$
declare
  v record;
begin
  select c.organization_id, c.status, c.provider_ref, a.mode into v
  from stored_cards c left join payment_accounts a on a.organization_id = c.organization_id and a.provider = c.provider where c.id = p_card_id for update of c;
  if not found or v.provider_ref is not null and p_news ? 'ref' and v.provider_ref <> p_news ->> 'ref' then
    return 'unknown';
  end if;
  if p_news ? 'live' and (p_news ->> 'live')::boolean <> (v.mode = 'live') then
    return 'other_mode';
  end if;
  update stored_cards set provider_ref = coalesce(provider_ref, p_news ->> 'ref'), link = coalesce(p_news ->> 'link', link),
    link_ends_at = coalesce(to_timestamp((p_news ->> 'link_ends_at')::float8), link_ends_at) where id = p_card_id;
  if p_news ->> 'state' = 'succeeded' and v.status in ('asked', 'cancelled') and p_news #>> '{card,method_ref}' is not null then
    update stored_cards set status = 'stored', link = null, customer_ref = p_news #>> '{card,customer_ref}', method_ref = p_news #>> '{card,method_ref}',
      brand = left(p_news #>> '{card,brand}', 40), last4 = p_news #>> '{card,last4}', expires_on = app.card_end(p_news -> 'card') where id = p_card_id;
    perform app.plan_rest(c.booking_type, c.booking_id) from stored_cards c where c.id = p_card_id and c.booking_id is not null;
  elsif p_news ->> 'state' in ('failed', 'cancelled') and v.status = 'asked' then
    update stored_cards set status = 'cancelled', link = null, failure_reason = left(p_news ->> 'reason', 500) where id = p_card_id;
  end if;
  return (select c.status from stored_cards c where c.id = p_card_id);
end $$;
comment on function app.card_news(uuid, jsonb) is 'For the job worker: what the provider says of a card that a guest leaves.';

create or replace function app.card_end(p_card jsonb) returns date
language sql immutable parallel safe
as $$
  select case when p_card ->> 'exp_month' ~ '^([1-9]|1[0-2])$' and p_card ->> 'exp_year' ~ '^20[0-9]{2}$'
    then (make_date((p_card ->> 'exp_year')::int, (p_card ->> 'exp_month')::int, 1) + interval '1 month - 1 day')::date end
$$;

-- A payment whose guest agreed that the card stays: told by collection_news before the money is booked.
create or replace function app.keep_paid_card(p_payment_id uuid, p_card jsonb) returns void
language sql security definer
as $$
  insert into stored_cards (organization_id, customer_id, user_id, booking_type, booking_id, provider, provider_ref, customer_ref, method_ref, brand, last4, expires_on, consent, consented_at, status)
  select p.organization_id, p.customer_id, p.user_id, p.booking_type, p.booking_id, p.provider, p.provider_ref, p_card ->> 'customer_ref', p_card ->> 'method_ref',
    left(p_card ->> 'brand', 40), p_card ->> 'last4', app.card_end(p_card), p.metadata ->> 'card_terms', p.created_at, 'stored'
  from payments p where p.id = p_payment_id and p.metadata ? 'card_terms' and p_card ->> 'method_ref' is not null and p_card ->> 'customer_ref' is not null
  on conflict do nothing
$$;

-- The card that may be charged for a booking: the one left for it last.
create or replace function app.card_for(p_organization_id uuid, p_booking_type text, p_booking_id uuid) returns uuid
language sql stable security definer
as $$
  select c.id from stored_cards c
  where c.organization_id = p_organization_id and c.booking_type = p_booking_type and c.booking_id = p_booking_id and c.status = 'stored'
  order by c.created_at desc, c.id limit 1
$$;
-- Who is erased leaves no card behind: the provider forgets it, too.
create or replace function app.cards_are_forgotten() returns trigger
language plpgsql security definer
as $$
declare
  v_id uuid;
begin
  for v_id in update stored_cards c set status = 'removed', link = null where c.customer_id = new.id and c.status in ('asked', 'stored') returning c.id loop
    perform app.enqueue('forget_card', jsonb_build_object('card_id', v_id), now(), v_id::text, p_lane => 'card/' || v_id);
  end loop;
  for v_id in update subscriptions s set link = null where s.customer_id = new.id returning s.booking_id loop
    perform app.end_subscription('membership', v_id);
  end loop;
  return null;
end $$;
grant execute on function app.card_is_asked(), app.round_policy(), app.cards_are_forgotten() to anon, authenticated, service_role;
