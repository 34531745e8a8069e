-- What is taken from stored cards: the rest of a bill on its day, the fee of who stayed away. Each attempt is a payment of its own, so the provider is
-- asked once for each; what a failure means is rows of dunning_steps.
--
-- A fee for staying away is on no bill of the house's own: `amount` is the whole of it, and what was paid for the booking, by whatever way, counts for it.
-- What comes above it (an attempt that was given up and came late, two devices) goes back (refund_overpaid).
--
--   waiting ─next_at─▶ begin_charge ─▶ asked ─▶ paid
--      ▲                  │ no card       ├─ declined ──────────▶ told; next step: retry ─▶ waiting, tell ─▶ needs_guest, give_up ─▶ failed
--      └──────────────────┴──────────────┴─ wants the guest ───▶ needs_guest: a link by mail ─▶ paid, or (it ran out) the next step

create or replace function app.start_dunning(p_organization_id uuid) returns void
language sql security definer
as $$
  insert into dunning_steps (organization_id, kind, step, after_hours, action)
  select p_organization_id, s.kind, s.step, s.after_hours, s.action
  from (values ('charge', 1, 24, 'retry'), ('charge', 2, 48, 'tell'), ('charge', 3, 48, 'give_up'),
               ('subscription', 1, 0, 'tell'), ('subscription', 2, 72, 'tell'), ('subscription', 3, 96, 'pause')) s(kind, step, after_hours, action)
  where not exists (select from dunning_steps d where d.organization_id = p_organization_id)
$$;
comment on function app.start_dunning(uuid) is 'The steps that a fresh organization begins with.';

-- After the deposit or the card has come: the rest gets its day, where the policy names one. Again changes nothing but the day.
create or replace function app.plan_rest(p_booking_type text, p_booking_id uuid) returns void
language plpgsql security definer
as $$
declare
  v_organization uuid := app.booking_organization(p_booking_type, p_booking_id);
  v_days int := (select p.rest_days from payment_policies p where p.id = app.policy_of(v_organization, p_booking_type));
  v_card uuid := app.card_for(v_organization, p_booking_type, p_booking_id);
  v_start timestamptz;
begin
  if v_days is null or v_card is null or app.rest_due(v_organization, p_booking_type, p_booking_id) <= 0 then
    return;
  end if;
  select min(l.occurred_at) into v_start from app.folio_lines(v_organization, array[p_booking_type], array[p_booking_id]) l;
  insert into payment_charges as c (organization_id, booking_type, booking_id, kind, currency, due_at, next_at, card_id)
  values (v_organization, p_booking_type, p_booking_id, 'rest', app.organization_currency(v_organization), v_start - make_interval(days => v_days),
    greatest(v_start - make_interval(days => v_days), now() + interval '1 hour'), v_card)
  on conflict (organization_id, booking_type, booking_id, kind) do update set card_id = excluded.card_id, due_at = excluded.due_at,
    next_at = case when c.status = 'waiting' and c.step = 0 then excluded.next_at else c.next_at end;
end $$;
comment on function app.plan_rest(text, uuid) is 'The rest of a booking is taken from its card on the day that the policy names.';

create or replace function app.rest_due(p_organization_id uuid, p_booking_type text, p_booking_id uuid) returns numeric
language sql stable security definer
as $$
  select coalesce((select o.total from app.bill_owner(p_organization_id, p_booking_type, p_booking_id) o), 0) - app.paid_amount(p_booking_type, p_booking_id)
$$;

-- What a charge still wants, of the fee or of the bill.
create or replace function app.charge_due(p_charge_id uuid) returns numeric
language sql stable security definer
as $$
  select case when c.kind = 'no_show' then c.amount - app.paid_amount(c.booking_type, c.booking_id)
              else coalesce(c.amount, app.rest_due(c.organization_id, c.booking_type, c.booking_id)) end
  from payment_charges c where c.id = p_charge_id
$$;

-- Nothing is wanted any more, for it was paid another way: what was begun for it is called off, so that it is not paid twice.
create or replace function app.charge_is_settled(p_charge_id uuid) returns void
language sql security definer
as $$
  update payment_charges set status = case kind when 'no_show' then 'paid' else 'off' end, next_at = null, reason = 'It was paid meanwhile.' where id = p_charge_id;
  select app.call_off_attempts(p_charge_id);
$$;

-- An attempt that is under way is called off; where it was faster its money counts, and what is too much goes back.
create or replace function app.call_off_attempts(p_charge_id uuid) returns void
language sql security definer
as $$
  update payments p set status = 'cancelled' from payment_charges c
  where c.id = p_charge_id and p.booking_type = c.booking_type and p.booking_id = c.booking_id and p.metadata ->> 'charge_id' = c.id::text and p.status = 'pending'
$$;

-- Nobody wants this charge any more, wherever its asking stands. A fee for staying away that comes all the same goes back (refund_overpaid); one that was paid
-- before is for a person to give back.
drop function if exists app.call_off_no_show(uuid);
create or replace function app.call_off_charge(p_charge_id uuid, p_reason text) returns void
language plpgsql security definer
as $$
begin
  update payment_charges set status = 'off', next_at = null, reason = p_reason where id = p_charge_id and status in ('waiting', 'asked', 'needs_guest', 'failed');
  if found then
    perform app.call_off_attempts(p_charge_id);
  end if;
end $$;

-- Whether a booking of any kind is a no-show now.
create or replace function app.is_no_show(p_booking_type text, p_booking_id uuid) returns boolean
language plpgsql stable security definer
as $$
declare
  v_table regclass := app.booking_table(p_booking_type);
  v_is boolean;
begin
  if v_table is null then
    return false;
  end if;
  execute format('select to_jsonb(t) ->> ''status'' = ''no_show'' from %s t where t.id = $1', v_table) into v_is using p_booking_id;
  return coalesce(v_is, false);
end $$;

-- Trigger of bookings that become a no-show; its argument is their type. An hour's grace, for a finger that slipped.
create or replace function app.no_show_is_charged() returns trigger
language plpgsql security definer
as $$
declare
  v_row jsonb := to_jsonb(new);
  v_policy record;
  v_fee numeric;
  v_currency text := app.organization_currency(new.organization_id);
begin
  if new.status <> 'no_show' then
    perform app.call_off_charge(c.id, 'They came after all.') from payment_charges c where c.booking_type = tg_argv[0] and c.booking_id = new.id and c.kind = 'no_show';
    return null;
  end if;
  select p.* into v_policy from payment_policies p where p.id = app.policy_of(new.organization_id, tg_argv[0]);
  v_fee := round(coalesce(v_policy.no_show_amount * case when v_policy.is_per_person then coalesce(v_row ->> 'guests', v_row ->> 'party_size')::int else 1 end,
    coalesce(v_row ->> 'total_price', v_row ->> 'final_amount')::numeric * v_policy.no_show_percent / 100), app.currency_exponent(v_currency));
  if v_fee is null or v_fee <= app.paid_amount(tg_argv[0], new.id) or app.card_for(new.organization_id, tg_argv[0], new.id) is null then
    return null;
  end if;
  insert into payment_charges as c (organization_id, booking_type, booking_id, kind, amount, currency, due_at, next_at, card_id)
  values (new.organization_id, tg_argv[0], new.id, 'no_show', v_fee, v_currency, now(), now() + interval '1 hour', app.card_for(new.organization_id, tg_argv[0], new.id))
  on conflict (organization_id, booking_type, booking_id, kind) do update set amount = excluded.amount, status = 'waiting', next_at = excluded.next_at, step = 0, reason = null
  where c.status in ('off', 'failed');
  perform app.call_off_charge(c.id, 'They did not come.') from payment_charges c where c.booking_type = tg_argv[0] and c.booking_id = new.id and c.kind = 'rest';
  return null;
end $$;

-- Nobody wants this money any more (app.cancel_pending_payments).
create or replace function app.call_off_charges(p_booking_type text, p_booking_id uuid) returns void
language sql security definer
as $$
  update payment_charges set status = 'off', next_at = null, reason = 'It was cancelled.'
  where booking_type = p_booking_type and booking_id = p_booking_id and status in ('waiting', 'asked', 'needs_guest')
$$;

-- Every few minutes.
create or replace function app.charge_cards() returns int
language plpgsql security definer
as $$
declare
  v_id uuid;
  v_count int := 0;
begin
  for v_id in select c.id from payment_charges c where c.next_at <= now() and c.status in ('waiting', 'needs_guest') order by c.next_at limit 200 loop
    begin
      perform app.begin_charge(v_id);
      v_count := v_count + 1;
    exception when others then      -- one that is stuck holds up no other
      update payment_charges set next_at = now() + interval '1 hour' where id = v_id;
      raise warning 'charge %: %', v_id, sqlerrm;
    end;
  end loop;
  return v_count;
end $$;
comment on function app.charge_cards() is 'Takes what is due from stored cards, and goes on where a guest was asked and did not pay; returns how many.';

-- The attempt is a row before anybody is asked: killed in between, the provider is asked again by the same key.
create or replace function app.begin_charge(p_charge_id uuid) returns void
language plpgsql security definer
as $$
declare
  c record;
  v_card uuid;
begin
  select x.* into c from payment_charges x where x.id = p_charge_id;
  perform app.lock_bill(c.booking_id);
  select x.* into c from payment_charges x where x.id = p_charge_id and x.next_at <= now() and x.status in ('waiting', 'needs_guest') for update;
  if not found then
    return;
  end if;
  if c.kind = 'no_show' and not app.is_no_show(c.booking_type, c.booking_id) then
    perform app.call_off_charge(c.id, 'They came after all.');
  elsif app.charge_due(c.id) <= 0 then
    perform app.charge_is_settled(c.id);
  elsif c.status = 'needs_guest' then
    perform app.next_step(c.id);      -- the link is out and nobody paid
  else
    perform app.attempt_charge(c.id, app.card_for(c.organization_id, c.booking_type, c.booking_id));
  end if;
end $$;

-- One asking for what is due: of the card, or (p_card_id null) of the guest, who gets a link by mail. One at a time: the page of the last one is closed first.
drop function if exists app.attempt_charge(uuid, numeric, uuid), app.ask_guest(uuid, numeric);
create or replace function app.attempt_charge(p_charge_id uuid, p_card_id uuid) returns void
language plpgsql security definer
as $$
declare
  c record;
  v_owner record;
  v_payment uuid;
  v_due numeric := app.charge_due(p_charge_id);
begin
  if v_due <= 0 then
    perform app.charge_is_settled(p_charge_id);
    return;
  end if;
  select x.* into c from payment_charges x where x.id = p_charge_id;
  select coalesce(s.customer_id, o.customer_id) as customer_id, coalesce(s.user_id, o.user_id) as user_id into v_owner
  from (select 1) one left join stored_cards s on s.id = coalesce(p_card_id, c.card_id) left join app.bill_owner(c.organization_id, c.booking_type, c.booking_id) o on true;
  v_payment := app.record_payment(c.organization_id, c.booking_type, c.booking_id, v_due, null, 'online', v_owner.user_id, v_owner.customer_id,
    jsonb_strip_nulls(jsonb_build_object('provider', (select s.provider from stored_cards s where s.id = coalesce(p_card_id, c.card_id)), 'status', 'pending',
      'way', case when p_card_id is null then 'page' else 'stored_card' end, 'card_id', p_card_id, 'charge_id', c.id, 'return_path', '/my',
      'tell_link', case when p_card_id is null then true end)),
    -- the attempt after this one: made twice at once it is one, and whoever stays away a second time begins at step 0 again and is asked anew
    concat_ws('/', 'charge', c.id, coalesce(c.payment_id::text, 'first'), case when p_card_id is null then 'page' else 'card' end));
  update payment_charges set status = case when p_card_id is null then 'needs_guest' else 'asked' end, payment_id = v_payment,
    next_at = case when p_card_id is null then now() + interval '26 hours' end, card_id = coalesce(p_card_id, card_id) where id = p_charge_id;
  update payments set status = 'cancelled' where id = c.payment_id and status = 'pending';
end $$;

-- After update of a payment that was made for a charge.
create or replace function app.charge_follows() returns trigger
language plpgsql security definer
as $$
declare
  c record;
begin
  select x.* into c from payment_charges x where x.id = (new.metadata ->> 'charge_id')::uuid for update;
  if c.kind = 'no_show' and c.status = 'off' then
    return null;      -- it came for a fee that nobody wants any more: refund_overpaid gives it back
  end if;
  if new.status = 'succeeded' and old.status in ('pending', 'failed', 'cancelled') then
    update payment_charges set status = 'paid', payment_id = new.id, next_at = null, reason = null where id = c.id;
    perform app.call_off_attempts(c.id);      -- this one may be late
  elsif new.status in ('failed', 'cancelled') and c.payment_id = new.id and c.status in ('asked', 'needs_guest') then
    update payment_charges set reason = left(new.failure_reason, 500) where id = c.id;
    if c.status = 'asked' and new.provider_data ->> 'code' = 'authentication_required' then
      perform app.attempt_charge(c.id, null);
    elsif c.status = 'asked' and new.provider_ref is null and new.asked_at is not null and new.status = 'cancelled' then
      perform app.give_up_charge(c.id);      -- nobody knows whether the card was charged: not tried again by itself
    else
      if c.status = 'asked' then
        perform app.tell(new.organization_id, 'charge_declined', jsonb_build_object('amount', new.amount, 'currency', new.currency, 'reason', coalesce(new.failure_reason, '–'),
            'house', (select o.name from organizations o where o.id = new.organization_id)),
          new.user_id, new.customer_id, p_about => format('charge/%s/%s', c.id, c.step));
      end if;
      perform app.next_step(c.id);
    end if;
  end if;
  return null;
end $$;

create or replace function app.next_step(p_charge_id uuid) returns void
language plpgsql security definer
as $$
declare
  c record;
  s record;
begin
  select x.* into c from payment_charges x where x.id = p_charge_id for update;
  select d.after_hours, d.action into s from dunning_steps d where d.organization_id = c.organization_id and d.kind = 'charge' and d.step = c.step + 1;
  update payment_charges set step = c.step + 1 where id = c.id;
  if s.action = 'retry' then
    update payment_charges set status = 'waiting', next_at = now() + make_interval(hours => s.after_hours) where id = c.id;
  elsif s.action = 'tell' then
    perform app.attempt_charge(c.id, null);
  else
    perform app.give_up_charge(c.id);
  end if;
end $$;
comment on function app.next_step(uuid) is 'A charge did not come: what the next row of dunning_steps says; no row, or give_up, is a person''s business.';

create or replace function app.give_up_charge(p_charge_id uuid) returns void
language plpgsql security definer
as $$
declare
  c record;
begin
  update payment_charges x set status = 'failed', next_at = null where x.id = p_charge_id
  returning x.id, x.organization_id, x.booking_type, x.booking_id, x.currency, x.reason into c;
  perform app.tell_roles(c.organization_id, array['owner', 'admin', 'manager', 'finance'], 'charge_failed',
    jsonb_build_object('amount', app.charge_due(c.id), 'currency', c.currency, 'reason', coalesce(c.reason, '–')),
    p_data => jsonb_build_object('charge_id', c.id, 'booking_type', c.booking_type, 'booking_id', c.booking_id), p_about => 'charge/' || c.id, p_priority => 'high');
end $$;

-- The page of a payment that a guest is asked for by mail is there.
create or replace function app.tell_link(p_payment_id uuid) returns void
language sql security definer
as $$
  select app.tell(p.organization_id, 'payment_link', jsonb_build_object('amount', p.amount, 'currency', p.currency, 'link', p.provider_data ->> 'link',
      'house', (select o.name from organizations o where o.id = p.organization_id)),
    p.user_id, p.customer_id, p_data => jsonb_build_object('payment_id', p.id), p_about => 'payment_link/' || p.id, p_link => p.provider_data ->> 'link')
  from payments p where p.id = p_payment_id and p.status = 'pending' and p.metadata ->> 'tell_link' = 'true' and p.provider_data ? 'link'
$$;

-- Money for any booking came or went: the deposit plans the rest, and what was paid otherwise is wanted no more.
create or replace function app.payment_settled_charges(p_booking_id uuid, p_payment_id uuid) returns void
language plpgsql security definer
as $$
declare
  v record;
begin
  select p.booking_type, p.organization_id, p.status into v from payments p where p.id = p_payment_id;
  if v.status <> 'succeeded' then
    return;
  end if;
  perform app.plan_rest(v.booking_type, p_booking_id);
  perform app.charge_is_settled(c.id) from payment_charges c
  where c.booking_type = v.booking_type and c.booking_id = p_booking_id and c.payment_id is distinct from p_payment_id
    and c.status in ('waiting', 'asked', 'needs_guest', 'failed') and app.charge_due(c.id) <= 0;
end $$;
grant execute on function app.no_show_is_charged(), app.charge_follows() to anon, authenticated, service_role;
