-- Cash registers: float, takings, what goes in and out, the count, and the business day.
\ir ../start.sql
\ir ../words.sql
select * from no_plan();
insert into registers (id, organization_id, name) values (tests.id('bar'), tests.id('a'), 'Bar'), (tests.id('desk'), tests.id('a'), 'Desk'), (tests.id('far'), tests.id('b'), 'Far');
create function tests.pay(p_amount numeric, p_method text default 'cash', p_more jsonb default '{}') returns uuid language sql security definer as $$
  select app.record_payment(tests.id('a'), 'other', gen_random_uuid(), p_amount, null, p_method, null, null, p_more) $$;
create function tests.shift_of(p_payment uuid) returns text language sql security definer as $$
  select g.name from tenant_alpha.payments p join tenant_alpha.register_shifts s on s.id = p.register_shift_id join tenant_alpha.registers g on g.id = s.register_id where p.id = p_payment $$;
create function tests.move(p_kind text, p_amount numeric, p_reason text default null, p_key text default null) returns jsonb language sql as $$
  select move_cash((tests.kept('bar') ->> 'shift_id')::uuid, p_kind, p_amount, p_reason, p_key) $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;

-- who may
select tests.as('a.customer');
select is(tests.refused(format('select open_register(%L, 100)', tests.id('bar'))), 'MD404 p_register_id', 'a customer knows of no register');
select tests.as('b.manager');
select is(tests.refused(format('select open_register(%L, 100)', tests.id('bar'))), 'MD404 p_register_id', 'nor does another house');
select tests.as_anon();
select is(tests.refused(format('select open_register(%L, 100)', tests.id('bar'))) like '42501%', true, 'nor a visitor');

select tests.as('a.waiter');
select is(tests.shift_of(tests.pay(5)), null, 'while none is open money belongs to none');
select is(tests.refused(format('select open_register(%L, -1)', tests.id('bar'))), 'MD400 p_float_amount', 'a float below nothing');
select is(tests.refused(format('select open_register(%L, 1.005)', tests.id('bar'))), 'MD400 p_float_amount', 'or with half a cent');
select tests.keep('bar', open_register(tests.id('bar'), 100)) is not null;
select is(tests.kept('bar') ->> 'expected', null, 'who may not read the ledger counts blind');
select is(open_register(tests.id('bar'), 100) ->> 'shift_id', tests.kept('bar') ->> 'shift_id', 'opening that is repeated is one opening');
select is(tests.refused(format('select open_register(%L, 90)', tests.id('bar'))), 'MD409 p_register_id', 'with another float it is not');
select is(tests.shift_of(tests.pay(20)), 'Bar', 'the only one that is open');
select tests.as('a.manager');
select is(tests.refused(format('select open_register(%L, 100)', tests.id('bar'))), 'MD409 p_register_id', 'nobody opens what another opened');
select is(tests.shift_of(tests.pay(10)), 'Bar', 'who opened none takes at the only one');
select tests.keep('desk', open_register(tests.id('desk'))) is not null;
select is(tests.shift_of(tests.pay(30, 'card', '{"tip_amount": 5}')), 'Desk', 'who opened one takes there');
select tests.as('a.staff');
select is(tests.shift_of(tests.pay(1)), null, 'of two, who opened neither says which');
select is(tests.shift_of(tests.pay(2, 'cash', jsonb_build_object('register_id', tests.id('bar')))), 'Bar', 'and is believed');
select is(tests.refused(format('select tests.pay(3, ''cash'', jsonb_build_object(''register_id'', %L))', tests.id('far'))), 'MD409 register_id', 'but for one that is not open, or not of this house');
select tests.as('a.customer');
select is(tests.shift_of(tests.pay(4, 'cash', jsonb_build_object('register_id', tests.id('bar')))), null, 'what no staff took is in no drawer');

-- in and out without a sale
select tests.as('a.waiter');
select is(tests.refused('select tests.move(''gift'', 5)'), 'MD400 p_kind', 'no such movement');
select is(tests.refused('select tests.move(''paid_out'', 5)'), 'MD400 p_reason', 'money that is paid out was paid for something');
select is(tests.refused('select tests.move(''dropped'', 0)'), 'MD400 p_amount', 'nothing is no movement');
select is(tests.refused('select tests.move(''dropped'', 500)'), 'MD422 p_amount', 'more than is there cannot leave');
select tests.move('paid_out', 7.5, 'Ice', 'tap'), tests.move('paid_out', 7.5, 'Ice', 'tap') \gset _
select is(jsonb_array_length(tests.move('dropped', 50) -> 'movements'), 2, 'a double tap pays once');
select is(tests.refused('select tests.move(''paid_out'', 8, ''Ice'', ''tap'')'), 'MD422 p_idempotency_key', 'one key is one movement');
select tests.move('paid_in', 10, 'Change') \gset _

-- a refund in cash leaves the drawer; one that came back does not come twice
select tests.as('a.manager');
select tests.keep('paid', to_jsonb(tests.pay(40, 'cash', jsonb_build_object('register_id', tests.id('bar'))))) is not null;
select tests.as_owner();
insert into refunds (organization_id, payment_id, amount, currency, method, status, metadata)
values (tests.id('a'), (tests.kept('paid') #>> '{}')::uuid, 15, 'EUR', 'cash', 'succeeded', '{}');
select is((select register_shift_id from refunds where amount = 15), null, 'what nobody gave by hand left no drawer');
select tests.as('a.waiter');
select set_config('role', 'none', true) \gset _
insert into refunds (organization_id, payment_id, amount, currency, method, status) values (tests.id('a'), (tests.kept('paid') #>> '{}')::uuid, 12, 'EUR', 'cash', 'succeeded');
select tests.as('a.waiter');

-- 100 float + 20 + 10 + 2 + 40 - 12 back - 7.50 ice - 50 safe + 10 change
select is(tests.refused(format('select close_register(%L, -1)', tests.kept('bar') ->> 'shift_id')), 'MD400 p_counted_amount', 'a count below nothing');
select tests.keep('z', close_register((tests.kept('bar') ->> 'shift_id')::uuid, 112, 'fifty cents are missing')) is not null;
select is((select string_agg(tests.kept('z') ->> k, ' ' order by n) from unnest(array['number', 'expected', 'counted', 'difference']) with ordinality x(k, n)), '1 112.50 112.00 -0.50', 'the count says what is missing');
select is((select string_agg(t ->> 'method' || ' ' || (t ->> 'payments') || ' ' || (t ->> 'amount') || ' ' || (t ->> 'refunded'), ', ') from jsonb_array_elements(tests.kept('z') -> 'takings') t), 'cash 4 72.00 12.00', 'by method');
select is(close_register((tests.kept('bar') ->> 'shift_id')::uuid, 112), tests.kept('z'), 'a repeat is answered with the same report');
select is(tests.refused(format('select close_register(%L, 113)', tests.kept('bar') ->> 'shift_id')), 'MD409 p_shift_id', 'another count is not taken');
select is(tests.refused('select tests.move(''paid_in'', 1)'), 'MD409 p_shift_id', 'nothing goes into a drawer that was counted');
select is(tests.shift_of(tests.pay(6)), 'Desk', 'the next payment goes elsewhere');
select tests.as_owner();
select throws_ok(format('update register_shifts set counted_amount = 112.5 where id = %L', tests.kept('bar') ->> 'shift_id'), 'MD422', null, 'nobody mends a count');
select throws_ok(format('delete from register_shifts where id = %L', tests.kept('bar') ->> 'shift_id'), 'MD422', null, 'or throws it away');
select tests.as('a.waiter');
select is(close_register((open_register(tests.id('bar'), 62) ->> 'shift_id')::uuid, 62) ->> 'number', '2', 'Z reports are numbered without a gap');
select is(tests.refused('select get_day_close()'), 'MD403', 'the day is not the waiter''s to read');

-- the day
select tests.as('a.finance');
select tests.keep('day', get_day_close()) is not null;
select is((select string_agg(t ->> 'method' || ' ' || (t ->> 'amount') || ' ' || (t ->> 'refunded'), ', ') from jsonb_array_elements(tests.kept('day') -> 'takings') t),
  'card 30.00 0, cash 88.00 27.00', 'all that was taken on this day, wherever');
select is(jsonb_array_length(tests.kept('day') -> 'shifts') || ' ' || (tests.kept('day') ->> 'open') || ' ' || (tests.kept('day') ->> 'difference'), '3 1 -0.50', 'three shifts, one not counted yet');
select is((select sum(amount) from get_cash_book((tests.kept('day') ->> 'date')::date, (tests.kept('day') ->> 'date')::date)), 30 + 88 - 27 - 7.5 - 50 + 10::numeric, 'the cash book has the same lines');
select is(tests.refused('select * from get_cash_book(current_date, current_date - 1)'), 'MD400 p_to', 'a span goes forward');
select tests.as('b.finance');
select is(jsonb_array_length(get_day_close() -> 'shifts'), 0, 'another house sees nothing of it');
select is((select count(*) from register_shifts), 0::bigint, 'through the table neither');

-- What other programs were reported for (docs/cases.md).
select tests.as_owner();
update organizations set is_active = true where id = tests.id('b');
create function tests.sell(p_amount numeric, p_method text default 'cash') returns uuid language sql security definer as $$
  select app.record_payment(tests.id('b'), 'other', gen_random_uuid(), p_amount, null, p_method) $$;
create function tests.shift(p_name text) returns uuid language sql as $$ select (tests.kept(p_name) ->> 'shift_id')::uuid $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
select tests.as('b.manager');
select tests.keep('one', open_register(tests.id('far'), 100)) is not null;
select tests.keep('sale', to_jsonb(tests.sell(70))) is not null;
select tests.keep('card', to_jsonb(tests.sell(30, 'card'))) is not null;
select tests.keep('one', close_register(tests.shift('one'), 170)) is not null;
select is((tests.kept('one') ->> 'difference')::numeric, 0::numeric, 'what was counted is what should be there: no difference, whatever came by card');
select tests.keep('two', open_register(tests.id('far'), 50)) is not null;
select is((tests.kept('two') ->> 'expected')::numeric, 50::numeric, 'the next shift begins with its own float, not with the count before');
select refund_payment((tests.kept('sale') #>> '{}')::uuid, 20) is not null, refund_payment((tests.kept('card') #>> '{}')::uuid, 30) is not null;
select tests.keep('two', close_register(tests.shift('two'), 25)) is not null;
select is((select string_agg(t ->> 'method' || ' ' || (t ->> 'refunds') || ' ' || (t ->> 'refunded'), ', ') from jsonb_array_elements(tests.kept('two') -> 'takings') t),
  'card 1 30.00, cash 1 20.00', 'a sale of an earlier shift that is given back is given back in this one');
select is((tests.kept('two') ->> 'expected') || ' ' || (tests.kept('two') ->> 'difference'), '30.00 -5.00', 'cash leaves the drawer, what goes back to a card does not');
select is(close_register(tests.shift('one'), 170), tests.kept('one'), 'and the earlier report stays as it was');
select tests.keep('three', open_register(tests.id('far'), 25)) is not null;
select tests.keep('three', close_register(tests.shift('three'), 25)) is not null;
select is((tests.kept('three') ->> 'number') || ' ' || jsonb_array_length(tests.kept('three') -> 'takings'), '3 0', 'an evening without a sale is closed as well');
select is((select string_agg(r ->> 'number' || ' ' || (r ->> 'difference'), ', ') from jsonb_array_elements(get_day_close() -> 'shifts') r), '1 0.00, 2 -5.00, 3 0.00', 'afterwards each day still says what was missing');
select * from finish();
rollback;
