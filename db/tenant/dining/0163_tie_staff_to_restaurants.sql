-- Restaurant-level access: who is tied to restaurants (staff.restaurant_ids) neither sees nor moves what happens in others. Policies hold for tables, the
-- trigger for what functions do with the owner's rights.
-- up
do $$
declare
  v_table text;
begin
  foreach v_table in array array['table_sessions', 'session_customers', 'orders', 'order_lines', 'kitchen_orders', 'kitchen_order_items', 'restaurant_tables',
                                 'table_combinations', 'table_reservations', 'waitlist_entries', 'bill_shares'] loop
    execute format('create policy restaurant_guard on %I as restrictive for all to authenticated
                    using (coalesce(restaurant_id = any ((select app.my_restaurants())::uuid[]), true))
                    with check (coalesce(restaurant_id = any ((select app.my_restaurants())::uuid[]), true))', v_table);
  end loop;
  foreach v_table in array array['menu_categories', 'menu_items', 'modifier_groups', 'modifiers'] loop      -- the menu itself is public
    execute format('create policy restaurant_guard on %I as restrictive for update to authenticated
                    using (coalesce(restaurant_id = any ((select app.my_restaurants())::uuid[]), true))', v_table);
  end loop;
end $$;
create trigger guard_restaurant before insert or update of status, table_id on table_sessions for each row execute function app.guard_restaurant('session');
create trigger guard_restaurant before insert or update of table_id on orders for each row execute function app.guard_restaurant('order');
create trigger guard_restaurant before insert or update of status on kitchen_orders for each row execute function app.guard_restaurant('ticket');
create trigger guard_restaurant before insert or update of status on table_reservations for each row execute function app.guard_restaurant('reservation');
create trigger guard_restaurant before insert or update of status on restaurant_tables for each row execute function app.guard_restaurant('table');

-- down
drop trigger guard_restaurant on restaurant_tables;
drop trigger guard_restaurant on table_reservations;
drop trigger guard_restaurant on kitchen_orders;
drop trigger guard_restaurant on orders;
drop trigger guard_restaurant on table_sessions;
do $$
declare
  v_table regclass;
begin
  for v_table in select polrelid::regclass from pg_policy p join pg_class c on c.oid = p.polrelid where p.polname = 'restaurant_guard' and c.relnamespace = current_schema()::regnamespace loop
    execute format('drop policy restaurant_guard on %s', v_table);
  end loop;
end $$;
