-- A fresh tenant has an owner who can sign in, and what its modules bring along.
\ir ../start.sql
select plan(8);
savepoint empty;
delete from staff;
delete from users;
delete from organizations;
select throws_ok($$select app.seed_tenant('{"email": "boss@example.com", "hashed_password": "plain"}', 'Bella Italia')$$,
  'MD400', null, 'a password that is not hashed is refused');
select lives_ok($$select app.seed_tenant(jsonb_build_object('email', 'Boss@Example.com', 'full_name', 'The Boss',
  'hashed_password', '$2b$10$' || repeat('x', 53), 'currency', 'USD', 'timezone', 'America/New_York'), 'Bella Italia & Sons')$$, 'a fresh tenant is set up');
select is((select (name, slug, currency, timezone)::text from organizations), '("Bella Italia & Sons",bella-italia-sons,USD,America/New_York)', 'its organization');
select is((select (email, role, email_verified, is_active)::text from users), '(boss@example.com,owner,t,t)', 'its owner');
select is((select department from staff), 'management', 'who works there');
select is((select count(*) from cancellation_policies where is_default), 1::bigint, 'the modules bring their defaults');
select throws_ok($$select app.seed_tenant('{}', 'Again')$$, 'MD409', null, 'nobody sets up a tenant twice');
select is(app.cancellation_refund((select id from cancellation_policies where name = 'Moderate'), 99.99, now() + interval '30 hours', 'USD'),
  50.00, 'policies know their tiers');
select * from finish();
rollback;
