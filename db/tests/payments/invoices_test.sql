-- Invoices without a gap, frozen, that add up; credit notes for what went back; tax rates by their day.
\ir ../start.sql
\ir ../words.sql
select * from no_plan();
create function tests.sold(p_at text, p_lines jsonb, p_type text default 'dine_in') returns uuid language plpgsql security definer as $$
declare v uuid; begin
  insert into tenant_alpha.orders (restaurant_id, type, placed_at) values (tests.id('place'), p_type, now()) returning id into v;
  insert into tenant_alpha.order_lines (order_id, name, quantity, unit_price, tax_rate, status, placed_at)
  select v, e ->> 0, (e ->> 1)::int, (e ->> 2)::bigint, (e ->> 3)::numeric, 'pending', now() from jsonb_array_elements(p_lines) e;
  return v; end $$;
create function tests.pay(p_order uuid, p_amount numeric, p_more jsonb default '{}') returns uuid language sql security definer as $$
  select app.record_payment(tests.id('a'), 'order', p_order, p_amount, null, 'cash', null, null, p_more) $$;
create function tests.issue(p_order uuid, p_buyer jsonb default '{}', p_key text default null) returns jsonb language sql as $$
  select issue_invoice(p_booking_type => 'order', p_booking_id => p_order, p_buyer => p_buyer, p_idempotency_key => p_key) $$;
insert into restaurants (id, organization_id, name) values (tests.id('place'), tests.id('a'), 'Place');
update organizations set settings = settings || '{"invoices": {"invoice_pattern": "RE{year}/{number}", "tax_number": "DE123"}}', timezone = 'Europe/Berlin', address = 'Street 1', default_tax_rate = 20 where id = tests.id('a');
grant execute on all functions in schema tests to anon, authenticated, service_role;
select tests.keep('first', to_jsonb(tests.sold('x', '[["Soup", 3, 333, 7], ["Wine", 1, 1999, 19], ["Tea", 7, 15, 7]]'))) is not null;
select tests.keep('second', to_jsonb(tests.sold('x', '[["Cake", 1, 450, 7]]', 'takeaway'))) is not null;
create function tests.first() returns uuid language sql as $$ select (tests.kept('first') #>> '{}')::uuid $$;
create function tests.second() returns uuid language sql as $$ select (tests.kept('second') #>> '{}')::uuid $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;

-- who may
select tests.as('a.customer');
select is(tests.refused('select tests.issue(tests.first(), ''{"name": "Me"}'')'), 'MD404', 'a customer knows of no such bill');
select tests.as('b.manager');
select is(tests.refused('select tests.issue(tests.first())'), 'MD404', 'nor does another house');
select tests.as('a.kitchen');
select is(tests.refused('select tests.issue(tests.first())'), 'MD404', 'nor the kitchen');
select tests.as_anon();
select is(tests.refused('select tests.issue(tests.first())') like '42501%', true, 'nor a visitor');

-- bad input
select tests.as('a.manager');
select is(tests.refused('select issue_invoice()'), 'MD400 p_folio_id', 'of nothing');
select is(tests.refused('select tests.issue(gen_random_uuid())'), 'MD404', 'of what is not there');
select is(tests.refused('select tests.issue(tests.first(), ''[]'')'), 'MD400 p_buyer', 'a buyer that is none');
select is(tests.refused('select tests.issue(tests.first(), ''{"iban": "x"}'')'), 'MD400 p_buyer', 'with what no invoice shows');
select is(tests.refused('select tests.issue(tests.first(), jsonb_build_object(''name'', repeat(''x'', 201)))'), 'MD400 p_buyer', 'or is too long');

-- it is issued once, and adds up
select tests.keep('invoice', tests.issue(tests.first(), '{"name": "ACME GmbH", "address": "Way 2", "tax_number": null}', 'tap')) is not null;
select is(tests.kept('invoice') ->> 'number', 'RE' || extract(year from app.organization_today(tests.id('a'))) || '/00001', 'the first of the year, by the house''s pattern');
select is(tests.issue(tests.first(), '{"name": "ACME GmbH"}', 'tap') ->> 'id', tests.kept('invoice') ->> 'id', 'a double tap is one invoice');
select is(tests.refused('select tests.issue(tests.second(), ''{}'', ''tap'')'), 'MD422 p_idempotency_key', 'one key is one invoice');
select is(tests.refused('select tests.issue(tests.first())'), 'MD409 p_booking_id', 'what is invoiced is not invoiced again');
select is(tests.kept('invoice') -> 'buyer', '{"name": "ACME GmbH", "address": "Way 2"}', 'to whom it says');
select is(tests.kept('invoice') -> 'taxes', '[{"tax_code": null, "tax_rate": 19.00, "net_amount": 16.80, "tax_amount": 3.19, "total_amount": 19.99}, {"tax_code": null, "tax_rate": 7.00, "net_amount": 10.32, "tax_amount": 0.72, "total_amount": 11.04}]',
  'tax by rate');
select is((select sum((l ->> 'amount')::numeric) from jsonb_array_elements(tests.kept('invoice') -> 'lines') l), (tests.kept('invoice') ->> 'total_amount')::numeric, 'lines add up to the total');
select is((select sum((t ->> 'net_amount')::numeric + (t ->> 'tax_amount')::numeric) from jsonb_array_elements(tests.kept('invoice') -> 'taxes') t), (tests.kept('invoice') ->> 'total_amount')::numeric, 'and so do the rates');
select is(tests.issue(tests.second()) ->> 'sequence', '2', 'the next number');
select tests.as_owner();
select is(tests.refused('update sales_invoices set total_amount = 1, net_amount = 1, tax_amount = 0'), 'MD422 id', 'nobody changes it, the owner neither');
select is(tests.refused('delete from sales_invoices'), 'MD422 id', 'nor takes it away');
update organizations set name = 'Renamed' where id = tests.id('a');
update order_lines set name = 'Changed' where order_id = tests.first();
select tests.as('a.finance');
select isnt(get_invoice((tests.kept('invoice') ->> 'id')::uuid) #>> '{seller,name}', 'Renamed', 'it says who sold then');
select is((select count(*) from jsonb_array_elements(get_invoice((tests.kept('invoice') ->> 'id')::uuid) -> 'lines') l where l ->> 'description' = 'Changed'), 0::bigint, 'and what was sold');

-- what is rolled back leaves no gap
select tests.as('a.manager');
savepoint before;
select tests.keep('third', to_jsonb(tests.sold('x', '[["Beer", 1, 500, 19]]'))) is not null;
select is(tests.issue((tests.kept('third') #>> '{}')::uuid) ->> 'sequence', '3', 'the third');
rollback to before;
select tests.keep('third', to_jsonb(tests.sold('x', '[["Beer", 1, 500, 19]]'))) is not null;
select is(tests.issue((tests.kept('third') #>> '{}')::uuid) ->> 'sequence', '3', 'whose number is given again');

-- money goes back: a credit note for each refund, which together are the invoice, at every rate
select tests.keep('payment', to_jsonb(tests.pay(tests.first(), 33.03, '{"tip_amount": 2}'))) is not null;
select refund_payment((tests.kept('payment') #>> '{}')::uuid, 10, 'Cold soup') \gset _
select is((select total_amount from list_invoices(p_kind => 'credit_note')), 10::numeric, 'a credit note');
select is(get_invoice((tests.kept('invoice') ->> 'id')::uuid) ->> 'credited_amount', '10.00', 'which the invoice knows of');
select refund_payment((tests.kept('payment') #>> '{}')::uuid, 0.01) \gset _
select is(tests.refused('select tests.issue(tests.first())'), 'MD409 p_booking_id', 'it is still invoiced');
select refund_payment((tests.kept('payment') #>> '{}')::uuid, 21.02) \gset _
select is((select array_agg(n order by n) from (select (regexp_match(number, '\d+$'))[1]::int as n from list_invoices(p_kind => 'credit_note')) x), array[1, 2, 3], 'with numbers of their own');
select tests.as_owner();
select is((select jsonb_object_agg(rate, array[net, tax, total]) from (
    select (t ->> 'tax_rate') as rate, sum((t ->> 'net_amount')::numeric) as net, sum((t ->> 'tax_amount')::numeric) as tax, sum((t ->> 'total_amount')::numeric) as total
    from sales_invoices i, jsonb_array_elements(i.taxes) t where i.credits_invoice_id = (tests.kept('invoice') ->> 'id')::uuid group by 1) s),
  '{"19.00": [16.80, 3.19, 19.99], "7.00": [10.32, 0.72, 11.04]}', 'all of them are the whole, to the cent');
select tests.as('a.manager');
select is(tests.issue(tests.first()) ->> 'kind', 'invoice', 'what was credited as a whole may be invoiced anew');

-- a wrong address: credited and issued again, no money moves
select is(tests.refused('select cancel_invoice((select id from list_invoices(p_search => ''/00003'')), '' '')'), 'MD400 p_reason', 'a reason is wanted');
select is(cancel_invoice((select id from list_invoices(p_search => '/00003')), 'Wrong address') ->> 'total_amount', '5.00', 'credited');
select is(tests.refused('select cancel_invoice((select id from list_invoices(p_search => ''/00003'')), ''Again'')'), 'MD409 p_invoice_id', 'once');
select tests.as('a.waiter');
select is(tests.refused('select cancel_invoice((select id from list_invoices(p_search => ''/00002'')), ''x'')'), 'MD403', 'by who may');
select is(list_invoices.number is not null, true) from list_invoices(p_limit => 1);
select tests.as('b.manager');
select is((select count(*) from list_invoices()), 0::bigint, 'another house sees none');
select is(tests.refused(format('select get_invoice(%L)', tests.kept('invoice') ->> 'id')), 'MD404 p_invoice_id', 'by their id neither');

-- the paper
select tests.as('a.manager');
select is(get_invoice_document((tests.kept('invoice') ->> 'id')::uuid, 'de') ->> 'title', 'Rechnung ' || (tests.kept('invoice') ->> 'number'), 'a document, in a language');
select matches(get_invoice_document((tests.kept('invoice') ->> 'id')::uuid)::text, 'ACME GmbH.*Way 2.*19.%', 'with what an invoice says');

-- a pattern that would give one number twice gets what it lacks
select tests.as_owner();
update organizations set settings = settings || '{"invoices": {"invoice_pattern": "R"}}' where id = tests.id('a');
select tests.as('a.manager');
select is(tests.issue((tests.kept('third') #>> '{}')::uuid) ->> 'number', format('R-%s-00005', extract(year from app.organization_today(tests.id('a')))), 'with its year and its number');

-- what was taken, by rate, for the books
select tests.as('a.finance');
select tests.keep('journal', (select jsonb_agg(to_jsonb(j)) from get_tax_journal(app.organization_today(tests.id('a')) - 1, app.organization_today(tests.id('a'))) j)) is not null;
select is((select sum((j ->> 'total_amount')::numeric) from jsonb_array_elements(tests.kept('journal')) j), (select sum(p.amount) from payments p where p.organization_id = tests.id('a') and p.paid_at is not null)
  - (select sum(r.amount) from refunds r where r.organization_id = tests.id('a') and r.status = 'succeeded'), 'it is what came in and went back');
select is((select jsonb_agg(jsonb_build_array(j -> 'kind', j -> 'tax_rate', j -> 'net_amount', j -> 'tax_amount', j -> 'total_amount') order by j ->> 'kind', (j ->> 'tax_rate')::numeric desc)
    from jsonb_array_elements(tests.kept('journal')) j where j ->> 'kind' in ('payment', 'tip')),
  '[["payment", 19.00, 16.80, 3.19, 19.99], ["payment", 7.00, 10.32, 0.72, 11.04], ["tip", null, 2.00, 0, 2.00]]', 'each rate with its tax, the gratuity without');
-- seven people pay a bill of two rates, and one more is given his part back and pays again: the parts are the whole, to the cent
select tests.as_owner();
select tests.keep('seven', to_jsonb(tests.sold('x', '[["Soup", 1, 1001, 7], ["Wine", 1, 998, 19]]'))) is not null;
select tests.keep('odd', (select jsonb_agg(tests.pay((tests.kept('seven') #>> '{}')::uuid, a)) from unnest(array[2.85, 2.85, 2.86, 2.85, 2.86, 2.86, 2.86]) a)) is not null;
select app.refund_one((tests.kept('odd') ->> 3)::uuid, null) \gset _
select tests.pay((tests.kept('seven') #>> '{}')::uuid, 2.85) \gset _
select tests.keep('sold', (select jsonb_object_agg(l.tax_rate, array[l.amount - l.tax_amount, l.tax_amount, l.amount]) from app.invoice_lines(tests.id('a'), '{order}', array[(tests.kept('seven') #>> '{}')::uuid]) l)) is not null;
select tests.as('a.finance');
select is((select jsonb_object_agg(x.tax_rate, array[x.net, x.tax, x.total]) from (
    select j.tax_rate, sum(j.net_amount) as net, sum(j.tax_amount) as tax, sum(j.total_amount) as total from get_tax_journal(app.organization_today(tests.id('a')) - 1, app.organization_today(tests.id('a'))) j
    where j.booking_id = (tests.kept('seven') #>> '{}')::uuid group by 1) x),
  tests.kept('sold'), 'however many pay');
select is(tests.refused('select get_tax_journal(current_date, current_date + 100)'), 'MD400 p_to', 'a quarter at most');
select tests.as('a.waiter');
select is(tests.refused('select get_tax_journal(current_date, current_date)'), 'MD403', 'for who reads the ledger');

-- cash that was rounded, down and up, at once and in parts: what goes back is all of the invoice, which may be written anew
select tests.as_owner();
update organizations set settings = settings || '{"payments": {"cash_rounding": 5}}' where id = tests.id('a');
create function tests.rounded(p_price bigint, p_paid numeric, p_parts numeric[]) returns text language plpgsql as $$
declare
  v_order uuid := tests.sold('x', jsonb_build_array(jsonb_build_array('Pie', 1, p_price, 7)));
  v_payment uuid := tests.pay(v_order, p_paid, jsonb_build_object('rounding_amount', p_paid - p_price / 100.0));
  v_invoice uuid;
begin
  perform tests.as('a.manager');
  v_invoice := tests.issue(v_order) ->> 'id';
  perform tests.as_owner();
  perform app.refund_one(v_payment, p) from unnest(p_parts) p;
  perform tests.as('a.manager');
  perform tests.issue(v_order);
  perform tests.as_owner();
  return (select string_agg(i.total_amount::text, ' ' order by i.sequence) from sales_invoices i where i.credits_invoice_id = v_invoice);
end $$;
select is(tests.rounded(1002, 10, '{10}'), '10.02', 'rounded down');
select is(tests.rounded(1003, 10.05, '{10.05}'), '10.03', 'rounded up');
select is(tests.rounded(1002, 10, '{4,6}'), '4.00 6.02', 'rounded down, in parts');
select is(tests.rounded(1003, 10.05, '{4,6.05}'), '4.00 6.03', 'rounded up, in parts');

-- paid twice: what came above the invoice goes back without a credit note, what comes back of the invoice has one
select tests.as('a.manager');
select tests.keep('twice', to_jsonb(tests.sold('x', '[["Stew", 1, 800, 7]]'))) is not null;
select tests.keep('twice_invoice', tests.issue((tests.kept('twice') #>> '{}')::uuid)) is not null;
select tests.as_owner();
select tests.keep('one', to_jsonb(tests.pay((tests.kept('twice') #>> '{}')::uuid, 8))), tests.keep('two', to_jsonb(tests.pay((tests.kept('twice') #>> '{}')::uuid, 8.50, '{"tip_amount": 0.5}'))) \gset _
select app.refund_one((tests.kept('two') #>> '{}')::uuid, null, 'This had been paid already.', false, null, null) \gset _
select is((select sum(total_amount) from sales_invoices where credits_invoice_id = (tests.kept('twice_invoice') ->> 'id')::uuid), null, 'what was paid above an invoice is on no credit note');
select app.refund_one((tests.kept('one') #>> '{}')::uuid, 3, 'Cold', false, null, 0) \gset _
select is((select sum(total_amount) from sales_invoices where credits_invoice_id = (tests.kept('twice_invoice') ->> 'id')::uuid), 3.00, 'what goes back of it is');
select tests.keep('three', to_jsonb(tests.pay((tests.kept('twice') #>> '{}')::uuid, 1))) is not null;
select app.refund_one((tests.kept('one') #>> '{}')::uuid, 2, 'Too much, and cold', false, null, 0) \gset _
select is((select array_agg(total_amount order by sequence) from sales_invoices where credits_invoice_id = (tests.kept('twice_invoice') ->> 'id')::uuid), '{3.00,1.00}', 'and of a refund of both its part');

-- numbers that are longer than five digits, and two series that say the same
savepoint before;
update organizations set settings = jsonb_set(settings, '{invoices,credit_note_pattern}', settings #> '{invoices,invoice_pattern}') where id = tests.id('a');
update invoice_series set last_number = 99999 where organization_id = tests.id('a');
select tests.as('a.manager');
select tests.keep('long', to_jsonb(tests.sold('x', '[["Beer", 1, 500, 19]]'))) is not null;
select tests.keep('long', tests.issue((tests.kept('long') #>> '{}')::uuid)) is not null;
select matches(tests.kept('long') ->> 'number', '[-/]100000$', 'the hundred thousandth');
select is(cancel_invoice((tests.kept('long') ->> 'id')::uuid, 'x') ->> 'number', (tests.kept('long') ->> 'number') || '-CN-100000', 'its credit note, of the same pattern and place, has a number of its own');
rollback to before;
select tests.as('a.manager');

-- two splits of any sum are the whole again: a thousand invoices of two rates, credited in three parts
select tests.as_owner();
select is((select count(*) from generate_series(1, 1000) n,
  lateral (select app.split_cents((n * 37 % 5000)::bigint, array[n % 91 + 1, n % 7 + 1]::numeric[]) as s) x where s[1] + s[2] <> n * 37 % 5000), 0::bigint, 'sums are split to the cent');

-- a rate that the law changes: what is sold from its day on has it
insert into tax_rates (organization_id, code, rate, valid_from) values
  (tests.id('a'), 'standard', 19, '2000-01-01'), (tests.id('a'), 'standard', 16, app.organization_today(tests.id('a')) - 10), (tests.id('a'), 'standard', 21, app.organization_today(tests.id('a')) + 10),
  (tests.id('a'), 'reduced', 5, '2000-01-01');
select is(app.standard_tax_rate(tests.id('a')), 16.00, 'today''s');
select is(app.standard_tax_rate(tests.id('a'), app.organization_today(tests.id('a')) - 11), 19.00, 'of the day before it changed');
select is(app.standard_tax_rate(tests.id('a'), app.organization_today(tests.id('a')) + 10), 21.00, 'of the day on which it will');
select is(app.standard_tax_rate(tests.id('b')), (select default_tax_rate from organizations where id = tests.id('b')), 'a house without them has the one of its settings');
insert into menu_items (id, restaurant_id, name, price, tax_code, takeaway_tax_code) values (tests.id('dish'), tests.id('place'), 'Dish', 1000, 'standard', 'reduced');
select is((app.price_line(tests.id('place'), tests.id('dish'), 1, null, false)).tax_rate, 16.00, 'a dish at the table');
select is((app.price_line(tests.id('place'), tests.id('dish'), 1, null, true)).tax_rate, 5.00, 'and taken away');
update menu_items set tax_rate = 12 where id = tests.id('dish');
select is((app.price_line(tests.id('place'), tests.id('dish'), 1, null, false)).tax_rate, 12.00, 'a per cent on the dish is stronger');
select is(app.shown_tax_rate(tests.id('a'), 119, 16.41, app.organization_today(tests.id('a'))), 16.00, 'a sum and its tax show the rate of the day');
select is(app.tax_code(tests.id('a'), 5, current_date), 'reduced', 'which has a code for the books');

-- a place east of the house is a day ahead of it by its own clock: its dishes have the rate of its day, a game that of the day on which it is played
update organizations set timezone = 'Pacific/Pago_Pago' where id = tests.id('a');
update restaurants set timezone = 'Pacific/Kiritimati' where id = tests.id('place');
insert into tax_rates (organization_id, code, rate, valid_from) values (tests.id('a'), 'standard', 18, app.organization_today(tests.id('a')) + 1);
update menu_items set tax_rate = null where id = tests.id('dish');
select is((app.price_line(tests.id('place'), tests.id('dish'), 1, null, false)).tax_rate, 18.00, 'the day of the place, not of the house');
select is(app.house_tax_rate(tests.id('place')), 18.00, 'wherever it is asked');
insert into orders (id, restaurant_id, total_amount) values (tests.id('bare'), tests.id('place'), 1180);
select is((select tax_rate from orders where id = tests.id('bare')), 18.00, 'of an order without lines, too');
delete from tax_rates where organization_id = tests.id('a') and rate = 18;
update organizations set timezone = 'Europe/Berlin' where id = tests.id('a');

-- A kept menu hears of a rate on the day on which it begins (app.public_functions).
set local session_replication_role = replica;
update organizations set updated_at = now() - interval '3 days' where id = tests.id('a');
set local session_replication_role = origin;
insert into tax_rates (organization_id, code, rate, valid_from) values (tests.id('a'), 'standard', 17, app.organization_today(tests.id('a')));
select is(app.announce_tax_rates(), 1, 'a rate that begins today is announced');
select is(app.announce_tax_rates(), 0, 'once');
set local session_replication_role = replica;
update restaurants set updated_at = now() - interval '3 days' where id = tests.id('place');
set local session_replication_role = origin;
select is(app.announce_tax_rates_of_places(), 1, 'a place hears of it on its own day');
select is(app.announce_tax_rates_of_places(), 0, 'once');
select * from finish();
rollback;
