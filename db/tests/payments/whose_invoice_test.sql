-- A table's dinner stands on the bill of a room: who may read the invoice.
\ir ../start.sql
\ir ../words.sql
\ir ../dining/cast.sql
select * from no_plan();
insert into customers (id, organization_id, user_id, full_name, email) values (tests.id('ada'), tests.id('a'), tests.id('a.customer'), 'Ada Lovelace', 'ada@example.com');
insert into orders (id, restaurant_id, customer_id, customer_name, total_amount) values (tests.id('breakfast'), tests.id('a.restaurant'), tests.id('ada'), 'Ada', 2550);
grant execute on all functions in schema tests to anon, authenticated, service_role;
select tests.sit('a.t1', 'Tom');
select tests.be('Tom');
select tests.add('a.soup') is not null;
select place_order() \gset _
select tests.as('a.manager');
select open_folio('Brook, Ada', tests.id('ada'), jsonb_build_array(jsonb_build_object('booking_type', 'order', 'booking_id', tests.id('breakfast')),
  jsonb_build_object('booking_type', 'session', 'booking_id', tests.session('Tom')))) as folio \gset
select bill_session(tests.session('Tom')) \gset _
select tests.put('invoice', issue_invoice(p_folio_id => :'folio', p_buyer => '{"name": "Ada Lovelace", "address": "Secret Street 1"}'));
select is((tests.json('invoice', 'total_amount'))::numeric, 32.00, 'both stand on it');

select tests.be('Tom');
select is(get_folio(p_booking_type => 'session', p_booking_id => tests.session('Tom')) ->> 'total', '6.50', 'the table sees its own bill');
select is(tests.refused(format('select get_invoice(%L)', tests.json('invoice', 'id'))), 'MD404 p_invoice_id', 'and not the room''s invoice');
select is(tests.refused(format('select get_invoice_document(%L)', tests.json('invoice', 'id'))), 'MD404 p_invoice_id', 'nor its paper');
select is(tests.refusal(format($$select issue_invoice(p_booking_type => 'session', p_booking_id => %L, p_buyer => '{"name": "Tom"}')$$, tests.session('Tom'))),
  '{"code": "MD409", "field": "p_booking_id", "reason": "invoiced"}', 'they hear that it is invoiced, and nothing of the invoice');
select tests.as('a.customer');
select is(get_invoice(tests.uid('invoice', 'id')) ->> 'id', tests.json('invoice', 'id'), 'whose folio it is sees all of it');
select is(tests.refusal(format('select issue_invoice(p_folio_id => %L, p_buyer => ''{"name": "Ada"}'')', :'folio')) ->> 'invoice_id', tests.json('invoice', 'id'), 'and hears which it is');
select tests.as('a.manager');
select tests.put('note', cancel_invoice(tests.uid('invoice', 'id'), 'Wrong address'));
select tests.be('Tom');
select is(tests.refused(format('select get_invoice(%L)', tests.json('note', 'id'))), 'MD404 p_invoice_id', 'a credit note is as its invoice');
select tests.as('a.customer');
select is(get_invoice(tests.uid('note', 'id')) ->> 'kind', 'credit_note', 'for both');
select tests.as('a.manager');
select tests.put('alone', issue_invoice(p_booking_type => 'order', p_booking_id => tests.id('breakfast')));
select * from finish();
rollback;
