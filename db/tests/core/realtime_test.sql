-- Who may use a private topic, what SQL says to channels, and what the daemon may believe about the rules of tables.
\set unchecked 1
\ir ../start.sql
select plan(38);

create function tests.rights(p_topic text) returns text language sql as $$
  select concat(case when reads_broadcast then 'r' end, case when writes_broadcast then 'w' end,
                case when reads_presence then 'R' end, case when writes_presence then 'W' end) from app.realtime_rights(p_topic) $$;
create function tests.organization(p text) returns text language sql security definer as $$ select tests.id(p)::text $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;

-- Private topics.
select tests.as('a.waiter');
select is(tests.rights('org:' || tests.organization('a')), 'rwRW', 'staff use their organization''s topic');
select is(tests.rights('org:' || tests.organization('a') || ':floor'), 'rwRW', 'and what stands below it');
select is(tests.rights('org:' || tests.organization('b')), '', 'but not another''s');
select is(tests.rights('org:'), '', 'nor nobody''s');
select is(tests.rights('user:' || tests.organization('a.waiter') || ':inbox'), 'rwRW', 'everybody has a topic of their own');
select is(tests.rights('user:' || tests.organization('a.manager')), '', 'and nobody else''s');
select is(tests.rights('session:' || tests.organization('a.waiter')), '', 'a session is for who sits there');
select is(tests.rights('anything'), '', 'other topics are nobody''s by default');
select tests.as('a.customer');
select is(tests.rights('org:' || tests.organization('a')), '', 'a customer is no staff');
select is(tests.rights('user:' || tests.organization('a.customer')), 'rwRW', 'but a user');
select tests.as_anon();
select is(tests.rights('org:' || tests.organization('a')), '', 'visitors have no private topics');
select is(tests.rights(''), '', 'not even the nameless one');
select tests.as_service();
select is(tests.rights('anything'), 'rwRW', 'the service role uses all of them');

-- A tenant's own policy, written as the dialect's documentation has it.
select tests.as_owner();
create policy kitchen_bell on realtime_messages for select to authenticated
  using ((select realtime.topic()) = 'kitchen-bell' and extension = 'broadcast' and (select auth.has_role('kitchen')));
select tests.as('a.kitchen');
select is(tests.rights('kitchen-bell'), 'r', 'a policy of the tenant opens a topic for what it says');
select tests.as('a.waiter');
select is(tests.rights('kitchen-bell'), '', 'and for whom it says');

-- From SQL.
select tests.as('a.waiter');
select lives_ok(format($$select realtime.send('{"n": 1}', 'ding', 'org:%s', true)$$, tests.organization('a')), 'who may write a topic sends to it');
select is((select count(*) from realtime_messages), 1::bigint, 'and reads what is there');
set local client_min_messages = error;
select lives_ok(format($$select realtime.send('{"n": 2}', 'ding', 'org:%s', true)$$, tests.organization('b')), 'a message that may not be sent costs nobody their transaction');
set local client_min_messages = warning;
select is((select json_agg(m -> 'payload' -> 'n')::text from json_array_elements(app.realtime_replay('org:' || tests.organization('a'), 0, 25)) m), '[1]', 'what was sent is replayed');
select is(app.realtime_replay('org:' || tests.organization('a'), (extract(epoch from now()) * 1000 + 1000)::bigint, 25)::text, '[]', 'from the instant that is asked for');
select throws_ok($$select app.broadcast('anything', 'x')$$, '42501', null, 'app.broadcast() asks no policy, and is not for clients');
select tests.as('b.waiter');
select is(app.realtime_replay('org:' || tests.organization('a'), 0, 25)::text, '[]', 'strangers get no replay');
select is_empty('select 1 from realtime_messages', 'nor rows');
select tests.as_owner();
select is((select count(*) from realtime_messages), 1::bigint, 'the refused message was not written');
select isnt(app.broadcast('anything', 'x', '{"a": 1}', false), null, 'functions of the house send to any topic');
create function tests.tell_customers() returns trigger language plpgsql as $$
begin
  perform realtime.broadcast_changes('org:' || tests.id('a'), tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
  return null;
end $$;
create trigger told after insert or update or delete on customers for each row execute function tests.tell_customers();
select tests.as('a.manager');
insert into customers (full_name, phone) values ('Ada', '1');
update customers set phone = '2' where full_name = 'Ada';
select tests.as_owner();
select results_eq($$select event, payload -> 'record' ->> 'phone', payload -> 'old_record' ->> 'phone' from realtime_messages where event in ('INSERT', 'UPDATE') order by event$$,
  $$values ('INSERT', '1', null), ('UPDATE', '2', '1')$$, 'a trigger tells a channel of a table''s changes');
select is((select json_agg(distinct payload ->> 'schema')::text from realtime_messages where event in ('INSERT', 'UPDATE')), '["public"]', 'and names the schema as clients know it');
update realtime_messages set inserted_at = now() - interval '4 days' where event = 'INSERT';
select lives_ok('select app.maintain_tenant()', 'the daily round runs');
select is((select count(*) from realtime_messages where event in ('INSERT', 'UPDATE')), 1::bigint, 'and sweeps messages of more than three days ago');

-- What the daemon is told of a table.
create function tests.told(p_table text, p_role text) returns jsonb language sql as $$ select app.realtime_table(p_table) -> 'roles' -> p_role $$;
select is(app.realtime_table('no_such_table'), null, 'no table, no answer');
select is((select c.relname::text from pg_class c where c.relnamespace = 'tenant_alpha'::regnamespace and c.relkind in ('r', 'p') and app.realtime_table(c.relname) is null limit 1), null,
  'every table is known');
select is(tests.told('staff_schedules', 'authenticated') -> 'selects' ? 'hourly_rate', false, 'a column that a role may not select is not told of');
select is(tests.told('customers', 'anon') -> 'selects', '[]', 'nor a table');
select is(tests.told('menu_items', 'authenticated') ->> 'proved', 'true', 'a rule over columns, claims and helpers is proved');
create table strays (id uuid primary key default gen_random_uuid(), until timestamptz, who uuid);
create function tests.unknown(uuid) returns boolean language sql stable as 'select true';
create policy by_time on strays for select to anon using (until > now());
create policy by_table on strays for select to authenticated using (exists (select from users u where u.id = who));
create policy by_function on strays for select to service_role using (tests.unknown(who));
alter table strays enable row level security;
grant select on strays to anon, authenticated, service_role;
select is((select jsonb_object_agg(r, tests.told('strays', r) ->> 'proved') from unnest(array['anon', 'authenticated', 'service_role']) r),
  '{"anon": "false", "authenticated": "false", "service_role": "false"}', 'one that reads the clock, another table or a function nobody listed is not');

-- The list of helpers against their bodies: what each mentions, and what the functions it mentions mention.
create temporary table functions on commit drop as
  select n.nspname || '.' || p.proname as name, string_agg(p.prosrc, ' ') as body
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('auth', 'app') group by 1;
create function tests.mentions(p_helper text) returns text[] language sql as $$
  with recursive reached as (
    select name, body from functions where name = p_helper
    union
    select f.name, f.body from reached r join functions f on r.body ~ ('\m' || replace(f.name, '.', '\.') || '\(')
      or exists (select from app.listeners l where f.name = 'app.' || l.function and strpos(r.body, format('app.listening(''%s''', l.event)) > 0)
  )
  select coalesce(array_agg(distinct c.relname::text order by c.relname::text), '{}') from reached r
  join pg_class c on c.relnamespace = 'tenant_alpha'::regnamespace and c.relkind in ('r', 'p') and r.body ~ ('\m(from|join)\s+' || c.relname || '\M') $$;
select is((select string_agg(helper || ' reads ' || t, ', ') from app.realtime_helpers() h, unnest(tests.mentions(h.helper)) t where t <> all (h.reads)), null,
  'a helper reads no table that it is not listed with');
select is((select string_agg(helper, ', ') from app.realtime_helpers() h where not exists (select from functions f where f.name = h.helper)), null, 'and the list names nothing that is gone');
select is((select string_agg(f.name, ', ') from functions f join app.realtime_helpers() h on h.helper = f.name join pg_proc p on p.oid = (select min(oid) from pg_proc where proname = split_part(f.name, '.', 2) and pronamespace = split_part(f.name, '.', 1)::regnamespace)
  where p.provolatile = 'v'), null, 'none of them is volatile');
select * from finish();
rollback;
