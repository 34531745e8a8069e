-- A ticket as people see it, its price, and what money does to it.

create or replace function app.is_my_pool_entry(p_ticket_id uuid, p_member_id uuid) returns boolean
language sql stable security definer
as $$
  select exists (select from pool_tickets where id = p_ticket_id and (user_id = auth.uid() or customer_id = any (app.own_customer_ids())))
      or exists (select from membership_members m where m.id = p_member_id and app.is_my_membership(m.membership_id));
$$;
grant execute on function app.is_my_pool_entry(uuid, uuid) to authenticated, service_role;

create or replace function app.pool_ticket_json(p_ticket_id uuid) returns jsonb
language sql stable security definer
as $$
  select to_jsonb(t) - 'idempotency_key' - 'created_by'
         || jsonb_build_object('paid', p.paid, 'balance', case when t.status = 'cancelled' then 0 else greatest(0, t.total_price - p.paid) end,
              'starts_at', s.starts_at, 'opens_at', s.opens_at)
  from pool_tickets t, lateral (select app.paid_amount('pool', t.id) as paid) p,
  lateral app.pool_slot_times(t.organization_id, t.ticket_date, t.slot) s
  where t.id = p_ticket_id;
$$;

-- {"total_price", "tax_amount", "adult_price", "child_price", "currency"}; a slot without a price is not sold
create or replace function app.price_pool_ticket(p_organization_id uuid, p_date date, p_slot text, p_adults int, p_children int) returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object('adult_price', p.adult, 'child_price', p.child, 'currency', o.currency,
           'total_price', l.line -> 'total', 'tax_amount', l.line -> 'tax')
  from organizations o,
  lateral (
    select max(u.price) filter (where r.age_group = 'adult') as adult, max(u.price) filter (where r.age_group = 'child') as child
    from pool_prices r, lateral (select case when extract(isodow from p_date) > 5 then coalesce(r.weekend_price, r.price) else r.price end as price) u
    where r.organization_id = o.id and r.slot = p_slot) p,
  lateral (select app.taxed_line(coalesce(p.adult, 0) * p_adults + coalesce(p.child, p.adult, 0) * p_children, app.standard_tax_rate(o.id, p_date), true,
             app.stored_decimals(o.currency)) as line) l
  where o.id = p_organization_id and p.adult is not null;
$$;
comment on function app.price_pool_ticket(uuid, date, text, int, int) is 'What a ticket costs; children without a price of their own pay like adults. Pool prices include tax.';

create or replace function app.settle_pool_ticket(p_ticket_id uuid) returns void
language plpgsql security definer
as $$
declare
  t record;
  v_paid numeric;
  v_gone boolean := false;
begin
  select * into t from pool_tickets where id = p_ticket_id;
  if not found then
    return;
  end if;
  v_paid := app.paid_amount('pool', p_ticket_id);
  if t.status = 'pending' and t.hold_expires_at <= now() then
    perform app.expire_pool_holds(t.organization_id, t.ticket_date);
  elsif t.status = 'cancelled' and t.hold_ran_out then
    perform app.lock_places(t.organization_id, t.ticket_date, t.slot);      -- places before ticket
  end if;
  select * into t from pool_tickets where id = p_ticket_id for update;
  if t.status = 'cancelled' and (not t.hold_ran_out or v_paid < t.total_price) then
    perform app.return_late_money('pool', p_ticket_id, t.cancelled_at);
    return;
  end if;
  if v_paid < t.total_price or v_paid = 0 then
    return;
  end if;
  if t.status = 'pending' then
    update pool_tickets set status = 'confirmed' where id = p_ticket_id;
  elsif t.status = 'cancelled' and t.hold_ran_out then
    begin
      if t.expires_at <= now() then
        perform app.fail(409, 'The slot is over.');
      end if;
      update pool_tickets set status = 'confirmed', hold_ran_out = false, cancelled_at = null, cancellation_reason = null, refund_amount = null
      where id = p_ticket_id;
    exception when sqlstate 'MD409' then
      v_gone := true;
    end;
    if v_gone then
      update pool_tickets set hold_ran_out = false, refund_amount = v_paid, cancellation_reason = 'The hold had run out and the places were gone when the money came.'
      where id = p_ticket_id;
      perform app.refund_payments('pool', p_ticket_id, v_paid, 'The places were gone when the money came.');
    end if;
  end if;
end $$;
comment on function app.settle_pool_ticket(uuid) is 'Paid in full confirms a ticket; late money takes the places again if they are free and goes back if not.';

-- Called by the payments when money for a ticket has come or gone.
create or replace function app.payment_settled_pool(p_booking_id uuid, p_payment_id uuid) returns void
language sql security definer
as $$ select app.settle_pool_ticket(p_booking_id) $$;

-- Who buys: customers for themselves, the desk for anybody it can name. Returns user and customer.
create or replace function app.pool_buyer(
  p_organization_id uuid, p_staff boolean, p_user_id uuid, p_customer_id uuid, p_guest jsonb, p_needed boolean,
  out user_id uuid, out customer_id uuid, out full_name text)
language plpgsql security definer
as $$
declare
  v_email text;
  v_phone text;
begin
  if jsonb_typeof(p_guest) <> 'object' or length(p_guest::text) > 10000 then
    perform app.fail(400, 'Guest details are an object such as {"full_name", "email", "phone"}.', 'p_guest_details');
  end if;
  user_id := p_user_id;
  customer_id := p_customer_id;
  if not p_staff then
    if p_user_id is not null and p_user_id is distinct from auth.uid() then
      perform app.fail(403, 'You buy for yourself.', 'p_user_id');
    end if;
    if p_customer_id is not null and p_customer_id <> all (app.own_customer_ids()) then
      perform app.fail(403, 'You buy for yourself.', 'p_customer_id');
    end if;
    user_id := auth.uid();
  end if;
  if customer_id is not null then
    select c.full_name into full_name from customers c where c.id = p_customer_id and c.organization_id = p_organization_id and c.deleted_at is null;
    if not found then
      perform app.fail(404, 'There is no such customer.', 'p_customer_id');
    end if;
  end if;
  if user_id is not null then
    select coalesce(u.full_name, pool_buyer.full_name), u.email, u.phone into full_name, v_email, v_phone from users u
    where u.id = pool_buyer.user_id and u.deleted_at is null and coalesce(u.organization_id, p_organization_id) = p_organization_id;
    if not found then
      perform app.fail(404, 'There is no such user.', 'p_user_id');
    end if;
  end if;
  full_name := coalesce(nullif(trim(p_guest ->> 'full_name'), ''), full_name, split_part(coalesce(p_guest ->> 'email', v_email), '@', 1), 'Guest');
  if customer_id is null and (user_id is not null or coalesce(p_guest ->> 'email', p_guest ->> 'phone') is not null) then
    customer_id := app.find_or_create_customer(p_organization_id, full_name, coalesce(p_guest ->> 'email', v_email), coalesce(p_guest ->> 'phone', v_phone), user_id);
  end if;
  if p_needed and customer_id is null then
    perform app.fail(400, 'Name the person: a customer, a user, or full name with e-mail or phone.', 'p_guest_details');
  end if;
end $$;

create or replace function app.checked_slot(p_slot text) returns text
language plpgsql immutable
as $$
begin
  if p_slot is null or p_slot not in ('morning', 'afternoon', 'full_day') then
    perform app.fail(400, 'A slot is morning, afternoon or full_day.', 'p_slot');
  end if;
  return p_slot;
end $$;

-- A date somebody may come on: today's business day or later, at most a year ahead, and the slot not over.
create or replace function app.checked_pool_date(p_organization_id uuid, p_date date, p_slot text) returns void
language plpgsql stable security definer
as $$
declare
  v_today date := app.organization_today(p_organization_id);
  v_ends timestamptz;
begin
  if p_date is null or not isfinite(p_date) then
    perform app.fail(400, 'Say the day.', 'p_ticket_date');
  end if;
  if p_date < v_today then
    perform app.fail(400, 'This day is past.', 'p_ticket_date', jsonb_build_object('today', v_today));
  end if;
  if p_date > v_today + 366 then
    perform app.fail(400, 'Tickets are sold a year ahead.', 'p_ticket_date', jsonb_build_object('latest', v_today + 366));
  end if;
  select t.ends_at into v_ends from pool_slots s, lateral app.pool_slot_times(p_organization_id, p_date, p_slot) t
  where s.organization_id = p_organization_id and s.slot = p_slot and s.is_active;
  if not found then
    perform app.fail(404, 'There is no such slot.', 'p_slot');
  end if;
  if v_ends <= now() then
    perform app.fail(400, 'This slot is over.', 'p_slot', jsonb_build_object('ended_at', v_ends));
  end if;
end $$;

-- Tickets that nobody used, holds nobody paid. For the scheduler, tenant by tenant.
create or replace function app.maintain_pool() returns int
language plpgsql security definer
as $$
declare
  v_day record;
  v_count int := 0;
  v_some int;
begin
  for v_day in select distinct organization_id, ticket_date from pool_tickets where status = 'pending' and hold_expires_at <= now() order by 1, 2 loop
    v_count := v_count + app.expire_pool_holds(v_day.organization_id, v_day.ticket_date);
  end loop;
  update pool_tickets set status = 'expired' where status = 'confirmed' and expires_at <= now();
  get diagnostics v_some = row_count;
  return v_count + v_some + app.advance_memberships();
end $$;
comment on function app.maintain_pool() is 'Expires tickets, holds, pauses and memberships whose time has come; returns how many. Nothing waits for it: every function looks at the clock itself.';
grant execute on function app.maintain_pool() to service_role;
comment on function app.pool_ticket_json(uuid) is
  'A ticket of the pool. Amounts in its currency.
shape pool_ticket {"...": "pool_tickets(id, slot, adults, source, status, qr_code, used_at, user_id, children, currency, reference, created_at, expires_at, tax_amount, updated_at, customer_id, people_seen, ticket_date, total_price, cancelled_at, hold_ran_out, membership_id, people_inside, refund_amount, first_starts_at, hold_expires_at, organization_id, cancellation_reason, cancellation_policy_id, guest_details)",
  "paid": "number", "balance": "number", "opens_at": "instant", "starts_at": "instant"}';
