-- Modules hear of each other by listeners: each is there and fits its event, each event that is raised is declared, and nothing is found by a name
-- that is put together.
\ir ../start.sql
select plan(18);
create temporary table bodies on commit drop as
  select n.nspname || '.' || p.proname as name, p.prosrc as body
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('app', 'api', 'auth') and p.prokind in ('f', 'p');

select is((select string_agg(format('%s: app.%s(%s)', l.event, l.function, e.takes), ', ') from app.listeners l join app.events e on e.name = l.event
  where not app.fits_event(l.function, e.takes, e.gives)), null, 'each listener exists and fits its event');
select is((select string_agg(distinct m.names[1], ', ') from bodies b, regexp_matches(b.body, 'app\.listening\(''(\w+)''', 'g') m (names)
  where m.names[1] not in (select name from app.events)), null, 'each event that is raised is declared');
select is((select string_agg(e.name, ', ') from app.events e where not exists (select from bodies b where strpos(b.body, format('app.listening(''%s''', e.name)) > 0)), null,
  'and each that is declared is raised');
select is((select string_agg(b.name, ', ') from bodies b where b.body ~ 'app\.listening\((?!'')'), null, 'by its own name');
select is((select string_agg(e.name, ', ') from app.events e where not exists (select from app.listeners l where l.event = e.name)), null, 'somebody listens to each');
-- what is called by a name from a variable comes from the table (to_regprocedure() and a name put together would pass over what is gone)
select is((select string_agg(b.name, ', ') from bodies b where b.body ~ 'app\.%I' and b.body !~ 'app\.(listening|bot_functions)\('), null, 'no function is called by a name from elsewhere');
select is((select string_agg(f.name, ', ') from app.bot_functions() f where to_regprocedure(format('app.%I(uuid, jsonb)', f.function)) is null), null, 'and what bots call by it is there');
select is((select string_agg(b.name, ', ') from bodies b where b.body ~ 'to_regproc'), null, 'nor only if it happens to be there');
select is((select string_agg(distinct l.module, ', ') from app.listeners l where l.module not in (select name from maitred.modules)), null, 'modules that listen are modules');
-- a plug by its old name that nobody listens with any more
select is((select string_agg(b.name, ', ') from bodies b where b.name ~ '^app\.(seed|often|maintain|folio|payment_settled)_'
    and b.name <> all ('{app.seed_organization,app.seed_tenant,app.seed_modules,app.seed_new_module,app.maintain_tenant,app.maintain_often,app.folio_lines,app.folio_scope}')
    and split_part(b.name, '.', 2) not in (select function from app.listeners)), null, 'whatever is called like a listener listens');

-- Many may hear of one thing, of one kind or of all, in their order.
create function app.tests_hear(p_booking_id uuid, p_payment_id uuid) returns void language plpgsql as $$
begin
  perform set_config('tests.heard', concat_ws(' ', nullif(current_setting('tests.heard', true), ''), 'all'), true);
end $$;
create function app.tests_hear_other(p_booking_id uuid, p_payment_id uuid) returns void language plpgsql as $$
begin
  perform set_config('tests.heard', concat_ws(' ', nullif(current_setting('tests.heard', true), ''), 'other'), true);
end $$;
select app.listen('core', 'payment_settled', 'tests_hear', 2), app.listen('core', 'payment_settled', 'tests_hear_other', 1, 'other') \g /dev/null
select app.record_payment(tests.id('a'), 'other', gen_random_uuid(), 5) \g /dev/null
select is(current_setting('tests.heard'), 'other all', 'those of one kind and those of all hear of it, in order');
update public.tenants set modules = array_remove(modules, 'core') where schema_name = 'tenant_alpha';
select app.record_payment(tests.id('a'), 'other', gen_random_uuid(), 5) \g /dev/null
select is(current_setting('tests.heard'), 'other all', 'a tenant without the module does not');
update public.tenants set modules = modules || '{core}' where schema_name = 'tenant_alpha';
alter function app.tests_hear_other(uuid, uuid) rename to tests_heard_other;
select throws_ok($$select app.record_payment(tests.id('a'), 'other', gen_random_uuid(), 5)$$, '42883', null, 'a listener that was renamed is missed, not passed over');

select throws_ok($$select app.listen('core', 'payment_setled', 'tests_hear', 1)$$, '42704', null, 'a misspelt event is refused');
select throws_ok($$select app.listen('core', 'payment_settled', 'tests_here', 1)$$, '42883', null, 'so is a misspelt function');
select throws_ok($$select app.listen('core', 'seed', 'tests_hear', 1)$$, '42883', null, 'and one that takes something else');
select throws_ok($$select app.listen('core', 'often', 'seed_pool', 1)$$, '42883', null, 'or gives it');
select tests.as('a.owner');
select throws_ok($$insert into app.listeners values ('daily', '', 'core', 'maintain_tenant', 1)$$, '42501', null, 'clients plug in nothing');
select * from finish();
rollback;
