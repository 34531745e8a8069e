-- SECURITY DEFINER: jobs of printers are written by functions alone.
create or replace function api.print_receipt(p_session_id uuid, p_printer_id uuid default null, p_opens_drawer boolean default false) returns jsonb
language plpgsql security definer
as $$
declare
  s         record;
  v_printer uuid;
  v_id      uuid;
begin
  select x.id, x.organization_id, x.restaurant_id, x.receipt_code into s from table_sessions x where x.id = p_session_id and x.deleted_at is null;
  if s.id is null or not app.works_for(s.organization_id, 'sessions', 'read') then
    perform app.fail(404, 'There is no such session.', 'p_session_id');
  end if;
  perform app.require_work(s.organization_id, 'payments', 'create');
  if s.receipt_code is null then
    perform app.fail(409, 'There is no bill yet.', 'p_session_id', '{"reason": "not_billed"}');
  end if;
  select p.id into v_printer from printers p
  where p.restaurant_id = s.restaurant_id and p.is_active and case when p_printer_id is not null then p.id = p_printer_id else p.role = 'receipt' end order by p.created_at, p.id limit 1;
  if v_printer is null then
    perform app.fail(404, 'This restaurant has no such printer.', 'p_printer_id');
  end if;
  insert into print_jobs (organization_id, restaurant_id, printer_id, planned_printer_id, kind, session_id, document, opens_drawer)
  values (s.organization_id, s.restaurant_id, v_printer, v_printer, 'receipt', s.id, app.receipt_document(api.get_receipt(s.receipt_code), s.organization_id, null), coalesce(p_opens_drawer, false))
  returning id into v_id;
  perform app.queue_printing(v_printer);
  return jsonb_build_object('job_id', v_id, 'printer_id', v_printer);
end $$;
comment on function api.print_receipt(uuid, uuid, boolean) is 'Prints a table''s receipt (as it stands) at a printer, or at the restaurant''s first one for receipts; p_opens_drawer: and opens its drawer.
answers {"job_id": "uuid", "printer_id": "uuid"}';
grant execute on function api.print_receipt(uuid, uuid, boolean) to authenticated, service_role;
