-- Invoices: what was received does not change any more.

create or replace function app.guard_invoice() returns trigger
language plpgsql
as $$
declare
  v_stranger boolean := current_user in ('authenticated', 'service_role');
begin
  if tg_op = 'DELETE' then
    if old.status <> 'draft' and v_stranger then
      perform app.fail(422, 'An invoice that was received stays.', 'id');
    end if;
    return old;
  end if;
  if tg_op = 'INSERT' then
    new.currency := coalesce(new.currency, (select o.currency from organizations o where o.id = new.organization_id));
    new.due_date := coalesce(new.due_date, new.invoice_date + (select s.payment_days from suppliers s where s.id = new.supplier_id));
    if v_stranger and (new.status <> 'draft' or new.net_amount <> 0 or new.tax_amount <> 0) then
      perform app.fail(422, 'An invoice begins as a draft; its lines make the total.', 'status');
    end if;
  elsif v_stranger then
    if new.status = 'received' and old.status = 'draft' then
      perform app.fail(422, 'Goods are received through receive_invoice.', 'status');
    end if;
    if (new.net_amount, new.tax_amount) is distinct from (old.net_amount, old.tax_amount) then
      perform app.fail(422, 'The total is the sum of the lines.', 'net_amount');
    end if;
    if old.status <> 'draft' and (new.supplier_id, new.store_id, new.number, new.invoice_date, new.currency)
       is distinct from (old.supplier_id, old.store_id, old.number, old.invoice_date, old.currency) then
      perform app.fail(422, 'An invoice that was received does not change.', 'status');
    end if;
  end if;
  if tg_op = 'UPDATE' and new.status = 'paid' and old.status <> 'paid' then
    new.paid_at := coalesce(new.paid_at, now());
  end if;
  return new;
end $$;

create or replace function app.guard_invoice_line() returns trigger
language plpgsql
as $$
begin
  if current_user in ('authenticated', 'service_role')
     and exists (select from invoices i where i.id in (case when tg_op <> 'INSERT' then old.invoice_id end, case when tg_op <> 'DELETE' then new.invoice_id end)
                                           and i.status <> 'draft') then
    perform app.fail(422, 'An invoice that was received does not change.', 'invoice_id');
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;

-- How many digits the amounts of a line have: those of the invoice's currency, else of the house's.
create or replace function app.fill_invoice_decimals() returns trigger
language plpgsql security definer
as $$
begin
  new.decimals := (select app.currency_exponent(coalesce(i.currency, o.currency)) from invoices i join organizations o on o.id = i.organization_id
                   where i.id = new.invoice_id);
  return new;
end $$;

create or replace function app.total_invoice() returns trigger
language plpgsql security definer
as $$
declare
  v_invoice uuid;
begin
  for v_invoice in select distinct i from unnest(array[case when tg_op <> 'INSERT' then old.invoice_id end, case when tg_op <> 'DELETE' then new.invoice_id end]) i
                   where i is not null order by i loop
    update invoices set
      net_amount = (select coalesce(sum(l.net_amount), 0) from invoice_lines l where l.invoice_id = v_invoice),
      tax_amount = (select coalesce(sum(l.tax_amount), 0) from invoice_lines l where l.invoice_id = v_invoice)
    where id = v_invoice;
  end loop;
  return null;
end $$;

grant execute on function app.fill_invoice_decimals(), app.guard_invoice(), app.guard_invoice_line(), app.total_invoice() to anon, authenticated, service_role;
