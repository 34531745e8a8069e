-- Card terminals: who sends, one payment at a time, what is said of it, and that a card which was faster counts.
\ir ../start.sql
\ir ../words.sql
\ir ../dining/cast.sql
select * from no_plan();
insert into payment_accounts (organization_id, provider, mode, secrets) values (tests.id('a'), 'stripe', 'test', 'x');
insert into orders (id, restaurant_id, total_amount) select tests.id(n), tests.id('a.restaurant'), 5000 from unnest(array['one', 'two', 'three']) n;
insert into orders (id, restaurant_id, total_amount) values (tests.id('theirs'), tests.id('b.restaurant'), 5000);
create function tests.send(p_order text, p_terminal text default 'bar', p_amount numeric default null, p_tip numeric default 0, p_key text default null) returns jsonb language sql as $$
  select send_to_terminal(tests.id(p_terminal), 'order', tests.id(p_order), p_amount, p_tip, p_idempotency_key => p_key) $$;
create function tests.told(p_state text, p_more jsonb default '{}') returns text language sql as $$
  select app.collection_news(tests.uid('sent', 'id'), jsonb_build_object('state', p_state, 'ref', 'pi_' || tests.json('sent', 'id'), 'payment_ref', 'pi_' || tests.json('sent', 'id'), 'amount', tests.json('sent', 'amount'), 'currency', 'EUR') || p_more) $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
select tests.as('a.manager');
insert into payment_terminals (id, organization_id, name, provider_ref) values (tests.id('bar'), tests.id('a'), 'Bar', 'tmr_1'), (tests.id('hall'), tests.id('a'), 'Hall', 'tmr_2');

-- who may
select tests.as('a.waiter');
select is(tests.refused($$insert into payment_terminals (organization_id, name, provider_ref) values (tests.id('a'), 'Own', 'tmr_3')$$) like '42501%', true, 'a waiter brings no terminal');
select tests.as('b.waiter');
select is(tests.refused($$select tests.send('one')$$), 'MD404 p_terminal_id', 'another house knows of none');
select is_empty('select 1 from payment_terminals', 'and sees none');
select tests.as('a.kitchen');
select is(tests.refused($$select tests.send('one')$$), 'MD404 p_terminal_id', 'nor does the kitchen');
select tests.as('a.customer');
select is(tests.refused($$select tests.send('one')$$), 'MD404 p_terminal_id', 'nor a guest');
select tests.as_anon();
select is(tests.refused($$select send_to_terminal(tests.id('bar'), 'order', tests.id('one'))$$) like '42501%', true, 'nor a visitor');

-- bad input
select tests.as('a.waiter');
select is(tests.refused($$select tests.send('theirs')$$), 'MD404 p_booking_id', 'a bill of another house');
select is(tests.refused($$select tests.send('one', p_amount => 50.01)$$), 'MD422 p_amount', 'more than is due');
select is(tests.refused($$select tests.send('one', p_amount => 0)$$), 'MD422 p_amount', 'nothing');
select is(tests.refused($$select tests.send('one', p_amount => 10, p_tip => -1)$$), 'MD422 p_amount', 'a gratuity that takes');
select is(tests.refused($$select tests.send('one', p_amount => 5, p_tip => 5)$$), 'MD422 p_amount', 'a gratuity alone');

-- one at a time
select tests.put('sent', tests.send('one', p_amount => 33, p_tip => 3, p_key => 'tap'));
select is(tests.json('sent', 'state') || ' ' || tests.json('sent', 'amount') || ' ' || tests.json('sent', 'tip_amount'), 'sending 33.00 3.00', 'it is sent');
select is(tests.send('one', p_amount => 33, p_tip => 3, p_key => 'tap') ->> 'id', tests.json('sent', 'id'), 'a double tap is one');
select is(tests.refused($$select tests.send('two', p_amount => 33, p_tip => 3, p_key => 'tap')$$), 'MD422 p_idempotency_key', 'one key is one payment');
select is(tests.refused($$select tests.send('two')$$), 'MD409 p_terminal_id', 'a terminal shows one amount');
select is(tests.send('two', 'hall') ->> 'state', 'sending', 'another one another');
select tests.as_owner();
select is(app.collection_request(tests.uid('sent', 'id')) ->> 'terminal_ref', 'tmr_1', 'its provider is asked for this terminal');
select is(tests.told('pending'), 'pending', 'it shows the amount');
select is((select count(*) from maitred.jobs where kind = 'review_payment' and payload ->> 'payment_id' = tests.json('sent', 'id') and run_at > now() + interval '1 minute'), 1::bigint, 'and is looked at when patience ends');
select tests.as('a.waiter');
select is(get_terminal_payment(tests.uid('sent', 'id')) ->> 'state', 'waiting', 'the waiter sees it');

-- called off, and a card that was faster
select is(cancel_terminal_payment(tests.uid('sent', 'id')) ->> 'state', 'cancelling', 'called off, until the provider says so');
select is(cancel_terminal_payment(tests.uid('sent', 'id')) ->> 'state', 'cancelling', 'again changes nothing');
select tests.as('b.waiter');
select is(tests.refused(format('select cancel_terminal_payment(%L)', tests.json('sent', 'id'))), 'MD404 p_payment_id', 'not by another house');
select is(tests.refused(format('select get_terminal_payment(%L)', tests.json('sent', 'id'))), 'MD404 p_payment_id', 'which sees nothing of it');
select tests.as_owner();
select is((select count(*) from maitred.jobs where kind = 'cancel_collection' and payload ->> 'payment_id' = tests.json('sent', 'id')), 1::bigint, 'the provider is told');
select is(tests.told('succeeded'), 'succeeded', 'a card that was faster counts');
select is(tests.told('cancelled'), 'succeeded', 'and what is said after that changes nothing');
select is(app.paid_amount('order', tests.id('one')), 30.00, 'the bill is paid by it, without the gratuity');
select is((select sum(amount) from payment_ledger where account = 'online' and payment_id = tests.uid('sent', 'id')), 33.00, 'at the provider it is until that pays out');
select tests.as('a.waiter');
select is(get_terminal_payment(tests.uid('sent', 'id')) ->> 'state', 'approved', 'the waiter sees that, too');

-- declined, and nobody there
select tests.put('sent', tests.send('one'));
select is(tests.json('sent', 'amount'), '20.00', 'what is still due');
select tests.as_owner();
select is(tests.told('failed', '{"reason": "Insufficient funds", "code": "insufficient_funds"}'), 'failed', 'declined');
select tests.as('a.waiter');
select is(get_terminal_payment(tests.uid('sent', 'id')) - '{id,sent_at,ends_at,terminal_id}'::text[], '{"state": "declined", "amount": 20.00, "reason": "Insufficient funds", "currency": "EUR", "share_id": null, "terminal": "Bar", "can_cancel": false, "tip_amount": 0.00}', 'with its reason');
select tests.put('sent', tests.send('one'));
select tests.as_owner();
select app.collection_request(tests.uid('sent', 'id')) \gset _
select tests.told('pending') \gset _
update payments set asked_at = now() - interval '3 minutes' where id = tests.uid('sent', 'id');
select is(tests.told('pending'), 'cancelled', 'nobody came in two minutes');
select is(tests.told('cancelled'), 'cancelled', 'the provider says that it is off');
select tests.as('a.waiter');
select is(get_terminal_payment(tests.uid('sent', 'id')) ->> 'state', 'timed_out', 'and the waiter sees why');
select is(tests.send('one') ->> 'state', 'sending', 'the terminal is free again');

-- switched off
select tests.as('a.manager');
update payment_terminals set is_active = false where id = tests.id('hall');
select tests.as('a.waiter');
select is(tests.refused($$select tests.send('three', 'hall')$$), 'MD409 p_terminal_id', 'a terminal that is switched off takes nothing');
select tests.as_owner();
delete from payment_accounts where organization_id = tests.id('a');
select tests.as('a.waiter');
select is(tests.refused($$select tests.send('three')$$), 'MD409 p_terminal_id', 'nor one whose provider has no account here');
select * from finish();
rollback;
