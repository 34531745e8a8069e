/* What the feed says to PostgreSQL besides reading the WAL. Each is one statement; all may be said again. */
#ifndef MAITRED_REALTIME_FEED_SQL_H
#define MAITRED_REALTIME_FEED_SQL_H

#define FEED_PUBLICATION "maitred"

/* A table without a key could not be updated any more once its updates are published: it gets its whole row as key. */
#define FEED_SQL_IDENTITIES                                                                                            \
    "for v_table in select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace"              \
    " where c.relkind in ('r', 'p') and c.relpersistence = 'p' and c.relreplident = 'd'"                               \
    " and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"                                                   \
    " and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary) loop"                        \
    " execute format('alter table %s replica identity full', v_table);"                                                \
    " end loop;"

/* Of all tables when we may; else an empty one, to which tables are added one by one (FEED_SQL_TABLES). Somebody else
 * may make it at the same moment. */
#define FEED_SQL_PUBLISH                                                                                               \
    "do $$ declare v_table text; begin"                                                                                \
    " if (select rolsuper from pg_roles where rolname = current_user) then " FEED_SQL_IDENTITIES                       \
    " create publication " FEED_PUBLICATION " for all tables with (publish_via_partition_root = true);"                \
    " else create publication " FEED_PUBLICATION " with (publish_via_partition_root = true);"                          \
    " end if;"                                                                                                         \
    " exception when duplicate_object or unique_violation then null; end $$"

/* What has come since: keys for tables without one, or, without a superuser's rights, our tenants' tables that are not
 * published yet. Nobody is kept waiting for it. */
#define FEED_SQL_TABLES                                                                                                \
    "do $$ declare v_table text; v_all boolean; begin"                                                                 \
    " select puballtables into v_all from pg_publication where pubname = '" FEED_PUBLICATION "';"                      \
    " if not found then return; end if;"                                                                               \
    " perform set_config('lock_timeout', '1s', true);"                                                                 \
    " if v_all then " FEED_SQL_IDENTITIES                                                                              \
    " else for v_table in select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace"        \
    " join public.tenants t on t.schema_name = n.nspname"                                                              \
    " where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence = 'p'"                               \
    " and pg_has_role(c.relowner, 'usage')"                                                                            \
    " and exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)"                                 \
    " and not exists (select from pg_publication_rel r join pg_publication p on p.oid = r.prpubid"                     \
    " where r.prrelid = c.oid and p.pubname = '" FEED_PUBLICATION "') loop"                                            \
    " execute format('alter publication " FEED_PUBLICATION " add table only %s', v_table);"                            \
    " end loop; end if;"                                                                                               \
    " exception when lock_not_available or insufficient_privilege or undefined_table or duplicate_object then null;"   \
    " end $$"

/* The name is a literal. */
#define FEED_SQL_ANNOUNCE(name)                                                                                        \
    "insert into maitred.daemons (name) values (%s) on conflict (name) do update set seen_at = now()", name

/* The slot's name, a literal, twice. Columns: enum survey. */
#define FEED_SQL_SURVEY                                                                                                \
    "select current_setting('wal_level'), pg_is_in_recovery(),"                                                        \
    " exists (select from pg_publication where pubname = '" FEED_PUBLICATION "'),"                                     \
    " s.slot_name is not null, coalesce(s.plugin = 'pgoutput' and s.database = current_database(), true),"             \
    " coalesce(s.wal_status, ''), s.confirmed_flush_lsn, pg_current_wal_flush_lsn()"                                   \
    " from (select) one left join pg_replication_slots s on s.slot_name = %s"

/* Types that the WAL does not tell of. */
#define FEED_SQL_TYPES "select oid, typname from pg_type where oid < 16384 and typrelid = 0"

/* $1 the slot, $2 our name. */
#define FEED_SQL_LOOK                                                                                                  \
    "select (select pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint from pg_replication_slots where "       \
    "slot_name = $1),"                                                                                                 \
    " (select count(*) from maitred.daemons where name <> $2 and seen_at > now() - interval '1 minute')"

/* Slots of daemons that nobody has seen for $1 seconds. One that nobody ever has seen is seen now, so that it gets the
 * same time. The name of a daemon is what follows 'maitred_'. */
#define FEED_SQL_SWEEP                                                                                                 \
    "with orphans as (select slot_name, substr(slot_name, 9) as name from pg_replication_slots"                        \
    "   where starts_with(slot_name, 'maitred_') and plugin = 'pgoutput' and database = current_database() and not "   \
    "active"                                                                                                           \
    "     and substr(slot_name, 9) ~ '^[a-z0-9_]{1,40}$'),"                                                            \
    " met as (insert into maitred.daemons (name) select name from orphans on conflict (name) do nothing returning "    \
    "name),"                                                                                                           \
    " gone as (select o.slot_name from orphans o join maitred.daemons d using (name)"                                  \
    "   where d.seen_at < now() - make_interval(secs => $1::float8)),"                                                 \
    " old as (delete from maitred.daemons d where seen_at < now() - interval '30 days' and name <> $2"                 \
    "   and not exists (select from orphans o where o.name = d.name) returning name)"                                  \
    " select slot_name, pg_drop_replication_slot(slot_name) from gone"

#endif
