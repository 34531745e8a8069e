-- SECURITY DEFINER: the link is the key: twenty random characters that only the people at the table and the staff were shown. Nothing in the
-- answer says who sat there.
create or replace function api.get_receipt(p_code text) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_id     uuid;
  v_answer jsonb;
begin
  select s.id into v_id from table_sessions s
  where s.receipt_code = case when lower(p_code) ~ '^[2-9a-z]{20}$' then lower(p_code) end and s.deleted_at is null;
  if v_id is null then
    perform app.fail(404, 'There is no such receipt.', 'p_code', '{}', 'Check the link, or ask the house for a copy.');
  end if;
  select jsonb_build_object(
    'restaurant', app.restaurant_json(s.restaurant_id), 'table_number', t.table_number, 'status', s.status,
    'opened_at', s.created_at, 'billed_at', s.billed_at, 'cleared_at', s.cleared_at,
    'total_amount', s.total_amount, 'net_amount', s.net_amount, 'tax_amount', s.tax_amount,
    'paid_amount', s.paid_amount, 'due_amount', greatest(0, s.total_amount - s.paid_amount),
    'lines', coalesce((
      select jsonb_agg(jsonb_build_object('name', l.name, 'quantity', l.quantity, 'unit_price', l.unit_price, 'adjustment', l.adjustment, 'total_amount', l.total_amount,
               'tax_rate', l.tax_rate, 'modifiers', l.modifiers) order by l.created_at, l.id)
      from order_lines l where l.session_id = v_id and l.status not in ('draft', 'cancelled') and l.deleted_at is null), '[]'),
    'other_amount', s.total_amount - coalesce((
      select sum(l.total_amount) from order_lines l where l.session_id = v_id and l.status not in ('draft', 'cancelled') and l.deleted_at is null), 0),
    'taxes', app.session_taxes(v_id),
    'adjustments', (select coalesce(jsonb_agg(a - 'id' - 'line_ids' - 'created_at'), '[]') from jsonb_array_elements(app.adjustments_json(v_id)) a),
    'payments', coalesce((
      select jsonb_agg(jsonb_build_object('label', b.label, 'amount', b.paid_amount, 'method', b.payment_method, 'paid_at', b.paid_at) order by b.position)
      from (select case when b.customer_session_id is null and b.method in ('equal', 'whole', 'weight') then b.label end as label,
                   b.paid_amount, b.payment_method, b.paid_at, b.position
            from bill_shares b where b.session_id = v_id and b.paid_amount > 0) b), '[]'))
    into v_answer
  from table_sessions s join restaurant_tables t on t.id = s.table_id
  where s.id = v_id;
  return v_answer;
end $$;
comment on function api.get_receipt(text) is 'The receipt behind a link: lines, VAT by rate, payments; also after the table was cleared. Minor units. Names of guests are not on it.
answers {"restaurant": "restaurant", "...": "table_sessions(status, billed_at, cleared_at, total_amount, net_amount, tax_amount, paid_amount)", "table_number": "int",
  "opened_at": "instant", "due_amount": "int", "other_amount": "int",
  "lines": [{"...": "order_lines(name, quantity, unit_price, adjustment, total_amount, tax_rate)", "modifiers": "chosen_modifier[]"}], "taxes": "tax_line[]",
  "adjustments": [{"...": "bill_adjustments(kind, percent, amount, reason, applied_amount)"}],
  "payments": [{"label": "text | null", "amount": "int", "method": "text | null", "paid_at": "instant | null"}]}';
grant execute on function api.get_receipt(text) to anon, authenticated, service_role;
