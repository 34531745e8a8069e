-- SECURITY DEFINER: what was received is changed by functions only. Rights are checked here; the audit trail keeps the old price.
create function api.correct_invoice_line(p_line_id uuid, p_unit_price numeric, p_reason text default null) returns jsonb
language plpgsql security definer
as $$
declare
  l record;
begin
  select x.id, x.organization_id, x.invoice_id, x.ingredient_id, x.unit_price, x.quantity, x.base_quantity, i.status, i.number into l
  from invoice_lines x join invoices i on i.id = x.invoice_id where x.id = p_line_id for update of i;
  if not found or not app.works_for(l.organization_id, 'procurement', 'read') then
    perform app.fail(404, 'There is no such line.', 'p_line_id');
  end if;
  perform app.require_work(l.organization_id, 'procurement', 'update');
  if l.status <> 'received' then
    perform app.fail(422, case l.status when 'draft' then 'A draft is changed in its table.' else format('An invoice that is %s does not change.', l.status) end, 'status',
      jsonb_build_object('from', l.status), case l.status when 'paid' then 'Set it back to received first.' end);
  end if;
  if p_unit_price is null or p_unit_price < 0 or p_unit_price >= 1000000000000 then
    perform app.fail(400, 'A price is zero or more.', 'p_unit_price');
  end if;
  if length(p_reason) > 1000 then
    perform app.fail(400, 'A reason has at most 1000 characters.', 'p_reason');
  end if;
  update invoice_lines set unit_price = p_unit_price where id = l.id;
  if l.ingredient_id is not null then
    perform 1 from ingredients g where g.id = l.ingredient_id for update;
    update stock_movements set unit_cost = round(p_unit_price * l.quantity / l.base_quantity, 8) where invoice_line_id = l.id and organization_id = l.organization_id;
    perform app.replay_average_cost(l.ingredient_id);
  end if;
  perform app.log_activity(l.organization_id, 'invoice_corrected', format('Invoice %s: price %s became %s. %s', l.number, l.unit_price, p_unit_price, coalesce(trim(p_reason), '')),
    'invoices', l.invoice_id, jsonb_build_object('line_id', l.id, 'old', l.unit_price, 'new', p_unit_price));
  return (select jsonb_build_object('invoice_id', i.id, 'status', i.status, 'net_amount', i.net_amount, 'total_amount', i.total_amount,
            'average_cost', (select g.average_cost from ingredients g where g.id = l.ingredient_id)) from invoices i where i.id = l.invoice_id);
end $$;
comment on function api.correct_invoice_line(uuid, numeric, text) is
  'Managers and finance: a price that was typed wrongly on a received invoice (decimal, without tax). Its total, the cost of what it brought and the average cost of the ingredient are made anew; the old price stays in the audit trail and the news of the house.
answers {"invoice_id": "uuid", "status": "text", "net_amount": "number", "total_amount": "number", "average_cost": "number | null"}';
grant execute on function api.correct_invoice_line(uuid, numeric, text) to authenticated, service_role;
