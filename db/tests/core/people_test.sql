-- Customers are found or made, merged, exported and erased.
\ir ../start.sql
select plan(41);
create function tests.c(p_email text) returns uuid language sql stable security definer as
  'select id from tenant_alpha.customers where email = p_email and organization_id = tests.id(''a'') and deleted_at is null';
-- as a function of the house calls it, on behalf of whoever asks
create function tests.found(uuid, text, text default null, text default null, uuid default null) returns uuid language sql security definer as
  'select app.find_or_create_customer($1, $2, $3, $4, $5)';
grant execute on all functions in schema tests to anon, authenticated, service_role;

-- Found or made.
select tests.as('a.staff');
select ok(tests.found(tests.id('a'), 'Ada Lovelace', ' ADA@example.com ', '030 / 12-34') is not null, 'a customer is made');
select is((select (email, phone, first_name, last_name)::text from customers), '(ada@example.com,+49301234,Ada,Lovelace)', 'with tidy data');
select is(tests.found(tests.id('a'), 'A. Lovelace', 'ada@EXAMPLE.com'), tests.c('ada@example.com'), 'and found by e-mail');
select is(tests.found(tests.id('a'), 'Ada', null, '0301234'), tests.c('ada@example.com'), 'or by phone');
select isnt(tests.found(tests.id('a'), 'Byron', 'byron@example.com', '0301234'), tests.c('ada@example.com'),
  'a shared phone with another e-mail is another person');
select throws_ok($$select tests.found(tests.id('a'), 'Nobody')$$, 'MD400', null, 'somebody has to be reachable');
select throws_ok($$select tests.found(tests.id('a'), 'X', 'not an address')$$, 'MD400', null, 'an address looks like one');
select tests.as_owner();
update customers set phone = null where email = 'ada@example.com';
select tests.as_anon();
select is(tests.found(tests.id('a'), 'Mallory', 'ada@example.com', '0666'), tests.c('ada@example.com'), 'a stranger books under her address');
select tests.as_owner();
select is((select phone from customers where email = 'ada@example.com'), null, 'and does not move her reminders to his phone');
update users set email_verified = true where id = tests.id('a.customer');
select tests.as('a.customer');
select isnt(tests.found(tests.id('a'), 'Mallory', 'ada@example.com', null, tests.id('a.customer')), tests.c('ada@example.com'),
  'a login with an address of its own is that person');
select is((select email from customers), 'customer@a.test', 'whatever is typed');
select tests.as_owner();
select is((select user_id from customers where email = 'ada@example.com'), null, 'nobody is tied to somebody else''s bookings');
update users set email_verified = false where id = tests.id('b.customer');
select tests.as('b.customer');
select is(tests.found(tests.id('a'), 'Mallory', 'ada@example.com', null, tests.id('b.customer')), tests.c('ada@example.com'),
  'an unconfirmed login may book for her');
select is_empty('select 1 from customers', 'and sees nothing of her');

-- Merged.
select tests.as_owner();
insert into customers (id, organization_id, full_name, email, phone, tags, loyalty_points, marketing_consent, notes) values
  (tests.id('dup'), tests.id('a'), 'A Lovelace', 'ada2@example.com', '0777', '{vip}', 5, true, 'likes the window');
update customers set tags = '{regular}', loyalty_points = 10, email = null where email = 'ada@example.com';
update customers set id = tests.id('ada') where full_name = 'Ada Lovelace';
insert into payments (organization_id, customer_id, booking_type, amount, status) values (tests.id('a'), tests.id('dup'), 'other', 10, 'succeeded');
select app.grant_credit(tests.id('a'), null, tests.id('dup'), 20) \gset _
select tests.as('a.staff');
select throws_ok($$select merge_customers(tests.id('ada'), array[tests.id('dup')])$$, 'MD403', null, 'staff do not merge');
select tests.as('b.manager');
select throws_ok($$select merge_customers(tests.id('ada'), array[tests.id('dup')])$$, 'MD404', null, 'another organization has no such customers');
select tests.as('a.manager');
select throws_ok($$select merge_customers(tests.id('ada'), array[tests.id('ada')])$$, 'MD400', null, 'nobody is merged with themselves');
select is(merge_customers(tests.id('ada'), array[tests.id('dup')]) -> 'moved', '{"payments": 1, "user_credits": 1}', 'what the duplicate had moves');
select is((select customer_id from payments), tests.id('ada'), 'the payment is hers');
select is((select (email, phone, tags, loyalty_points, marketing_consent, notes)::text from customers where id = tests.id('ada')),
  '(ada2@example.com,0777,"{regular,vip}",15,f,"likes the window")', 'what she lacked is filled in; consent is not inherited');
select is((select merged_into from customers where id = tests.id('dup')), tests.id('ada'), 'the duplicate says where it went');
select throws_ok($$select merge_customers(tests.id('ada'), array[tests.id('dup')])$$, 'MD404', null, 'and is gone');

-- Exported.
select tests.as_owner();
update customers set user_id = null where user_id is not null;
update customers set user_id = tests.id('a.customer'), date_of_birth = '1815-12-10' where id = tests.id('ada');
select tests.as('a.waiter');
select throws_ok($$select export_customer(tests.id('ada'))$$, 'MD403', null, 'a waiter exports nobody');
select tests.as('b.customer');
select throws_ok($$select export_customer(tests.id('ada'))$$, 'MD404', null, 'nor does a stranger');
select tests.as('a.customer');
select ok(export_customer(tests.id('ada')) ?& array['customers', 'payments', 'user_credits', 'users'], 'the person gets everything about themselves');
select unalike(export_customer(tests.id('ada'))::text, '%hashed_password%', 'without secrets');

-- Erased.
select tests.as_owner();
select app.notify(tests.id('a'), 'reminder', 'Your visit', 'Tomorrow', null, tests.id('ada'), p_run_at => now() + interval '1 day') \gset _
select is((select count(*) from maitred.jobs where payload ->> 'customer_id' = tests.id('ada')::text), 1::bigint, 'a reminder waits');
select app.log_security_event('login', 'info', 'ada2@example.com signed in', tests.id('a.customer'), p_ip_address => '192.0.2.7') \gset _
select tests.as('a.staff');
select throws_ok($$select erase_customer(tests.id('ada'))$$, 'MD403', null, 'staff do not erase');
select tests.as('b.owner');
select throws_ok($$select erase_customer(tests.id('ada'))$$, 'MD404', null, 'nor does another house');
select tests.as('a.manager');
select ok((erase_customer(tests.id('ada'), 'asked by letter') -> 'erased' ->> 'customers')::int = 2, 'a manager erases her and what was merged into her');
select tests.as_owner();
select is_empty($$select 1 from customers where id in (tests.id('ada'), tests.id('dup')) and (full_name, email, phone, notes, date_of_birth, user_id)
  is distinct from ('Erased customer', null, null, null, null, null)$$, 'nothing that identifies her is left');
select is((select count(*) from payments where customer_id = tests.id('ada')), 1::bigint, 'finance keeps its rows');
select is((select (email, full_name, is_active)::text from users where id = tests.id('a.customer')), '(,,f)', 'her login is gone');
select is((select count(*) from audit_logs where concat(old_data::text, new_data::text) ~ 'ada2?@example|Lovelace|1815|0777|window'
           and record_id in (tests.id('ada'), tests.id('dup'), tests.id('a.customer'))), 0::bigint, 'the trail does not remember her');
select ok((select count(*) from audit_logs where record_id = tests.id('ada')) > 0, 'it does remember that there was somebody');
select is((select count(*) from maitred.jobs where payload ->> 'customer_id' = tests.id('ada')::text), 0::bigint, 'no message leaves any more');
select is((select ip_address from security_audit_log where event_type = 'login'), null, 'her address is forgotten');
select is((select count(*) from security_audit_log where event_type = 'erase'), 1::bigint, 'that she was erased is on record');
select tests.as('a.manager');
select is(erase_customer(tests.id('ada')) -> 'erased', '{}', 'erasing twice does nothing');
select tests.as_service();
select set_config('app.rewriting_person', 'on', true) \gset _
select throws_ok($$update activity_logs set description = ''$$, '42501', null, 'the switch for rewriting logs opens nothing to others');
select tests.as_owner();
select set_config('app.rewriting_person', '', true) \gset _
select throws_ok('delete from audit_logs', 'MD403', null, 'and nobody deletes from the trail');

select * from finish();
rollback;
