-- What public answers hang on: the daemon keeps an answer that everybody may see until one of these tables changes.

-- Public functions that read no clock, and the tables that they read themselves or through others.
-- db/tests/core/public_reads_test.sql compares the list with the functions' bodies.
create or replace function app.public_functions() returns table (function text, reads text[])
language sql immutable
as $$
  values
    ('get_menu', '{restaurants,organizations,tax_rates,restaurant_hours,restaurant_special_hours,menu_categories,menu_items,menu_item_modifier_groups,modifier_groups,modifiers}'::text[]),
    ('get_venue_games', '{venues,game_venues,games,organizations}');
$$;
comment on function app.public_functions() is 'Public functions whose answer is known to depend on its arguments, the claims and these tables only.';

-- A table whose rows anon sees by a rule without a clock hangs on itself and on what that rule reads. A function hangs on
-- its tables, and through row security on what their rules read; on tables that anon may not read it looks by itself.
create or replace function app.public_reads() returns table (kind text, name text, reads text[])
language sql stable
as $$
  with shown as materialized (
    select c.relname::text as name, p.proved, c.relname::text || p.reads as reads
    from pg_class c, app.policy_proof(c.oid, 'anon') p
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and has_any_column_privilege('anon', c.oid, 'select')
  )
  select 'table', s.name, s.reads from shown s where s.proved
  union all
  select 'function', f.function, array_agg(distinct u.name)
  from app.public_functions() f cross join unnest(f.reads) r (name)
  left join shown s on s.name = r.name cross join unnest(coalesce(s.reads, array[r.name])) u (name)
  group by f.function having bool_and(coalesce(s.proved, true));
$$;
comment on function app.public_reads() is 'For each table and function that the public may read: the tables on whose rows the answer depends. What is not listed may change by itself.';
grant execute on function app.public_functions(), app.public_reads() to service_role;
