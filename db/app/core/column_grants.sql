-- Columns that are added later to tables with hidden ones: readable as their table is.

-- Grants new columns of this schema (or of one table): select to the roles that read every other column that is not hidden; writing to the
-- service role alone, since what a person may change about themselves is decided column by column. Returns how many columns it opened.
create or replace function app.extend_column_grants(p_table regclass default null) returns int
language plpgsql
as $$
declare
  v_table record;
  v_role text;
  v_new text;
  v_done int := 0;
begin
  for v_table in
    select c.oid, c.relname, array_agg(a.attname::text order by a.attnum) filter (where a.attacl is null and h.column_name is null) as fresh
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join maitred.hidden_columns h on h.table_name = c.relname and h.column_name = a.attname
    where c.relnamespace = coalesce((select relnamespace from pg_class where oid = p_table), current_schema()::regnamespace)
      and (p_table is null or c.oid = p_table)
      and c.relkind in ('r', 'p') and not c.relispartition
      and exists (select from maitred.hidden_columns k where k.table_name = c.relname)
      and not has_table_privilege('service_role', c.oid, 'select')
    group by c.oid, c.relname
    having count(a.attacl) > 0      -- a table that is being restored has no grants at all yet
  loop
    continue when v_table.fresh is null;
    select string_agg(quote_ident(f), ', ') into v_new from unnest(v_table.fresh) f;
    foreach v_role in array array['anon', 'authenticated', 'service_role'] loop
      if not exists (select from pg_attribute a where a.attrelid = v_table.oid and a.attnum > 0 and not a.attisdropped
                       and a.attname <> all (v_table.fresh) and not has_column_privilege(v_role, v_table.oid, a.attnum, 'select')
                       and not exists (select from maitred.hidden_columns h where h.table_name = v_table.relname and h.column_name = a.attname)) then
        execute format('grant select (%s) on %s to %I', v_new, v_table.oid::regclass, v_role);
        if v_role = 'service_role' then
          execute format('grant insert (%1$s), update (%1$s) on %2$s to service_role', v_new, v_table.oid::regclass);
        end if;
      end if;
    end loop;
    v_done := v_done + cardinality(v_table.fresh);
  end loop;
  return v_done;
end $$;
comment on function app.extend_column_grants(regclass) is 'Grants columns that were added to a table with hidden columns, as the rest of the table is granted; returns how many.';

-- Columns that nobody but the owner sees though nobody hid them: what `maitred doctor` looks for. One row a tenant and column.
create or replace function app.unreadable_columns() returns table (schema_name text, table_name text, column_name text)
language sql stable
as $$
  select n.nspname::text, c.relname::text, a.attname::text
  from public.tenants t
  join pg_namespace n on n.nspname = t.schema_name
  join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p') and not c.relispartition
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attacl is null
  where exists (select from maitred.hidden_columns k where k.table_name = c.relname)
    and not exists (select from maitred.hidden_columns h where h.table_name = c.relname and h.column_name = a.attname)
    and not has_column_privilege('service_role', c.oid, a.attnum, 'select')
  order by 1, 2, a.attnum;
$$;

-- Somebody who adds a column in psql has no migration engine behind them. Only a superuser makes event triggers; on a server where we
-- are none, `maitred migrate up` and `maitred doctor` do it. The engine itself says maitred.engine and calls the function at its end.
-- Whoever alters a table of their own gets here, so it runs as its owner.
create or replace function app.column_was_added() returns event_trigger
language plpgsql security definer
as $$
declare
  v_oid oid;
begin
  if coalesce(current_setting('maitred.engine', true), '') = 'on' then
    return;
  end if;
  for v_oid in
    select c.objid from pg_event_trigger_ddl_commands() c
    where c.command_tag = 'ALTER TABLE' and c.object_type = 'table' and c.classid = 'pg_class'::regclass
      and exists (select from maitred.hidden_columns k join pg_class r on r.relname = k.table_name where r.oid = c.objid)
  loop
    perform app.extend_column_grants(v_oid::regclass);
  end loop;
end $$;
do $$
begin
  if (select rolsuper from pg_roles where rolname = current_user) then
    drop event trigger if exists maitred_column_was_added;
    create event trigger maitred_column_was_added on ddl_command_end when tag in ('ALTER TABLE') execute function app.column_was_added();
  end if;
end $$;
