-- In which restaurants the one who asks works: staff.restaurant_ids.

create or replace function app.my_restaurants() returns uuid[]
language plpgsql stable security definer
as $$
begin
  if auth.app_role() is null or auth.has_role('owner', 'admin', 'super_admin', 'customer', 'guest') then
    return null;
  end if;
  return (select s.restaurant_ids from staff s where s.id = auth.uid() and s.is_active);
end $$;
comment on function app.my_restaurants() is 'The restaurants the one who asks is tied to; null: all of the organization.';

-- Somebody else's restaurant does not exist.
create or replace function app.require_restaurant(p_restaurant_id uuid, p_what text default 'restaurant') returns void
language plpgsql stable security definer
as $$
begin
  if current_setting('role', true) = 'authenticated' and not coalesce(p_restaurant_id = any (app.my_restaurants()), true) then
    perform app.fail(404, format('There is no such %s.', p_what), null, '{"reason": "other_restaurant"}');
  end if;
end $$;

create or replace function app.guard_restaurant() returns trigger
language plpgsql security definer
as $$
begin
  perform app.require_restaurant(new.restaurant_id, tg_argv[0]);
  return new;
end $$;

create or replace function app.guard_staff_restaurants() returns trigger
language plpgsql security definer
as $$
declare
  v_known bigint;
begin
  if to_regclass(format('%I.restaurants', tg_table_schema)) is null then
    v_known := 0;
  else
    execute format('select count(*) from %I.restaurants where organization_id = $1 and id = any ($2)', tg_table_schema) into v_known using new.organization_id, new.restaurant_ids;
  end if;
  if v_known <> (select count(distinct r) from unnest(new.restaurant_ids) r) then
    perform app.fail(400, 'These are not restaurants of this organization.', 'restaurant_ids');
  end if;
  return new;
end $$;

grant execute on function app.my_restaurants() to authenticated, service_role;
grant execute on function app.require_restaurant(uuid, text), app.guard_restaurant(), app.guard_staff_restaurants() to anon, authenticated, service_role;
