-- For whom a SECURITY DEFINER function acts: what the request runs as decides, not who owns the function.
\ir ../start.sql
select plan(22);
create function tests.works(p_org text default 'a') returns boolean language sql security definer as $$ select app.works_for(tests.id(p_org), 'stays', 'create') $$;
grant execute on all functions in schema tests to anon, authenticated, service_role, maitred_auth;
grant usage on schema tests, tap to maitred_auth;
grant execute on all functions in schema tap to maitred_auth;

select ok(tests.works(), 'the owner in psql works for everybody');
select tests.as_service();
select ok(tests.works(), 'so does the service role');
select tests.as('a.manager');
select ok(tests.works(), 'staff work for their organization');
select ok(not tests.works('b'), 'and for no other');
select tests.as('a.kitchen');
select ok(not tests.works(), 'within their permissions');
select tests.as('a.customer');
select ok(not tests.works(), 'guests do not work here');
select tests.as('a.super_admin');
select ok(tests.works() and tests.works('b'), 'a super admin works for all');
select tests.as_anon();
select ok(not tests.works(), 'a visitor works for nobody');

-- a role without claims, and claims without a role: the shapes in which a mistake would open everything
select tests.as_owner();
set local role authenticated;
select ok(not tests.works(), 'the role alone gives no rights');
select set_config('request.jwt.claims.sub', tests.id('a.manager')::text, true) \g /dev/null
select ok(tests.works(), 'request.jwt.claims.sub names the user, as the booking spec shows');
select tests.as_owner();
select set_config('request.jwt.claims.sub', tests.id('a.customer')::text, true) \g /dev/null
select ok(not tests.works(), 'an owner who speaks as a guest is a guest');
select tests.as_owner();
set local role maitred_auth;
select ok(not tests.works(), 'the sign-in service works for nobody');
reset role;

-- which organization is meant
select tests.as('a.staff');
select is(app.pick_organization(), tests.id('a'), 'staff mean their own');
select throws_ok(format('select app.pick_organization(%L)', gen_random_uuid()), 'MD404', null, 'an unknown one is not there');
select tests.as_anon();
select throws_ok('select app.pick_organization()', 'MD400', null, 'a visitor of two has to say which');
select is(app.pick_organization(tests.id('b')), tests.id('b'), 'and may say it');
select tests.as_owner();
update organizations set is_active = false where id = tests.id('b');
select is(app.pick_organization(), tests.id('a'), 'where there is one, it is meant');
update organizations set is_active = true;

-- who may buy
select tests.as('a.customer');
select ok(app.shops_at(tests.id('a')) and not app.shops_at(tests.id('b')), 'a customer buys at their organization');
select tests.as_owner();
update users set organization_id = null where id = tests.id('a.customer');
select tests.as('a.customer');
select ok(app.shops_at(tests.id('a')) and app.shops_at(tests.id('b')), 'one of the whole tenant buys anywhere');
select tests.as_owner();
update users set is_active = false where id = tests.id('a.customer');
select set_config('request.jwt.claims', jsonb_build_object('sub', tests.id('a.customer'), 'role', 'authenticated')::text, true) \g /dev/null
set local role authenticated;
select ok(not app.shops_at(tests.id('a')), 'one who was switched off does not');
reset role;

select matches(app.spoken_code('X-', 8), '^X-[2-9A-Z]{8}$', 'codes can be read out');
select ok((select count(distinct app.spoken_code('', 8)) = 500 and bool_and(app.spoken_code('', 8) !~ '[01OILB8]') from generate_series(1, 500)), 'without letters that look alike, and none twice');
select * from finish();
rollback;
