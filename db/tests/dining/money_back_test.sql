-- Paid in parts, split again, given back: who owes what stays right after any order of steps, and reports keep what was kept.
\ir ../start.sql
\ir cast.sql
select * from no_plan();
create function tests.shares(p_name text) returns jsonb language sql as $$
  select jsonb_agg(jsonb_build_array(label, amount, status) order by position) from bill_shares where session_id = tests.session(p_name) $$;
create function tests.pay(p_name text, p_label text, p_amount bigint default null, p_tip bigint default 0) returns uuid language sql as $$
  select (api.pay_bill_share(id, 'card', p_amount, null, p_tip) ->> 'payment_id')::uuid from bill_shares
  where session_id = tests.session(p_name) and label = p_label and status = 'open' order by position limit 1 $$;
create function tests.cooked(p_name text) returns void language sql as $$ select api.ready_kitchen_order(id) from kitchen_orders where session_id = tests.session(p_name) and status in ('pending', 'cooking') $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;

-- By item: Ada pays a part of the soup, then the bill is split again.
select tests.sit('a.t1', 'Ada') \gset _
select tests.be('Ada') \gset _
select tests.put('soup', tests.add('a.soup')), tests.put('beer', tests.add('a.beer')) \gset _
select api.place_order() \gset _
select tests.put('by', format('[{"label": "Ada", "lines": ["%s"]}, {"label": "Bob", "lines": ["%s"]}]', tests.get('soup'), tests.get('beer'))) \gset _
select api.split_bill(null, 'item', tests.get('by')::jsonb) \gset _
select tests.as('a.waiter') \gset _
select tests.pay('Ada', 'Ada', 200) \gset _
select api.split_bill(tests.session('Ada'), 'item', tests.get('by')::jsonb) \gset _
select is(tests.shares('Ada'), '[["Ada", 200, "paid"], ["Ada", 450, "open"], ["Bob", 450, "open"]]', 'what was paid of a line is a part of it, not all of it');
select is((select items #>> '{0,amount}' from bill_shares where session_id = tests.session('Ada') and position = 1), '200', 'and the paid share says so');
select tests.pay('Ada', 'Ada', 100) \gset _
select api.split_bill(tests.session('Ada'), 'item', tests.get('by')::jsonb) \gset _
select is(tests.shares('Ada') -> 2, '["Ada", 350, "open"]', 'again and again');
select api.split_bill(tests.session('Ada'), 'guest') \gset _
select is((select sum(amount)::bigint from bill_shares where session_id = tests.session('Ada')), 1100::bigint, 'also by another method');

-- By guest after an equal part: what somebody paid counts for them.
select tests.sit('a.t2', 'Cy') \gset _
select tests.join('a.t2', 'Cy', 'Di') \gset _
select tests.be('Cy') \gset _
select tests.add('a.soup') \gset _
select tests.be('Di') \gset _
select tests.add('a.beer') \gset _
select api.place_order() \gset _
select api.split_bill(null, 'equal') \gset _
select tests.as('a.waiter') \gset _
select tests.pay('Cy', 'Cy') \gset _
select api.split_bill(tests.session('Cy'), 'guest') \gset _
select is(tests.shares('Cy'), '[["Cy", 550, "paid"], ["Cy", 100, "open"], ["Di", 450, "open"]]', 'Cy had more than half, and owes the difference');

-- A merged table: the guests' tokens see, split and pay the joint bill; a table that was merged twice as well.
select tests.sit('a.t3', 'Eve') \gset _
select tests.be('Eve') \gset _
select tests.add('a.cake') \gset _
select api.place_order() \gset _
select tests.sit('a.t4', 'Fay') \gset _
select tests.be('Fay') \gset _
select tests.add('a.beer') \gset _
select api.place_order() \gset _
select tests.as_owner() \gset _
insert into restaurant_tables (id, restaurant_id, table_number, capacity, code) values (tests.id('a.t5'), tests.id('a.restaurant'), 5, 4, 'tablea5');
select tests.sit('a.t5', 'Gus') \gset _
select tests.be('Gus') \gset _
select tests.add('a.soup') \gset _
select api.place_order() \gset _
select tests.as_owner() \gset _
update organizations set settings = settings || '{"payments": {"provider": "stripe"}}' where id = tests.id('a');
select tests.as('a.waiter') \gset _
select api.merge_sessions(tests.session('Eve'), tests.session('Fay')) \gset _
select api.merge_sessions(tests.session('Fay'), tests.session('Gus')) \gset _
select tests.be('Eve') \gset _
select tests.put('split', api.split_bill(null, 'guest')) \gset _
select tests.put('mine', (select s ->> 'id' from jsonb_array_elements(tests.get('split')::jsonb #> '{bill,shares}') s where s ->> 'label' = 'Eve')) \gset _
select is(api.create_payment('session', tests.session('Gus'), 3.33, 'online', p_share_id => tests.get('mine')::uuid) ->> 'amount', '3.33', 'who came from a merged table pays their share');
select is(api.create_payment('session', tests.session('Eve'), 3.33, 'cash', p_share_id => tests.get('mine')::uuid) ->> 'booking_id', tests.session('Gus')::text, 'also under the old session''s name');
select is((select count(*) from payments), 2::bigint, 'and sees both');
select tests.be('Gus') \gset _
select is((select count(*) from payments), 2::bigint, 'as everybody at the table does');
select tests.be('Ada') \gset _
select is((tests.refusal(format('select api.create_payment(''session'', %L, 1, ''cash'')', tests.session('Gus')))) ->> 'code', 'MD404', 'a guest of another table does not');

-- A gratuity typed by mistake goes back, and nothing else.
select tests.as('a.waiter') \gset _
select api.unbill_session(tests.session('Cy')) \gset _
select tests.cooked('Cy') \gset _
select api.bill_session(tests.session('Cy')) \gset _
select tests.put('tipped', tests.pay('Cy', (select label from bill_shares where session_id = tests.session('Cy') and status = 'open'), null, 410)) \gset _
select tests.as('a.manager') \gset _
select is(api.refund_payment(tests.get('tipped')::uuid, 4.10, 'typed by mistake') #>> '{payment,refunded_tip}', '4.10', 'exactly the gratuity is the gratuity');
select is((select paid_amount from table_sessions where id = tests.session('Cy')), 1100::bigint, 'the bill stays paid');
select lives_ok(format('select api.clear_session(%L)', tests.session('Cy')), 'and the table clears');
select tests.as_owner() \gset _
select is((select coalesce(sum(amount), 0) from payment_ledger where payment_id = tests.get('tipped')::uuid and account = 'tips'), 0::numeric, 'no gratuity is left in the ledger');
-- a part of it, said so; a sum that is not the gratuity comes off the bill
select tests.as('a.manager') \gset _
select tests.put('before', api.get_session_analytics() ->> 'revenue') \gset _
select tests.put('cost', (select revenue from api.get_staffing_cost(app.business_date(now(), 'Europe/Berlin'), app.business_date(now(), 'Europe/Berlin')))::text) \gset _
select tests.sit('a.t2', 'Hal') \gset _
select tests.be('Hal') \gset _
select tests.add('a.rare') \gset _
select api.place_order() \gset _
select tests.as('a.waiter') \gset _
select tests.cooked('Hal') \gset _
select api.bill_session(tests.session('Hal')) \gset _
select tests.put('paid', tests.pay('Hal', 'Whole bill', null, 500)) \gset _
select api.clear_session(tests.session('Hal')) \gset _
select tests.as('a.manager') \gset _
select is((api.get_session_analytics() ->> 'revenue')::bigint - tests.get('before')::bigint, 2000::bigint, 'twenty euros are earned');
select is(api.refund_payment(tests.get('paid')::uuid, 2, 'too much', p_tip_amount => 2) #>> '{payment,refunded_tip}', '2.00', 'a part of the gratuity, when it is said');
select is(api.refund_payment(tests.get('paid')::uuid, 4, 'cold') #>> '{payment,refunded_tip}', '2.00', 'any other sum comes off the bill');
select is((api.get_session_analytics() ->> 'revenue')::bigint - tests.get('before')::bigint, 1600::bigint, 'and off the revenue');
select is(tests.refusal(format('select api.refund_payment(%L, 10, ''x'', p_tip_amount => 4)', tests.get('paid'))) ->> 'code', 'MD409', 'more gratuity than is left does not go back');
select api.refund_payment(tests.get('paid')::uuid, null, 'wrong table') \gset _
select is((api.get_session_analytics() ->> 'revenue')::bigint - tests.get('before')::bigint, 0::bigint, 'all given back: nothing earned');
select is((select revenue from api.get_staffing_cost(app.business_date(now(), 'Europe/Berlin'), app.business_date(now(), 'Europe/Berlin'))) - tests.get('cost')::numeric, 0::numeric, 'the gratuity does not go off twice');
select tests.as_owner() \gset _
select is((select jsonb_object_agg(account, s) from (select account, sum(amount) as s from payment_ledger where payment_id = tests.get('paid')::uuid group by 1) l),
  '{"card": 0.00, "receivable": 0.00, "tips": 0.00}', 'and the ledger is even');
select tests.as('a.waiter') \gset _
select is((select paid_amount from table_sessions where id = tests.session('Hal')), 0::bigint, 'what is paid is what was kept');

-- An amount that is typed in carries tax; takeaway is in the reports.
select tests.sit('a.t2', 'Ivo') \gset _
select tests.as('a.waiter') \gset _
insert into orders (restaurant_id, session_id, total_amount, customer_name) values (tests.id('a.restaurant'), tests.session('Ivo'), 1100, 'Corkage');
select is((select row(total_amount, net_amount, tax_amount)::text from table_sessions where id = tests.session('Ivo')), '(1100,1000,100)', 'corkage of 11.00 with ten per cent in it');
select api.bill_session(tests.session('Ivo')) \gset _
select tests.as_owner() \gset _
select is(app.session_taxes(tests.session('Ivo')), '[{"tax_rate": 10.00, "net_amount": 1000, "tax_amount": 100, "total_amount": 1100}]', 'the receipt shows it');
select tests.as('a.manager') \gset _
select tests.put('before', api.get_session_analytics() ->> 'revenue') \gset _
select tests.put('away', api.place_order(p_restaurant_id => tests.id('a.restaurant'), p_customer_name => 'Jo', p_items => jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('a.soup'), 'quantity', 2)))) \gset _
select is((api.get_session_analytics() ->> 'revenue')::bigint - tests.get('before')::bigint, 1300::bigint, 'takeaway is revenue');
select is((select sum((d ->> 'revenue')::bigint)::bigint from jsonb_array_elements(api.get_session_analytics() -> 'by_day') d), (api.get_session_analytics() ->> 'revenue')::bigint, 'by day it adds up');
select is((select sum((d ->> 'revenue')::bigint)::bigint from jsonb_array_elements(api.get_session_analytics() -> 'by_hour') d), (api.get_session_analytics() ->> 'revenue')::bigint, 'by hour, too');
select tests.put('paid', api.pay_order(tests.uid('away', 'order', 'id'), 'card') ->> 'payment_id') \gset _
select api.refund_payment(tests.get('paid')::uuid, 3, 'lukewarm') \gset _
select is((api.get_session_analytics() ->> 'revenue')::bigint - tests.get('before')::bigint, 1000::bigint, 'less what was given back');

-- Any order of paying, giving back and splitting again: the shares add up to the bill, what is paid is what the ledger kept.
select tests.as_owner() \gset _
create function tests.number(p_seed text, p_max int) returns int language sql immutable as $$ select (('x' || left(md5(p_seed), 8))::bit(32)::bigint % p_max)::int $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
create function tests.any_order(p_round int) returns text[] language plpgsql as $$
declare
  v_who text := 'R' || p_round;
  v_bad text[] := '{}';
  v_id  uuid;
  v_s   record;
  v_lines jsonb;
begin
  perform tests.sit('a.t2', v_who), tests.join('a.t2', v_who, v_who || 'b');
  perform tests.be(v_who), tests.add('a.cake', 1 + tests.number('c' || p_round, 4)), tests.add('a.soup');
  perform tests.be(v_who || 'b'), tests.add('a.beer', 1 + tests.number('b' || p_round, 3));
  perform api.place_order();
  for step in 1 .. 14 loop
    perform tests.as('a.manager');
    case tests.number(p_round || 's' || step, 3)
      when 0 then
        select jsonb_agg(l -> 'id') into v_lines from jsonb_array_elements(api.get_session(tests.session(v_who)) #> '{orders,0,lines}') l;
        case tests.number(p_round || 'm' || step, 5)
          when 0 then perform api.split_bill(tests.session(v_who), 'equal', to_jsonb(1 + tests.number(p_round || 'n' || step, 6)));
          when 1 then perform api.split_bill(tests.session(v_who), 'guest');
          when 2 then perform api.split_bill(tests.session(v_who), 'item', jsonb_build_array(jsonb_build_object('label', 'X', 'lines', jsonb_build_array(v_lines -> 0)), jsonb_build_object('label', 'Y', 'lines', v_lines)));
          when 3 then perform api.split_bill(tests.session(v_who), 'weight', '[{"weight": 2}, {"weight": 5}]');
          else perform api.split_bill(tests.session(v_who), 'whole');
        end case;
      when 1 then
        perform api.pay_bill_share(id, 'card', greatest(1, (amount - paid_amount) / (1 + tests.number(p_round || 'p' || step, 3))), null, tests.number(p_round || 't' || step, 2) * 77)
        from bill_shares where session_id = tests.session(v_who) and status = 'open' and amount > 0 order by md5(p_round || '/' || step || '/' || position) limit 1;
      else
        select id into v_id from payments where booking_id = tests.session(v_who) and amount > refunded_amount order by md5(step || '/' || amount || tip_amount) limit 1;
        if found then
          perform api.refund_payment(v_id, case when step % 2 = 0 then (select round((amount - refunded_amount) / 2, 2) from payments where id = v_id and amount - refunded_amount > 0.05) end, 'test');
        end if;
    end case;
    select s.total_amount, s.paid_amount, s.net_amount + s.tax_amount as net_tax, s.status,
           (select sum(amount) from bill_shares b where b.session_id = s.id) as shares,
           (select sum(paid_amount) from bill_shares b where b.session_id = s.id) as paid,
           (select coalesce(sum(kept_amount), 0) * 100 from payments p where p.booking_id = s.id) as kept into v_s
    from table_sessions s where s.id = tests.session(v_who);
    perform tests.as_owner();
    if (v_s.status <> 'active' and v_s.shares is distinct from v_s.total_amount) or v_s.kept <> v_s.paid_amount or v_s.net_tax <> v_s.total_amount or coalesce(v_s.paid, 0) <> v_s.paid_amount
       or v_s.kept <> (select coalesce(-sum(amount), 0) * 100 from payment_ledger where booking_id = tests.session(v_who) and account = 'receivable') then
      v_bad := v_bad || format('round %s step %s: %s', p_round, step, v_s);
    end if;
  end loop;
  perform tests.as('a.waiter');
  perform api.bill_session(tests.session(v_who));
  perform api.pay_bill_share(id) from bill_shares where session_id = tests.session(v_who) and status = 'open' order by position;
  perform tests.cooked(v_who);
  perform api.clear_session(tests.session(v_who));
  return v_bad;
end $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
select tests.as('a.waiter') \gset _
select api.pay_bill_share(id) from bill_shares where session_id = tests.session('Ivo') and status = 'open' \gset _
select api.clear_session(tests.session('Ivo')) \gset _
select is(tests.any_order(r), '{}', format('round %s of paying, giving back and splitting again', r)) from generate_series(1, 12) r order by r;
select * from finish();
rollback;
