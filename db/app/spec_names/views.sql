-- Module spec_names: tables of the documents that have another name here, as views under their own name and with their own columns. A view asks as its
-- reader (security_invoker), so row security and grants are those of the table behind it. What is written goes through app.write_documented().
--
-- To add one: a row here. Columns are "name", "name=column of the table", with a type where the document's differs from the table's.
create or replace function app.documented_names() returns table (view_name text, base_name text, readers text, columns text[])
language sql immutable
as $$
  values
    ('account', 'organizations', 'authenticated, service_role', '{id,name::varchar,description,is_active,created_at::timestamp,updated_at::timestamp}'::text[]),
    ('user', 'users', 'authenticated, service_role',
     '{id,email::varchar,hashed_password::password,full_name::varchar,account_id=organization_id,is_active,is_superuser,created_at::timestamp,updated_at::timestamp}'),
    ('restaurant', 'restaurants', 'authenticated, service_role',
     '{id,account_id=organization_id,name::varchar,address,phone::varchar,email::varchar,timezone::varchar,is_active,created_at::timestamp,updated_at::timestamp,iiko_id::varchar,iiko_sync_status::varchar,iiko_last_synced_at::timestamp,iiko_sync_error::varchar}'),
    ('store', 'stores', 'authenticated, service_role',
     '{id,account_id=organization_id,restaurant_id,name::varchar,is_active,created_at::timestamp,updated_at::timestamp,iiko_id::varchar,iiko_sync_status::varchar,iiko_last_synced_at::timestamp,iiko_sync_error::varchar}'),
    ('categories', 'menu_categories', 'anon, authenticated, service_role', '{id,name::varchar,rank,restaurant_id,description,is_active,created_at,updated_at}'),
    ('bot_instance', 'bot_instances', 'authenticated, service_role', '{id,account_id=organization_id,name::varchar,description,is_active,created_at::timestamp,updated_at::timestamp}'),
    ('bot_platform_credential', 'bot_platform_credentials', 'authenticated, service_role',
     '{id,bot_id,platform::varchar,credentials::sealed,is_active,webhook_url::varchar,webhook_last_checked::timestamp,webhook_auto_refresh,created_at::timestamp,updated_at::timestamp}'),
    ('bot_scenario', 'bot_scenarios', 'authenticated, service_role',
     '{id,bot_id,name::varchar,description,scenario_data,version::varchar,is_active,created_at::timestamp,updated_at::timestamp}'),
    ('bot_dialog_state', 'bot_dialog_states', 'authenticated, service_role',
     '{id,bot_id,platform::varchar,platform_chat_id::varchar,current_step::varchar,collected_data,last_interaction_at::timestamp,created_at::timestamp,updated_at::timestamp}'),
    ('account_integration_credentials', 'integration_credentials', 'authenticated, service_role',
     '{id,account_id=organization_id,integration_type::varchar,credentials::sealed,base_url::varchar,is_active,created_at::timestamp,updated_at::timestamp,last_connected_at::timestamp,connection_status::varchar,connection_error::varchar}');
$$;
comment on function app.documented_names() is 'The documents'' tables that have another name here: view, table, roles that read it, columns.';

-- One column as its parts: "account_id=organization_id", "created_at::timestamp".
create or replace function app.documented_column(p_column text, out name text, out base text, out kind text)
language sql immutable
as $$
  select split_part(split_part(p_column, '::', 1), '=', 1),
         coalesce(nullif(split_part(split_part(p_column, '::', 1), '=', 2), ''), split_part(p_column, '::', 1)),
         nullif(split_part(p_column, '::', 2), '');
$$;

-- The hash, for who may read it in the table (the owner of the database); null for everybody else, so that the view opens to them at all.
create or replace function app.documented_password(p_schema text, p_user_id uuid) returns varchar
language plpgsql stable
as $$
declare
  v_hash text;
begin
  if has_column_privilege(format('%I.users', p_schema), 'hashed_password', 'select') then
    execute format('select hashed_password from %I.users where id = $1', p_schema) into v_hash using p_user_id;
  end if;
  return v_hash;
end $$;

create or replace function app.name_as_documented() returns int
language plpgsql
as $$
declare
  v record;
  v_done int := 0;
begin
  if not exists (select from public.tenants t join maitred.tenant_migrations m on m.tenant_id = t.id and m.module = 'spec_names'
                 where t.schema_name = current_schema()) then
    return 0;
  end if;
  for v in select d.* from app.documented_names() d
           where to_regclass(format('%I.%I', current_schema(), d.base_name)) is not null and to_regclass(format('%I.%I', current_schema(), d.view_name)) is null loop
    execute format('create view %I with (security_invoker = true) as select %s from %I', v.view_name, (
      select string_agg(case c.kind
          when 'timestamp' then format('(%I at time zone ''UTC'') as %I', c.base, c.name)
          when 'password' then format('app.documented_password(%L, id) as %I', current_schema(), c.name)
          when 'sealed' then format('''{"sealed": true}''::jsonb as %I', c.name)
          else format('%I%s as %I', c.base, coalesce('::' || c.kind, ''), c.name) end, ', ' order by n)
      from unnest(v.columns) with ordinality x(col, n), app.documented_column(x.col) c), v.base_name);
    execute format('create trigger write_documented instead of insert or update or delete on %I for each row execute function app.write_documented(%L, %L)',
      v.view_name, v.base_name, v.columns::text);
    execute format('grant select on %1$I to %2$s; grant insert, update, delete on %1$I to authenticated, service_role', v.view_name, v.readers);
    execute format('comment on view %I is %L', v.view_name, format('%s, under the name and with the columns of its document.', v.base_name));
    v_done := v_done + 1;
  end loop;
  return v_done;
end $$;
comment on function app.name_as_documented() is 'Makes the views of module spec_names in this schema that are missing, where the tenant has the module; returns how many.';

create or replace function app.forget_documented_names() returns int
language plpgsql
as $$
declare
  v record;
  v_done int := 0;
begin
  for v in select d.view_name from app.documented_names() d join pg_class c on c.relname = d.view_name and c.relkind = 'v' and c.relnamespace = current_schema()::regnamespace
           where exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'write_documented') loop
    execute format('drop view %I', v.view_name);
    v_done := v_done + 1;
  end loop;
  return v_done;
end $$;
comment on function app.forget_documented_names() is 'Drops the views of module spec_names in this schema; the engine does so before it changes tables.';

-- Writes a row of a view into its table, as whoever asks, with search_path on the view's schema: a program that names the schema in each statement
-- may have another one. What is not said takes the table's defaults. Secrets are sealed on their way in.
create or replace function app.write_documented() returns trigger
language plpgsql set search_path = pg_catalog
as $$
declare
  v_base text := tg_argv[0];
  v_columns text[] := tg_argv[1]::text[];
  v_row jsonb;
  v_old jsonb;
  v_set jsonb := '{}';
  v_column record;
  v_value jsonb;
  v_id text;
  v_names text[] := '{}';
  v_back text;
begin
  perform set_config('search_path', format('%I, api, app, public, pg_temp', tg_table_schema), true);
  if tg_op = 'DELETE' then
    execute format('delete from %I.%I where id = $1', tg_table_schema, v_base) using old.id;
    return case when found then old end;
  end if;
  v_row := to_jsonb(new);
  -- a secret is sealed for its row, which has its key before it is there
  if tg_op = 'INSERT' and v_row -> 'id' = 'null' and exists (select from unnest(v_columns) x(col), app.documented_column(x.col) c where c.kind = 'sealed') then
    v_row := jsonb_set(v_row, '{id}', to_jsonb(gen_random_uuid()));
  end if;
  v_id := case when tg_op = 'UPDATE' then to_jsonb(old) else v_row end ->> 'id';
  v_old := case when tg_op = 'UPDATE' then to_jsonb(old) else '{}' end;
  for v_column in select c.* from unnest(v_columns) x(col), app.documented_column(x.col) c loop
    v_value := v_row -> v_column.name;
    -- an insert leaves out what is null, so that defaults hold; an update writes what changed
    continue when tg_op = 'INSERT' and v_value = 'null' or tg_op = 'UPDATE' and v_value is not distinct from v_old -> v_column.name;
    v_value := case v_column.kind
      when 'timestamp' then to_jsonb((v_value #>> '{}') || 'Z')
      when 'sealed' then to_jsonb(app.seal_secret(v_value::text, v_base || '.' || v_column.base, v_id))
      else v_value end;
    if v_base = 'users' and v_column.base = 'email' then
      v_value := to_jsonb(lower(v_value #>> '{}'));
    end if;
    v_set := v_set || jsonb_build_object(v_column.base, v_value);
    v_names := v_names || v_column.base;
  end loop;
  select string_agg(format('%L, to_jsonb(t.%I)', c.base, c.base), ', ') into v_back
  from unnest(v_columns) x(col), app.documented_column(x.col) c where coalesce(c.kind, '') not in ('sealed', 'password');
  if tg_op = 'INSERT' and v_names = '{}' then
    execute format('insert into %I.%I as t default values returning jsonb_build_object(%s)', tg_table_schema, v_base, v_back) into v_row;
  elsif tg_op = 'INSERT' then
    execute format('insert into %1$I.%2$I as t (%3$s) select %3$s from jsonb_populate_record(null::%1$I.%2$I, $1) returning jsonb_build_object(%4$s)', tg_table_schema, v_base,
      (select string_agg(quote_ident(n), ', ') from unnest(v_names) n), v_back) into v_row using v_set;
  elsif v_names = '{}' then
    return new;
  else
    execute format('update %1$I.%2$I t set (%3$s) = (select %3$s from jsonb_populate_record(null::%1$I.%2$I, $1)) where t.id = $2 returning jsonb_build_object(%4$s)', tg_table_schema, v_base,
      (select string_agg(quote_ident(n), ', ') from unnest(v_names) n), v_back) into v_row using v_set, old.id;
  end if;
  if v_row is null then
    return null;
  end if;
  select new_row into v_row from (
    select jsonb_object_agg(c.name, case c.kind
      when 'timestamp' then to_jsonb((v_row ->> c.base)::timestamptz at time zone 'UTC')
      when 'sealed' then '{"sealed": true}'::jsonb
      when 'password' then to_jsonb(new) -> c.name
      else v_row -> c.base end) as new_row
    from unnest(v_columns) x(col), app.documented_column(x.col) c) n;
  new := jsonb_populate_record(new, v_row);
  return new;
end $$;

grant execute on function app.documented_password(text, uuid), app.documented_column(text), app.write_documented() to anon, authenticated, service_role;
