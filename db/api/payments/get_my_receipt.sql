-- SECURITY DEFINER: number and contact together show a booking.
create function api.get_my_receipt(p_reference text, p_contact text default null)
returns jsonb
language plpgsql security definer
as $$
declare
  v_ids uuid[];
  v_organization uuid;
  v_types text[];
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('get_my_receipt');
  v_ids := app.find_guest_bookings(p_reference, p_contact);
  select g.organization_id, array_agg(g.booking_type) over () into v_organization, v_types from app.guest_bookings(null, null, v_ids) g limit 1;
  return (
    with line as (select l.* from app.folio_lines(v_organization, v_types, v_ids) l),
    pay as (select p.* from payments p where p.organization_id = v_organization and p.booking_id = any (v_ids) and p.status in ('succeeded', 'partial_refund', 'refunded'))
    select jsonb_build_object('issued_at', now(), 'reference', upper(trim(p_reference)), 'currency', o.currency,
      'house', jsonb_build_object('name', o.name, 'address', o.address, 'email', o.email, 'phone', o.phone),
      'lines', coalesce((select jsonb_agg(jsonb_build_object('booking_type', l.booking_type, 'booking_id', l.booking_id, 'description', l.description, 'quantity', l.quantity, 'unit_amount', l.unit_amount,
                 'amount', l.amount, 'tax_amount', l.tax_amount, 'occurred_at', l.occurred_at) order by l.occurred_at, l.booking_id) from line l), '[]'),
      'total', coalesce((select sum(l.amount) from line l), 0), 'tax_amount', coalesce((select sum(l.tax_amount) from line l), 0),
      'payments', coalesce((select jsonb_agg(jsonb_build_object('amount', p.amount, 'tip_amount', p.tip_amount, 'refunded_amount', p.refunded_amount, 'method', p.method, 'paid_at', p.paid_at) order by p.paid_at, p.id) from pay p), '[]'),
      'paid', coalesce((select sum(p.kept_amount) from pay p), 0), 'balance', coalesce((select sum(l.amount) from line l), 0) - coalesce((select sum(p.kept_amount) from pay p), 0))
    from organizations o where o.id = v_organization);
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('get_my_receipt', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.get_my_receipt(text, text) is 'What a booking (or a basket) cost line by line, with tax, and what was paid and given back: by its number and the contact it was made with (null: the login''s own). Decimal amounts. Public.
answers {"issued_at": "instant", "reference": "text", "currency": "text", "house": {"name": "text", "address": "text | null", "email": "text | null", "phone": "text | null"},
  "lines": [{"booking_type": "text", "booking_id": "uuid", "description": "text", "quantity": "number", "unit_amount": "number", "amount": "number", "tax_amount": "number", "occurred_at": "instant"}],
  "total": "number", "tax_amount": "number",
  "payments": [{"amount": "number", "tip_amount": "number", "refunded_amount": "number", "method": "text | null", "paid_at": "instant | null"}], "paid": "number", "balance": "number"}';
grant execute on function api.get_my_receipt(text, text) to anon, authenticated, service_role;
