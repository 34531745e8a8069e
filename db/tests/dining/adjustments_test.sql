-- Discounts, service charges and the smallest coin: in totals, tax, splits, receipts, reports and the ledger.
\ir ../start.sql
\ir cast.sql
select * from no_plan();
create function tests.row_of(p_name text) returns text language sql as $$
  select total_amount || ' = ' || net_amount || ' + ' || tax_amount from table_sessions where id = tests.session(p_name) $$;
create function tests.bad(p_name text) returns text language sql security definer as $$
  select string_agg(x, '; ') from (
    select format('session %s of lines %s', s.total_amount, sum(l.total_amount)) as x from table_sessions s
    left join (select session_id, total_amount, net_amount, tax_amount from order_lines where status not in ('draft', 'cancelled') and deleted_at is null
               union all select session_id, total_amount, net_amount, tax_amount from orders where not has_lines and status <> 'CANCELLED') l on l.session_id = s.id
    where s.id = tests.session(p_name)
    group by s.id, s.total_amount, s.net_amount, s.tax_amount having s.total_amount <> s.net_amount + s.tax_amount or (s.total_amount, s.net_amount, s.tax_amount) is distinct from (coalesce(sum(l.total_amount), 0), coalesce(sum(l.net_amount), 0), coalesce(sum(l.tax_amount), 0))
    union all
    select format('adjustments %s, lines %s', a.sum, l.sum) from (select coalesce(sum(applied_amount), 0) from bill_adjustments where session_id = tests.session(p_name) and removed_at is null) a(sum),
      (select coalesce(sum(adjustment), 0) from (select session_id, adjustment, status from order_lines union all select session_id, adjustment, status from orders where not has_lines) x
       where session_id = tests.session(p_name) and lower(status) not in ('cancelled', 'draft')) l(sum) where a.sum <> l.sum) y $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;

select tests.sit('a.t1', 'Ada') \gset _
select tests.join('a.t1', 'Ada', 'Bob') \gset _
select tests.be('Ada') \gset _
select tests.put('soup', tests.add('a.soup')) \gset _
select tests.be('Bob') \gset _
select tests.put('beer', tests.add('a.beer', 3)) \gset _
select api.place_order() \gset _
select tests.as('a.waiter') \gset _
insert into orders (restaurant_id, session_id, total_amount, customer_name) values (tests.id('a.restaurant'), tests.session('Ada'), 1100, 'Corkage') returning id as corkage \gset

-- Who may, and what is refused.
select is(tests.refusal(format('select api.adjust_bill(%L, p_percent => 10, p_reason => %L)', tests.session('Ada'), 'friend')) ->> 'code', 'MD403', 'a waiter gives no discount');
select tests.be('Ada') \gset _
select is(tests.refusal(format('select api.adjust_bill(%L, p_percent => 10, p_reason => %L)', tests.session('Ada'), 'me')) is not null, true, 'nor does a guest');
select tests.as('b.manager') \gset _
select is(tests.refusal(format('select api.adjust_bill(%L, p_percent => 10, p_reason => %L)', tests.session('Ada'), 'x')) ->> 'code', 'MD404', 'another house sees no such bill');
select tests.as('a.manager') \gset _
select is(tests.refusal(format('select api.adjust_bill(%L, %s)', tests.session('Ada'), args)) ->> 'field', field, format('%s is refused', args))
from (values ('p_percent => 10', 'p_reason'), ('p_reason => ''x''', 'p_amount'), ('p_percent => 0, p_reason => ''x''', 'p_percent'), ('p_percent => 101, p_reason => ''x''', 'p_percent'), ('p_percent => 5, p_amount => 5, p_reason => ''x''', 'p_percent'),
  ('p_amount => -5, p_reason => ''x''', 'p_amount'), ('p_kind => ''gift'', p_amount => 5, p_reason => ''x''', 'p_kind'), (format('p_amount => 5, p_reason => ''x'', p_line_ids => array[%L]::uuid[]', gen_random_uuid()), 'p_line_ids')) v(args, field);

-- 650 + 1350 + 1100 = 3100, ten per cent of tax in it.
select is(tests.row_of('Ada'), '3100 = 2818 + 282', 'as ordered');
select tests.put('ten', api.adjust_bill(tests.session('Ada'), p_percent => 10, p_reason => 'Waited long', p_idempotency_key => 'once')) \gset _
select is(tests.row_of('Ada'), '2790 = 2537 + 253', 'ten per cent off, the tax with it');
select is(api.adjust_bill(tests.session('Ada'), p_percent => 10, p_reason => 'Waited long', p_idempotency_key => 'once') #>> '{replayed}', 'true', 'a second tap gives no second discount');
select is(tests.bad('Ada'), null, 'lines, corkage and bill agree');
select tests.put('service', api.adjust_bill(tests.session('Ada'), p_kind => 'service_charge', p_percent => 12.5, p_reason => 'Service')) \gset _
select is(tests.json('service', 'applied_amount') || ', ' || tests.row_of('Ada'), '349, 3139 = 2854 + 285', 'service on what is left');
select tests.put('line', api.adjust_bill(tests.session('Ada'), p_amount => 100, p_reason => 'Flat', p_line_ids => array[tests.get('beer')]::uuid[])) \gset _
select is(tests.json('line', 'applied_amount'), '-100', 'a euro off one line');
select is((select applied_amount from bill_adjustments where id = tests.uid('ten', 'adjustment_id')), -300::bigint, 'and the ten per cent are of what is left then');
select tests.be('Bob') \gset _
select tests.add('a.cake') \gset _
select api.place_order() \gset _
select is(tests.bad('Ada'), null, 'what is ordered later is discounted, too');
select tests.as('a.manager') \gset _
select is((select applied_amount from bill_adjustments where id = tests.uid('ten', 'adjustment_id')), -333::bigint, 'by ten per cent');

-- Everything that works on lines.
select api.cancel_order_line(tests.get('beer')::uuid, 'one less', 1) \gset _
select is(tests.bad('Ada'), null, 'after a void of a part');
select tests.sit('a.t2', 'Cy') \gset _
select tests.as('a.manager') \gset _
select api.move_lines(array[tests.get('beer')]::uuid[], tests.session('Cy'), 1) \gset _
select is(coalesce(tests.bad('Ada'), tests.bad('Cy')), null, 'after a move of a part');
select is((select total_amount from table_sessions where id = tests.session('Cy')), 450::bigint, 'the moved beer has its price again: the discount was the bill''s, and the euro is still the other''s');
select api.cancel_order(:'corkage', 'their own wine was corked') \gset _
select is(tests.bad('Ada'), null, 'after a void of the corkage');
select is((select bool_and((s ->> 'amount')::bigint >= 0) and sum((s ->> 'amount')::bigint) = (select total_amount from table_sessions where id = tests.session('Ada'))
           from jsonb_array_elements(api.split_bill(tests.session('Ada'), 'guest') #> '{bill,shares}') s), true, 'the guests'' shares add up to the discounted bill');
select tests.put('more', api.adjust_bill(tests.session('Ada'), p_amount => 50, p_reason => 'Rounded down')) \gset _
select is((select status from table_sessions where id = tests.session('Ada')), 'billed', 'a discount on a bill that is out: it is out again');
select is((select sum(amount)::bigint from bill_shares where session_id = tests.session('Ada')), (select total_amount from table_sessions where id = tests.session('Ada')), 'over what is owed now');
select is(api.remove_adjustment(tests.uid('more', 'adjustment_id')) #>> '{bill,adjustments,3}', null, 'it can be taken back');
select is(tests.bad('Ada'), null, 'and everything agrees');
select tests.be('Ada') \gset _
select is((select jsonb_agg(a ->> 'reason' order by a ->> 'reason') from jsonb_array_elements(api.get_session() #> '{bill,adjustments}') a), '["Flat", "Service", "Waited long"]', 'the guests see what was taken off and put on');
select tests.as('a.manager') \gset _
select api.pay_bill_share(id, 'card', 100) from bill_shares where session_id = tests.session('Ada') and status = 'open' \gset _
select is(tests.refusal(format('select api.adjust_bill(%L, p_percent => 100, p_reason => %L)', tests.session('Ada'), 'all')) ->> 'reason', 'paid', 'no discount below what was paid');
select is((select sum(paid_amount)::bigint from bill_shares where session_id = tests.session('Ada')), 100::bigint, 'and a refusal changes nothing');
select api.pay_bill_share(id, 'card') from bill_shares where session_id = tests.session('Ada') and status = 'open' \gset _
select api.ready_kitchen_order(id) from kitchen_orders where session_id = tests.session('Ada') and status in ('pending', 'cooking') order by id limit 1 \gset _
select tests.as_owner() \gset _
update kitchen_orders set status = 'ready' where session_id = tests.session('Ada') and status in ('pending', 'cooking');
select tests.as('a.manager') \gset _
select api.clear_session(tests.session('Ada')) \gset _
select is((api.get_session_analytics() ->> 'discounts')::bigint, (select -sum(applied_amount)::bigint from bill_adjustments where kind = 'discount' and removed_at is null), 'reports tell what was given away');
select is((api.get_session_analytics() ->> 'revenue')::bigint, (select sum(total_amount)::bigint from table_sessions where merged_into is null), 'and earn what was owed');
select is(tests.refusal(format('select api.adjust_bill(%L, p_percent => 5, p_reason => %L)', tests.session('Ada'), 'late')) ->> 'code', 'MD410', 'a cleared table has no discount any more');

-- All off, merged tables, takeaway, tax on top.
select tests.put('free', api.adjust_bill(tests.session('Cy'), p_amount => 99999, p_reason => 'On the house')) \gset _
select is(tests.json('free', 'applied_amount') || ', ' || tests.row_of('Cy'), '-450, 0 = 0 + 0', 'more than the bill is the bill');
select tests.sit('a.t3', 'Di') \gset _
select tests.be('Di') \gset _
select tests.add('a.cake', 3) \gset _
select api.place_order() \gset _
select tests.as('a.manager') \gset _
select api.adjust_bill(tests.session('Di'), p_percent => 50, p_reason => 'Half') \gset _
select api.merge_sessions(tests.session('Cy'), tests.session('Di')) \gset _
select is(tests.row_of('Di') || coalesce(tests.bad('Di'), ''), '499 = 454 + 45', 'merged: each discount stays that of its own lines');
select tests.put('away', api.place_order(p_restaurant_id => tests.id('a.restaurant'), p_customer_name => 'Jo', p_items => jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.soup'))))) \gset _
select is(api.adjust_bill(p_order_id => tests.uid('away', 'order', 'id'), p_percent => 20, p_reason => 'Regular') #>> '{order,total_amount}', '520', 'takeaway is discounted alike');
select tests.as_owner() \gset _
update organizations set prices_include_tax = false, default_tax_rate = 8.25 where id = tests.id('a');
select tests.sit('a.t4', 'Ed') \gset _
select tests.be('Ed') \gset _
select tests.add('a.soup', 3) \gset _
select tests.add('a.beer', 7) \gset _
select api.place_order() \gset _
select tests.as('a.manager') \gset _
select api.adjust_bill(tests.session('Ed'), p_percent => 15, p_reason => 'Staff') \gset _
select is(tests.row_of('Ed') || coalesce(tests.bad('Ed'), ''), '4693 = 4335 + 358', 'with tax on top, the discount is of the net price');

-- Any mix: net + tax = gross and lines add up after every step.
select tests.as_owner() \gset _
create function tests.mix(p_round int) returns text[] language plpgsql as $$
declare
  v_who text := 'M' || p_round; v_bad text[] := '{}'; v_n int; v_id uuid;
begin
  perform tests.as_owner();
  update organizations set prices_include_tax = p_round % 2 = 0, default_tax_rate = (array[0, 7, 19, 8.25])[1 + p_round % 4] where id = tests.id('a');
  perform tests.sit('a.t1', v_who), tests.be(v_who), tests.add('a.cake', 2), tests.add('a.soup'), api.place_order();
  perform tests.as('a.manager');
  for step in 1 .. 10 loop
    v_n := ('x' || left(md5(p_round || '/' || step), 4))::bit(16)::int;
    begin
      case v_n % 6
        when 0 then perform api.adjust_bill(tests.session(v_who), p_percent => 1 + v_n % 40, p_reason => 'x');
        when 1 then perform api.adjust_bill(tests.session(v_who), p_amount => 1 + v_n % 300, p_reason => 'x', p_line_ids => array(select id from order_lines where session_id = tests.session(v_who) and status = 'pending' order by id limit 1));
        when 2 then perform api.adjust_bill(tests.session(v_who), p_kind => 'service_charge', p_percent => 12.5, p_reason => 'x');
        when 3 then perform api.place_order(tests.session(v_who), jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.beer'), 'quantity', 1 + v_n % 5)));
        when 4 then
          select id into v_id from order_lines where session_id = tests.session(v_who) and status = 'pending' order by quantity desc, id limit 1;
          perform api.cancel_order_line(v_id, 'x', 1);
        else
          select id into v_id from bill_adjustments where session_id = tests.session(v_who) and removed_at is null order by id limit 1;
          perform api.remove_adjustment(v_id) where v_id is not null;
      end case;
    exception when sqlstate 'MD404' then null;
    end;
    if tests.bad(v_who) is not null then
      v_bad := v_bad || format('round %s step %s: %s', p_round, step, tests.bad(v_who));
    end if;
  end loop;
  perform api.bill_session(tests.session(v_who)), api.pay_bill_share(id) from bill_shares where session_id = tests.session(v_who) and status = 'open' and amount > 0;
  perform api.bill_session(tests.session(v_who));
  perform api.pay_bill_share(id) from bill_shares where session_id = tests.session(v_who) and status = 'open' and amount > 0;
  perform api.cancel_kitchen_order(id, 'x') from kitchen_orders where false;
  perform tests.as_owner();
  update kitchen_orders set status = 'ready' where session_id = tests.session(v_who) and status in ('pending', 'cooking');
  perform tests.as('a.manager');
  perform api.clear_session(tests.session(v_who));
  return v_bad;
end $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
select is(tests.mix(r), '{}', format('round %s of discounts, charges, voids and orders', r)) from generate_series(1, 8) r order by r;

-- Cash and the smallest coin.
select tests.as_owner() \gset _
update organizations set currency = 'CHF', prices_include_tax = true, default_tax_rate = 0 where id = tests.id('a');
select tests.put('till', coalesce(sum(amount), 0)::text) from payment_ledger where account = 'rounding' \gset _
select tests.sit('a.t1', 'Fay') \gset _
select tests.be('Fay') \gset _
select tests.add('a.cake', 4) \gset _
select api.place_order() \gset _
select tests.as('a.waiter') \gset _
select tests.put('bill', api.bill_session(tests.session('Fay'))) \gset _
select is(tests.json('bill', 'bill', 'due_amount') || ' ' || tests.json('bill', 'bill', 'cash_due_amount'), '1332 1330', 'thirteen francs thirty in cash');
select tests.put('paid', api.pay_bill_share(tests.json('bill', 'bill', 'shares', '0', 'id')::uuid, 'cash')) \gset _
select is(tests.json('paid', 'share', 'status') || ' ' || tests.json('paid', 'rounding_amount'), 'paid -2', 'are all of it');
select is((select amount || ' ' || kept_amount from payments where id = tests.uid('paid', 'payment_id')), '13.30 13.32', 'the drawer has what came in, the bill what it was');
select tests.as_owner() \gset _
select is((select sum(amount) from payment_ledger where account = 'rounding') - tests.get('till')::numeric, 0.02, 'the difference is in the ledger');
select tests.as('a.manager') \gset _
select api.refund_payment(tests.uid('paid', 'payment_id')) \gset _
select is((select paid_amount from table_sessions where id = tests.session('Fay')), 0::bigint, 'given back, all of the bill is owed again');
select tests.as_owner() \gset _
select is((select sum(amount) from payment_ledger where payment_id = tests.uid('paid', 'payment_id') and account in ('rounding', 'receivable', 'cash')), 0.00, 'and the ledger is even')
  from (select 1) x where (select bool_and(s = 0) from (select sum(amount) as s from payment_ledger where payment_id = tests.uid('paid', 'payment_id') group by account) y);
select tests.as('a.waiter') \gset _
select is(api.pay_bill_share(tests.json('bill', 'bill', 'shares', '0', 'id')::uuid, 'card') ->> 'rounding_amount', '0', 'a card pays to the last centime');
select tests.as_owner() \gset _
select is((select array_agg(app.cash_amount(tests.id('a'), x) order by x) from unnest(array[1, 2, 3, 7, 8, 1332, 1333, 1335]::bigint[]) x), '{1,2,5,5,10,1330,1335,1335}', 'to the nearest five, nothing to nothing');
update organizations set settings = settings || '{"payments": {"cash_rounding": 1}}' where id = tests.id('a');
select is(app.cash_amount(tests.id('a'), 1332), 1332::bigint, 'a house may take every centime');
update organizations set currency = 'EUR', settings = settings || '{"payments": {"cash_rounding": 5}}' where id = tests.id('a');
select is(app.cash_amount(tests.id('a'), 1332), 1330::bigint, 'and one in Finland rounds euros');
select tests.as('a.waiter') \gset _
select tests.put('away', api.place_order(p_restaurant_id => tests.id('a.restaurant'), p_customer_name => 'Jo', p_items => jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.cake'))))) \gset _
select is(api.pay_order(tests.uid('away', 'order', 'id'), 'cash') #>> '{due_amount}', '0', 'takeaway, too: 3.35 for 3.33');
select tests.put('away', api.place_order(p_restaurant_id => tests.id('a.restaurant'), p_customer_name => 'Jo', p_items => jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.cake'))))) \gset _
select is(api.record_payment('order', tests.uid('away', 'order', 'id'), 3.35) ->> 'rounding_amount', '0.02', 'through the cashier''s door as well');

-- Bills of other houses' reports.
select is((select array_agg(app.cash_amount(tests.id('a'), x) order by x) from unnest(array[1466, 1468]::bigint[]) x), '{1465,1470}', '14.66 and 14.68');
select is(app.split_cents(2, array[1, 1, 1, 1]), '{1,1,0,0}', 'two cents among four: nobody owes less than nothing');
-- paid by card in part, the rest in cash, all given back: everybody gets what they gave
select tests.sit('a.t2', 'Gil') \gset _
select tests.be('Gil') \gset _
select tests.add('a.cake', 4) \gset _
select api.place_order() \gset _
select tests.as('a.manager') \gset _
select tests.put('bill', api.bill_session(tests.session('Gil'))) \gset _
select api.pay_bill_share(tests.json('bill', 'bill', 'shares', '0', 'id')::uuid, 'card', 555) \gset _
select api.pay_bill_share(tests.json('bill', 'bill', 'shares', '0', 'id')::uuid, 'cash') \gset _
select is((select array_agg(amount order by amount) from payments where booking_id = tests.session('Gil')), '{5.55,7.75}'::numeric[], '5.55 by card, 7.75 of 7.77 in cash');
select is((select array_agg((api.refund_payment(id) ->> 'amount')::numeric order by amount) from payments where booking_id = tests.session('Gil')), '{5.55,7.75}'::numeric[], 'and the same back');
-- tax on top of discounted prices
select tests.as_owner() \gset _
update organizations set prices_include_tax = false, default_tax_rate = 21, settings = '{}' where id = tests.id('a');
update menu_items set price = 4500 where id = tests.id('a.soup');
update menu_items set price = 6801, tax_rate = 5 where id = tests.id('a.beer');
insert into restaurant_tables (restaurant_id, table_number, capacity, code) values (tests.id('a.restaurant'), 9, 4, 'tablea9');
select tests.sit('a.t9', 'Hal') \gset _
select tests.be('Hal') \gset _
select tests.add('a.soup', 3) \gset _
select api.place_order() \gset _
select tests.as('a.manager') \gset _
select api.adjust_bill(tests.session('Hal'), p_amount => 6000, p_reason => 'Voucher') \gset _
select is(tests.row_of('Hal'), '9075 = 7500 + 1575', 'three at 45 less 60, 21 per cent on 75');
select tests.put('away', api.place_order(p_restaurant_id => tests.id('a.restaurant'), p_customer_name => 'Jo', p_items => jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.beer'))))) \gset _
select is(api.adjust_bill(p_order_id => tests.uid('away', 'order', 'id'), p_percent => 20, p_reason => 'x') -> 'order' ->> 'total_amount', '5713', '68.01 less a fifth, five per cent on top');
-- all off: no service on nothing, and no tax is left over
select api.adjust_bill(tests.session('Hal'), p_kind => 'service_charge', p_percent => 12.5, p_reason => 'Service') \gset _
select api.adjust_bill(tests.session('Hal'), p_percent => 100, p_reason => 'On the house') \gset _
select is(tests.row_of('Hal') || coalesce(tests.bad('Hal'), ''), '0 = 0 + 0', 'everything off: no service charge and no tax are left over');
select * from finish();
rollback;
