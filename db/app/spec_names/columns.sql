-- Module spec_names: columns that the documents name after one provider and that stand under neutral names here. A table with its document's own name
-- has no room for a view beside it, so they are columns of the table, kept by a trigger: they follow provider, provider_ref and provider_data, and who
-- writes them writes those.
--
-- To add one: a row here. Each is "name=key of provider_data", or "name=" for provider_ref.
create or replace function app.documented_columns() returns table (table_name text, provider text, columns text[], writers text)
language sql immutable
as $$
  values
    ('payments', 'stripe', '{stripe_payment_id=payment_id,stripe_intent_id=}'::text[], null),
    ('pool_memberships', 'stripe', '{stripe_subscription_id=}', 'authenticated');
$$;
comment on function app.documented_columns() is 'The documents'' columns that have neutral names here: table, provider that they are named after, columns, roles that insert them.';

create or replace function app.follow_provider() returns trigger
language plpgsql
as $$
declare
  v_new jsonb := to_jsonb(new);
  v_old jsonb := case when tg_op = 'UPDATE' then to_jsonb(old) else '{}' end;
  v_name text;
  v_key text;
  v_value text;
  v_told text[] := '{}';
begin
  for v_name, v_key in select split_part(c, '=', 1), split_part(c, '=', 2) from unnest(tg_argv[1]::text[]) c loop
    v_value := v_new ->> v_name;
    if v_value is distinct from v_old ->> v_name then       -- somebody writes it under this name
      v_new := v_new || jsonb_build_object('provider', tg_argv[0], 'provider_ref', case when v_key = '' or v_new ->> 'provider_ref' is null then v_value else v_new ->> 'provider_ref' end);
      if v_key <> '' then
        v_new := jsonb_set(v_new, '{provider_data}', case when v_value is null then (v_new -> 'provider_data') - v_key
                                                       else (v_new -> 'provider_data') || jsonb_build_object(v_key, v_value) end);
      end if;
    end if;
  end loop;
  for v_name, v_key in select split_part(c, '=', 1), split_part(c, '=', 2) from unnest(tg_argv[1]::text[]) c loop
    v_value := case when v_new ->> 'provider' is distinct from tg_argv[0] then null
                    when v_key <> '' then v_new -> 'provider_data' ->> v_key
                    when v_new ->> 'provider_ref' = any (v_told) then null       -- it was known under no name but that of what came of it
                    else v_new ->> 'provider_ref' end;
    v_told := v_told || v_value;
    v_new := v_new || jsonb_build_object(v_name, v_value);
  end loop;
  return jsonb_populate_record(new, v_new);
end $$;

create or replace function app.name_columns_as_documented() returns int
language plpgsql
as $$
declare
  v record;
  v_done int := 0;
begin
  if not exists (select from public.tenants t join maitred.tenant_migrations m on m.tenant_id = t.id and m.module = 'spec_names' and m.version = 250
                 where t.schema_name = current_schema()) then
    return 0;
  end if;
  for v in select d.*, c.oid as tab from app.documented_columns() d join pg_class c on c.relname = d.table_name and c.relnamespace = current_schema()::regnamespace
           where exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'provider_ref' and not a.attisdropped)
             and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'a_follow_provider') loop
    execute format('alter table %I %s', v.table_name, (select string_agg(format('add column %I text', split_part(c, '=', 1)), ', ') from unnest(v.columns) c));
    execute (select string_agg(format('comment on column %I.%I is %L', v.table_name, split_part(c, '=', 1), format('%s of %s, as its document names it.',
      case when c like '%=' then 'provider_ref' else format('provider_data.%s', split_part(c, '=', 2)) end, v.provider)), '; ') from unnest(v.columns) c);
    execute format('create trigger a_follow_provider before insert or update on %I for each row execute function app.follow_provider(%L, %L)', v.table_name, v.provider, v.columns::text);
    execute format('alter table %1$I disable trigger user; alter table %1$I enable trigger a_follow_provider; update %1$I set provider = provider where provider = %2$L; alter table %1$I enable trigger user',
      v.table_name, v.provider);
    if v.writers is not null then
      execute format('grant insert (%s) on %I to %s', (select string_agg(quote_ident(split_part(c, '=', 1)), ', ') from unnest(v.columns) c), v.table_name, v.writers);
    end if;
    v_done := v_done + 1;
  end loop;
  return v_done;
end $$;
comment on function app.name_columns_as_documented() is 'Makes the columns of app.documented_columns() that are missing in this schema, where the tenant has the module; returns for how many tables.';

create or replace function app.forget_documented_columns(p_table text default null) returns int
language plpgsql
as $$
declare
  v record;
  v_done int := 0;
begin
  for v in select d.table_name, d.columns from app.documented_columns() d
           join pg_class c on c.relname = d.table_name and c.relnamespace = current_schema()::regnamespace
           where (p_table is null or d.table_name = p_table) and exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'a_follow_provider') loop
    execute format('drop trigger a_follow_provider on %I', v.table_name);
    execute format('alter table %I %s', v.table_name, (select string_agg(format('drop column %I', split_part(c, '=', 1)), ', ') from unnest(v.columns) c));
    v_done := v_done + 1;
  end loop;
  return v_done;
end $$;
comment on function app.forget_documented_columns(text) is 'Takes the documents'' column names out of this schema (or of one table); the values stay under their neutral names.';
grant execute on function app.follow_provider() to anon, authenticated, service_role;
