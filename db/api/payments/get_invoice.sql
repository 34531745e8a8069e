-- SECURITY DEFINER: guests see their own; app.sees_invoice() says which.
create or replace function api.get_invoice(p_invoice_id uuid) returns jsonb
language plpgsql stable security definer
as $$
begin
  if not app.sees_invoice(p_invoice_id) then
    perform app.fail(404, 'There is no such invoice.', 'p_invoice_id');
  end if;
  return app.invoice_json(p_invoice_id);
end $$;
comment on function api.get_invoice(uuid) is 'An invoice or credit note as it was issued, for staff and whose bookings are on it.
answers "invoice"';
grant execute on function api.get_invoice(uuid) to authenticated, service_role;
