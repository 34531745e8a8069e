-- What somebody makes in a tenant's schema by hand is that tenant's alone: its catalogue is not that of the others with the same migrations.

-- From now on the daemon reads this tenant's schema for it, and reads it again when it changes.
create or replace function app.mark_own_objects(p_schema text default current_schema()) returns void
language plpgsql security definer
as $$
begin
  update maitred.tenant_shapes s set has_own_objects = true
  from public.tenants t where t.id = s.tenant_id and t.schema_name = p_schema and not s.has_own_objects;
  if found then
    perform pg_notify('maitred_tenants', '');
  elsif exists (select from public.tenants where schema_name = p_schema) then
    perform pg_notify('pgrst', 'reload schema');
  end if;
end $$;
comment on function app.mark_own_objects(text) is 'Says that tables, columns, functions or grants of this tenant were made by hand; the event triggers call it where there are any.';

-- Grants name no schema: they count for the one that the session works in. The engine says maitred.engine and is not meant. Whoever makes something,
-- if only a temporary table, gets here: so it runs as its owner.
create or replace function app.object_was_changed() returns event_trigger
language plpgsql security definer
as $$
declare
  v_schema text;
begin
  if coalesce(current_setting('maitred.engine', true), '') = 'on' then
    return;
  end if;
  if tg_event = 'sql_drop' then
    for v_schema in select distinct d.schema_name from pg_event_trigger_dropped_objects() d where d.schema_name is not null and not d.is_temporary loop
      perform app.mark_own_objects(v_schema);
    end loop;
  else
    for v_schema in select distinct coalesce(c.schema_name, current_schema()) from pg_event_trigger_ddl_commands() c loop
      perform app.mark_own_objects(v_schema);
    end loop;
  end if;
end $$;

-- Only a superuser makes event triggers; elsewhere one says `select app.mark_own_objects()` (docs/operations.md).
do $$
begin
  if (select rolsuper from pg_roles where rolname = current_user) then
    drop event trigger if exists maitred_object_was_changed;
    create event trigger maitred_object_was_changed on ddl_command_end
      when tag in ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE', 'CREATE VIEW', 'ALTER VIEW', 'CREATE MATERIALIZED VIEW', 'ALTER MATERIALIZED VIEW',
        'CREATE FOREIGN TABLE', 'ALTER FOREIGN TABLE', 'CREATE FUNCTION', 'ALTER FUNCTION', 'CREATE PROCEDURE', 'CREATE TYPE', 'ALTER TYPE', 'CREATE DOMAIN',
        'ALTER DOMAIN', 'COMMENT', 'GRANT', 'REVOKE')
      execute function app.object_was_changed();
    drop event trigger if exists maitred_object_was_dropped;
    create event trigger maitred_object_was_dropped on sql_drop
      when tag in ('DROP TABLE', 'ALTER TABLE', 'DROP VIEW', 'DROP MATERIALIZED VIEW', 'DROP FOREIGN TABLE', 'DROP FUNCTION', 'DROP PROCEDURE', 'DROP TYPE', 'DROP DOMAIN')
      execute function app.object_was_changed();
  end if;
end $$;
