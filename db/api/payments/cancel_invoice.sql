-- SECURITY DEFINER: credit notes are written by functions alone.
create or replace function api.cancel_invoice(p_invoice_id uuid, p_reason text) returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid;
  v_id           uuid;
begin
  select i.organization_id into v_organization from sales_invoices i where i.id = p_invoice_id and i.kind = 'invoice';
  if v_organization is null or not app.works_for(v_organization, 'payments', 'read') then
    perform app.fail(404, 'There is no such invoice.', 'p_invoice_id');
  end if;
  perform app.require_work(v_organization, 'payments', 'update');
  if nullif(trim(p_reason), '') is null or length(p_reason) > 1000 then
    perform app.fail(400, 'Say why, in at most 1000 characters.', 'p_reason');
  end if;
  v_id := app.credit_invoice(p_invoice_id, null, null, p_reason);
  if v_id is null then
    perform app.fail(409, 'Nothing is left of this invoice.', 'p_invoice_id', '{"reason": "credited"}');
  end if;
  return app.invoice_json(v_id);
end $$;
comment on function api.cancel_invoice(uuid, text) is 'Credits what is left of an invoice (a wrong address, say); what it was for may be invoiced anew. No money moves.
answers "invoice"';
grant execute on function api.cancel_invoice(uuid, text) to authenticated, service_role;
