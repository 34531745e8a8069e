-- Money that came online goes back by hand while no provider is connected: the books show it as gone when a person says that it went.
\ir ../start.sql
\ir ../words.sql
select * from no_plan();
delete from maitred.jobs;
insert into payments (id, organization_id, booking_type, booking_id, amount, currency, method, status)
values (tests.id('paid'), tests.id('a'), 'pool', gen_random_uuid(), 50, 'EUR', 'online', 'succeeded');
create function tests.refund() returns refunds language sql security definer as $$ select r from tenant_alpha.refunds r order by created_at desc, id limit 1 $$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
select tests.as('a.finance');
select is(refund_payment(tests.id('paid'), 20) ->> 'status', 'pending', 'an online refund is under way');
select tests.as_owner();
select is((select kind || ' ' || (lane = 'payment/' || tests.id('paid')) from maitred.jobs where kind = 'refund_payment'), 'refund_payment true', 'in the lane of its payment');
select is(app.hand_over_refund((select payload from maitred.jobs where kind = 'refund_payment')), true, 'nobody carries it: the job hands it to a person');
select is(app.hand_over_refund((select payload from maitred.jobs where kind = 'refund_payment')), false, 'once, however often it runs');
select is((tests.refund()).status || ' ' || (tests.refund()).waits_for, 'pending person', 'the row says whose turn it is');
select is((select refunded_amount::float8 from payments where id = tests.id('paid')), 20::float8, 'it counts against the payment already');
select is((select count(*) from payment_ledger where refund_id = (tests.refund()).id), 0::bigint, 'and the books show no money gone');
select isnt_empty($$select 1 from notifications n join users u on u.id = n.user_id where n.type = 'refund_by_hand' and u.role = 'finance'$$, 'the people of the books are told');
select tests.as('a.waiter');
select is(tests.refused(format('select confirm_refund(%L)', (tests.refund()).id)), 'MD403', 'a waiter does not confirm');
select tests.as('b.finance');
select is(tests.refused(format('select confirm_refund(%L)', (tests.refund()).id)), 'MD404 p_refund_id', 'nor does another house');
select tests.as('a.finance');
select is(tests.refused(format('select confirm_refund(%L, true, ''online'')', (tests.refund()).id)), 'MD400 p_method', 'money that went by hand did not go online');
select is(confirm_refund((tests.refund()).id, true, 'cash', 'at the desk') ->> 'status', 'succeeded', 'the person says that it went');
select is(confirm_refund((tests.refund()).id, true, 'cash') ->> 'method', 'cash', 'twice is once');
select is(tests.refused(format('select confirm_refund(%L, false)', (tests.refund()).id)), 'MD409 p_refund_id', 'what went does not come back');
select tests.as_owner();
select is((select string_agg(distinct to_jsonb(l)::text, ' ') ~ app.ledger_account('cash', 'manual') from payment_ledger l where refund_id = (tests.refund()).id), true, 'and it left the till, not the provider''s account');
select throws_ok(format('update refunds set method = ''bank'' where id = %L', (tests.refund()).id), 'MD422', null, 'nobody changes that afterwards');

select tests.as('a.finance');
select is(refund_payment(tests.id('paid'), 30) ->> 'status', 'pending', 'the rest');
select tests.as_owner();
select is(tests.refused(format('select confirm_refund(%L)', (select id from refunds where amount = 30))), 'MD409 p_refund_id', 'what nobody handed over is not confirmed');
select app.hand_over_refund(jsonb_build_object('refund_id', (select id from refunds where amount = 30))) \gset _
select tests.as('a.finance');
select is(confirm_refund((select id from refunds where amount = 30), false, p_note => 'No account named.') ->> 'status', 'failed', 'one that could not be given fails');
select is((select refunded_amount::float8 from payments where id = tests.id('paid')), 20::float8, 'and the payment may be refunded again');
select * from finish();
rollback;
