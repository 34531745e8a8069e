-- SECURITY DEFINER: the bill crosses modules whose tables the payer may not read. app.folio_scope() refuses whoever it is not for.
create or replace function api.get_folio(
  p_folio_id uuid default null,
  p_booking_type text default null,
  p_booking_id uuid default null,
  p_customer_id uuid default null,
  p_open_only boolean default false) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_scope record;
  v_lines jsonb;
  v_bookings jsonb;
  v_payments jsonb;
  v_ids uuid[];
  v_total numeric;
  v_tax numeric;
  v_currency text;
begin
  v_scope := app.folio_scope(p_folio_id, p_booking_type, p_booking_id, p_customer_id);
  v_currency := app.organization_currency(v_scope.organization_id);

  -- a booking without lines (cancelled) still belongs here when money was paid for it
  with lines as materialized (
    select * from app.folio_lines(v_scope.organization_id, v_scope.booking_types, v_scope.booking_ids, v_scope.customer_ids, v_scope.user_id)
  ), named as (
    select booking_type, booking_id, sum(amount) as total, sum(tax_amount) as tax, min(occurred_at) as since
    from lines group by booking_type, booking_id
    union all
    select n.t, n.i, 0, 0, now() from unnest(v_scope.booking_types, v_scope.booking_ids) as n (t, i)
    where not exists (select from lines l where l.booking_id = n.i and l.booking_type = n.t)
  ), bills as (
    select n.*, app.paid_amount(n.booking_type, n.booking_id) as paid from named n
  ), shown as (
    select * from bills where not p_open_only or total <> paid
  )
  select
    (select coalesce(jsonb_agg(to_jsonb(l) - array['customer_id', 'user_id', 'session_id'] order by l.occurred_at, l.booking_id), '[]')
       from lines l join shown s using (booking_type, booking_id)),
    (select coalesce(jsonb_agg(jsonb_build_object('booking_type', booking_type, 'booking_id', booking_id, 'total', total,
                                                  'paid', paid, 'balance', total - paid) order by since, booking_id), '[]') from shown),
    (select coalesce(array_agg(booking_id), '{}') from shown),
    (select coalesce(sum(total), 0) from shown),
    (select coalesce(sum(tax), 0) from shown)
  into v_lines, v_bookings, v_ids, v_total, v_tax;

  select coalesce(jsonb_agg(app.payment_json(p.id) order by p.created_at, p.id), '[]') into v_payments
  from payments p
  where p.booking_type in (select name from booking_types) and p.booking_id = any (v_ids) and p.organization_id = v_scope.organization_id;

  return jsonb_build_object(
    'folio_id', v_scope.folio_id, 'organization_id', v_scope.organization_id, 'currency', v_currency,
    'lines', v_lines, 'bookings', v_bookings, 'payments', v_payments,
    'total', v_total, 'tax', v_tax,
    'paid', (select coalesce(sum((b ->> 'paid')::numeric), 0) from jsonb_array_elements(v_bookings) b),
    'tips', (select coalesce(sum((p ->> 'tip_amount')::numeric - (p ->> 'refunded_tip')::numeric), 0) from jsonb_array_elements(v_payments) p
             where p ->> 'status' in ('succeeded', 'partial_refund', 'refunded')),
    'balance', (select coalesce(sum((b ->> 'balance')::numeric), 0) from jsonb_array_elements(v_bookings) b));
end $$;
comment on function api.get_folio(uuid, text, uuid, uuid, boolean) is
  'One bill over meals, nights, tickets and games: of a folio, of one booking (with everything on its folio) or of a customer. Decimal amounts in the organization''s currency; tax is contained in the total. p_open_only leaves out what is settled.
answers "folio"
shape folio {"organization_id": "uuid", "folio_id": "uuid | null", "currency": "text", "total": "number", "tax": "number", "paid": "number", "tips": "number", "balance": "number",
  "lines": [{"booking_type": "text", "booking_id": "uuid", "description": "text", "quantity": "int", "unit_amount": "number", "amount": "number", "tax_amount": "number", "occurred_at": "instant"}],
  "bookings": [{"booking_type": "text", "booking_id": "uuid", "total": "number", "paid": "number", "balance": "number"}], "payments": "payment[]"}';
grant execute on function api.get_folio(uuid, text, uuid, uuid, boolean) to authenticated, service_role;
