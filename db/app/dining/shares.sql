-- How a bill is divided: by method, what each open share is. Amounts come from one largest-remainder split of what is due, so they add up to it exactly,
-- whatever was paid or cancelled before. p_shares is what the client sent, p_due minor units.

drop function if exists app.compute_shares(uuid, text, jsonb, int);      -- amounts were int once
create or replace function app.compute_shares(p_session_id uuid, p_method text, p_shares jsonb, p_due bigint)
returns table (n int, label text, customer_session_id uuid, amount bigint, items jsonb)
language plpgsql stable security definer
as $$
begin
  if p_method = 'whole' then
    return query select 1, 'Whole bill'::text, null::uuid, p_due, '[]'::jsonb;
    return;
  elsif p_method = 'equal' then
    return query select * from app.equal_shares(p_session_id, p_shares, p_due);
    return;
  end if;
  if p_method in ('amount', 'weight', 'item') then
    perform app.check_shares(p_session_id, p_method, p_shares);
  end if;
  if p_method = 'amount' then
    return query select * from app.shares_by_amount(p_session_id, p_shares, p_due);
  elsif p_method = 'weight' then
    return query select * from app.shares_by_weight(p_session_id, p_shares, p_due);
  elsif p_method in ('item', 'guest') then
    if p_method = 'item' then
      perform app.check_shared_lines(p_session_id, p_shares);
    end if;
    return query select * from app.shares_by_line(p_session_id, p_method, p_shares, p_due);
  else
    perform app.fail(400, 'Split equal, guest, item, amount or weight.', 'p_method', '{"allowed": ["equal", "guest", "item", "amount", "weight"]}');
  end if;
end $$;
comment on function app.compute_shares(uuid, text, jsonb, bigint) is 'The shares of what is due, in minor units; they always add up to it.';

-- 4, {"parts": 4}, a list of names, or one part a participant.
create or replace function app.equal_shares(p_session_id uuid, p_shares jsonb, p_due bigint)
returns table (n int, label text, customer_session_id uuid, amount bigint, items jsonb)
language plpgsql stable security definer
as $$
declare
  v_count  int;
  v_shares jsonb := p_shares;
  v_people int := (select count(*) from session_customers c where c.session_id = p_session_id and c.deleted_at is null);
begin
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
end $$;

-- A list of shares says of each what its method needs, and names nobody who is not there.
create or replace function app.check_shares(p_session_id uuid, p_method text, p_shares jsonb) returns void
language plpgsql stable security definer
as $$
declare
  v_share jsonb;
begin
  if p_shares is null or jsonb_typeof(p_shares) <> 'array' or jsonb_array_length(p_shares) not between 1 and 100 then
    perform app.fail(400, 'Shares are a list of 1 to 100.', 'p_shares');
  end if;
  for v_share in select * from jsonb_array_elements(p_shares) loop
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
end $$;

-- What the amounts leave is one share more.
create or replace function app.shares_by_amount(p_session_id uuid, p_shares jsonb, p_due bigint)
returns table (n int, label text, customer_session_id uuid, amount bigint, items jsonb)
language plpgsql stable security definer
as $$
declare
  v_shares jsonb := p_shares;
  v_sum    numeric;
begin
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
end $$;

create or replace function app.shares_by_weight(p_session_id uuid, p_shares jsonb, p_due bigint)
returns table (n int, label text, customer_session_id uuid, amount bigint, items jsonb)
language plpgsql stable security definer
as $$
declare
  v_sum numeric;
begin
  select sum((e ->> 'weight')::numeric) into v_sum from jsonb_array_elements(p_shares) e;
  if v_sum <= 0 then
    perform app.fail(400, 'Weights add up to more than nothing.', 'p_shares');
  end if;
  return query
    with e as (select s, k from jsonb_array_elements(p_shares) with ordinality x(s, k)),
         cut as (select app.split_cents(p_due, array_agg((e.s ->> 'weight')::numeric order by e.k)) as part from e)
    select e.k::int, coalesce(left(app.clean_text(e.s ->> 'label', 255, 'p_shares'), 100), c.name::text, 'Part ' || e.k), c.id, cut.part[e.k], '[]'::jsonb
    from cut, e left join session_customers c on c.id::text = lower(e.s ->> 'customer_session_id')
    order by e.k;
end $$;

-- By item: each share's lines are on this bill.
create or replace function app.check_shared_lines(p_session_id uuid, p_shares jsonb) returns void
language plpgsql stable security definer
as $$
declare
  v_unknown text;
begin
  select coalesce(x.v ->> 'line_id', x.v #>> '{}') into v_unknown
  from jsonb_array_elements(p_shares) e, jsonb_array_elements(e -> 'lines') x(v)
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
end $$;

-- By item or by guest: a line, who takes part in it with which weight, and what of it nobody has paid yet. An order without lines counts as one line.
create or replace function app.shares_by_line(p_session_id uuid, p_method text, p_shares jsonb, p_due bigint)
returns table (n int, label text, customer_session_id uuid, amount bigint, items jsonb)
language plpgsql stable security definer
as $$
begin
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
    from jsonb_array_elements(case when p_method = 'item' then p_shares else '[]' end) with ordinality e(s, k)
    left join session_customers c on c.id::text = lower(e.s ->> 'customer_session_id')
  ), named as (
    -- by item: as they say; by guest: everybody's own
    select p.k, l.id, sum(coalesce((x.v ->> 'weight')::numeric, 1)) as weight
    from people p
    join lateral jsonb_array_elements(case when p_method = 'item' then p_shares -> (p.k - 1) -> 'lines' else '[]' end) x(v) on true
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
