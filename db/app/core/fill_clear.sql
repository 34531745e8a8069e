-- Inserts with a document's own columns: what a house with one organization, one restaurant and one currency leaves no doubt about is filled in.
-- Where there is doubt the refusal names the column, before row security answers with a riddle.

-- The restaurant a row means when it names none: its table's or session's, or the only one of who asks.
create or replace function app.clear_restaurant(p_row jsonb) returns uuid
language sql stable security definer
as $$
  select coalesce(
    (select t.restaurant_id from restaurant_tables t where t.id = (p_row ->> 'table_id')::uuid),
    (select s.restaurant_id from table_sessions s where s.id = (p_row ->> 'session_id')::uuid),
    (select case when count(*) = 1 then (array_agg(r.id))[1] end from restaurants r
     where r.organization_id = coalesce(auth.user_organization_id(), app.only_organization())));
$$;

-- Runs first ("a_") among the triggers of its table. Arguments: the columns it may fill.
create or replace function app.fill_clear() returns trigger
language plpgsql security definer
as $$
declare
  v_row jsonb := to_jsonb(new);
  v_organization uuid := (v_row ->> 'organization_id')::uuid;
  v_restaurant uuid;
  v_house record;
begin
  if 'restaurant_id' = any (tg_argv) and v_row ->> 'restaurant_id' is null then
    v_restaurant := app.clear_restaurant(v_row);
    if v_restaurant is null then
      perform app.fail(400, 'Say which restaurant.', 'restaurant_id', jsonb_build_object('reason', 'not_clear'), 'It is filled in by itself where there is only one.');
    end if;
    new := jsonb_populate_record(new, jsonb_build_object('restaurant_id', v_restaurant));
    select r.organization_id into v_organization from restaurants r where r.id = v_restaurant;
  end if;
  if v_organization is null and 'organization_id' = any (tg_argv) then
    v_organization := coalesce(auth.user_organization_id(), app.only_organization());
    if v_organization is null then
      perform app.fail(400, 'Say which organization.', 'organization_id', jsonb_build_object('reason', 'not_clear'), 'It is filled in by itself where there is only one.');
    end if;
    new := jsonb_populate_record(new, jsonb_build_object('organization_id', v_organization));
  end if;
  if v_organization is not null and ('currency' = any (tg_argv) or 'timezone' = any (tg_argv)) then
    select o.currency, o.timezone into v_house from organizations o where o.id = v_organization;
    if 'currency' = any (tg_argv) and v_row ->> 'currency' is null then
      new := jsonb_populate_record(new, jsonb_build_object('currency', v_house.currency));
    end if;
    if 'timezone' = any (tg_argv) and v_row ->> 'timezone' is null then
      new := jsonb_populate_record(new, jsonb_build_object('timezone', v_house.timezone));
    end if;
  end if;
  return new;
end $$;

-- Puts the trigger on every table of this schema that needs it and has none yet: each module's migration calls it.
create or replace procedure app.fill_what_is_clear()
language plpgsql
as $$
declare
  v_table record;
begin
  for v_table in
    select c.relname, array_agg(a.attname::text order by a.attnum) as cols
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
      and (a.attname = 'organization_id' and a.attnotnull and pg_get_expr(d.adbin, d.adrelid) ~ 'user_organization_id'
           or a.attname in ('organization_id', 'currency') and a.attnotnull and d.adbin is null and c.relname in ('pool_tickets', 'pool_memberships')
           or a.attname = 'timezone' and a.attnotnull and d.adbin is null and c.relname = 'venues'
           or a.attname = 'restaurant_id' and a.attnotnull and c.relname in ('orders', 'restaurant_tables', 'menu_categories', 'modifier_groups', 'table_combinations',
                'table_sessions', 'table_reservations', 'waitlist_entries', 'menu_items', 'kitchen_orders'))
      and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'a_fill_clear')
    group by c.relname
  loop
    execute format('create trigger a_fill_clear before insert on %I for each row when ((%s)%s) execute function app.fill_clear(%s)', v_table.relname,
      (select string_agg(format('new.%I is null', col), ' or ') from unnest(v_table.cols) col),
      -- a dish follows its category, a ticket its order
      case v_table.relname when 'menu_items' then ' and new.category_id is null' when 'kitchen_orders' then ' and new.order_id is null' else '' end,
      (select string_agg(quote_literal(col), ', ') from unnest(v_table.cols) col));
  end loop;
end $$;

-- The currency of a row whose organization an earlier trigger has filled in from its parent.
create or replace function app.fill_currency() returns trigger
language plpgsql security definer
as $$
begin
  new.currency := coalesce(new.currency, app.organization_currency(new.organization_id));
  return new;
end $$;

grant execute on function app.fill_clear(), app.fill_currency() to anon, authenticated, service_role, maitred_auth;

-- Before a trigger with the owner's rights answers about nights, places or prices: what row security would say afterwards.
create or replace function app.refuse_unless_admin(p_organization_id uuid) returns void
language plpgsql stable
as $$
begin
  if not (auth.has_role('owner', 'admin', 'super_admin') and auth.belongs_to_organization(p_organization_id)) then
    raise insufficient_privilege using message = 'new row violates row-level security policy: only admins write these by hand, everybody else through functions';
  end if;
end $$;
grant execute on function app.refuse_unless_admin(uuid) to authenticated, service_role;

-- The same for tables of a restaurant: before a trigger speaks of seats or numbers. Argument: the resource whose "create" the table asks for.
create or replace function app.refuse_stranger() returns trigger
language plpgsql security definer
as $$
declare
  v_row jsonb := to_jsonb(new);
begin
  if not app.works_for((select r.organization_id from restaurants r where r.id = coalesce(
      (select t.restaurant_id from restaurant_tables t where t.id = coalesce(v_row ->> 'table_id', v_row -> 'table_ids' ->> 0)::uuid),
      (v_row ->> 'restaurant_id')::uuid)), tg_argv[0], 'create') then
    raise insufficient_privilege using message = format('new row violates row-level security policy for table "%s"', tg_table_name);
  end if;
  return new;
end $$;
grant execute on function app.refuse_stranger() to anon, authenticated, service_role;
