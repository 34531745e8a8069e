-- Words as the documents write them: roles, flags, codes, keys, defaults.
\ir ../start.sql
select plan(13);
select ok(uuid_generate_v4() is not null and uuid_generate_v4() <> uuid_generate_v4(), 'uuid_generate_v4()');
insert into users (id, email, role) values (tests.id('one'), 'one@example.com', 'superadmin');
insert into users (id, email, hashed_password, full_name, is_superuser) values (tests.id('two'), 'two@example.com', '$2b$10$x', 'Two', true);
select is((select string_agg(role || ' ' || is_superuser, ', ') from users where email ~ '@example.com'), 'super_admin true, super_admin true', 'superadmin and is_superuser are super_admin');
update users set is_superuser = false where id = tests.id('two');
select is((select role || ' ' || is_superuser from users where id = tests.id('two')), 'customer false', 'a flag that is taken away takes the role');
update users set is_superuser = true where id = tests.id('a.admin');
select is((select role from users where id = tests.id('a.admin')), 'super_admin', 'and one that is given gives it');
update users set is_superuser = false where id = tests.id('a.admin');
select is((select role from users where id = tests.id('a.admin')), 'admin', 'within an organization one stays its admin');
select tests.as('a.staff');
select throws_ok(format('update users set is_superuser = true where id = %L', tests.id('a.staff')), 'MD403', null, 'nobody raises themselves by the flag');
select throws_ok(format('update users set role = ''superadmin'' where id = %L', tests.id('a.staff')), 'MD403', null, 'nor by the other spelling');
select tests.as('a.admin');
select throws_ok(format('update users set role = ''superadmin'' where id = %L', tests.id('a.staff')), 'MD403', null, 'an admin gives nobody more than they have');
select tests.as('a.super_admin');
select lives_ok($$insert into system_settings (key, value, category) values ('SITE_NAME', '"Bella"', 'GENERAL')$$, 'settings in upper case');
select tests.as_service();
select lives_ok($$insert into security_audit_log (event_type, severity) values ('LOGIN_FAILED', 'warning')$$, 'event codes too');
select lives_ok($$insert into notifications (user_id, type, title) values (tests.id('a.customer'), 'BOOKING_CONFIRMED', 'Confirmed')$$, 'and notifications');
select throws_ok($$insert into security_audit_log (event_type) values ('login failed')$$, '23514', null, 'words with blanks are none');
select throws_ok($$insert into users (email, role) values ('x@example.com', 'emperor')$$, '23514', null, 'nor are other roles');
select * from finish();
rollback;
