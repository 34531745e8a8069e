-- An address or a number that nobody proved gives no right to data: a stranger writes down somebody's number beforehand, the house meets that
-- person later, in each of the four trades; and what strangers may hold open.
\ir ../start.sql
\ir ../dining/cast.sql
\ir ../experiences/cast.sql
\ir ../stays/cast.sql
\ir ../pool/cast.sql
select plan(36);
grant execute on all functions in schema tests to anon, authenticated, service_role;

-- Mallory: a throw-away login. Trent: a login with an address of his own. Grace: whose number they know.
insert into users (id, role, is_anonymous) values (tests.id('mallory'), 'customer', true);
insert into users (id, organization_id, role, email, email_verified, email_confirmed_at) values (tests.id('trent'), tests.id('a'), 'customer', 'trent@example.com', true, now());
create function tests.as_user(p_name text) returns void language plpgsql as $$
begin
  perform set_config('request.jwt.claims', jsonb_build_object('sub', tests.id(p_name), 'role', 'authenticated', 'app_role', 'customer',
    'is_anonymous', p_name = 'mallory', 'organization_id', tests.id('a'))::text, true);
  set local role authenticated;
end $$;
update users set organization_id = tests.id('a') where id = tests.id('mallory');
-- what a login can see of Grace, now or later
create function tests.sees_grace() returns bigint language sql as $$
  select (select count(*) from customers c where c::text ~* 'grace') + (select count(*) from notifications n where n::text ~* 'grace|reserv|stay_|booking_')
       + (select count(*) from table_reservations r where r.guest_name ~* 'grace') + (select count(*) from chalet_bookings s where s.guest_details::text ~* 'grace')
       + (select count(*) from pool_tickets t where t.guest_details::text ~* 'grace') + (select count(*) from bookings b where b::text ~* 'grace');
$$;
grant execute on all functions in schema tests to anon, authenticated;

-- beforehand, through each door that takes a number
select tests.as_user(who) from (values ('mallory')) x(who) \g /dev/null
select reserve_table(tests.id('a.restaurant'), tests.day(20), '19:00', 2, 'M', '+49 170 1234567') \g /dev/null
select create_chalet_booking(tests.id('alpine'), tests.monday(20), tests.monday(20) + 2, 2, '{"full_name": "M", "phone": "0049 170 1234567"}') \g /dev/null
select buy_pool_ticket(tests.monday(3), 'morning', p_guest_details => '{"full_name": "M", "phone": "+49 (170) 1234567"}', p_organization_id => tests.id('a')) \g /dev/null
select tests.as_user('trent') \g /dev/null
select reserve_table(tests.id('a.restaurant'), tests.day(21), '19:00', 2, 'T', '+491701234567') \g /dev/null
select create_chalet_booking(tests.id('alpine'), tests.monday(30), tests.monday(30) + 2, 2, '{"full_name": "T", "phone": "+491701234567"}') \g /dev/null
select tests.as_owner();
select is((select count(*) from customers where user_id in (tests.id('mallory'), tests.id('trent')) and phone is not null), 0::bigint, 'a number that is only typed is on no row that a login owns');
-- and next to an address of Mallory's, without a login
select tests.as_anon();
select create_widget_booking(tests.id('venue.a'), tests.id('manor'), 'M', 'mallory@evil.test', '+491701234567', tests.day(30), '11:00', null, 1) \g /dev/null
select reserve_table(tests.id('a.restaurant'), tests.day(22), '19:00', 2, 'M', '+491701234567', 'mallory@evil.test') \g /dev/null

-- the house books for Grace, who gives her number, with or without her address
select tests.as('a.manager');
select tests.put('r', reserve_table(tests.id('a.restaurant'), tests.day(23), '19:00', 2, 'Grace Hopper', '+491701234567', 'grace@example.com'));
select tests.put('r2', reserve_table(tests.id('a.restaurant'), tests.day(24), '19:00', 2, 'Grace Hopper', '+491701234567'));
select tests.put('s', create_chalet_booking(tests.id('brook'), tests.monday(40), tests.monday(40) + 2, 2, '{"full_name": "Grace Hopper", "phone": "+491701234567", "email": "grace@example.com"}'));
select tests.put('p', buy_pool_ticket(tests.monday(4), 'morning', p_guest_details => '{"full_name": "Grace Hopper", "phone": "+491701234567", "email": "grace@example.com"}'));
select tests.as_owner();
select tests.put('g', create_booking(tests.id('venue.a'), tests.id('vault'), app.find_or_create_customer(tests.id('a'), 'Grace Hopper', 'grace@example.com', '+491701234567'), tests.day(30), '15:00', 2));
select is((select count(distinct c.id) from customers c where c.email = 'grace@example.com'), 1::bigint, 'Grace is one customer');
select ok((select bool_and(c.user_id is null and c.email is distinct from 'mallory@evil.test') from customers c where c.id in (
    (select customer_id from table_reservations where id = tests.uid('r', 'reservation', 'id')), (select customer_id from table_reservations where id = tests.uid('r2', 'reservation', 'id')),
    (select customer_id from chalet_bookings where id = tests.uid('s', 'id')), (select customer_id from pool_tickets where id = tests.uid('p', 'id')), (select customer_id from bookings where id = tests.uid('g', 'id')))),
  'none of her bookings hangs on a stranger''s login or address');
select is((select count(*) from maitred.jobs where kind = 'notify' and payload::text ~ 'mallory@evil' and payload::text ~* 'grace'), 0::bigint, 'no message about her goes to a stranger''s address');
select tests.as_user('mallory') \g /dev/null
select is(tests.sees_grace() - (select count(*) from notifications n where n.user_id = auth.uid() and n::text !~* 'grace'), 0::bigint, 'the throw-away login sees nothing of hers');
select tests.as_user('trent') \g /dev/null
select is(tests.sees_grace() - (select count(*) from notifications n where n.user_id = auth.uid() and n::text !~* 'grace'), 0::bigint, 'nor does a login with an address of its own');
-- Grace herself, without a login, by her number alone
select tests.as_anon();
select tests.put('r3', reserve_table(tests.id('a.restaurant'), tests.day(25), '19:00', 2, 'Grace Hopper', '+491701234567'));
select tests.as_owner();
select isnt((select c.email from table_reservations r join customers c on c.id = r.customer_id where r.id = tests.uid('r3', 'reservation', 'id')), 'mallory@evil.test',
  'nor is what she asks for by her number sent to an address that somebody wrote next to it');
select is((select count(*) from maitred.jobs j join customers c on c.id = (j.payload ->> 'customer_id')::uuid where j.kind = 'notify' and c.email = 'mallory@evil.test' and j.payload -> 'channels' ? 'sms'), 0::bigint,
  'a number that a visitor wrote next to an address gets no text messages');

-- a login owns what it has proved
insert into users (id, organization_id, role, email, phone, email_verified, email_confirmed_at, phone_confirmed_at, phone_verified)
values (tests.id('grace'), tests.id('a'), 'customer', 'grace@example.com', '+491701234567', true, now(), now(), true);
select tests.as_user('grace') \g /dev/null
select reserve_table(tests.id('a.restaurant'), tests.day(26), '19:00', 2, 'Grace Hopper', '+491701234567') \g /dev/null
select cmp_ok((select count(*) from customers where email = 'grace@example.com'), '=', 1::bigint, 'Grace, who has confirmed both, finds herself');
select cmp_ok((select count(*) from bookings), '=', 1::bigint, 'and what the house booked for her');

-- rows from before: the number of somebody else on a login's row
select tests.as_owner();
insert into customers (id, organization_id, full_name, phone, user_id, contact_claimed) values (tests.id('old'), tests.id('a'), 'M', '+491709999999', tests.id('mallory'), true);
select tests.as('a.waiter');
select reserve_table(tests.id('a.restaurant'), tests.day(27), '19:00', 2, 'Linus', '+491709999999', 'linus@example.com') \g /dev/null
select tests.as_owner();
select is((select user_id from customers where email = 'linus@example.com'), null, 'are not joined');
insert into customers (id, organization_id, full_name, email, user_id, contact_claimed) values (tests.id('old2'), tests.id('a'), 'M', 'ken@example.com', tests.id('mallory'), true);
select app.find_or_create_customer(tests.id('a'), 'Ken', 'ken@example.com') \g /dev/null
select is((select user_id from customers where id = tests.id('old2')), null, 'an address that the login never proved comes free when the house books by it');

-- merging
insert into customers (id, organization_id, full_name, user_id) values (tests.id('m1'), tests.id('a'), 'M', tests.id('mallory'));
insert into customers (id, organization_id, full_name, email) values (tests.id('m2'), tests.id('a'), 'Alan', 'alan@example.com');
select tests.as('a.manager');
select merge_customers(tests.id('m2'), array[tests.id('m1')]) \g /dev/null
select tests.as_owner();
select is((select user_id from customers where id = tests.id('m2')), null, 'a login that proved nothing does not come along with a merge');
insert into customers (id, organization_id, full_name, user_id) values (tests.id('m3'), tests.id('a'), 'Trent', tests.id('trent'));
insert into customers (id, organization_id, full_name, email) values (tests.id('m4'), tests.id('a'), 'Trent', 'trent@example.com') on conflict do nothing;
select tests.as('a.manager');
select lives_ok($$select merge_customers((select id from customers where email = 'trent@example.com'), array(select id from customers where user_id = tests.id('trent') and email is distinct from 'trent@example.com'))$$, 'one that proved an address does');
select tests.as_owner();
select is((select user_id from customers where email = 'trent@example.com'), tests.id('trent'), 'and keeps its customer');
select ok((select not app.has_proved(tests.id('mallory'), null, null) and not app.has_proved(null, 'a@b.c', '1') and app.has_proved(tests.id('grace'), ' Grace@Example.com', null) and app.has_proved(tests.id('grace'), null, '00491701234567')),
  'what is proved');

-- The desk names a login and somebody else's address: no way to that person's credit, known already or met later.
select tests.as_owner();
insert into users (id, email, email_verified, email_confirmed_at) values (tests.id('accomplice'), 'accomplice@example.com', true, now());
insert into customers (id, organization_id, full_name, email, phone) values
  (tests.id('rich'), tests.id('a'), 'Rich', 'rich@example.com', null), (tests.id('phoned'), tests.id('a'), 'Phoned', null, '+491701112233');
select tests.as('a.staff');
select tests.keep('desk', buy_pool_ticket(tests.day(3), 'full_day', p_user_id => tests.id('accomplice'), p_guest_details => '{"full_name": "Rich", "email": "rich@example.com"}')) is not null;
select create_chalet_booking(tests.id('brook'), tests.monday(200), tests.monday(200) + 2, 1, '{"full_name": "Phoned", "phone": "+491701112233"}', p_user_id => tests.id('accomplice')) is not null;
select tests.as_owner();
select is((select user_id from customers where id = tests.id('rich')), null, 'an address that the login has not confirmed ties it to nobody');
select is((select user_id from customers where id = tests.id('phoned')), null, 'nor does a number');
select is((select user_id from pool_tickets where id = tests.kept_id('desk')), tests.id('accomplice'), 'the ticket is the login''s');
select tests.as('a.staff');
select start_membership('individual', 'monthly', p_user_id => tests.id('accomplice'), p_guest_details => '{"full_name": "Later", "email": "later@example.com"}') is not null;
select buy_pool_ticket(tests.day(4), 'full_day', p_guest_details => '{"full_name": "Later", "email": "later@example.com"}') is not null;
select tests.as_owner();
select is((select user_id from customers where email = 'later@example.com' and deleted_at is null), null, 'who comes later is not in the hands of a login that was there first');
select tests.as('a.staff');
select buy_pool_ticket(tests.day(5), 'full_day', p_user_id => tests.id('accomplice')) is not null;
select tests.as_owner();
select ok(exists (select from customers where user_id = tests.id('accomplice') and email = 'accomplice@example.com'), 'its own confirmed address is its own');

insert into users (id, email, email_confirmed_at) values (tests.id('typed'), 'typed@example.com', now());
select ok(not app.has_proved(tests.id('typed'), 'typed@example.com', null), 'an address that counts as confirmed because nothing is confirmed proves nothing');

-- Who is a stranger.
create function tests.stranger() returns boolean language sql security definer as $$ select app.is_stranger() $$;
grant execute on function tests.stranger() to anon, authenticated;
select tests.as_anon();
select ok(tests.stranger(), 'a visitor is a stranger');
select tests.as_user('mallory') \g /dev/null
select ok(tests.stranger(), 'so is a throw-away login');
select tests.as_user('trent') \g /dev/null
select ok(not tests.stranger(), 'not one with a confirmed address');
select tests.as('a.waiter');
select ok(not tests.stranger(), 'nor staff');
select tests.as_guest(gen_random_uuid(), gen_random_uuid());
select ok(tests.stranger(), 'a guest at a table is one elsewhere');

-- What strangers may hold: nothing without a way to reach them, and not a whole season.
select tests.as_owner();
update venues set requires_payment = false where id = tests.id('venue.a');
select tests.as_user('mallory') \g /dev/null
select is(tests.refused($$select create_chalet_booking(tests.id('brook'), tests.monday(50), tests.monday(50) + 2, 1)$$), 'MD400 p_guest_details', 'a stay that nobody pays for needs a way to reach the guest');
select is(tests.refused($$select create_booking(tests.id('venue.a'), tests.id('manor'), null, tests.day(31), '11:00', 1)$$), 'MD400 p_customer_id', 'so does a game');
select lives_ok($$select create_chalet_booking(tests.id('brook'), tests.monday(50) + 7 * n, tests.monday(50) + 7 * n + 2, 1, '{"full_name": "M", "phone": "+4917000000"}') from generate_series(1, 4) n$$, 'with one it is held');
select is(tests.refused($$select create_chalet_booking(tests.id('brook'), tests.monday(120), tests.monday(120) + 2, 1, '{"full_name": "M", "phone": "+4917000000"}')$$), 'MD429', 'but not a season');
select lives_ok($$select reserve_table(tests.id('a.restaurant'), tests.day(n), '13:00', 2, 'M', '+4917000000') from generate_series(40, 43) n$$, 'tables, too');
select is(tests.refused($$select reserve_table(tests.id('a.restaurant'), tests.day(50), '13:00', 2, 'M', '+4917000000')$$), 'MD429', 'a few at a time');
select tests.as_anon();
select lives_ok($$select reserve_table(tests.id('a.restaurant'), tests.day(n), '13:00', 2, 'X', null, 'x@example.com') from generate_series(60, 64) n$$, 'visitors by their contact');
select is(tests.refused($$select reserve_table(tests.id('a.restaurant'), tests.day(70), '13:00', 2, 'X', null, 'x@example.com')$$), 'MD429', 'the same few');
select tests.as('a.waiter');
select lives_ok($$select reserve_table(tests.id('a.restaurant'), tests.day(70), '13:00', 2, 'X', null, 'x@example.com')$$, 'the house decides for itself');
select * from finish();
rollback;
