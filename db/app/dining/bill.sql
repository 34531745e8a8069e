-- Bills: shares that add up, and the payments that settle them.

-- What each open share of a bill is, by method. Amounts come from one largest-remainder split of what is due, so they add up to
-- it exactly, whatever was paid or cancelled before.
drop function if exists app.compute_shares(uuid, text, jsonb, int);      -- amounts were int once
create or replace function app.compute_shares(p_session_id uuid, p_method text, p_shares jsonb, p_due bigint)
returns table (n int, label text, customer_session_id uuid, amount bigint, items jsonb)
language plpgsql stable security definer
as $$
declare
  v_count   int;
  v_shares  jsonb := p_shares;
  v_share   jsonb;
  v_sum     numeric;
  v_people  int;
  v_unknown text;
begin
  select count(*) into v_people from session_customers c where c.session_id = p_session_id and c.deleted_at is null;

  if p_method = 'whole' then
    return query select 1, 'Whole bill'::text, null::uuid, p_due, '[]'::jsonb;
    return;
  end if;

  if p_method = 'equal' then
    -- 4, {"parts": 4}, a list of names, or one part a participant
    if v_shares is null or jsonb_typeof(v_shares) = 'null' then
      return query
        with people as (
          select row_number() over (order by c.joined_at, c.id)::int as k, c.id, c.name::text as name
          from session_customers c where c.session_id = p_session_id and c.deleted_at is null
          union all select 1, null, 'Whole bill' where v_people = 0),
        cut as (select app.split_cents(p_due, array_fill(1::numeric, array[greatest(v_people, 1)])) as part)
        select p.k, p.name, p.id, cut.part[p.k], '[]'::jsonb from people p, cut order by p.k;
      return;
    end if;
    if jsonb_typeof(v_shares) = 'object' then
      v_shares := v_shares -> 'parts';
    end if;
    if jsonb_typeof(v_shares) = 'array' then
      v_count := jsonb_array_length(v_shares);
      if exists (select from jsonb_array_elements(v_shares) e where jsonb_typeof(e) <> 'string') then
        v_count := 0;
      end if;
    elsif jsonb_typeof(v_shares) = 'number' and (v_shares #>> '{}') ~ '^[0-9]{1,3}$' then
      v_count := (v_shares #>> '{}')::int;
    end if;
    if v_count is null or v_count not between 1 and 100 then
      perform app.fail(400, 'Split equally into 1 to 100 parts.', 'p_shares', '{"min": 1, "max": 100}');
    end if;
    return query
      select k, coalesce(case when jsonb_typeof(v_shares) = 'array' then left(app.clean_text(v_shares ->> (k - 1), 255, 'p_shares'), 100) end, 'Part ' || k), null::uuid,
             (app.split_cents(p_due, array_fill(1::numeric, array[v_count])))[k], '[]'::jsonb
      from generate_series(1, v_count) k;
    return;
  end if;

  if p_method in ('amount', 'weight', 'item') and (v_shares is null or jsonb_typeof(v_shares) <> 'array' or jsonb_array_length(v_shares) not between 1 and 100) then
    perform app.fail(400, 'Shares are a list of 1 to 100.', 'p_shares');
  end if;
  if p_method in ('amount', 'weight', 'item') then
    for v_share in select * from jsonb_array_elements(v_shares) loop
      if jsonb_typeof(v_share) <> 'object'
         or (p_method = 'amount' and (coalesce(jsonb_typeof(v_share -> 'amount'), '') <> 'number' or v_share ->> 'amount' !~ '^[0-9]{1,15}$'))
         or (p_method = 'weight' and (coalesce(jsonb_typeof(v_share -> 'weight'), '') <> 'number' or v_share ->> 'weight' !~ '^[0-9]{1,6}(\.[0-9]{1,4})?$'))
         or (p_method = 'item' and coalesce(jsonb_typeof(v_share -> 'lines'), '') <> 'array') then
        perform app.fail(400, format('Each share has a label and %s.',
          case p_method when 'amount' then 'an amount in minor units' when 'weight' then 'a weight' else 'a list of lines' end), 'p_shares',
          jsonb_build_object('share', v_share));
      end if;
      if v_share ? 'customer_session_id' and jsonb_typeof(v_share -> 'customer_session_id') <> 'null' and not exists (
           select from session_customers c where c.session_id = p_session_id and c.id::text = lower(v_share ->> 'customer_session_id')) then
        perform app.fail(400, 'This participant is not in the session.', 'p_shares', jsonb_build_object('share', v_share));
      end if;
    end loop;
  end if;

  if p_method = 'amount' then
    select sum((e ->> 'amount')::numeric) into v_sum from jsonb_array_elements(v_shares) e;
    if v_sum > p_due then
      perform app.fail(400, 'These amounts are more than what is due.', 'p_shares',
        jsonb_build_object('due_amount', p_due, 'given_amount', v_sum), 'Take the difference off one of them.');
    end if;
    if v_sum < p_due then
      v_shares := v_shares || jsonb_build_array(jsonb_build_object('label', 'Rest', 'amount', p_due - v_sum));
    end if;
    return query
      select e.k::int, coalesce(left(app.clean_text(e.s ->> 'label', 255, 'p_shares'), 100), c.name::text, 'Part ' || e.k), c.id, (e.s ->> 'amount')::bigint, '[]'::jsonb
      from jsonb_array_elements(v_shares) with ordinality e(s, k)
      left join session_customers c on c.id::text = lower(e.s ->> 'customer_session_id')
      order by e.k;
    return;
  end if;

  if p_method = 'weight' then
    select sum((e ->> 'weight')::numeric) into v_sum from jsonb_array_elements(v_shares) e;
    if v_sum <= 0 then
      perform app.fail(400, 'Weights add up to more than nothing.', 'p_shares');
    end if;
    return query
      with e as (select s, k from jsonb_array_elements(v_shares) with ordinality x(s, k)),
           cut as (select app.split_cents(p_due, array_agg((e.s ->> 'weight')::numeric order by e.k)) as part from e)
      select e.k::int, coalesce(left(app.clean_text(e.s ->> 'label', 255, 'p_shares'), 100), c.name::text, 'Part ' || e.k), c.id, cut.part[e.k], '[]'::jsonb
      from cut, e left join session_customers c on c.id::text = lower(e.s ->> 'customer_session_id')
      order by e.k;
    return;
  end if;

  if p_method not in ('item', 'guest') or p_method is null then
    perform app.fail(400, 'Split equal, guest, item, amount or weight.', 'p_method', '{"allowed": ["equal", "guest", "item", "amount", "weight"]}');
  end if;

  if p_method = 'item' then
    select coalesce(x.v ->> 'line_id', x.v #>> '{}') into v_unknown
    from jsonb_array_elements(v_shares) e, jsonb_array_elements(e -> 'lines') x(v)
    where not exists (
        select from order_lines l where l.session_id = p_session_id and l.status not in ('draft', 'cancelled') and l.deleted_at is null
          and l.id::text = lower(coalesce(x.v ->> 'line_id', x.v #>> '{}'))
        union all
        select from orders o where o.session_id = p_session_id and not o.has_lines and o.id::text = lower(coalesce(x.v ->> 'line_id', x.v #>> '{}')))
      or (x.v ? 'weight' and (jsonb_typeof(x.v -> 'weight') <> 'number' or x.v ->> 'weight' !~ '^[0-9]{1,6}(\.[0-9]{1,4})?$' or (x.v ->> 'weight')::numeric = 0))
    limit 1;
    if found then
      perform app.fail(400, 'A share names a line that is not on this bill, or a weight that is not above zero.', 'p_shares', jsonb_build_object('line_id', v_unknown));
    end if;
  end if;

  -- A line, who takes part in it with which weight, and what of it nobody has paid yet. An order without lines counts as one line.
  return query
    with bill_lines as (
      select l.id, l.name, l.quantity, l.total_amount, l.customer_session_id as who, l.created_at
      from order_lines l where l.session_id = p_session_id and l.status not in ('draft', 'cancelled') and l.deleted_at is null
      union all
      select o.id, 'Order ' || o.order_number, 1, o.total_amount, o.customer_session_id, o.created_at
      from orders o where o.session_id = p_session_id and not o.has_lines and o.status <> 'CANCELLED' and o.deleted_at is null
    ), paid as (
      -- what a share has paid pays its lines in proportion: all of each when it is paid whole, a part of each when in part
      select d.line_id, sum(d.amount)::bigint as amount
      from (select i.ids[k] as line_id, (app.split_cents(b.paid_amount, i.amounts))[k] as amount
            from bill_shares b
            cross join lateral (select array_agg((x.v ->> 'line_id')::uuid order by x.n) as ids, array_agg((x.v ->> 'amount')::numeric order by x.n) as amounts
                                from jsonb_array_elements(b.items) with ordinality x(v, n)) i,
                 generate_subscripts(i.ids, 1) k
            where b.session_id = p_session_id and b.paid_amount > 0) d
      group by 1
    ), credits as (
      -- what somebody paid without naming lines (their equal part, an amount) counts for them first
      select b.customer_session_id as who, sum(b.paid_amount) as amount
      from bill_shares b
      where b.session_id = p_session_id and b.paid_amount > 0 and b.items = '[]' and b.customer_session_id is not null
      group by 1
    ), people as (
      select row_number() over (order by c.joined_at, c.id)::int as k, c.id, coalesce(c.name::text, 'Guest') as label
      from session_customers c
      where p_method = 'guest' and c.session_id = p_session_id
        and (c.deleted_at is null or exists (select from bill_lines l where l.who = c.id))
      union all
      select e.k::int, c.id, coalesce(left(app.clean_text(e.s ->> 'label', 255, 'p_shares'), 100), c.name::text, 'Part ' || e.k)
      from jsonb_array_elements(case when p_method = 'item' then v_shares else '[]' end) with ordinality e(s, k)
      left join session_customers c on c.id::text = lower(e.s ->> 'customer_session_id')
    ), named as (
      -- by item: as they say; by guest: everybody's own
      select p.k, l.id, sum(coalesce((x.v ->> 'weight')::numeric, 1)) as weight
      from people p
      join lateral jsonb_array_elements(case when p_method = 'item' then v_shares -> (p.k - 1) -> 'lines' else '[]' end) x(v) on true
      join bill_lines l on l.id::text = lower(coalesce(x.v ->> 'line_id', x.v #>> '{}'))
      group by p.k, l.id
      union all
      select p.k, l.id, 1 from bill_lines l join people p on p.id = l.who where p_method = 'guest'
    ), rest as (
      select l.id from bill_lines l where not exists (select from named m where m.id = l.id)
    ), everyone as (
      select p.k, p.id, p.label from people p
      union all
      select coalesce(max(p.k), 0) + 1, null, case when count(p.k) = 0 then 'Whole bill' else 'Rest' end from people p
      having exists (select from rest) and (p_method = 'item' or count(p.k) = 0)
    ), taken as (
      select m.k, m.id, m.weight from named m
      union all
      -- nobody's lines: shared by all guests, or the rest
      select e.k, r.id, 1 from rest r join everyone e on p_method = 'guest' or e.label in ('Rest', 'Whole bill') and e.k = (select max(y.k) from everyone y)
    ), cut as (
      select t.id, array_agg(t.k order by t.k) as ks, array_agg(t.weight order by t.k) as weights, sum(t.weight) as whole
      from taken t group by t.id
    ), parts as (
      select c.ks[i] as k, l.id, l.name, l.quantity, round(c.weights[i] / c.whole, 4) as fraction, l.created_at,
             (app.split_cents(greatest(0, l.total_amount - coalesce(paid.amount, 0))::bigint, c.weights))[i] as amount
      from cut c join bill_lines l on l.id = c.id left join paid on paid.line_id = l.id, generate_subscripts(c.ks, 1) i
    ), sums as (
      select e.k, e.label, e.id,
             greatest(0, coalesce(sum(p.amount), 0) - case when p_method = 'guest' then coalesce((select c.amount from credits c where c.who = e.id), 0) else 0 end) as raw,
             coalesce(jsonb_agg(jsonb_build_object('line_id', p.id, 'name', p.name, 'quantity', p.quantity, 'fraction', p.fraction, 'amount', p.amount)
                                order by p.created_at, p.id) filter (where p.id is not null and p.amount > 0), '[]') as lines
      from everyone e left join parts p on p.k = e.k
      group by e.k, e.label, e.id
    ), final as (
      -- what was paid without naming lines leaves less to pay than the lines say: everybody's part shrinks alike
      select array_agg(s.k order by s.k) as ks,
             case when sum(s.raw) = p_due then array_agg(s.raw::bigint order by s.k)
                  when sum(s.raw) = 0 then app.split_cents(p_due, array_agg(1::numeric order by s.k))
                  else app.split_cents(p_due, array_agg(s.raw::numeric order by s.k)) end as amounts
      from sums s
    )
    select s.k, s.label, s.id, f.amounts[array_position(f.ks, s.k)], s.lines
    from sums s, final f
    order by s.k;
end $$;
comment on function app.compute_shares(uuid, text, jsonb, bigint) is 'The shares of what is due, in minor units; they always add up to it.';

-- A share that was paid in part becomes what was paid: of its lines, too.
create or replace function app.close_part_paid(p_session_id uuid) returns void
language sql security definer
as $$
  update bill_shares b
  set amount = b.paid_amount, status = 'paid', paid_at = coalesce(b.paid_at, now()),
      items = case when b.items = '[]' then b.items else (
        select jsonb_agg(x.v || jsonb_build_object('amount', c.amounts[x.n],
                 'fraction', round((x.v ->> 'fraction')::numeric * c.amounts[x.n] / greatest((x.v ->> 'amount')::numeric, 1), 4)) order by x.n)
        from jsonb_array_elements(b.items) with ordinality x(v, n),
             (select app.split_cents(b.paid_amount, array_agg((y.v ->> 'amount')::numeric order by y.n)) as amounts
              from jsonb_array_elements(b.items) with ordinality y(v, n)) c) end
  where b.session_id = p_session_id and b.status = 'open' and b.paid_amount > 0
$$;

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
language sql security definer
as $$ select app.settle_shares(p_booking_id) $$;

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
language sql stable security definer
as $$ select jsonb_build_object('session_id', id, 'status', status, 'bill', app.bill_json(id), 'version', version) from table_sessions where id = p_session_id $$;
