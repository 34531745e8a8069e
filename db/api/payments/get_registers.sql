-- SECURITY DEFINER: what a drawer should hold is told to whom the ledger is; who counts blind is not told. Rights are checked here.
create function api.get_registers(p_organization_id uuid default null) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_tells boolean := app.works_for(v_organization, 'ledger', 'read');
begin
  perform app.require_work(v_organization, 'payments', 'read');
  return jsonb_build_object('organization_id', v_organization, 'currency', app.organization_currency(v_organization), 'date', app.organization_today(v_organization),
    'timezone', (select o.timezone from organizations o where o.id = v_organization),
    'registers', coalesce((select jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name, 'is_active', g.is_active,
        'open', (select app.shift_json(s.id, v_tells) from register_shifts s where s.organization_id = v_organization and s.register_id = g.id and s.closed_at is null),
        'last', (select jsonb_build_object('shift_id', s.id, 'number', s.number, 'business_date', s.business_date, 'closed_at', s.closed_at, 'counted', s.counted_amount,
                   'difference', case when v_tells then s.counted_amount - s.expected_amount end)
                 from register_shifts s where s.organization_id = v_organization and s.register_id = g.id and s.closed_at is not null order by s.number desc limit 1)) order by g.name)
      from registers g where g.organization_id = v_organization and (g.is_active or exists (select from register_shifts s where s.organization_id = v_organization and s.register_id = g.id and s.closed_at is null))), '[]'));
end $$;
comment on function api.get_registers(uuid) is
  'Staff: the cash registers, what is open in each and the last count, with the currency, the business day and the clock of the house. Decimal amounts; what should be there is told to whom may read the ledger alone.
answers {"organization_id": "uuid", "currency": "text", "date": "date", "timezone": "text", "registers": "register_now[]"}
shape register_now {"id": "uuid", "name": "text", "is_active": "boolean", "open": "register_report | null",
  "last": "register_count | null"}
shape register_count {"shift_id": "uuid", "number": "int", "business_date": "date", "closed_at": "instant", "counted": "number", "difference": "number | null"}';
grant execute on function api.get_registers(uuid) to authenticated, service_role;
