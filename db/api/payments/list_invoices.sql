create or replace function api.list_invoices(p_from date default null, p_to date default null, p_kind text default null, p_search text default null, p_organization_id uuid default null,
  p_limit int default 100, p_offset int default 0)
returns table (id uuid, kind text, number text, issued_on date, buyer_name text, currency text, net_amount numeric, tax_amount numeric, total_amount numeric, credited_amount numeric,
               credits_invoice_id uuid)
language plpgsql stable
as $$
#variable_conflict use_column
declare
  v_organization uuid := app.pick_organization(p_organization_id);
begin
  perform app.require_work(v_organization, 'payments', 'read');
  perform app.check_limit(p_limit);
  perform app.check_day(p_from, 'p_from'), app.check_day(p_to, 'p_to');
  if p_offset is null or p_offset not between 0 and 100000 then
    perform app.fail(400, 'The offset is between 0 and 100000.', 'p_offset');
  end if;
  return query
  select i.id, i.kind, i.number, i.issued_on, i.buyer ->> 'name', i.currency, i.net_amount, i.tax_amount, i.total_amount,
         coalesce((select sum(c.total_amount) from sales_invoices c where c.organization_id = i.organization_id and c.credits_invoice_id = i.id), 0), i.credits_invoice_id
  from sales_invoices i
  where i.organization_id = v_organization and (p_from is null or i.issued_on >= p_from) and (p_to is null or i.issued_on <= p_to) and (p_kind is null or i.kind = p_kind)
    and (p_search is null or position(lower(p_search) in lower(i.number || ' ' || coalesce(i.buyer ->> 'name', ''))) > 0)
  order by i.issued_on desc, i.issued_at desc, i.sequence desc
  limit p_limit offset p_offset;
end $$;
comment on function api.list_invoices(date, date, text, text, uuid, int, int) is
  'Invoices and credit notes, newest first, of a span of days, of one kind (invoice, credit_note), by number or buyer. As CSV by Accept: text/csv.
answers {"buyer_name": "text | null", "credits_invoice_id": "uuid | null"}';
grant execute on function api.list_invoices(date, date, text, text, uuid, int, int) to authenticated, service_role;
