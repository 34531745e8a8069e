-- SECURITY DEFINER: the key is kept as a hash that nobody reads.
create or replace function api.renew_printer_key(p_printer_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  p     record;
  v_key text := app.random_code(40);
begin
  select x.id, x.organization_id, x.kind, x.name into p from printers x where x.id = p_printer_id;
  if p.id is null or not app.works_for(p.organization_id, 'settings', 'read') then
    perform app.fail(404, 'There is no such printer.', 'p_printer_id');
  end if;
  perform app.require_work(p.organization_id, 'settings', 'update');
  if p.kind = 'raw_tcp' then
    perform app.fail(409, 'We go to this printer; it does not ask.', 'p_printer_id');
  end if;
  update printers set key_hash = encode(sha256(convert_to(v_key, 'UTF8')), 'hex') where id = p.id;
  perform app.log_security_event('credentials_set', 'info', format('The printer "%s" has a new key.', p.name), null, jsonb_build_object('printer_id', p.id), p.organization_id);
  return jsonb_build_object('printer_id', p.id, 'path', format('/print/v1/%s/%s', case p.kind when 'cloudprnt' then 'cloudprnt' else 'epson' end, v_key));
end $$;
comment on function api.renew_printer_key(uuid) is 'A new address for a printer that asks (CloudPRNT, Epson Server Direct Print): typed into the printer''s own settings, and never shown again. The old one ends.
answers {"printer_id": "uuid", "path": "text"}';
grant execute on function api.renew_printer_key(uuid) to authenticated, service_role;
