-- What is taken from stored cards: once, whatever else pays for it, and one that is stuck holds up no other.
\ir ../start.sql
\ir ../words.sql
\ir ../dining/cast.sql
select * from no_plan();
insert into customers (id, organization_id, full_name, email) select tests.id(n), tests.id('a'), n, n || '@example.com' from unnest(array['ada', 'bob', 'cyd', 'dan']) n;
insert into payment_policies (organization_id, booking_type, name, no_show_amount) values (tests.id('a'), 'reservation', 'Tables', 40);
select app.start_dunning(tests.id('a')) \gset _
insert into payment_accounts (organization_id, provider, mode, secrets) values (tests.id('a'), 'stripe', 'test', 'x');
insert into table_reservations (id, table_id, reservation_date, reservation_time, duration_minutes, party_size, guest_name, customer_id)
select tests.id('for.' || n), tests.id('a.t' || i), current_date + 3, '19:00', 90, 2, n, tests.id(n) from unnest(array['ada', 'bob', 'cyd', 'dan']) with ordinality x (n, i);
insert into stored_cards (id, organization_id, customer_id, booking_type, booking_id, provider, customer_ref, method_ref, consent, status)
select tests.id('card.' || n), tests.id('a'), tests.id(n), 'reservation', tests.id('for.' || n), 'stripe', 'cus_' || n, 'pm_' || n, 'All of it.', 'stored' from unnest(array['ada', 'bob', 'cyd', 'dan']) n;
create function tests.stays_away(p_who text) returns void language sql as $$ update table_reservations set status = 'no_show' where id = tests.id('for.' || p_who) $$;
create function tests.comes(p_who text) returns void language sql as $$ update table_reservations set status = 'confirmed' where id = tests.id('for.' || p_who) $$;
create function tests.hours_pass() returns int language plpgsql as $$ begin
  update payment_charges set next_at = now() - interval '1 minute' where next_at is not null;
  return app.charge_cards(); end $$;
create function tests.charge(p_who text, out status text, out amount numeric, out payment_id uuid, out step int, out reason text) language sql as $$
  select c.status, c.amount, c.payment_id, c.step, c.reason from payment_charges c where c.booking_id = tests.id('for.' || p_who) and c.kind = 'no_show' $$;
create function tests.news(p_payment uuid, p_state text, p_more jsonb default '{}') returns text language sql as $$
  select app.collection_news(p_payment, jsonb_build_object('state', p_state, 'ref', 'pi_' || p_payment, 'payment_ref', 'pi_' || p_payment, 'amount', (select amount from payments where id = p_payment), 'currency', 'EUR') || p_more) $$;
create function tests.kept_of(p_who text) returns numeric language sql as $$
  select app.paid_amount('reservation', tests.id('for.' || p_who)) $$;
create function tests.take_cash(p_who text) returns void language sql as $$ select app.record_payment(tests.id('a'), 'reservation', tests.id('for.' || p_who), 40) $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;

-- paid at the desk in the hour of grace
select tests.stays_away('ada');
select is((tests.charge('ada')).status, 'waiting', 'an hour of grace');
select tests.take_cash('ada');
select is(tests.charge('ada')::text, '(paid,40.00,,0,"It was paid meanwhile.")', 'who paid at the desk owes nothing more');
select is(tests.hours_pass(), 0, 'and their card is not touched');

-- paid at the desk while the card is asked: whichever comes second goes back
select tests.stays_away('bob');
select is(tests.hours_pass(), 1, 'a card is charged');
select is((tests.charge('bob')).status, 'asked', 'it is asked');
select tests.put('bob', (tests.charge('bob')).payment_id);
select isnt(app.collection_request(tests.get('bob')::uuid), null, 'the provider is asked');
select tests.take_cash('bob');
select is((select status from payments where id = tests.get('bob')::uuid), 'cancelled', 'what was begun is called off');
select is(tests.news(tests.get('bob')::uuid, 'succeeded'), 'refunded', 'the card was faster');
select is(tests.kept_of('bob'), 40::numeric, 'the fee is kept once');
select is((select count(*) from refunds where payment_id = tests.get('bob')::uuid and amount = 40), 1::bigint, 'what came second goes back');

-- an attempt that was given up comes late, after the next one paid
select tests.stays_away('cyd');
select tests.hours_pass() \gset _
select tests.put('first', (tests.charge('cyd')).payment_id);
select is(tests.news(tests.get('first')::uuid, 'failed', '{"reason": "no"}'), 'failed', 'the first attempt is declined');
select is(tests.charge('cyd')::text, format('(waiting,40.00,%s,1,no)', tests.get('first')), 'and tried again');
select tests.hours_pass() \gset _
select tests.put('second', (tests.charge('cyd')).payment_id);
select isnt(tests.get('second'), tests.get('first'), 'each attempt is a payment of its own');
select is(tests.news(tests.get('first')::uuid, 'succeeded'), 'succeeded', 'the first one came after all');
select is((select status from payments where id = tests.get('second')::uuid), 'cancelled', 'so the second is called off');
select is((tests.charge('cyd')).status, 'paid', 'the fee is paid');
select is(tests.news(tests.get('second')::uuid, 'succeeded'), 'refunded', 'and goes back where it was taken, too');
select is(tests.kept_of('cyd'), 40::numeric, 'the fee is kept once');

-- a second no-show after an attempt at step 0, and a charge that cannot be made
select tests.comes('dan'), tests.stays_away('dan');
select tests.hours_pass() \gset _
select tests.put('gone', (tests.charge('dan')).payment_id);
select app.collection_request(tests.get('gone')::uuid) \gset _
select app.settle_payment(tests.get('gone')::uuid, 'cancelled', null, 'The provider was not reached in time.') \gset _
select is((tests.charge('dan')).status, 'failed', 'nobody knows whether it was charged: a person decides');
select tests.comes('dan'), tests.stays_away('dan');
select is((tests.charge('dan')).status, 'waiting', 'who stays away again is charged again');
insert into table_reservations (id, table_id, reservation_date, reservation_time, duration_minutes, party_size, guest_name, customer_id)
values (tests.id('for.eve'), tests.id('a.t4'), current_date + 4, '19:00', 90, 2, 'Eve', tests.id('ada'));
insert into payment_charges (organization_id, booking_type, booking_id, kind, amount, currency, due_at, next_at)
values (tests.id('a'), 'reservation', tests.id('for.eve'), 'rest', 10, 'USD', now(), now() - interval '1 day');
create function tests.refuse_eve() returns trigger language plpgsql as $$ begin raise 'stuck'; end $$;
create trigger refuse_eve before insert on payments for each row when (new.metadata ->> 'tell_link' = 'true') execute function tests.refuse_eve();
set local client_min_messages = error;
select is(tests.hours_pass(), 1, 'one that is stuck holds up no other');
set local client_min_messages = warning;
select ok((tests.charge('dan')).payment_id <> tests.get('gone')::uuid, 'a payment of its own');
select ok((select next_at > now() from payment_charges where booking_id = tests.id('for.eve')), 'it is looked at later');
drop trigger refuse_eve on payments;

-- a deposit counts for the fee
insert into table_reservations (id, table_id, reservation_date, reservation_time, duration_minutes, party_size, guest_name, customer_id)
values (tests.id('for.fay'), tests.id('a.t3'), current_date + 5, '19:00', 90, 2, 'Fay', tests.id('bob'));
insert into stored_cards (organization_id, customer_id, booking_type, booking_id, provider, customer_ref, method_ref, consent, status)
values (tests.id('a'), tests.id('bob'), 'reservation', tests.id('for.fay'), 'stripe', 'cus_fay', 'pm_fay', 'All of it.', 'stored');
select app.record_payment(tests.id('a'), 'reservation', tests.id('for.fay'), 15) \gset _
select tests.stays_away('fay');
select tests.hours_pass() \gset _
select is((select amount from payments where id = (tests.charge('fay')).payment_id), 25::numeric, 'the rest of the fee is taken');
select is(tests.news((tests.charge('fay')).payment_id, 'succeeded'), 'succeeded', 'and kept');

-- set back while the card is asked, and while the guest is: nobody wants the fee any more, and what comes all the same goes back
insert into table_reservations (id, table_id, reservation_date, reservation_time, duration_minutes, party_size, guest_name, customer_id)
select tests.id('for.' || n), tests.id('a.t' || i), current_date + 6, '19:00', 90, 2, n, tests.id('ada') from unnest(array['gil', 'hal', 'ivy']) with ordinality x (n, i);
insert into stored_cards (organization_id, customer_id, booking_type, booking_id, provider, customer_ref, method_ref, consent, status)
select tests.id('a'), tests.id('ada'), 'reservation', tests.id('for.' || n), 'stripe', 'cus_' || n, 'pm_' || n, 'All of it.', 'stored' from unnest(array['gil', 'hal', 'ivy']) n;
select tests.stays_away('gil'), tests.stays_away('hal'), tests.stays_away('ivy');
select tests.hours_pass() \gset _
select tests.put('gil', (tests.charge('gil')).payment_id), tests.put('card', (tests.charge('hal')).payment_id), tests.put('ivy', (tests.charge('ivy')).payment_id);
select is(tests.news(tests.get('card')::uuid, 'failed', '{"code": "authentication_required"}'), 'failed', 'a card that wants its owner');
select tests.put('hal', (tests.charge('hal')).payment_id);
select is((tests.charge('gil')).status || ' ' || (tests.charge('hal')).status, 'asked needs_guest', 'one card is asked, one guest is');
select is(tests.news(tests.get('hal')::uuid, 'pending', '{"link": "https://pay.test/hal"}'), 'pending', 'who has a page');
select tests.comes('gil'), tests.comes('hal');
select is((tests.charge(n)).status || ' ' || (select p.status from payments p where p.id = tests.get(n)::uuid), 'off cancelled', n || ' came after all: the asking is called off') from unnest(array['gil', 'hal']) n;
select is((select count(*) from maitred.jobs where kind = 'cancel_collection' and payload ->> 'payment_id' = tests.get('hal')), 1::bigint, 'the page is closed');
select tests.hours_pass() \gset _
select is((select count(*) from payments where booking_id in (tests.id('for.gil'), tests.id('for.hal'))), 3::bigint, 'and no card is touched again');
select is(tests.news(tests.get(n)::uuid, 'succeeded'), 'refunded', n || ' had paid already: it goes back') from unnest(array['gil', 'hal']) n;
select is((tests.charge(n)).status || ' ' || tests.kept_of(n), 'off 0', n || ' owes nothing and gave nothing') from unnest(array['gil', 'hal']) n;
alter table table_reservations disable trigger charge_no_show;
select tests.comes('ivy');
alter table table_reservations enable trigger charge_no_show;
update payment_charges set status = 'waiting', next_at = now() where booking_id = tests.id('for.ivy');
select tests.hours_pass() \gset _
select is((tests.charge('ivy')).status || ' ' || (select p.status from payments p where p.id = tests.get('ivy')::uuid), 'off cancelled', 'a fee is asked of a no-show alone');

-- who stays away is asked for the fee, and no more for the rest
insert into table_reservations (id, table_id, reservation_date, reservation_time, duration_minutes, party_size, guest_name, customer_id)
values (tests.id('for.kim'), tests.id('a.t1'), current_date + 7, '19:00', 90, 2, 'Kim', tests.id('ada'));
insert into payment_charges (id, organization_id, booking_type, booking_id, kind, amount, currency, due_at, next_at)
values (tests.id('kims'), tests.id('a'), 'reservation', tests.id('for.kim'), 'rest', 10, 'EUR', now(), now() + interval '1 day');
insert into stored_cards (organization_id, customer_id, booking_type, booking_id, provider, customer_ref, method_ref, consent, status)
values (tests.id('a'), tests.id('ada'), 'reservation', tests.id('for.kim'), 'stripe', 'cus_kim', 'pm_kim', 'All of it.', 'stored');
select app.attempt_charge(tests.id('kims'), null) \gset _
select tests.stays_away('kim');
select is(c.status || ' ' || p.status, 'off cancelled', 'the page for the rest is closed') from payment_charges c join payments p on p.id = c.payment_id where c.id = tests.id('kims');

-- nobody puts a payment of theirs in a charge's place
select tests.as('a.manager');
select tests.put('told', record_payment('reservation', tests.id('for.dan'), 1, p_metadata => jsonb_build_object('charge_id', (select id from payment_charges limit 1), 'way', 'terminal', 'card_id', gen_random_uuid(),
  'tell_link', true, 'basket_id', gen_random_uuid(), 'note', 'kept')));
select tests.as_owner();
select is((select jsonb_build_array(way, metadata) from payments where id = tests.uid('told', 'id')), '["page", {"note": "kept"}]', 'what the house says itself is not the cashier''s to say');
select * from finish();
rollback;
