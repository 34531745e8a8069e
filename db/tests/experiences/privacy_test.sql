-- Erasing a customer leaves bookings, money and sums, and nothing that says who it was: not on bookings, waivers, reports or the trail.
\ir ../start.sql
\ir cast.sql
select plan(13);
create table tests.p (name text primary key, id uuid);
grant all on tests.p to anon, authenticated;
select tests.as_anon();
insert into tests.p select 'booking', (create_widget_booking(tests.id('venue.a'), tests.id('vault'), 'Grace Hopper', 'grace@example.com', '+4930999', tests.day(30), '12:30', null, 4,
  p_special_requests => 'Grace turns forty') ->> 'id')::uuid;
select tests.as('a.manager');
insert into tests.p select 'customer', customer_id from bookings;
insert into tests.p select 'waiver', (create_waiver('W', 'text') ->> 'id')::uuid;
select tests.as_anon();
select lives_ok($$select submit_waiver((select id from tests.p where name = 'waiver'), 'Grace Hopper', 'her signature', '1986-12-09', 'grace@example.com', '+4930999', (select id from tests.p where name = 'booking'))$$, 'somebody books and signs');
select tests.as_owner();
select lives_ok($$select app.record_payment(tests.id('a'), 'experience', (select id from tests.p where name = 'booking'), 120, 'EUR', 'cash')$$, 'and pays');
select tests.as('a.manager');
select is((select customer_name from generate_customer_report(tests.day(30), tests.day(30))), 'Grace Hopper', 'and stands in the reports');
select lives_ok($$select get_report('customer', jsonb_build_object('start_date', tests.day(30), 'end_date', tests.day(30)))$$, 'one of which is kept');
select lives_ok($$select erase_customer((select id from tests.p where name = 'customer'))$$, 'then they want to be forgotten');
select results_eq($$select contact_name, contact_email, contact_phone, special_requests, final_amount, paid_amount, status from bookings$$,
  $$values (null::text, null::text, null::text, null::text, 120.00, 120.00, 'confirmed')$$, 'the booking keeps its money and forgets the person');
select results_eq($$select signer_name, signature, signer_email, date_of_birth from waiver_submissions$$, $$values ('erased', null::text, null::text, null::date)$$, 'so does the waiver');
select is((select count(*) from reports_cache where data::text ilike '%hopper%'), 0::bigint, 'no kept report names them');
select is((select count(*) from generate_customer_report(tests.day(30), tests.day(30)) where customer_name ilike '%hopper%'), 0::bigint, 'nor does a new one');
select is((get_report('customer', jsonb_build_object('start_date', tests.day(30), 'end_date', tests.day(30))) -> 'data' -> 0 ->> 'revenue')::numeric, 120.00, 'which still counts the money');
select tests.as_owner();
select is((select count(*) from audit_logs where concat(old_data, new_data) ~* 'hopper|grace'), 0::bigint, 'the trail names nobody');
select is(tests.rollup_differences(), 0::bigint, 'and the roll-ups equal the truth');
select is((select count(*) from maitred.jobs where status = 'waiting' and payload ->> 'customer_id' = (select id::text from tests.p where name = 'customer')), 0::bigint, 'nobody writes to them any more');
select * from finish();
rollback;
