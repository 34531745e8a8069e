-- SECURITY DEFINER: stock and average costs are written by functions only. Rights are checked here.
create or replace function api.receive_invoice(
  p_invoice_id uuid default null,
  p_supplier_id uuid default null,
  p_store_id uuid default null,
  p_number text default null,
  p_invoice_date date default null,
  p_lines jsonb default null,
  p_total_amount numeric default null) returns jsonb
language plpgsql volatile security definer
as $$
declare
  v_invoice record;
  v_organization uuid;
  v_threshold numeric;
  v_line record;
  v_base numeric;
  v_cost numeric;
  v_stock numeric;
  v_change numeric;
  v_rises jsonb := '[]';
  v_id uuid := p_invoice_id;
begin
  if p_invoice_id is not null then
    v_organization := (select i.organization_id from invoices i where i.id = p_invoice_id);
  else
    v_organization := (select s.organization_id from suppliers s where s.id = p_supplier_id);
  end if;
  if v_organization is null or not app.works_for(v_organization, 'procurement', 'read') then
    perform app.fail(404, case when p_invoice_id is not null then 'There is no such invoice.' else 'There is no such supplier.' end,
      case when p_invoice_id is not null then 'p_invoice_id' else 'p_supplier_id' end);
  end if;
  perform app.require_work(v_organization, 'procurement', 'update');

  if v_id is null then
    if jsonb_typeof(p_lines) is distinct from 'array' or jsonb_array_length(p_lines) = 0 then
      perform app.fail(400, 'An invoice has lines such as [{"ingredient_id":"…","quantity":10,"unit":"kg","unit_price":1.20}].', 'p_lines');
    end if;
    if not exists (select from stores s where s.id = p_store_id and s.organization_id = v_organization) then
      perform app.fail(404, 'There is no such store.', 'p_store_id');
    end if;
    if exists (select from invoices i where i.supplier_id = p_supplier_id and i.status <> 'cancelled' and app.invoice_key(i.number) = app.invoice_key(p_number)
                 and extract(year from i.invoice_date) = extract(year from coalesce(p_invoice_date, app.organization_today(v_organization)))) then
      perform app.fail(409, 'This invoice has been entered already.', 'p_number');
    end if;
    insert into invoices (supplier_id, store_id, number, invoice_date) values (p_supplier_id, p_store_id, trim(p_number), coalesce(p_invoice_date, app.organization_today(v_organization)))
    returning id into v_id;
    insert into invoice_lines (invoice_id, ingredient_id, description, quantity, unit, unit_price, tax_rate)
    select v_id, l.ingredient_id, l.description, l.quantity, coalesce(l.unit, 'piece'), l.unit_price, coalesce(l.tax_rate, 0)
    from jsonb_to_recordset(p_lines) as l (ingredient_id uuid, description text, quantity numeric, unit text, unit_price numeric, tax_rate numeric);
  end if;

  select i.status, i.store_id, i.number, i.supplier_id, i.total_amount into v_invoice from invoices i where i.id = v_id for update;
  if v_invoice.status <> 'draft' then
    perform app.fail(409, 'This invoice has been received already.', 'p_invoice_id', jsonb_build_object('status', v_invoice.status));
  end if;
  if not exists (select from invoice_lines l where l.invoice_id = v_id) then
    perform app.fail(422, 'An invoice without lines brings nothing.', 'p_invoice_id');
  end if;
  if p_total_amount is not null and p_total_amount <> v_invoice.total_amount then
    perform app.fail(422, format('The lines make %s.', v_invoice.total_amount), 'p_total_amount', jsonb_build_object('total_amount', v_invoice.total_amount));
  end if;
  v_threshold := coalesce((select (o.settings #>> '{procurement,price_rise_percent}')::numeric from organizations o where o.id = v_organization), 10);

  for v_line in
    select l.id, l.ingredient_id, l.quantity, l.unit, l.unit_price, i.name, i.last_cost, i.average_cost
    from invoice_lines l join ingredients i on i.id = l.ingredient_id
    where l.invoice_id = v_id order by l.ingredient_id, l.id
  loop
    perform 1 from ingredients i where i.id = v_line.ingredient_id for update;      -- the average is made one delivery at a time
    v_base := app.to_base_unit(v_line.ingredient_id, v_line.quantity, v_line.unit);
    v_cost := v_line.unit_price * v_line.quantity / v_base;
    v_change := case when v_line.last_cost > 0 and v_base > 0 then round((v_cost / v_line.last_cost - 1) * 100, 2) end;
    -- what is there keeps its cost; stock below zero counts as none
    select greatest(coalesce(sum(app.stock_level(s.id, v_line.ingredient_id)), 0), 0) into v_stock from stores s where s.organization_id = v_organization;
    select i.last_cost, i.average_cost into v_line.last_cost, v_line.average_cost from ingredients i where i.id = v_line.ingredient_id;
    update ingredients i set
      -- nothing was ever paid: what is there already costs what it costs now
      average_cost = coalesce(app.average_cost(case when i.last_cost is not null or i.average_cost > 0 then i.average_cost end, v_stock, v_cost, v_base), i.average_cost),
      last_cost = case when v_base > 0 then round(v_cost, 8) else i.last_cost end
    where i.id = v_line.ingredient_id;
    update invoice_lines l set base_quantity = v_base, price_change_percent = v_change where l.id = v_line.id;
    insert into stock_movements (organization_id, store_id, ingredient_id, kind, quantity, unit_cost, invoice_line_id, created_by)
    values (v_organization, v_invoice.store_id, v_line.ingredient_id, case when v_base > 0 then 'purchase' else 'return' end, v_base, round(v_cost, 8), v_line.id, auth.uid());
    if v_change > v_threshold then
      v_rises := v_rises || jsonb_build_object('ingredient_id', v_line.ingredient_id, 'name', v_line.name,
        'old_cost', v_line.last_cost, 'new_cost', round(v_cost, 8), 'percent', v_change);
    end if;
  end loop;
  update invoices i set status = 'received', received_at = now(), received_by = (select u.id from users u where u.id = auth.uid()) where i.id = v_id;

  if v_rises <> '[]' then
    perform app.tell_roles(v_organization, array['owner', 'manager', 'finance'], 'price_rise',
      jsonb_build_object('count', jsonb_array_length(v_rises), 'threshold', v_threshold,
        'rises', (select string_agg(format('%s: +%s %%', r ->> 'name', r ->> 'percent'), ', ') from jsonb_array_elements(v_rises) r)),
      p_channels => array['in_app', 'email'], p_data => jsonb_build_object('invoice_id', v_id, 'rises', v_rises), p_link => '/manage/stock');
  end if;
  perform app.log_activity(v_organization, 'invoice_received', format('Received invoice %s', v_invoice.number), 'invoices', v_id);
  return jsonb_build_object('invoice_id', v_id, 'status', 'received', 'total_amount', v_invoice.total_amount, 'price_rises', v_rises);
end $$;
comment on function api.receive_invoice(uuid, uuid, uuid, text, date, jsonb, numeric) is
  'Managers and finance: puts the goods of an invoice into stock, either of a draft (p_invoice_id) or entered here. p_lines: [{"ingredient_id","description","quantity","unit","unit_price","tax_rate"}], prices decimal without tax; a quantity below zero goes back (a credit note, returned goods and deposits). Prices that rose by more than organizations.settings.procurement.price_rise_percent (10) come back in price_rises and are announced.
answers {"invoice_id": "uuid", "status": "text", "total_amount": "number",
  "price_rises": [{"ingredient_id": "uuid", "name": "text", "percent": "number", "old_cost": "number", "new_cost": "number"}]}';
grant execute on function api.receive_invoice(uuid, uuid, uuid, text, date, jsonb, numeric) to authenticated, service_role;
