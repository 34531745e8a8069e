-- BookingTMS, migration 016: helpers, isolation and the audit trail, with the statements of its testing guide.
\ir ../start.sql
select plan(12);
insert into customers (id, organization_id, full_name) values (tests.id('c.a'), tests.id('a'), 'Ada'), (tests.id('c.b'), tests.id('b'), 'Eve');
update customers set phone = '+4930111' where organization_id = tests.id('a');

-- Test RLS (as regular user)
select format('SET request.jwt.claims.sub TO %L', tests.id('a.manager')) as become \gset
SET ROLE authenticated;
:become;
-- Should only see own organization's data
select is((select array_agg(organization_id) from (SELECT * FROM customers) c), array[tests.id('a')], 'only the own organization''s customers');
select is(auth.user_organization_id(), tests.id('a'), 'user_organization_id()');
select is(auth.is_super_admin(), false, 'is_super_admin()');
select is(auth.has_role('manager', 'admin'), true, 'has_role()');
select is(auth.belongs_to_organization(tests.id('b')), false, 'belongs_to_organization()');
select throws_ok($$SELECT * FROM get_audit_logs('customers', NOW() - INTERVAL '7 days', NOW(), 100)$$, 'MD403', null, 'admin-only audit access');

-- Test audit logs (as admin)
RESET ROLE;
select format('SET request.jwt.claims.sub TO %L', tests.id('a.admin')) as become \gset
SET ROLE authenticated;
:become;
select is((select string_agg(action, ' ' order by action) from (
SELECT * FROM get_audit_logs(
  'customers',  -- table name
  NOW() - INTERVAL '7 days',
  NOW(),
  100
)) a), 'INSERT UPDATE', 'the trail of the own organization');
RESET ROLE;
select format('SET request.jwt.claims.sub TO %L', tests.id('a.super_admin')) as become \gset
SET ROLE authenticated;
:become;
select is((select count(*) from customers), 2::bigint, 'a super admin sees every organization');
RESET ROLE;
SET request.jwt.claims.sub TO '';

-- Automatic triggers on critical tables
select is((select string_agg(t, ' ') from unnest(array['bookings', 'payments', 'users', 'customers']) t
  where to_regclass(t) is not null and not exists (select from pg_trigger g where g.tgrelid = to_regclass(t) and g.tgfoid = 'app.audit_row()'::regprocedure)), null,
  'bookings, payments, users and customers are audited');
select has_table('tenant_alpha'::name, 'notification_settings'::name, 'notification_settings');
select has_table('tenant_alpha'::name, 'notifications'::name, 'notifications');
-- Payments - booking-based access
select tests.as('a.customer');
select is_empty('select 1 from payments', 'a customer sees payments of their own bookings only');
select * from finish();
rollback;
