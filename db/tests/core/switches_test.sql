-- Two switches for one thing are one; what visitors and holders of secrets need not reach, they do not.
\ir ../start.sql
select plan(14);
create table tests.ends as select id as user_id from users where false;

select tests.as('a.owner');
select lives_ok($$update staff set is_active = false where id = tests.id('a.waiter')$$, 'the owner takes a waiter off the staff');
select is((select is_active from users where id = tests.id('a.waiter')), false, 'and the waiter is not let in');
select lives_ok($$update users set is_active = true where id = tests.id('a.waiter')$$, 'back by the other switch');
select is((select is_active from staff where id = tests.id('a.waiter')), true, 'the first has turned, too');
select lives_ok($$update users set is_active = false where id = tests.id('a.kitchen')$$, 'one way');
select is((select is_active from staff where id = tests.id('a.kitchen')), false, 'and the other');
select tests.as('a.manager');
select throws_ok($$update staff set is_active = false where id = tests.id('a.manager')$$, 'MD403', null, 'nobody turns their own');
select tests.as_owner();
insert into staff (id, department) values (tests.id('a.admin'), 'office');
select tests.as('a.manager');
select throws_ok($$update staff set is_active = false where id = tests.id('a.admin')$$, 'MD403', null, 'nor that of somebody above');
select lives_ok($$update staff set is_active = false where id = tests.id('a.staff')$$, 'those below are theirs');
select tests.as_owner();
insert into auth_sessions (id, user_id) values (tests.id('session'), tests.id('a.finance'));
update staff set is_active = false where id = tests.id('a.finance');
select isnt((select ended_at from auth_sessions where id = tests.id('session')), null, 'their sessions end');

select tests.as_anon();
select throws_ok('select settings from organizations', '42501', null, 'visitors do not read the settings of an organization');
select lives_ok('select id, name, currency, timezone from organizations', 'but its name and money');
select tests.as('a.admin');
select is(has_column_privilege('authenticated', 'integration_credentials', 'base_url', 'update'), false, 'a kept secret does not go to another address without being given again');

-- two half-products on each of eighteen levels
select tests.as_owner();
create function tests.tower() returns numeric language plpgsql as $$
declare
  v_low uuid;
  v_up uuid;
  v_recipe uuid;
begin
  if to_regclass('recipes') is null then return 262144; end if;
  insert into ingredients (organization_id, name, unit) values (tests.id('a'), 'Flour', 'g') returning id into v_low;
  for v_level in 1 .. 18 loop
    insert into ingredients (organization_id, name, unit) values (tests.id('a'), 'Dough ' || v_level, 'g') returning id into v_up;
    insert into recipes (organization_id, ingredient_id, name, yield_quantity, yield_unit) values (tests.id('a'), v_up, 'Dough ' || v_level, 1, 'g') returning id into v_recipe;
    insert into recipe_lines (recipe_id, ingredient_id, quantity, unit, position) values (v_recipe, v_low, 1, 'g', 1), (v_recipe, v_low, 0.001, 'kg', 2);
    v_low := v_up;
  end loop;
  return (select quantity from app.recipe_needs(v_recipe, 1));
end $$;
select is(tests.tower(), 262144::numeric, 'a tower of half-products is summed level by level');
select * from finish();
rollback;
