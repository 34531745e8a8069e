-- SECURITY DEFINER: restaurants and tables are not public as tables; this shows a visitor what a start page shows and no more.
-- A table's code lets whoever knows it open the table's session, so codes are listed only where the house says so
-- (restaurants.settings "lists_tables"), as a demo or a self-service hall does; elsewhere they stand on the table.
create or replace function api.get_restaurants() returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object('restaurants', coalesce(jsonb_agg(
    app.restaurant_json(r.id) || jsonb_build_object('tables', coalesce(
      (select jsonb_agg(jsonb_build_object('code', t.code, 'table_number', t.table_number, 'name', t.name, 'section', t.section)
                        order by t.table_number)
       from restaurant_tables t
       where t.restaurant_id = r.id and t.is_active and t.combined_into is null and t.status <> 'out_of_service'
         and r.guests_may_open and r.settings ->> 'lists_tables' = 'true'), '[]'::jsonb))
    order by r.created_at, r.id), '[]'::jsonb))
  from restaurants r
  where r.is_active;
$$;
comment on function api.get_restaurants() is 'The restaurants of this tenant for the start page. Tables are listed only where restaurants.settings has "lists_tables": true.
answers {"restaurants": [{"...": "restaurant", "tables": [{"...": "restaurant_tables(code, table_number, name, section)"}]}]}';
grant execute on function api.get_restaurants() to anon, authenticated, service_role;
