-- SECURITY DEFINER: invoices are written by functions alone. app.folio_scope() refuses whoever the bill is not for.
create or replace function api.issue_invoice(
  p_folio_id uuid default null,
  p_booking_type text default null,
  p_booking_id uuid default null,
  p_buyer jsonb default '{}',
  p_language text default null,
  p_note text default null,
  p_idempotency_key text default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_scope record;
  v_buyer jsonb := app.check_buyer(p_buyer);
  v_id    uuid;
  v_other record;
  v_lines jsonb;
  v_total numeric;
  v_tax   numeric;
  v_paid  numeric;
  n       record;
begin
  p_idempotency_key := app.own_key(p_idempotency_key);
  v_scope := app.folio_scope(p_folio_id, p_booking_type, p_booking_id, null);
  if v_scope.is_staff then
    perform app.require_work(v_scope.organization_id, 'payments', 'create');
  elsif v_buyer ->> 'name' is null then
    perform app.fail(400, 'In which name?', 'p_buyer');
  end if;
  if length(p_note) > 1000 then
    perform app.fail(400, 'A note has at most 1000 characters.', 'p_note');
  end if;
  perform app.lock_bill(b) from (select distinct b from unnest(v_scope.booking_ids) b order by b) x;
  select id into v_id from sales_invoices where organization_id = v_scope.organization_id and idempotency_key = p_idempotency_key;
  if found then
    if v_scope.booking_ids is distinct from (select array_agg(b.booking_id order by array_position(v_scope.booking_ids, b.booking_id)) from sales_invoice_bookings b where b.invoice_id = v_id) then
      perform app.refuse_key('invoice');
    end if;
    return app.invoice_json(v_id);
  end if;
  select i.id, i.number into v_other from sales_invoice_bookings b join sales_invoices i on i.id = b.invoice_id
  where b.is_open and (b.booking_type, b.booking_id) in (select * from unnest(v_scope.booking_types, v_scope.booking_ids)) limit 1;
  if found and app.sees_invoice(v_other.id) then
    perform app.fail(409, format('This stands on invoice %s already.', v_other.number), 'p_booking_id', jsonb_build_object('invoice_id', v_other.id, 'number', v_other.number),
      'Credit it as a whole first (cancel_invoice).');
  elsif found then
    perform app.fail(409, 'This stands on somebody''s invoice already.', 'p_booking_id', '{"reason": "invoiced"}', 'Ask the house.');
  end if;
  if exists (select from unnest(v_scope.booking_types, v_scope.booking_ids) as x (t, i) where t = 'session' and app.session_is_open(i)) then
    perform app.fail(409, 'They are still eating: ask for the bill first.', 'p_booking_id', '{"reason": "session_open"}');
  end if;
  select jsonb_agg(jsonb_build_object('description', l.description, 'quantity', l.quantity, 'unit_amount', l.unit_amount, 'amount', l.amount, 'tax_rate', l.tax_rate,
             'tax_amount', l.tax_amount, 'occurred_on', (l.occurred_at at time zone o.timezone)::date) order by l.occurred_at, l.booking_id, l.description), sum(l.amount), sum(l.tax_amount)
    into v_lines, v_total, v_tax
  from organizations o, app.invoice_lines(o.id, v_scope.booking_types, v_scope.booking_ids) l where o.id = v_scope.organization_id;
  if coalesce(v_total, 0) <= 0 then
    perform app.fail(409, 'There is nothing to invoice.', 'p_booking_id', '{"reason": "nothing_to_invoice"}');
  end if;
  select coalesce(sum(app.paid_amount(x.t, x.i)), 0) into v_paid from unnest(v_scope.booking_types, v_scope.booking_ids) as x (t, i);
  if not v_scope.is_staff and v_paid < v_total then
    perform app.fail(409, 'The invoice is there once everything is paid.', 'p_booking_id', jsonb_build_object('reason', 'unpaid', 'due', v_total - v_paid));
  end if;
  n := app.next_invoice_number(v_scope.organization_id, 'invoice');
  insert into sales_invoices (organization_id, kind, year, sequence, number, issued_on, issued_at, issued_by, language, currency, seller, buyer, lines, taxes,
      net_amount, tax_amount, total_amount, paid_amount, note, idempotency_key)
  values (v_scope.organization_id, 'invoice', n.year, n.sequence, n.number, n.issued_on, n.issued_at, app.acting_user(), app.document_language(p_language, v_scope.organization_id),
      app.organization_currency(v_scope.organization_id), app.invoice_seller(v_scope.organization_id), v_buyer, v_lines,
      app.invoice_taxes(v_scope.organization_id, v_lines, n.issued_on), v_total - v_tax, v_tax, v_total, v_paid, p_note, p_idempotency_key)
  returning id into v_id;
  insert into sales_invoice_bookings (organization_id, invoice_id, booking_type, booking_id)
  select v_scope.organization_id, v_id, x.t, x.i from unnest(v_scope.booking_types, v_scope.booking_ids) as x (t, i);
  return app.invoice_json(v_id);
end $$;
comment on function api.issue_invoice(uuid, text, uuid, jsonb, text, text, text) is
  'Invoices a folio or one booking (a table''s session by "session" and its id): the next number of the year, its lines and tax by rate frozen. By staff for anybody, by guests in their name once everything is paid. p_buyer is {"name", "address", "tax_number", "email"}. 409 where it is invoiced already.
answers "invoice"
takes {"p_buyer": {"name?": "text | null", "address?": "text | null", "tax_number?": "text | null", "email?": "text | null"}}';
grant execute on function api.issue_invoice(uuid, text, uuid, jsonb, text, text, text) to authenticated, service_role;
