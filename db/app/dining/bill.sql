-- Bills: shares that add up, and the payments that settle them.

-- A share that was paid in part becomes what was paid: of its lines, too.
create or replace function app.close_part_paid(p_session_id uuid) returns void
language plpgsql security definer
as $$
begin
  update bill_shares b
  set amount = b.paid_amount, status = 'paid', paid_at = coalesce(b.paid_at, now()),
      items = case when b.items = '[]' then b.items else (
        select jsonb_agg(x.v || jsonb_build_object('amount', c.amounts[x.n],
                 'fraction', round((x.v ->> 'fraction')::numeric * c.amounts[x.n] / greatest((x.v ->> 'amount')::numeric, 1), 4)) order by x.n)
        from jsonb_array_elements(b.items) with ordinality x(v, n),
             (select app.split_cents(b.paid_amount, array_agg((y.v ->> 'amount')::numeric order by y.n)) as amounts
              from jsonb_array_elements(b.items) with ordinality y(v, n)) c) end
  where b.session_id = p_session_id and b.status = 'open' and b.paid_amount > 0;
end $$;

-- Replaces the open shares. The session is locked and billed by the caller.
create or replace function app.write_shares(p_session_id uuid, p_method text, p_shares jsonb) returns void
language plpgsql security definer
as $$
declare
  v_session record;
  v_kept    bigint;
  v_last    int;
begin
  select total_amount, paid_amount into v_session from table_sessions where id = p_session_id;
  -- what was paid stays: a part-paid share shrinks to it
  perform app.close_part_paid(p_session_id);
  delete from bill_shares where session_id = p_session_id and (status = 'open' or amount = 0);
  select coalesce(sum(paid_amount), 0), coalesce(max(position), 0) into v_kept, v_last from bill_shares where session_id = p_session_id;
  -- money that named no share
  if v_session.paid_amount > v_kept then
    v_last := v_last + 1;
    insert into bill_shares (session_id, position, label, method, amount, paid_amount, status, paid_at)
    values (p_session_id, v_last, 'Paid before', 'whole', v_session.paid_amount - v_kept, v_session.paid_amount - v_kept, 'paid', now());
  end if;
  if v_session.total_amount > v_session.paid_amount or v_last = 0 then
    insert into bill_shares (session_id, position, label, method, customer_session_id, amount, items, status, paid_at)
    select p_session_id, v_last + c.n, c.label, p_method, c.customer_session_id, c.amount, c.items,
           case when c.amount = 0 then 'paid' else 'open' end, case when c.amount = 0 then now() end
    from app.compute_shares(p_session_id, p_method, p_shares, greatest(0, v_session.total_amount - v_session.paid_amount)) c;
  end if;
end $$;

-- Brings what the payments module holds for this session to its shares: money that names a share goes there, all other money
-- fills the open shares from the first.
create or replace function app.settle_shares(p_session_id uuid) returns void
language plpgsql security definer
as $$
declare
  v_currency text;
  v_paid     bigint;
  v_pool     bigint;
  v_share    record;
  v_new      bigint;
begin
  perform from table_sessions where id = p_session_id for no key update;
  select o.currency into v_currency from table_sessions s join organizations o on o.id = s.organization_id where s.id = p_session_id;
  v_paid := app.to_cents(app.paid_amount('session', p_session_id), v_currency);
  update table_sessions set paid_amount = v_paid where id = p_session_id and paid_amount <> v_paid;

  select v_paid - coalesce(sum(least(b.amount, coalesce(d.paid, 0))), 0) into v_pool
  from bill_shares b
  left join (
    select p.share_id, sum(app.to_cents(p.kept_amount, v_currency)) as paid
    from payments p
    where p.booking_type = 'session' and p.booking_id = p_session_id and p.share_id is not null
      and p.status in ('succeeded', 'partial_refund', 'refunded')
    group by p.share_id) d on d.share_id = b.id
  where b.session_id = p_session_id;
  for v_share in
    select b.id, b.amount, b.paid_amount, coalesce(d.paid, 0) as direct, d.method
    from bill_shares b
    left join lateral (
      select sum(app.to_cents(p.kept_amount, v_currency)) as paid,
             (array_agg(p.method order by p.paid_at desc))[1] as method
      from payments p
      where p.booking_type = 'session' and p.booking_id = p_session_id and p.share_id = b.id
        and p.status in ('succeeded', 'partial_refund', 'refunded')) d on true
    where b.session_id = p_session_id
    order by b.position
  loop
    v_new := least(v_share.amount, v_share.direct);
    if v_pool > 0 and v_new < v_share.amount then
      v_new := v_new + least(v_pool, v_share.amount - v_new);
      v_pool := v_pool - (v_new - least(v_share.amount, v_share.direct));
    end if;
    if v_new is distinct from v_share.paid_amount then
      update bill_shares
      set paid_amount = v_new, status = case when v_new = amount then 'paid' else 'open' end,
          payment_method = coalesce(v_share.method, payment_method),
          paid_at = case when v_new = amount then coalesce(paid_at, now()) end
      where id = v_share.id;
    end if;
  end loop;
end $$;

-- The payments module calls these when money has come or gone.
create or replace function app.payment_settled_session(p_booking_id uuid, p_payment_id uuid) returns void
language plpgsql security definer
as $$
begin
  perform app.settle_shares(p_booking_id);
end $$;

-- What sessions and orders cost, for the one bill over meals, nights and tickets (app/payments/folio.sql).
create or replace function app.folio_session(p_organization_id uuid, p_booking_ids uuid[], p_customer_ids uuid[], p_user_id uuid)
returns table (booking_id uuid, customer_id uuid, user_id uuid, session_id uuid, description text, quantity numeric,
               unit_amount numeric, amount numeric, tax_amount numeric, occurred_at timestamptz)
language sql stable security definer
as $$
  select s.id, v.customer_id, v.user_id, s.id, x.name, x.quantity::numeric,
         app.to_amount(x.total / x.quantity, o.currency), app.to_amount(x.total, o.currency), app.to_amount(x.tax, o.currency), x.at
  from table_sessions s
  join organizations o on o.id = s.organization_id
  left join table_reservations v on v.id = s.reservation_id
  cross join lateral (
    select l.name, l.quantity, l.total_amount as total, l.tax_amount as tax, l.placed_at as at from order_lines l
    where l.session_id = s.id and l.status not in ('draft', 'cancelled') and l.deleted_at is null
    union all
    select 'Order ' || r.order_number, 1, r.total_amount, r.tax_amount, r.placed_at from orders r
    where r.session_id = s.id and not r.has_lines and r.status <> 'CANCELLED' and r.deleted_at is null) x
  where s.organization_id = p_organization_id and s.deleted_at is null
    and case when p_booking_ids is not null then s.id = any (p_booking_ids)
             else v.customer_id = any (p_customer_ids) or v.user_id = p_user_id end;
$$;
comment on function app.folio_session(uuid, uuid[], uuid[], uuid) is 'Folio lines of group sessions.';

create or replace function app.folio_order(p_organization_id uuid, p_booking_ids uuid[], p_customer_ids uuid[], p_user_id uuid)
returns table (booking_id uuid, customer_id uuid, user_id uuid, session_id uuid, description text, quantity numeric,
               unit_amount numeric, amount numeric, tax_amount numeric, occurred_at timestamptz)
language sql stable security definer
as $$
  select r.id, r.customer_id, r.user_id, null::uuid, x.name, x.quantity::numeric,
         app.to_amount(x.total / x.quantity, o.currency), app.to_amount(x.total, o.currency), app.to_amount(x.tax, o.currency), r.placed_at
  from orders r
  join organizations o on o.id = r.organization_id
  cross join lateral (
    select l.name, l.quantity, l.total_amount as total, l.tax_amount as tax from order_lines l
    where l.order_id = r.id and l.status <> 'cancelled' and l.deleted_at is null
    union all
    select 'Order ' || r.order_number, 1, r.total_amount, r.tax_amount where not r.has_lines) x
  where r.organization_id = p_organization_id and r.session_id is null and r.status <> 'CANCELLED' and r.deleted_at is null
    and case when p_booking_ids is not null then r.id = any (p_booking_ids)
             else r.customer_id = any (p_customer_ids) or r.user_id = p_user_id end;
$$;
comment on function app.folio_order(uuid, uuid[], uuid[], uuid) is 'Folio lines of orders without a session.';

-- active → billed, with one share over what is due. Billed already: nothing changes. The session is locked by the caller.
create or replace function app.make_bill(p_session_id uuid, p_discard_drafts boolean, p_share boolean default true) returns void
language plpgsql security definer
as $$
declare
  v_status text;
  v_drafts int;
begin
  select status into v_status from table_sessions where id = p_session_id;
  if v_status = 'cleared' then
    perform app.fail(410, 'This session is over.', null, '{"reason": "session_over"}');
  elsif v_status = 'billed' then
    if p_share and not exists (select from bill_shares where session_id = p_session_id) then
      perform app.write_shares(p_session_id, 'whole', null);
    end if;
    return;
  end if;
  select count(*) into v_drafts from order_lines where session_id = p_session_id and status = 'draft' and deleted_at is null;
  if v_drafts > 0 then
    if not coalesce(p_discard_drafts, false) then
      perform app.fail(409, case v_drafts when 1 then 'One choice has not been sent.' else format('%s choices have not been sent.', v_drafts) end, null,
        jsonb_build_object('reason', 'unsent_drafts', 'count', v_drafts), 'Send or remove it first.');
    end if;
    update order_lines set deleted_at = now() where session_id = p_session_id and status = 'draft' and deleted_at is null;
  end if;
  perform app.charge_large_party(p_session_id);
  update table_sessions set status = 'billed' where id = p_session_id;
  if p_share then
    perform app.write_shares(p_session_id, 'whole', null);
    perform app.settle_shares(p_session_id);
  end if;
end $$;

-- What a waiter takes money with, in minor units.
drop function if exists app.check_tender(text, int);
create or replace function app.check_tender(p_method text, p_tip_amount bigint) returns void
language plpgsql immutable
as $$
begin
  if p_method is null or p_method not in ('cash', 'card', 'bank') then
    perform app.fail(400, 'Take cash, card or bank here.', 'p_method', '{"allowed": ["cash", "card", "bank"]}');
  end if;
  if p_tip_amount is null or p_tip_amount not between 0 and 1000000000000000 then
    perform app.fail(400, 'A gratuity is not negative.', 'p_tip_amount');
  end if;
end $$;

create or replace function app.bill_answer(p_session_id uuid) returns jsonb
language plpgsql stable security definer
as $$
begin
  return (select jsonb_build_object('session_id', id, 'status', status, 'bill', app.bill_json(id), 'version', version) from table_sessions where id = p_session_id);
end $$;
