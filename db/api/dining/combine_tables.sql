-- SECURITY DEFINER: checks the right on tables itself.
create or replace function api.combine_tables(p_table_ids uuid[]) returns jsonb
language plpgsql security definer
as $$
declare
  v_main record;
begin
  if p_table_ids is null or cardinality(p_table_ids) not between 2 and 20 or cardinality(p_table_ids) <> (select count(distinct i) from unnest(p_table_ids) i) then
    perform app.fail(400, 'Name 2 to 20 different tables, the main one first.', 'p_table_ids');
  end if;
  perform from restaurant_tables where id = any (p_table_ids) order by id for no key update;
  select id, organization_id, restaurant_id, combined_into into v_main from restaurant_tables where id = p_table_ids[1];
  perform app.require_may(v_main.organization_id, 'tables', 'update', 'table');
  perform app.require_restaurant((select restaurant_id from restaurant_tables where id = p_table_ids[1]), 'table');
  if (select count(*) from restaurant_tables where id = any (p_table_ids) and restaurant_id = v_main.restaurant_id and is_active) <> cardinality(p_table_ids) then
    perform app.fail(404, 'One of these tables is not there.', 'p_table_ids');
  end if;
  if v_main.combined_into is not null then
    perform app.fail(409, 'The first table is pushed against another one.', 'p_table_ids', '{"reason": "combined"}');
  end if;
  if exists (select from restaurant_tables t where t.id = any (p_table_ids[2:]) and (
       t.status in ('occupied', 'out_of_service') and t.combined_into is distinct from v_main.id
       or t.combined_into is not null and t.combined_into <> v_main.id
       or exists (select from restaurant_tables c where c.combined_into = t.id)
       or exists (select from table_sessions s where s.table_id = t.id and s.status in ('active', 'billed') and s.deleted_at is null))) then
    perform app.fail(409, 'One of these tables is in use.', 'p_table_ids', '{"reason": "occupied"}', 'Merge the sessions first.');
  end if;
  update restaurant_tables t
  set combined_into = v_main.id,
      status = case when exists (select from table_sessions s where s.table_id = v_main.id and s.status in ('active', 'billed') and s.deleted_at is null)
                    then 'occupied' else t.status end
  where t.id = any (p_table_ids[2:]);
  perform app.reservation_follows(id) from table_sessions where table_id = v_main.id and status in ('active', 'billed') and deleted_at is null;
  return (select jsonb_build_object('table_id', v_main.id, 'table_ids', jsonb_agg(id order by array_position(p_table_ids, id)), 'capacity', sum(capacity))
          from restaurant_tables where id = v_main.id or combined_into = v_main.id);
end $$;
comment on function api.combine_tables(uuid[]) is 'Pushes tables against the first one: they share its session. They come apart when the party leaves.
answers {"table_id": "uuid", "table_ids": "uuid[]", "capacity": "int"}';
grant execute on function api.combine_tables(uuid[]) to authenticated, service_role;
