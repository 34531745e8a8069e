-- SECURITY DEFINER: checks the right on tables itself.
create or replace function api.separate_tables(p_table_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v_main record;
begin
  select coalesce(m.id, t.id) as id, t.organization_id into v_main
  from restaurant_tables t left join restaurant_tables m on m.id = t.combined_into where t.id = p_table_id;
  perform app.require_may(v_main.organization_id, 'tables', 'update', 'table');
  perform app.require_restaurant((select restaurant_id from restaurant_tables where id = p_table_id), 'table');
  if v_main.id is null then
    perform app.fail(404, 'There is no such table.', 'p_table_id');
  end if;
  perform from restaurant_tables where id = v_main.id or combined_into = v_main.id order by id for no key update;
  update restaurant_tables set combined_into = null, status = case when status = 'occupied' then 'available' else status end where combined_into = v_main.id;
  perform app.reservation_follows(id) from table_sessions where table_id = v_main.id and status in ('active', 'billed') and deleted_at is null;
  return jsonb_build_object('table_id', v_main.id, 'table_ids', jsonb_build_array(v_main.id),
    'capacity', (select capacity from restaurant_tables where id = v_main.id));
end $$;
comment on function api.separate_tables(uuid) is 'Takes combined tables apart; the session stays at the main one.
answers {"table_id": "uuid", "table_ids": "uuid[]", "capacity": "int"}';
grant execute on function api.separate_tables(uuid) to authenticated, service_role;
