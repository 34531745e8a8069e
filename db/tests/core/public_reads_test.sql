-- What the daemon believes public answers to hang on.
\set unchecked 1
\ir ../start.sql
select plan(9);

create function tests.reads(p_kind text, p_name text) returns text[] language sql as $$
  select array_agg(t order by t) from app.public_reads() r, unnest(r.reads) t where r.kind = p_kind and r.name = p_name $$;
create function tests.seen_by_clock(uuid) returns boolean language sql stable as 'select true';

select is(tests.reads('table', 'chalet_images'), '{chalet_images,chalets}', 'a table hangs on itself and on what its rule reads');
select is(tests.reads('table', 'customers'), null, 'what the public may not read is not listed');
select ok(tests.reads('function', 'get_menu') @> '{menu_items,modifiers,restaurants,organizations}', 'a function hangs on its tables');

create policy by_clock on menu_items for select to anon using (updated_at < now());
select is(tests.reads('table', 'menu_items'), null, 'a rule that reads the clock is not listed');
select is(tests.reads('function', 'get_menu'), null, 'nor a function that reads such a table');
drop policy by_clock on menu_items;
create policy by_function on menu_items for select to anon using (tests.seen_by_clock(id));
select is(tests.reads('function', 'get_menu'), null, 'nor one whose table asks a function nobody knows');
drop policy by_function on menu_items;

-- The list of functions against their bodies: what each mentions, and what the functions it mentions mention.
create temporary table functions on commit drop as
  select n.nspname || '.' || p.proname as name, string_agg(p.prosrc, ' ') as body, bool_or(p.provolatile = 'v') as changes,
    bool_or(has_function_privilege('anon', p.oid, 'execute')) as public
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('auth', 'app', 'api') group by 1;
create temporary table mentioned on commit drop as
  with recursive reached as (
    select l.function, f.name, f.body, f.changes from app.public_functions() l join functions f on f.name = 'api.' || l.function
    union
    select r.function, f.name, f.body, f.changes from reached r join functions f on r.body ~ ('\m' || replace(f.name, '.', '\.') || '\(')
  )
  select * from reached;
select is((select string_agg(distinct m.function || ' reads ' || c.relname, ', ') from mentioned m
  join app.public_functions() l using (function)
  join pg_class c on c.relnamespace = 'tenant_alpha'::regnamespace and c.relkind in ('r', 'p', 'v') and m.body ~ ('\m(from|join|update|into)\s+' || c.relname || '\M')
  where c.relname <> all (l.reads)), null, 'a function reads no table that it is not listed with');
select is((select string_agg(function, ', ') from app.public_functions() l
  where not exists (select from functions f where f.name = 'api.' || l.function and f.public and not f.changes)), null, 'the list names public functions that change nothing');
select is((select string_agg(distinct m.function || ' through ' || m.name, ', ') from mentioned m
  where m.body ~* '\m(clock_timestamp|statement_timestamp|timeofday|random|gen_random_uuid|nextval)\(|current_date|current_time|localtime|\mnow\(\)'
    and m.name not in ('app.fail', 'app.restaurant_json', 'app.organization_today', 'app.restaurant_today')), null,
  'and none that reads the clock: restaurant_json says whether a place is open, which get_menu leaves out; of a tax rate that begins today app.announce_tax_rates and its sister of places tell');
select * from finish();
rollback;
