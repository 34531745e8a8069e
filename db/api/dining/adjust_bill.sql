-- SECURITY DEFINER: a discount changes lines and bills, which nobody may write; the right on discounts is checked here.
create or replace function api.adjust_bill(
  p_session_id uuid default null, p_order_id uuid default null, p_kind text default 'discount', p_percent numeric default null, p_amount bigint default null,
  p_reason text default null, p_line_ids uuid[] default null, p_idempotency_key text default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_key    text := app.own_key(p_idempotency_key);
  v_bill   record;
  v_id     uuid;
  v_replay boolean := false;
begin
  if num_nonnulls(p_session_id, p_order_id) <> 1 then
    perform app.fail(400, 'Name a session, or an order without one.', 'p_session_id');
  end if;
  if p_session_id is not null then
    p_session_id := app.merged_session(p_session_id);
    select organization_id, restaurant_id, status into v_bill from table_sessions where id = p_session_id and deleted_at is null;
  else
    select organization_id, restaurant_id, session_id into v_bill from orders where id = p_order_id and deleted_at is null;
  end if;
  perform app.require_may(v_bill.organization_id, 'discounts', 'create', 'bill');
  if v_bill.organization_id is null then
    perform app.fail(404, 'There is no such bill.', case when p_order_id is null then 'p_session_id' else 'p_order_id' end);
  end if;
  if p_kind is null or p_kind not in ('discount', 'service_charge') then
    perform app.fail(400, 'Give a discount or take a service charge.', 'p_kind', '{"allowed": ["discount", "service_charge"]}');
  end if;
  if num_nonnulls(p_percent, p_amount) <> 1 then
    perform app.fail(400, 'By per cent or by an amount.', case when p_percent is null then 'p_amount' else 'p_percent' end);
  elsif p_percent <= 0 or p_percent > 100 or p_percent <> round(p_percent, 3) then
    perform app.fail(400, 'Per cent are above 0 and at most 100, with three decimals at most.', 'p_percent', '{"max": 100}');
  elsif p_amount <= 0 or p_amount > 1000000000000000 then
    perform app.fail(400, 'An amount is more than nothing, in minor units.', 'p_amount');
  end if;
  p_reason := app.clean_text(p_reason, 200, 'p_reason');
  if p_reason is null then
    perform app.fail(400, 'Say why.', 'p_reason');
  end if;
  if p_session_id is not null then
    perform app.lock_bill(p_session_id);
    perform from table_sessions where id = p_session_id for no key update;
    select organization_id, restaurant_id, status into v_bill from table_sessions where id = p_session_id;
  else
    if v_bill.session_id is not null then
      perform app.fail(409, 'This order is on a session''s bill.', 'p_order_id', jsonb_build_object('reason', 'in_session', 'session_id', v_bill.session_id), 'Name the session.');
    end if;
    perform app.lock_bill(p_order_id);
    perform from orders where id = p_order_id for no key update;
  end if;
  if v_key is not null then
    select id into v_id from bill_adjustments where restaurant_id = v_bill.restaurant_id and idempotency_key = v_key;
    v_replay := found;
  end if;
  if not v_replay then
    if p_session_id is not null and v_bill.status = 'cleared' then
      perform app.fail(410, 'This session is over.', 'p_session_id', '{"reason": "session_over"}', 'Refund the payment instead.');
    end if;
    if p_line_ids is not null and (cardinality(p_line_ids) not between 1 and 200 or exists (
         select from unnest(p_line_ids) w
         where not exists (select from order_lines l where l.id = w and (l.session_id = p_session_id or l.order_id = p_order_id) and l.status not in ('draft', 'cancelled') and l.deleted_at is null)
           and not exists (select from orders o where o.id = w and (o.session_id = p_session_id or o.id = p_order_id) and not o.has_lines and o.status <> 'CANCELLED'))) then
      perform app.fail(404, 'One of these lines is not on the bill.', 'p_line_ids');
    end if;
    if p_session_id is not null and v_bill.status = 'billed' then
      perform app.reopen_bill(p_session_id);
    end if;
    if p_kind = 'service_charge' and p_line_ids is null then      -- in place of the one that the house takes by itself
      update bill_adjustments set removed_at = now(), removed_by = app.acting_user() where session_id = p_session_id and is_automatic and removed_at is null;
    end if;
    insert into bill_adjustments (session_id, order_id, line_ids, kind, percent, amount, reason, created_by, idempotency_key)
    values (p_session_id, p_order_id, p_line_ids, p_kind, p_percent, p_amount, p_reason, app.acting_user(), v_key)
    returning id into v_id;
    perform app.apply_adjustments(p_session_id, p_order_id);
    if p_order_id is not null and (select app.to_cents(app.paid_amount('order', o.id), g.currency) > o.total_amount from orders o join organizations g on g.id = o.organization_id where o.id = p_order_id) then
      perform app.fail(409, 'More than this has been paid already.', 'p_order_id', '{"reason": "paid"}', 'Refund the difference first.');
    end if;
    perform app.rebill(p_session_id, v_bill.status = 'billed') where p_session_id is not null;
  end if;
  return jsonb_build_object('adjustment_id', v_id, 'applied_amount', (select applied_amount from bill_adjustments where id = v_id),
    'bill', app.open_bill_json(p_session_id), 'order', case when p_order_id is not null then app.order_json(p_order_id) end,
    'version', (select version from table_sessions where id = p_session_id), 'replayed', v_replay);
end $$;
comment on function api.adjust_bill(uuid, uuid, text, numeric, bigint, text, uuid[], text) is
  'Gives a discount or takes a service charge on a bill or on some of its lines, by per cent or by an amount in minor units, with a reason. For those with the right on discounts (managers, unless the house lets others). A bill that is out is written again.
answers {"adjustment_id": "uuid", "applied_amount": "int", "bill": "bill | null", "order": "order | null", "version": "int | null", "replayed": "boolean"}';
grant execute on function api.adjust_bill(uuid, uuid, text, numeric, bigint, text, uuid[], text) to authenticated, service_role;
