-- Cards that guests leave: who may, what they agree to, what is kept and shown of one, and that it is forgotten.
\ir ../start.sql
\ir ../words.sql
\ir ../dining/cast.sql
select * from no_plan();
insert into payment_accounts (organization_id, provider, mode, secrets) values (tests.id('a'), 'stripe', 'test', 'x');
insert into customers (id, organization_id, user_id, full_name, email) values (tests.id('ada'), tests.id('a'), tests.id('a.customer'), 'Ada Lovelace', 'ada@example.com');
insert into table_reservations (id, table_id, reservation_date, reservation_time, duration_minutes, party_size, guest_name, customer_id)
values (tests.id('dinner'), tests.id('a.t2'), current_date + 3, '19:00', 90, 2, 'Ada', tests.id('ada'));
create function tests.keep_card(p_consent boolean default true, p_path text default '/r/1') returns jsonb language sql as $$ select keep_card('reservation', tests.id('dinner'), p_consent, p_path) $$;
create function tests.card_row() returns text language sql security definer as $$ select concat_ws(' ', status, brand, last4, expires_on) from stored_cards where id = tests.kept_id('card') $$;
create function tests.told_of_card(p_state text, p_more jsonb default '{}') returns text language sql security definer as $$
  select app.card_news(tests.kept_id('card'), jsonb_build_object('state', p_state, 'ref', 'cs_1', 'live', false) || p_more) $$;
create function tests.forget_jobs() returns bigint language sql security definer as $$ select count(*) from maitred.jobs where kind = 'forget_card' and status = 'waiting' and payload ->> 'card_id' = tests.kept_id('card')::text $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;

-- policies are the house's
select tests.as('a.waiter');
select is(tests.refused($$insert into payment_policies (organization_id, booking_type, name, no_show_amount) values (tests.id('a'), 'reservation', 'T', 20)$$) like '42501%', true, 'a waiter says nothing of fees');
select tests.as('b.owner');
select is(tests.refused($$insert into payment_policies (organization_id, booking_type, name, no_show_amount) values (tests.id('a'), 'reservation', 'T', 20)$$) like '42501%', true, 'nor does another house');
select tests.as_anon();
select is(tests.refused('select tests.keep_card()'), 'MD422 p_booking_type', 'a house that takes nothing wants no card');
select tests.as('a.owner');
insert into payment_policies (organization_id, booking_type, name, no_show_amount, is_per_person) values (tests.id('a'), 'reservation', 'Tables', 20, true);
select is(tests.refused($$update payment_policies set no_show_amount = 20.001$$), 'MD400 no_show_amount', 'a fee has the decimals of its currency');

-- a visitor who knows the booking leaves one
select tests.as_anon();
select is(tests.refused('select tests.keep_card(false)'), 'MD422 p_consent', 'not without agreeing');
select matches(tests.refusal('select tests.keep_card(null)') ->> 'terms', '20.* EUR a person', 'to terms that are told');
select is(tests.refused($$select keep_card('reservation', gen_random_uuid(), true)$$), 'MD404 p_booking_id', 'of what is not there');
select is(tests.refused($$select keep_card('cowries', tests.id('dinner'), true)$$), 'MD404 p_booking_id', 'or is no kind of booking');
select tests.keep('card', tests.keep_card(p_path => 'https://evil.test')) is not null;
select is(tests.keep_card() ->> 'id', tests.kept('card') ->> 'id', 'asked twice: one page');
select is(tests.kept('card') ->> 'status', 'asked', 'it is asked for');
select is(tests.refused('select 1 from stored_cards') like '42501%', true, 'the table is not a visitor''s');
select tests.as_owner();
select is(app.card_request(tests.kept_id('card')) ->> 'return_path', '/', 'they come back to this house and to no other');
select is((app.card_request(tests.kept_id('card'))) ->> 'idempotency_key', 'mt-tenant_alpha-card-' || (tests.kept('card') ->> 'id'), 'killed in between it asks with the same key');
select is(tests.told_of_card('pending', '{"link": "https://pay.test/1"}'), 'asked', 'there is a page');
select is(app.card_request(tests.kept_id('card')), null, 'what was asked for is not asked for again');

-- what the provider says
select is(tests.told_of_card('succeeded', '{"live": true}'), 'other_mode', 'the other mode moves nothing');
select is(tests.told_of_card('succeeded', '{"ref": "cs_2"}'), 'unknown', 'nor another page');
select is(tests.told_of_card('succeeded'), 'asked', 'nor a success without a card');
select is(tests.told_of_card('succeeded', '{"card": {"customer_ref": "cus_1", "method_ref": "pm_1", "brand": "visa", "last4": "4242", "exp_year": "2031", "exp_month": "2"}}'), 'stored', 'it is stored');
select is(tests.told_of_card('cancelled'), 'stored', 'what is said later of its page changes nothing');
select is(tests.card_row(), 'stored visa 4242 2031-02-28', 'with what is printed on it');
select is((select count(*) from information_schema.columns where table_schema = 'tenant_alpha' and table_name = 'stored_cards' and column_name ~ 'number|cvc|pan'), 0::bigint, 'and no number of it');
select is(app.card_for(tests.id('a'), 'reservation', tests.id('dinner')), tests.kept_id('card'), 'it is the one to charge');

-- who sees it
select tests.as('a.customer');
select is((select last4 from stored_cards), '4242', 'its guest');
select is(tests.refused('select method_ref from stored_cards') like '42501%', true, 'not the provider''s name of it');
select tests.as('b.finance');
select is_empty('select 1 from stored_cards', 'no other house');
select is(tests.refused('select remove_card(tests.kept_id(''card''))'), 'MD404 p_card_id', 'which takes it away neither');
select tests.as('a.kitchen');
select is(tests.refused('select remove_card(tests.kept_id(''card''))'), 'MD404 p_card_id', 'nor does the kitchen');

-- taken back, and forgotten with its guest
savepoint before;
select tests.as('a.customer');
select is(remove_card(tests.kept_id('card')) ->> 'status', 'removed', 'its guest takes it back');
select is(remove_card(tests.kept_id('card')) ->> 'status', 'removed', 'again changes nothing');
select tests.as_owner();
select is(tests.forget_jobs(), 1::bigint, 'the provider forgets it');
select is(app.card_for(tests.id('a'), 'reservation', tests.id('dinner')), null, 'and it is charged no more');
rollback to before;
select tests.as('a.manager');
select erase_customer(tests.id('ada')) \gset _
select tests.as_owner();
select is(tests.card_row(), 'removed visa 4242 2031-02-28', 'who is erased leaves no card behind');
select is(tests.forget_jobs(), 1::bigint, 'at the provider neither');
select * from finish();
rollback;
