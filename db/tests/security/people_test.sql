-- Who somebody is, claimed by those who are not: a phone number typed at a booking, an address confirmed by hand, credit of another
-- person on one's own bill, the timezone of a notice.
\ir ../start.sql
\ir ../stays/cast.sql
select plan(21);
grant execute on all functions in schema tests to anon, authenticated, service_role;

-- A guest known by phone alone has stayed here and has credit; mallory has a login with an address of her own, and no customer row yet.
insert into customers (id, organization_id, full_name, phone) values (tests.id('phone'), tests.id('a'), 'Walter Phone', '+49301234');
select app.grant_credit(tests.id('a'), null, tests.id('phone'), 80) \gset _
update users set email_verified = true, email_confirmed_at = now() where id = tests.id('a.customer');
select tests.as('a.customer');
select lives_ok($$select create_chalet_booking(tests.id('brook'), tests.monday(30), tests.monday(30) + 3, 2, '{"phone": "0049 30 1234"}')$$,
  'somebody books and types another person''s phone number');
select is_empty($$select 1 from customers where id = tests.id('phone')$$, 'that does not make her the other person');
select is_empty($$select 1 from user_credits$$, 'nor give her their credit');
select tests.as_owner();
select is((select user_id from customers where id = tests.id('phone')), null, 'no login is tied to a number that was only typed');
select isnt((select customer_id from chalet_bookings), tests.id('phone'), 'her stay is her own');
-- the number she has confirmed is hers
update customers set user_id = null, deleted_at = now() where user_id is not null;
update users set phone = '+49 30 1234', phone_confirmed_at = now(), phone_verified = true where id = tests.id('a.customer');
select tests.as('a.customer');
select lives_ok($$select create_chalet_booking(tests.id('brook'), tests.monday(37), tests.monday(37) + 3, 2, '{"phone": "0049 30 1234"}')$$, 'a number that she confirmed');
select tests.as_owner();
select is((select user_id from customers where id = tests.id('phone')), tests.id('a.customer'), 'is hers');

-- Credit: an unconfirmed login books under somebody's address; the booking is in that person's name, the credit stays theirs.
insert into customers (id, organization_id, full_name, email) values (tests.id('ada'), tests.id('a'), 'Ada Lovelace', 'ada@example.com');
select app.grant_credit(tests.id('a'), null, tests.id('ada'), 500) \gset _
insert into users (id, organization_id, role, is_anonymous) values (tests.id('nobody'), null, 'customer', true);
select tests.as('nobody');
select (create_chalet_booking(tests.id('alpine'), tests.monday(40), tests.monday(40) + 2, 2, '{"full_name": "Nobody", "email": "ada@example.com"}') ->> 'id')::uuid as mine \gset
select throws_ok(format($$select create_payment('chalet', %L, p_method => 'credit')$$, :'mine'), 'MD409', null,
  'a stay booked under an address pays nothing from its owner''s credit');
select tests.as_owner();
select is((select sum(remaining) from user_credits where customer_id = tests.id('ada')), 500::numeric, 'which is all there');
-- their own credit they spend
select app.grant_credit(tests.id('a'), tests.id('nobody'), null, 500) \gset _
select tests.as('nobody');
select is(create_payment('chalet', :'mine', p_method => 'credit') ->> 'status', 'succeeded', 'their own they spend');
select tests.as_owner();
select is((select sum(remaining) from user_credits where customer_id = tests.id('ada')), 500::numeric, 'and it is not taken from the other');

-- Confirmations are written by the sign-in service alone.
update users set email_verified = false, email_confirmed_at = null, phone_confirmed_at = null, phone_verified = false where id = tests.id('a.customer');
select tests.as('a.customer');
select throws_ok(format('update users set %I = %s where id = auth.uid()', c, v), '42501', null, format('nobody writes users.%s of their own', c))
from (values ('email_confirmed_at', 'now()'), ('phone_confirmed_at', 'now()'), ('last_password_change', 'now()'), ('deleted_at', 'now()'),
             ('id', 'gen_random_uuid()'), ('created_at', '''2000-01-01''')) x(c, v);
select lives_ok($$update users set full_name = 'Mallory', preferences = '{"theme": "dark"}' where id = auth.uid()$$, 'names and preferences they write');

-- A notice that cannot be told the time must not stop the house: everything that tells this person would fail with it.
select throws_ok($$insert into notification_settings (user_id, timezone, quiet_from, quiet_until) values (auth.uid(), 'Nowhere/Atlantis', '00:00', '23:59')$$,
  '23514', null, 'a notice has a zone that there is');
select tests.as_owner();
alter table notification_settings disable trigger user;
do $$ declare c text; begin
  for c in select conname from pg_constraint where conrelid = 'notification_settings'::regclass and contype = 'c' and pg_get_constraintdef(oid) ~ 'timezone' loop
    execute format('alter table notification_settings drop constraint %I', c);
  end loop;
end $$;
insert into notification_settings (user_id, timezone, quiet_from, quiet_until) values (tests.id('a.customer'), 'Nowhere/Atlantis', '00:00', '23:59');
select lives_ok($$select app.notify(tests.id('a'), 'hello', 'Hello', null, tests.id('a.customer'))$$, 'and one that has none left still reaches them');
select lives_ok($$select app.notify(tests.id('a'), 'hello', repeat('x', 500), null, tests.id('b.customer'))$$, 'as does one with a very long title');
select * from finish();
rollback;
