-- What is published can be updated by its key alone, and a superuser's publication is of all tables: PostgreSQL refuses updates of a table that somebody has
-- just made without a primary key. Such a table gets its whole row as its key at once, and the key when it comes (a restored dump adds keys last). The feed
-- (src/realtime) does the same within seconds where no event trigger can be. Whoever makes a table gets here, so it runs as its owner.
create or replace function app.table_was_made() returns event_trigger
language plpgsql security definer
as $$
declare
  v record;
begin
  if coalesce(current_setting('maitred.engine', true), '') = 'on' then
    return;
  end if;
  for v in
    select r.oid::regclass as name, r.relreplident, k.indexrelid is not null as has_key
    from (select distinct c.objid from pg_event_trigger_ddl_commands() c where c.classid = 'pg_class'::regclass and c.object_type = 'table') c
    join pg_class r on r.oid = c.objid and r.relkind in ('r', 'p') and r.relpersistence = 'p'
    left join pg_index k on k.indrelid = r.oid and k.indisprimary
    where (r.relreplident = 'd' and k.indexrelid is null and exists (select from pg_publication p where p.pubname = 'maitred' and p.puballtables))
       or (r.relreplident = 'f' and k.xmin::text::bigint = txid_current() % 4294967296)  -- a key that this transaction made
  loop
    execute format('alter table %s replica identity %s', v.name, case when v.has_key then 'default' else 'full' end);
  end loop;
end $$;
do $$
begin
  if (select rolsuper from pg_roles where rolname = current_user) then
    drop event trigger if exists maitred_table_was_made;
    create event trigger maitred_table_was_made on ddl_command_end
      when tag in ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE') execute function app.table_was_made();
  end if;
end $$;
