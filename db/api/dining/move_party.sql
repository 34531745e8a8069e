-- SECURITY DEFINER: session, orders and tickets move together; the right on sessions is checked here.
create or replace function api.move_party(p_session_id uuid, p_table_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v_id    uuid;
  v_from  record;
  v_to    record;
begin
  perform app.require_staff_session(p_session_id);
  v_id := app.lock_session(p_session_id);
  select restaurant_id, table_id, status into v_from from table_sessions where id = v_id;
  if v_from.status = 'cleared' then
    perform app.fail(410, 'This session is over.', 'p_session_id', '{"reason": "session_over"}');
  end if;
  perform from restaurant_tables where id in (v_from.table_id, p_table_id) order by id for no key update;
  select id, status, combined_into into v_to from restaurant_tables where id = p_table_id and restaurant_id = v_from.restaurant_id and is_active;
  if not found then
    perform app.fail(404, 'There is no such table.', 'p_table_id');
  end if;
  if p_table_id <> v_from.table_id then
    if v_to.status in ('occupied', 'out_of_service') or v_to.combined_into is not null
       or exists (select from table_sessions where table_id = p_table_id and status in ('active', 'billed') and deleted_at is null) then
      perform app.fail(409, 'That table is not free.', 'p_table_id', '{"reason": "occupied"}', 'Merge the two sessions if they belong together.');
    end if;
    update table_sessions set table_id = p_table_id where id = v_id;
    update orders set table_id = p_table_id where session_id = v_id;
    update kitchen_orders set table_id = p_table_id where session_id = v_id and status in ('pending', 'cooking', 'ready');
  end if;
  return jsonb_build_object('session_id', v_id, 'from_table_id', v_from.table_id, 'table_id', p_table_id,
    'version', (select version from table_sessions where id = v_id));
end $$;
comment on function api.move_party(uuid, uuid) is 'Moves a party with everything it has ordered to a free table; open tickets show the new table.
answers {"session_id": "uuid", "from_table_id": "uuid", "table_id": "uuid", "version": "int"}';
grant execute on function api.move_party(uuid, uuid) to authenticated, service_role;
