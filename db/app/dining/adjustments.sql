-- Discounts and service charges of a bill, spread over its lines.

-- Brings the adjustments of a session or of an order without one to the lines they are for: discounts of single lines first, then those of the
-- whole bill, then service charges on what is left, each in the order in which it was given. A percentage is rounded once, for all its lines together;
-- the lines share it by largest remainder, so that it is exact to the last minor unit. Changes nothing where nothing differs.
create or replace function app.apply_adjustments(p_session_id uuid, p_order_id uuid) returns void
language plpgsql security definer
as $$
declare
  v_ids   uuid[];
  v_open  boolean[];
  v_base  bigint[];
  v_now   bigint[];
  v_old   bigint[];
  v_one   record;
  v_parts bigint[];
  v_weights numeric[];
  v_sum   bigint;
  v_value bigint;
begin
  select array_agg(b.id order by b.created_at, b.id), array_agg(b.is_open order by b.created_at, b.id), array_agg(b.base order by b.created_at, b.id),
         array_agg(b.adjustment order by b.created_at, b.id)
    into v_ids, v_open, v_base, v_old
  from (
    select l.id, false as is_open, l.unit_price * l.quantity as base, l.adjustment, l.created_at from order_lines l
    where (l.session_id = p_session_id or l.order_id = p_order_id) and l.status not in ('draft', 'cancelled') and l.deleted_at is null
    union all
    select o.id, true, o.total_amount - o.adjustment, o.adjustment, o.created_at from orders o
    where (o.session_id = p_session_id or o.id = p_order_id) and not o.has_lines and o.status <> 'CANCELLED' and o.deleted_at is null) b;
  v_now := v_base;
  for v_one in
    select a.id, a.kind, a.percent, a.amount, a.line_ids, a.applied_amount from bill_adjustments a
    where (a.session_id = p_session_id or a.order_id = p_order_id) and a.removed_at is null
    order by a.kind = 'service_charge', a.line_ids is null, a.created_at, a.id
  loop
    select array_agg(case when v_one.line_ids is null or v_ids[i] = any (v_one.line_ids) then v_now[i] else 0 end::numeric order by i),
           coalesce(sum(v_now[i]) filter (where v_one.line_ids is null or v_ids[i] = any (v_one.line_ids)), 0)
      into v_weights, v_sum
    from generate_subscripts(v_ids, 1) i;
    v_value := case when v_sum = 0 then 0
                    when v_one.percent is not null then round(v_sum * v_one.percent / 100)
                    when v_one.kind = 'discount' then least(v_one.amount, v_sum) else v_one.amount end;
    if v_one.kind = 'discount' then
      v_value := -v_value;
    end if;
    if v_value <> 0 then
      v_parts := app.split_cents(v_value, v_weights);
      select array_agg(v_now[i] + v_parts[i] order by i) into v_now from generate_subscripts(v_ids, 1) i;
    end if;
    if v_one.applied_amount <> v_value then
      update bill_adjustments set applied_amount = v_value where id = v_one.id;
    end if;
  end loop;
  if exists (select from generate_subscripts(v_ids, 1) i where not v_open[i] and v_now[i] - v_base[i] <> v_old[i]) then
    update order_lines l set adjustment = v_now[i] - v_base[i]
    from generate_subscripts(v_ids, 1) i
    where l.id = v_ids[i] and not v_open[i] and l.adjustment <> v_now[i] - v_base[i];
  end if;
  if exists (select from generate_subscripts(v_ids, 1) i where v_open[i] and v_now[i] - v_base[i] <> v_old[i]) then
    update orders o set adjustment = v_now[i] - v_base[i], total_amount = v_now[i]
    from generate_subscripts(v_ids, 1) i
    where o.id = v_ids[i] and v_open[i] and o.adjustment <> v_now[i] - v_base[i];
  end if;
end $$;
comment on function app.apply_adjustments(uuid, uuid) is 'Spreads the discounts and service charges of a bill over its lines; what they make of it is exact.';

-- For the bills that are named: most have none, and then this is one look into an index.
create or replace function app.adjust_bills(p_sessions uuid[], p_orders uuid[]) returns void
language plpgsql security definer
as $$
begin
  perform app.apply_adjustments(s, null) from (select distinct session_id as s from bill_adjustments where session_id = any (p_sessions)) x;
  perform app.apply_adjustments(null, o) from (select distinct order_id as o from bill_adjustments where order_id = any (p_orders)) x;
end $$;

create or replace function app.adjustments_json(p_session_id uuid, p_order_id uuid default null) returns jsonb
language plpgsql stable security definer
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'percent', percent, 'amount', amount, 'reason', reason, 'line_ids', to_jsonb(line_ids),
      'applied_amount', applied_amount, 'created_at', created_at) order by created_at, id), '[]')
    from bill_adjustments where (session_id = p_session_id or order_id = p_order_id) and removed_at is null);
end $$;

-- After a change of adjustments: a bill that was out is written again over what is still owed.
create or replace function app.rebill(p_session_id uuid, p_was_billed boolean) returns void
language plpgsql security definer
as $$
begin
  if p_was_billed then
    perform app.make_bill(p_session_id, false);
  end if;
end $$;
comment on function app.adjustments_json(uuid, uuid) is
  'Discounts and service charges of a session or an order.
shape adjustment {"...": "bill_adjustments(id, kind, percent, amount, reason, line_ids, applied_amount, created_at)"}';
