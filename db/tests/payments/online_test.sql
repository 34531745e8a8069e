-- Where nobody carries online payments no booking waits for one: it would die unpaid, and the guest with it.
\ir ../start.sql
\ir ../pool/cast.sql
select * from no_plan();
insert into venues (id, organization_id, name, timezone) values (tests.id('venue'), tests.id('a'), 'Venue', 'Europe/Berlin');
insert into games (id, organization_id, name, price) values (tests.id('game'), tests.id('a'), 'Game', 30);
insert into game_venues (venue_id, game_id) values (tests.id('venue'), tests.id('game'));
insert into chalets (id, organization_id, name, capacity, base_price, deposit_percent) values (tests.id('chalet'), tests.id('a'), 'Alpine', 4, 100, 20);
create function tests.widget(p_day int) returns jsonb language sql as $$
  select create_widget_booking(tests.id('venue'), tests.id('game'), 'Wim', 'wim@example.com', null, tests.day(p_day),
    (select start_time from get_available_slots(tests.id('game'), tests.day(p_day)) limit 1), p_party_size => 4) $$;
grant execute on function tests.widget(int) to anon;

-- ── somebody carries them: held until the money comes ────────────────────────────────────────────────────────────────
select tests.as_anon();
select is(tests.widget(20) ->> 'status', 'pending', 'with a provider a game is held');
select ok((select requires_payment from get_venue_by_embed_key((select embed_key from venues where id = tests.id('venue')))), 'and the widget says so');
select tests.as('a.customer');
select is(buy_pool_ticket(tests.day(20), 'morning') ->> 'status', 'pending', 'so is a place in the pool');
select is(create_chalet_booking(tests.id('chalet'), tests.day(40), tests.day(42), 2) ->> 'status', 'pending', 'and a chalet');

-- ── nobody does ──────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as_owner();
update organizations set settings = s.settings from (values ('{}'::jsonb), ('{"payments": {"provider": " "}}')) s(settings) where id = tests.id('a');
select tests.as_anon();
select is(tests.widget(21) - 'hold_expires_at' ->> 'status', 'confirmed', 'without one a game is booked at once');
select is(tests.widget(22) ->> 'hold_expires_at', null, 'and nothing runs out');
select ok(not (select requires_payment from get_venue_by_embed_key((select embed_key from venues where id = tests.id('venue')))), 'the widget says so');
select tests.as('a.customer');
select tests.keep('ticket', buy_pool_ticket(tests.day(0) + 1, 'full_day')) is not null;
select is(tests.kept('ticket') ->> 'status' || ' ' || (tests.kept('ticket') ->> 'qr_code' like 'MTP1.%'), 'confirmed true', 'a ticket has its code');
select ok((tests.kept('ticket') ->> 'balance')::numeric > 0, 'and is paid at the gate');
select is(tests.refused('select buy_pool_ticket(tests.day(23), ''morning'') from generate_series(1, 5)'), 'MD429', 'five unpaid tickets are enough for one person');
select is(create_chalet_booking(tests.id('chalet'), tests.day(50), tests.day(52), 2) ->> 'status', 'confirmed', 'a stay is booked');
select is(tests.refused('select create_chalet_booking(tests.id(''chalet''), tests.day(60 + 2 * n), tests.day(61 + 2 * n), 2) from generate_series(1, 5) n'), 'MD429', 'as many as a guest may owe for');
select tests.keep('m', start_membership('individual', 'monthly')) is not null;
select is(tests.kept('m') ->> 'status' || ' ' || (tests.kept('m') #>> '{members,0,qr_code}' like 'MTM1.%'), 'pending true', 'a member has a card and pays at the desk');
select is(tests.refused(format('select create_payment(''pool'', %L)', tests.kept_id('ticket'))), 'MD422 p_method', 'a payment that nobody would carry is refused');
select is(create_payment('pool', tests.kept_id('ticket'), p_method => 'cash') ->> 'status', 'pending', 'cash is announced');

select tests.as('a.staff');
select is(tests.gate(tests.kept('m') #>> '{members,0,qr_code}'), 'unpaid', 'the gate knows what is owed');
select record_payment('membership', tests.kept_id('m'), (tests.kept('m') #>> '{due,amount}')::numeric, 'cash') is not null;
select is((select status from pool_memberships where id = tests.kept_id('m')), 'active', 'money at the desk opens it');
select tests.as_owner();
update bookings set created_at = now() - interval '3 days';
select app.expire_holds(), app.maintain_pool(), app.expire_chalet_holds() \g /dev/null
select is((select count(*) from bookings where status = 'confirmed'), 2::bigint, 'no clock cancels what waits for nothing');
select is((select status from pool_tickets where id = tests.kept_id('ticket')), 'confirmed', 'no ticket either');
-- ── what a payer says beside the money settles nothing ───────────────────────────────────────────────────────────────
select tests.as_owner();
insert into user_credits (organization_id, code, amount, remaining, currency, source) values (tests.id('a'), 'TEN-EUROS', 10, 10, 'EUR', 'goodwill');
select tests.as('a.customer');
select tests.keep('pay', create_payment('pool', tests.kept_id('ticket'), 1, 'voucher',
  p_metadata => '{"voucher_code": "TEN-EUROS", "rounding_amount": -5, "tip_amount": -5, "status": "pending", "share_id": "00000000-0000-0000-0000-000000000001"}')) is not null;
select tests.as_owner();
select is((select format('%s %s %s %s', kept_amount::float8, rounding_amount::float8, status, share_id) from payments where id = tests.kept_id('pay')), '1 0 succeeded ', 'a voucher of one pays one');
select is(create_payment('pool', tests.kept_id('ticket'), p_method => 'cash', p_metadata => '{"rounding_amount": -5}') ->> 'rounding_amount', '0.00', 'announced cash is not rounded by who announces it');
select tests.as_service();
select is(tests.refused(format('insert into payments (organization_id, booking_type, booking_id, amount, method, status, rounding_amount) values (%L, ''pool'', %L, 1, %L, ''succeeded'', %s)',
  tests.id('a'), tests.kept_id('ticket'), method, rounding)), 'MD422 rounding_amount', format('no rounding of %s for %s', rounding, method))
from (values ('card', -0.01), ('cash', -5), ('cash', 5)) v(method, rounding);

select tests.as('a.customer');
select cancel_pool_ticket(tests.kept_id('ticket')) is not null;
select tests.as_owner();
select isnt_empty($$select 1 from maitred.jobs where kind = 'notify' and payload ->> 'type' = 'pool_ticket_cancelled' and length(payload ->> 'message') > 5$$,
  'a mail about what is cancelled says what it was, refund or none');
select * from finish();
rollback;
