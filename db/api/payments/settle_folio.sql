-- SECURITY DEFINER: payments are written by functions only. Rights are checked here.
create or replace function api.settle_folio(
  p_payments jsonb,
  p_folio_id uuid default null,
  p_booking_type text default null,
  p_booking_id uuid default null,
  p_customer_id uuid default null,
  p_idempotency_key text default null) returns jsonb
language plpgsql volatile security definer
as $$
declare
  v_scope record;
  v_folio jsonb;
  v_tender jsonb;
  v_bill record;
  v_left numeric;
  v_part numeric;
  v_tip numeric;
  v_sum numeric;
  v_count int := 0;
  v_counted boolean := false;
  v_message text;
  v_detail text;
  v_hint text;
begin
  p_idempotency_key := app.own_key(p_idempotency_key);
  if jsonb_typeof(p_payments) is distinct from 'array' or jsonb_array_length(p_payments) = 0
     or exists (select from jsonb_array_elements(p_payments) t
                where jsonb_typeof(t) <> 'object' or jsonb_typeof(t -> 'amount') is distinct from 'number'
                   or coalesce(t ->> 'method', '') not in ('cash', 'bank', 'card', 'credit', 'voucher')
                   or (t ->> 'amount')::numeric <= coalesce((t ->> 'tip_amount')::numeric, 0)
                   or coalesce((t ->> 'tip_amount')::numeric, 0) < 0) then
    perform app.fail(400, 'Payments are a list such as [{"method":"cash","amount":50.00}].', 'p_payments');
  end if;
  v_scope := app.folio_scope(p_folio_id, p_booking_type, p_booking_id, p_customer_id);
  if not app.works_for(v_scope.organization_id, 'payments', 'create') then
    perform app.fail(403, 'You may not take payments.');
  end if;

  if exists (select from jsonb_array_elements(p_payments) t where t ->> 'method' = 'voucher') then
    v_counted := true;
    perform app.begin_attempt('settle_folio');
    perform app.require_voucher(v_scope.organization_id, t ->> 'voucher_code') from jsonb_array_elements(p_payments) t where t ->> 'method' = 'voucher';
  end if;
  -- the bill is read again once it is ours alone
  for v_bill in
    select (b ->> 'booking_id')::uuid as id
    from jsonb_array_elements(api.get_folio(p_folio_id, p_booking_type, p_booking_id, p_customer_id) -> 'bookings') b order by 1
  loop
    perform app.lock_bill(v_bill.id);
  end loop;
  if exists (select from payments p where p.organization_id = v_scope.organization_id and p.idempotency_key = p_idempotency_key || ':1') then
    return api.get_folio(p_folio_id, p_booking_type, p_booking_id, p_customer_id);
  end if;
  v_folio := api.get_folio(p_folio_id, p_booking_type, p_booking_id, p_customer_id);
  select sum((t ->> 'amount')::numeric - coalesce((t ->> 'tip_amount')::numeric, 0)) into v_sum from jsonb_array_elements(p_payments) t;
  if v_sum > (select coalesce(sum((b ->> 'balance')::numeric), 0) from jsonb_array_elements(v_folio -> 'bookings') b
              where (b ->> 'balance')::numeric > 0) then
    perform app.fail(422, format('Only %s are still to be paid.', v_folio ->> 'balance'), 'p_payments',
      jsonb_build_object('balance', v_folio -> 'balance'), 'Enter what is above the bill as tip_amount.');
  end if;

  for v_tender in select * from jsonb_array_elements(p_payments) loop
    v_tip := coalesce((v_tender ->> 'tip_amount')::numeric, 0);
    v_left := (v_tender ->> 'amount')::numeric - v_tip;
    for v_bill in
      select b ->> 'booking_type' as booking_type, (b ->> 'booking_id')::uuid as booking_id,
             (b ->> 'total')::numeric - app.paid_amount(b ->> 'booking_type', (b ->> 'booking_id')::uuid) as balance, n
      from jsonb_array_elements(v_folio -> 'bookings') with ordinality as t (b, n) order by n
    loop
      v_part := least(v_left, v_bill.balance);
      continue when v_part <= 0;
      v_count := v_count + 1;
      perform app.record_payment(v_scope.organization_id, v_bill.booking_type, v_bill.booking_id, v_part + v_tip, null,
        v_tender ->> 'method', owner.user_id, owner.customer_id,
        jsonb_strip_nulls(jsonb_build_object('tip_amount', v_tip, 'reference', v_tender ->> 'reference',
          'voucher_code', v_tender ->> 'voucher_code', 'folio_id', v_scope.folio_id, 'session_id', owner.session_id)),
        p_idempotency_key || ':' || v_count)
      from app.bill_owner(v_scope.organization_id, v_bill.booking_type, v_bill.booking_id) owner;
      v_left := v_left - v_part;
      v_tip := 0;
      exit when v_left = 0;
    end loop;
  end loop;
  v_folio := api.get_folio(p_folio_id, p_booking_type, p_booking_id, p_customer_id);
  if v_scope.folio_id is not null and (v_folio ->> 'balance')::numeric = 0 then
    update folios set status = 'settled', settled_at = now() where id = v_scope.folio_id and status = 'open';
  end if;
  return v_folio;
exception when others then
  if not v_counted then
    raise;
  end if;
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('settle_folio', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.settle_folio(jsonb, uuid, text, uuid, uuid, text) is
  'Staff: settles a bill with any mix of cash, bank, card, credit and vouchers, oldest booking first: p_payments is [{"method":"cash","amount":50.00,"tip_amount":5.00},{"method":"voucher","amount":20.00,"voucher_code":"…"}], decimal. Answers with the folio as it is then.
answers "folio"';
grant execute on function api.settle_folio(jsonb, uuid, text, uuid, uuid, text) to authenticated, service_role;
