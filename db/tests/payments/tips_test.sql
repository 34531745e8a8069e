-- The tip pool: by table or by hours, to the last cent.
\ir ../start.sql
\ir ../words.sql
select * from no_plan();
create function tests.paid(p_by text, p_tip numeric, p_days int default 0) returns void language sql security definer as $$
  insert into tenant_alpha.payments (organization_id, booking_type, amount, tip_amount, currency, status, received_by, paid_at)
  values (tests.id('a'), 'other', 50 + p_tip, p_tip, 'EUR', 'succeeded', case when p_by <> '' then tests.id(p_by) end, now() - make_interval(days => p_days)) $$;
create function tests.today() returns date language sql stable security definer as $$
  select app.business_date(now(), timezone, business_day_cutoff) from tenant_alpha.organizations where id = tests.id('a') $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
select tests.paid('a.waiter', 7), tests.paid('a.waiter', 3), tests.paid('a.staff', 5.01), tests.paid('', 2), tests.paid('a.waiter', 100, 40) ;
select tests.as('a.waiter');
select is(tests.refused('select get_tip_pool(tests.today())'), 'MD403', 'the pool is for those who read the books');
select tests.as('a.finance');
select is(tests.refused('select get_tip_pool(tests.today(), tests.today() - 1)'), 'MD400 p_from', 'in their order');
select is(get_tip_pool(tests.today(), p_by => 'table') - '{from,to,people}'::text[], '{"by": "table", "currency": "EUR", "total": 17.01, "unassigned": 2}', 'what nobody took is nobody''s');
select is((select string_agg(p ->> 'amount', ' ') from jsonb_array_elements(get_tip_pool(tests.today(), p_by => 'table') -> 'people') p), '10.00 5.01', 'each their own');
select is((get_tip_pool(tests.today() - 60, tests.today(), 'table') ->> 'total')::numeric, 117.01, 'of more days more');
select is(get_tip_pool(tests.today()) ->> 'unassigned', '17.01', 'without hours nobody has a part');
select tests.as_owner();
insert into staff (id, organization_id, department, hire_date) select tests.id(n), tests.id('a'), 'service', current_date - 100 from unnest(array['a.waiter', 'a.staff', 'a.kitchen']) n on conflict (id) do nothing;
insert into time_entries (organization_id, staff_id, clock_in_at, clock_out_at, business_date)
values (tests.id('a'), tests.id('a.waiter'), now() - interval '8 hours', now() - interval '4 hours', tests.today()), (tests.id('a'), tests.id('a.staff'), now() - interval '8 hours', now() - interval '6 hours', tests.today()),
       (tests.id('a'), tests.id('a.kitchen'), now() - interval '8 hours', now() - interval '7 hours', tests.today());
select tests.as('a.finance');
select is((select string_agg(format('%s: %s', p ->> 'minutes', p ->> 'amount'), ', ') from jsonb_array_elements(get_tip_pool(tests.today()) -> 'people') p),
  '240.0: 9.72, 120.0: 4.86, 60.0: 2.43', 'one pot, by the minutes, to the cent');
select is((get_tip_pool(tests.today()) ->> 'unassigned')::numeric, 0::numeric, 'nothing is left over');
select tests.as('b.finance');
select is((get_tip_pool(tests.today()) ->> 'total')::numeric, 0::numeric, 'another house sees its own');
select * from finish();
rollback;
