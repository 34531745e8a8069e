-- Summary, history, analytics, and what a fresh tenant starts with.
\ir ../start.sql
\ir cast.sql
select plan(35);

-- two evenings: yesterday until half past one, and today
create function tests.evening(p_name text, p_table text, p_opened timestamptz, p_minutes int) returns void language plpgsql as $$
begin
  perform tests.sit(p_table, p_name);
  perform tests.join(p_table, p_name, p_name || '2');
  perform tests.be(p_name);
  perform tests.add('a.cake', 2), tests.add('a.beer');
  perform api.place_order();
  perform tests.add('a.soup');
  perform api.place_order();
  perform api.split_bill(null, 'equal');
  perform tests.as('a.waiter');
  perform api.pay_bill_share(id) from bill_shares where session_id = tests.session(p_name);
  perform api.start_kitchen_order(id), api.ready_kitchen_order(id) from kitchen_orders where session_id = tests.session(p_name);
  perform api.clear_session(tests.session(p_name));
  perform tests.as_owner();
  update table_sessions set created_at = p_opened, cleared_at = p_opened + p_minutes * interval '1 minute' where id = tests.session(p_name);
  update orders set placed_at = p_opened + interval '12 minutes' where session_id = tests.session(p_name);
end $$;
create function tests.today() returns date language sql stable as $$ select app.business_date(now(), 'Europe/Berlin') $$;
grant execute on all functions in schema tests to anon, authenticated;
select tests.evening('Ada', 'a.t1', (tests.today() - 1 + time '22:00') at time zone 'Europe/Berlin', 90);
select tests.evening('Bob', 'a.t2', (tests.today() + time '01:30') at time zone 'Europe/Berlin', 30);
select tests.evening('Cy', 'a.t1', (tests.today() - 9 + time '12:00') at time zone 'Europe/Berlin', 60);

select tests.as('a.waiter');
select tests.put('summary', api.get_session_summary(tests.session('Ada')));
select is(tests.json('summary', 'participant_count') || '/' || tests.json('summary', 'order_count') || '/' || tests.json('summary', 'line_count'), '2/2/3', 'people and orders are counted apart');
select is(tests.json('summary', 'total_amount') || '/' || tests.json('summary', 'paid_amount'), '1766/1766', 'with what was spent and paid');
select is(tests.json('summary', 'session_otp'), null, 'a cleared session has no OTP to show');
select is(tests.json('summary', 'duration_minutes'), '90', 'and how long they stayed');
select tests.as('b.waiter');
select throws_ok(format('select api.get_session_summary(%L)', tests.session('Ada')), 'MD404', null, 'another organization does not see it');

select tests.as('a.waiter');
select is(jsonb_array_length(api.get_session_history() -> 'sessions'), 3, 'cleared sessions are kept');
select is(api.get_session_history(p_from => tests.today() - 1, p_to => tests.today() - 1) #>> '{sessions,0,names}', '["Bob", "Bob2"]', 'one that began at half past one belongs to the evening before');
select is(jsonb_array_length(api.get_session_history(p_from => tests.today() - 1, p_to => tests.today() - 1) -> 'sessions'), 2, 'with the other of that evening');
select is(api.get_session_history(p_from => tests.today()) -> 'sessions', '[]', 'today has none yet');
select tests.put('page', api.get_session_history(p_limit => 2));
select is(jsonb_array_length(api.get_session_history(p_limit => 2, p_before => tests.json('page', 'next_before')::timestamptz) -> 'sessions'), 1, 'pages go on where the last one ended');
select is(api.get_session_history(p_limit => 2, p_before => tests.json('page', 'next_before')::timestamptz) ->> 'next_before', null, 'and end');
select tests.as('b.manager');
select is(api.get_session_history() -> 'sessions', '[]', 'another organization has its own history');
select throws_ok(format('select api.get_session_history(%L)', tests.id('a.restaurant')), 'MD404', null, 'and no other');
select tests.as('a.customer');
select throws_ok('select api.get_session_history()', 'MD403', null, 'customers have none');

select tests.as('a.manager');
select tests.put('stats', api.get_session_analytics());
select is(tests.json('stats', 'sessions') || ' ' || tests.json('stats', 'participants') || ' ' || tests.json('stats', 'orders') || ' ' || tests.json('stats', 'revenue'), '3 6 6 5298', 'sessions, people, orders, revenue');
select is(tests.json('stats', 'average_minutes'), '60.0', 'how long they stay');
select is(tests.json('stats', 'average_per_session') || ' ' || tests.json('stats', 'average_per_guest'), '1766 883', 'what they spend');
select is(tests.json('stats', 'orders_per_session') || ' ' || tests.json('stats', 'minutes_to_first_order'), '2.00 12.0', 'how they order');
select is(tests.json('stats', 'split_methods'), '{"equal": 3}', 'how they split');
select is((select string_agg(h ->> 'hour', ',' order by (h ->> 'hour')::int) from jsonb_array_elements(tests.get('stats')::jsonb -> 'by_hour') h), '1,12,22', 'when they come, by the clock of the place');
select is((select (d ->> 'sessions') || '/' || (d ->> 'revenue') || '/' || (d ->> 'orders') from jsonb_array_elements(tests.get('stats')::jsonb -> 'by_day') d where d ->> 'date' = (tests.today() - 1)::text), '2/3532/4', 'by business day');
select is(tests.json('stats', 'top_items', '0', 'name') || tests.json('stats', 'top_items', '0', 'quantity'), 'Cake6', 'what they like');
select is((select t ->> 'sessions' from jsonb_array_elements(tests.get('stats')::jsonb -> 'tables') t where t ->> 'table_number' = '1'), '2', 'and where they sit');
select is(api.get_session_analytics(p_from => tests.today() - 1) ->> 'sessions', '2', 'for the days asked');
select is(api.get_session_analytics(p_from => tests.today() + 5, p_to => tests.today() + 6) ->> 'sessions', '0', 'also where there is nothing');
select throws_ok($$select api.get_session_analytics(p_from => '2026-02-02', p_to => '2026-01-01')$$, 'MD400', null, 'days run forward');
select tests.as('a.waiter');
select throws_ok('select api.get_session_analytics()', 'MD403', null, 'reports are the manager''s');

-- a fresh tenant
select tests.as_owner();
insert into organizations (id, name, currency, timezone) values (tests.id('fresh'), 'Fresh', 'EUR', 'Europe/Lisbon');
select app.seed_dining(tests.id('fresh')), app.seed_dining(tests.id('fresh'));
select is((select count(*) || ' ' || min(timezone) from restaurants where organization_id = tests.id('fresh')), '1 Europe/Lisbon', 'one restaurant, once');
select ok((select count(*) >= 8 and count(distinct code) = count(*) from restaurant_tables where organization_id = tests.id('fresh')), 'with tables that have codes');
select tests.as_anon();
select tests.put('menu', (select api.get_menu(id) from restaurants where organization_id = tests.id('fresh')));
select cmp_ok(jsonb_array_length(tests.get('menu')::jsonb -> 'categories'), '>=', 3, 'a menu in categories');
select is((select count(*) from jsonb_path_query(tests.get('menu')::jsonb, '$.categories[*].items[*].modifier_groups[*].modifiers[*]')), 5::bigint, 'with modifiers');
select tests.as_owner();
select tests.put('fresh', (select code from restaurant_tables where organization_id = tests.id('fresh') limit 1));
select tests.as_anon();
select tests.put('session:Fay', api.open_table_session(tests.get('fresh'), 'Fay'));
select tests.be('Fay');
select lives_ok($$select api.add_order_line((i ->> 'id')::uuid) from jsonb_path_query(tests.get('menu')::jsonb, '$.categories[0].items[0]') i$$, 'its first guest chooses');
select is(api.place_order() #>> '{order,order_number}', '1', 'and orders');
select tests.as_anon();
select is((select count(r.id) from restaurants r where organization_id = tests.id('fresh')), 1::bigint, 'from a place everybody sees');

select tests.as_owner();
update table_sessions set created_at = (select min(created_at) from table_sessions where status = 'cleared') where status = 'cleared';
select tests.as('a.waiter');
select is((select jsonb_array_length(h -> 'sessions') || ' ' || (h -> 'next_before')::text from api.get_session_history(p_limit => 1) h), '3 null', 'sessions of one instant stay on one page');
select * from finish();
rollback;
