-- Credit and vouchers. What was given, spent, returned and expired of a credit adds up to what remains of it.

create or replace function app.make_credit(
  p_organization_id uuid,
  p_user_id uuid,
  p_customer_id uuid,
  p_amount numeric,
  p_currency text,
  p_source text,
  p_reason text default null,
  p_code text default null,
  p_expires_at timestamptz default null,
  p_booking_type text default null,
  p_booking_id uuid default null,
  p_refund_id uuid default null) returns uuid
language plpgsql security definer
as $$
declare
  v_currency text := coalesce(p_currency, app.organization_currency(p_organization_id));
  v_amount numeric := app.exact_amount(p_amount, v_currency);
  v_id uuid;
begin
  insert into user_credits (organization_id, user_id, customer_id, code, amount, remaining, currency, source, reason, expires_at,
                            booking_type, booking_id, created_by)
  values (p_organization_id, p_user_id, p_customer_id, nullif(upper(trim(p_code)), ''), v_amount, v_amount, v_currency, p_source, p_reason,
          p_expires_at, p_booking_type, p_booking_id, (select u.id from users u where u.id = auth.uid()))
  returning id into v_id;
  insert into user_credit_transactions (organization_id, credit_id, kind, amount, refund_id, reason, created_by)
  values (p_organization_id, v_id, 'granted', v_amount, p_refund_id, p_reason, (select u.id from users u where u.id = auth.uid()));
  return v_id;
end $$;

create or replace function app.grant_credit(
  p_organization_id uuid,
  p_user_id uuid,
  p_customer_id uuid,
  p_amount numeric,
  p_currency text default null,
  p_source text default 'goodwill',
  p_reason text default null,
  p_code text default null,
  p_expires_at timestamptz default null,
  p_booking_type text default null,
  p_booking_id uuid default null) returns uuid
language plpgsql security definer
as $$
declare
  v_id uuid;
  v_currency text := coalesce(p_currency, app.organization_currency(p_organization_id));
begin
  v_id := app.make_credit(p_organization_id, p_user_id, p_customer_id, p_amount, v_currency, p_source, p_reason, p_code, p_expires_at,
                          p_booking_type, p_booking_id);
  -- a voucher somebody buys is owed until it is paid; everything else is a present of the house
  perform app.post_ledger(p_organization_id, v_id, case when p_source = 'purchase' then 'receivable' else 'goodwill' end, 'credits',
    p_amount, v_currency, 'credit given', case when p_source = 'purchase' then 'voucher' else p_booking_type end,
    case when p_source = 'purchase' then v_id else p_booking_id end, p_credit_id => v_id);
  return v_id;
end $$;
comment on function app.grant_credit(uuid, uuid, uuid, numeric, text, text, text, text, timestamptz, text, uuid) is
  'Gives credit to a user or customer, or makes a voucher with a code.';

-- A code that opens nothing is refused under the field that app.limited_functions() counts.
create or replace function app.require_voucher(p_organization_id uuid, p_code text) returns void
language plpgsql stable security definer
as $$
begin
  if not exists (select from user_credits c where c.organization_id = p_organization_id and c.code = upper(trim(p_code))) then
    perform app.fail(409, 'There is no voucher with this code.', 'p_metadata');
  end if;
end $$;

-- Credit that can be spent now: of a voucher's code, else of a person. A gift that nobody has paid for is none; what was given back has left remaining already.
create or replace function app.spendable_credits(p_organization_id uuid, p_currency text, p_code text, p_user_id uuid, p_customer_id uuid)
returns table (id uuid, remaining numeric, expires_at timestamptz, created_at timestamptz)
language sql stable security definer
as $$
  select c.id, c.remaining, c.expires_at, c.created_at from user_credits c
  where c.organization_id = p_organization_id and c.currency = p_currency and c.remaining > 0 and (c.expires_at is null or c.expires_at > now())
    and case when p_code is not null then c.code = upper(trim(p_code)) else c.user_id = p_user_id or c.customer_id = p_customer_id end
    and (c.source <> 'purchase' or (select coalesce(sum(p.amount - p.tip_amount), 0) from payments p
           where p.booking_type = 'voucher' and p.booking_id = c.id and p.status in ('succeeded', 'partial_refund', 'refunded')) >= c.amount);
$$;

-- The rows are locked in the order of their ids and spent in the order in which they expire.
create or replace function app.spend_credits(
  p_organization_id uuid,
  p_payment_id uuid,
  p_amount numeric,
  p_currency text,
  p_user_id uuid default null,
  p_customer_id uuid default null,
  p_code text default null) returns void
language plpgsql security definer
as $$
declare
  v_credit record;
  v_ids uuid[];
  v_left numeric := p_amount;
  v_part numeric;
begin
  select array_agg(id) into v_ids
  from (select c.id from user_credits c
        where c.id = any (array(select s.id from app.spendable_credits(p_organization_id, p_currency, p_code, p_user_id, p_customer_id) s))
        order by c.id for update) mine;
  for v_credit in
    -- asked again now that nobody else spends it
    select c.id, c.remaining from app.spendable_credits(p_organization_id, p_currency, p_code, p_user_id, p_customer_id) c
    where c.id = any (v_ids)
    order by c.expires_at nulls last, c.created_at, c.id
  loop
    v_part := least(v_left, v_credit.remaining);
    exit when v_part = 0;
    update user_credits set remaining = remaining - v_part where id = v_credit.id;
    insert into user_credit_transactions (organization_id, credit_id, kind, amount, payment_id, created_by)
    values (p_organization_id, v_credit.id, 'spent', -v_part, p_payment_id, (select u.id from users u where u.id = auth.uid()));
    v_left := v_left - v_part;
  end loop;
  if v_left > 0 then
    perform app.fail(409, format('Only %s %s of credit are left.', p_amount - v_left, p_currency), 'p_amount',
      jsonb_build_object('available', p_amount - v_left, 'currency', p_currency), 'Pay the rest another way.');
  end if;
end $$;

-- Credit that expired meanwhile lives another month: the customer did not choose to lose it.
create or replace function app.return_credits(p_payment_id uuid, p_refund_id uuid) returns void
language plpgsql security definer
as $$
declare
  v_left numeric;
  v_organization uuid;
  v_spent record;
  v_part numeric;
begin
  select amount, organization_id into v_left, v_organization from refunds where id = p_refund_id;
  perform 1 from user_credits c where c.id in (select t.credit_id from user_credit_transactions t where t.payment_id = p_payment_id)
    order by c.id for update;
  for v_spent in
    select t.credit_id, -sum(t.amount) as amount
    from user_credit_transactions t
    where t.payment_id = p_payment_id and t.organization_id = v_organization
    group by t.credit_id having sum(t.amount) < 0 order by t.credit_id
  loop
    v_part := least(v_left, v_spent.amount);
    exit when v_part = 0;
    update user_credits c set remaining = c.remaining + v_part,
      expires_at = case when c.expires_at <= now() then now() + interval '30 days' else c.expires_at end
    where c.id = v_spent.credit_id;
    insert into user_credit_transactions (organization_id, credit_id, kind, amount, payment_id, refund_id, created_by)
    values (v_organization, v_spent.credit_id, 'returned', v_part, p_payment_id, p_refund_id, (select u.id from users u where u.id = auth.uid()));
    v_left := v_left - v_part;
  end loop;
end $$;

create or replace function app.credit_balance(p_organization_id uuid, p_user_id uuid default null, p_customer_id uuid default null) returns numeric
language sql stable security definer
as $$
  select coalesce(sum(remaining), 0) from user_credits
  where organization_id = p_organization_id and (user_id = p_user_id or customer_id = p_customer_id)
    and (expires_at is null or expires_at > now());
$$;

-- Run daily by app.maintain_tenant().
create or replace function app.expire_credits() returns int
language plpgsql security definer
as $$
declare
  v_credit record;
  v_count int := 0;
begin
  for v_credit in
    select id, organization_id, remaining, currency from user_credits
    where remaining > 0 and expires_at <= now() order by id for update
  loop
    update user_credits set remaining = 0 where id = v_credit.id;
    insert into user_credit_transactions (organization_id, credit_id, kind, amount) values (v_credit.organization_id, v_credit.id, 'expired', -v_credit.remaining);
    perform app.post_ledger(v_credit.organization_id, gen_random_uuid(), 'credits', 'breakage', v_credit.remaining, v_credit.currency,
      'credit expired', p_credit_id => v_credit.id);
    v_count := v_count + 1;
  end loop;
  return v_count;
end $$;

create or replace function app.is_own_credit(p_credit_id uuid) returns boolean
language sql stable security definer
as $$
  select exists (select from user_credits c where c.id = p_credit_id
    and (c.user_id = auth.uid() or c.customer_id = any (app.own_customer_ids())));
$$;

grant execute on function app.is_own_credit(uuid) to anon, authenticated, service_role;
grant execute on function app.grant_credit(uuid, uuid, uuid, numeric, text, text, text, text, timestamptz, text, uuid),
  app.credit_balance(uuid, uuid, uuid) to service_role;
