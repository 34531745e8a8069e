-- SECURITY DEFINER: checks the right on tables itself.
create or replace function api.set_table_status(p_table_id uuid, p_status text) returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid;
begin
  select organization_id into v_organization from restaurant_tables where id = p_table_id for no key update;
  perform app.require_may(v_organization, 'tables', 'update', 'table');
  perform app.require_restaurant((select restaurant_id from restaurant_tables where id = p_table_id), 'table');
  if v_organization is null then
    perform app.fail(404, 'There is no such table.', 'p_table_id');
  end if;
  if p_status is null or p_status not in ('available', 'cleaning', 'out_of_service', 'reserved') then
    perform app.fail(400, 'A table is available, cleaning, out of service or reserved.', 'p_status',
      '{"allowed": ["available", "cleaning", "out_of_service", "reserved"]}', 'Opening a session makes it occupied.');
  end if;
  update restaurant_tables set status = p_status where id = p_table_id;
  return jsonb_build_object('table', app.table_json(p_table_id));
end $$;
comment on function api.set_table_status(uuid, text) is 'Marks a table available, cleaning, out_of_service or reserved; 409 while people sit at it.
answers {"table": "table"}
takes {"p_status": "restaurant_tables.status"}';
grant execute on function api.set_table_status(uuid, text) to authenticated, service_role;
