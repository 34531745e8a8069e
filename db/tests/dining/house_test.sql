-- A closed house takes no order from a telephone; the last guest who leaves frees the table; a call is seen; a receipt stays.
\ir ../start.sql
\ir cast.sql
select plan(64);

-- opening hours: every weekday closed, whatever the day of the test
select tests.as_owner();
create function tests.all_week(p_hours jsonb) returns jsonb language sql as $$ select jsonb_object_agg(d, p_hours) from unnest(array['mon','tue','wed','thu','fri','sat','sun']) d $$;
update restaurants set opening_hours = tests.all_week('[]') where id = tests.id('a.restaurant');
select tests.as_anon();
select is(api.get_table('tablea1') #>> '{restaurant,is_open}', 'false', 'the house is closed');
select is(api.get_table('tablea1') #>> '{restaurant,takes_orders}', 'false', 'and says so');
select is(api.get_table('tablea1') #>> '{session,can_open}', 'false', 'nobody starts');
select is(tests.refusal($$select api.open_table_session('tablea1', 'Eve')$$) - 'opens_at', '{"code": "MD409", "field": "p_table", "reason": "closed"}', 'a start is refused');
select throws_ok($$select api.open_table_session('tablea1', 'Eve')$$, 'MD409', 'The restaurant is closed.', 'in a sentence');
select is(tests.refusal(format($$select api.place_order(p_restaurant_id => %L, p_customer_name => 'Zoe', p_items => '[{"menu_item_id": "%s"}]')$$, tests.id('a.restaurant'), tests.id('a.cake'))) ->> 'reason',
  'closed', 'so is takeaway');
select is(jsonb_array_length(api.get_menu(tests.id('a.restaurant')) -> 'categories'), 2, 'the menu is read at any hour');
select tests.as('a.waiter');
select ok(api.open_table_session('tablea1') #>> '{session,id}' is not null, 'the staff open a table all the same');
select tests.as_owner();
-- it closes while people sit there
update restaurants set opening_hours = '{}' where id = tests.id('a.restaurant');
select tests.sit('a.t2', 'Ada');
select tests.be('Ada');
select tests.put('draft', tests.add('a.cake')::text);
select tests.as_owner();
update restaurants set opening_hours = tests.all_week('[]') where id = tests.id('a.restaurant');
select tests.be('Ada');
select is(tests.refusal('select api.place_order()') ->> 'reason', 'closed', 'after hours nothing is sent');
select is(tests.refusal(format('select api.add_order_line(%L)', tests.id('a.cake'))) ->> 'reason', 'closed', 'nor picked');
select is(api.get_session() #>> '{restaurant,takes_orders}', 'false', 'the page knows why');
select tests.as('a.waiter');
select ok(api.place_order(tests.session('Ada')) #>> '{order,id}' is not null, 'the waiter sends it');
select tests.as_owner();
update restaurants set guest_hours = 'start' where id = tests.id('a.restaurant');
select tests.be('Ada');
select ok(tests.add('a.cake') is not null, 'where who sits may go on ordering, they do');
select ok(api.place_order() #>> '{order,id}' is not null, 'and send');
select tests.as_anon();
select is(tests.refusal($$select api.open_table_session('tablea3', 'Eve')$$) ->> 'reason', 'closed', 'but nobody starts');
select tests.as_owner();
update restaurants set guest_hours = 'always' where id = tests.id('a.restaurant');
select tests.as_anon();
select is(api.get_table('tablea3') #>> '{session,can_open}', 'true', 'a house may say that hours do not matter');
select lives_ok($$select api.open_table_session('tablea3', 'Eve')$$, 'and then they do not');

-- when it opens; the clock is given, so that this holds at any hour
select tests.as_owner();
update restaurants set guest_hours = 'order', opening_hours = '{"mon": [["12:00","14:00"],["18:30","02:00"]], "tue": [["00:00","24:00"]], "wed": [["00:00","01:00"]], "sat": [["18:00","23:00"]]}', closed_dates = '{2027-06-12}'
where id = tests.id('a.restaurant');
select is(app.opens_at(tests.id('a.restaurant'), t::timestamp at time zone 'Europe/Berlin') at time zone 'Europe/Berlin', w::timestamp, 'opens after ' || t)
from (values ('2027-06-07 08:00', '2027-06-07 12:00'), ('2027-06-07 14:00', '2027-06-07 18:30'), ('2027-06-07 13:59', null), ('2027-06-09 01:00', '2027-06-14 12:00'), ('2027-06-16 05:00', '2027-06-19 18:00')) x(t, w);
select is(app.closes_at(tests.id('a.restaurant'), t::timestamp at time zone 'Europe/Berlin') at time zone 'Europe/Berlin', w::timestamp, 'closes after ' || t)
from (values ('2027-06-07 12:00', '2027-06-07 14:00'), ('2027-06-07 19:00', '2027-06-09 01:00'), ('2027-06-07 15:00', null), ('2027-06-08 01:59', '2027-06-09 01:00')) x(t, w);
update restaurants set opening_hours = tests.all_week('[["00:00","24:00"]]'), closed_dates = '{}' where id = tests.id('a.restaurant');
select is(app.closes_at(tests.id('a.restaurant'), now()), null, 'a house that is always open closes never');
select is(app.opens_at(tests.id('a.restaurant'), now()), null, 'and does not open');
update restaurants set opening_hours = '{}' where id = tests.id('a.restaurant');

-- the last guest leaves
select tests.sit('a.t4', 'Bob');
select tests.join('a.t4', 'Bob', 'Cy');
select tests.be('Bob');
select api.leave_session();
select tests.as_owner();
select is((select status from table_sessions where id = tests.session('Bob')), 'active', 'somebody is still there');
select tests.be('Cy');
select api.leave_session();
select tests.as_owner();
select is((select status from table_sessions where id = tests.session('Bob')), 'cleared', 'the last one who leaves closes the session');
select is((select status from restaurant_tables where id = tests.id('a.t4')), 'available', 'and frees the table');
select tests.as_anon();
select is(api.get_table('tablea4') -> 'session', '{"is_active": false, "is_billed": false, "can_open": true}', 'the next guests can start');
-- taken out by the waiter, with a draft not sent
select tests.sit('a.t4', 'Dan');
select tests.be('Dan');
select tests.add('a.cake');
select tests.as('a.waiter');
select lives_ok(format('select api.remove_participant(%L)', tests.guest('Dan')), 'the waiter takes the last one out');
select tests.as_owner();
select is((select status from table_sessions where id = tests.session('Dan')), 'cleared', 'that frees the table, too: what was not sent went with them');
-- straight at the table
select tests.sit('a.t4', 'Eli');
select tests.as_service();
update session_customers set deleted_at = now() where id = tests.guest('Eli');
select tests.as_owner();
select is((select status from table_sessions where id = tests.session('Eli')), 'cleared', 'whoever writes it');
-- something was ordered
select tests.sit('a.t4', 'Fay');
select tests.be('Fay');
select tests.add('a.cake');
select tests.put('fay', api.place_order());
select api.leave_session();
select tests.as_owner();
select is((select status from table_sessions where id = tests.session('Fay')), 'active', 'a table with an order waits for its bill');
update restaurant_tables set status = 'available' where id = tests.id('a.t1') and status <> 'occupied';
-- seated by the staff: they sit there whatever their telephones do
select tests.as('a.waiter');
select tests.put('session:Gus', api.join_table_session('tablea1', (select session_otp from table_sessions where table_id = tests.id('a.t1') and status = 'active'), 'Gus'));
select tests.be('Gus');
select api.leave_session();
select tests.as_owner();
select is((select status from table_sessions where id = tests.session('Gus')), 'active', 'a party that the staff seated stays');
select throws_ok(format($$select app.enter_session(%L, 'Late', null, true)$$, tests.session('Eli')), 'MD410', null, 'who comes a moment too late is told');

-- a call is seen
select tests.be('Ada');
select api.call_waiter('help');
select is(api.get_session() #>> '{session,service_call}', 'help', 'called');
select is(api.get_session() #>> '{session,service_seen_at}', null, 'and not seen');
select api.cancel_call();
select is(api.get_session() #>> '{session,service_call}', null, 'a guest takes it back');
select is(api.get_session() #>> '{session,service_seen_at}', null, 'which nobody has seen');
select api.call_waiter('help');
select tests.as_owner();
update users set first_name = 'Luca' where id = tests.id('a.waiter');
select tests.as('a.waiter');
select api.answer_call(tests.session('Ada'));
select tests.be('Ada');
select is(api.get_session() #>> '{session,service_call}', null, 'somebody is on it');
select is(api.get_session() #>> '{session,service_seen_by}', 'Luca', 'and the guests read who');
select is(api.get_session() #>> '{session,service_seen_call}', 'help', 'and for what');
select api.call_waiter('pay_card');
select is(api.get_session() #>> '{session,service_seen_by}', null, 'a new call is not seen yet');

-- the bill: asked for, taken back, claimed, paid, kept
select api.bill_session();
select is(api.take_back_bill() ->> 'status', 'active', 'while nobody has paid, guests think again');
select is(api.get_session() #>> '{session,service_call}', null, 'and nobody needs to come for it');
select api.split_bill(p_method => 'equal', p_shares => '2');
select tests.put('share', (api.get_session() #>> '{bill,shares,0,id}'));
select is(api.claim_share(tests.get('share')::uuid) #>> '{share,customer_name}', 'Ada', 'a share is claimed');
select tests.as_owner();
insert into session_customers (id, session_id, name) values (tests.id('hal'), tests.session('Ada'), 'Hal');
select tests.as_guest(tests.session('Ada'), tests.id('hal'));
select is(tests.refusal(format('select api.claim_share(%L)', tests.get('share'))) ->> 'reason', 'claimed', 'by one of them');
select tests.be('Ada');
select is(api.claim_share(tests.get('share')::uuid, false) #>> '{share,customer_name}', null, 'and let go');
select tests.be('Fay');
select throws_ok(format('select api.claim_share(%L)', tests.get('share')), 'MD410', null, 'not from outside');
select tests.as('a.waiter');
select lives_ok(format('select api.pay_bill_share(id) from bill_shares where session_id = %L', tests.session('Ada')), 'everything is paid');
select tests.be('Ada');
select is(api.get_session() #> '{taxes}', '[{"tax_rate": 10.00, "net_amount": 606, "tax_amount": 60, "total_amount": 666}]', 'VAT stands by rate');
select is(tests.refusal('select api.take_back_bill()') ->> 'reason', 'paid', 'what is paid is not taken back by guests');
select tests.put('receipt', api.get_session() #>> '{session,receipt_code}');
select tests.as_owner();
update kitchen_orders set status = 'ready' where session_id = tests.session('Ada');
select tests.as('a.waiter');
select lives_ok(format('select api.clear_session(%L)', tests.session('Ada')), 'the table is cleared');
select tests.as_anon();
select is(api.get_receipt(tests.get('receipt')) #>> '{total_amount}', '666', 'the receipt stays');
select is((select sum((p ->> 'amount')::int) from jsonb_array_elements(api.get_receipt(tests.get('receipt')) -> 'payments') p), 666::bigint, 'with what was paid');
select ok(api.get_receipt(tests.get('receipt'))::text !~ 'Ada|Hal', 'and nobody''s name');
select throws_ok(format('select api.get_receipt(%L)', c), 'MD404', null, 'another link opens nothing: ' || coalesce(c, 'null')) from unnest(array[null, '', 'x', repeat('2', 20), '%']) c;
select * from finish();
rollback;
