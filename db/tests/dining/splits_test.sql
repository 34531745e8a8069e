-- The property: however a bill is split, the shares add up to it, to the last minor unit, for every number of parts and for
-- currencies with no, two and three decimals; and nobody pays a unit more than their part rounded up.
\ir ../start.sql
\ir cast.sql
select plan(30);

-- numbers that look random and are the same every time
create function tests.number(p_seed text, p_max int) returns int language sql immutable as $$ select (('x' || left(md5(p_seed), 8))::bit(32)::bigint % p_max)::int $$;
grant execute on all functions in schema tests to anon, authenticated;

select ok((select bool_and((select sum(x) from unnest(app.split_cents(total, array_fill(1::numeric, array[n]))) x) = total)
           from generate_series(1, 100) n, unnest(array[0, 1, 2, 99, 100, 101, 999, 1000, 2433, 99991, 19999999]) total), 'equal parts add up');
select ok((select bool_and((select max(x) - min(x) from unnest(app.split_cents(total, array_fill(1::numeric, array[n]))) x) <= 1)
           from generate_series(1, 100) n, unnest(array[0, 1, 2, 99, 100, 101, 999, 1000, 2433, 99991]) total), 'and differ by one unit at most');
select ok((select bool_and((select sum(x) = total and bool_and(x between floor(total * w[i] / s) and ceil(total * w[i] / s)) from unnest(app.split_cents(total, w)) with ordinality u(x, i)))
           from (select tests.number('t' || k, 1000000) as total, w, (select sum(y) from unnest(w) y) as s
                 from generate_series(1, 300) k, lateral (select array_agg((1 + tests.number(k || '/' || j, 10000))::numeric / 7) as w from generate_series(1, 1 + k % 23) j) a) b),
  'weighted parts add up, each its quota rounded up or down');

-- whole bills: four guests, lines of everybody and of nobody, odd prices; every method, in yen, euros and dinars
create function tests.check_session(p_currency text, p_round int) returns text[] language plpgsql as $$
declare
  v_bad   text[] := '{}';
  v_total int;
  v_case  record;
  v_sum   int;
  v_who   text;
begin
  perform tests.as_owner();
  update organizations set currency = p_currency where id = tests.id('a');
  update menu_items set price = 1 + tests.number(p_currency || p_round || name, 5000), portions_left = null, is_available = true where restaurant_id = tests.id('a.restaurant');
  v_who := 'P' || p_currency || p_round;
  perform tests.sit('a.t1', v_who);
  for n in 1 .. 3 loop perform tests.join('a.t1', v_who, v_who || n); end loop;
  for n in 1 .. 6 + p_round % 5 loop
    perform tests.be(v_who || coalesce(nullif(tests.number(p_round || 'g' || n, 4), 0)::text, ''));
    perform tests.add((array['a.cake', 'a.beer', 'a.soup', 'a.rare'])[1 + tests.number(p_round || 'i' || n, 4)], 1 + tests.number(p_round || 'q' || n, 5));
  end loop;
  perform tests.as('a.waiter');
  perform api.add_order_line(tests.id('a.cake'), 3, p_session_id => tests.session(v_who));
  perform tests.be(v_who);
  perform api.place_order();
  select (api.get_session() #>> '{session,total_amount}')::int into v_total;
  for v_case in
    select 'equal' as method, to_jsonb(n) as shares from generate_series(1, 13) n
    union all select 'guest', null
    union all select 'amount', jsonb_build_array(jsonb_build_object('amount', 31), jsonb_build_object('amount', 17))
    union all select 'weight', (select jsonb_agg(jsonb_build_object('weight', 1 + tests.number('w' || n || p_round, 99))) from generate_series(1, 7) n)
    union all select 'item', (select jsonb_agg(jsonb_build_object('label', 'S' || n, 'lines', l.lines)) from generate_series(1, 3) n, lateral (
      select coalesce(jsonb_agg(jsonb_build_object('line_id', x ->> 'id', 'weight', 1 + tests.number(n || (x ->> 'name'), 3))) filter (where tests.number(p_round || 'l' || n || (x ->> 'name'), 3) > 0), '[]') as lines
      from jsonb_array_elements(api.get_session() #> '{orders,0,lines}') x) l)
  loop
    select sum((s ->> 'amount')::int) into v_sum from jsonb_array_elements(api.split_bill(null, v_case.method, v_case.shares) #> '{bill,shares}') s;
    if v_sum is distinct from v_total then
      v_bad := v_bad || format('%s %s: %s of %s', v_case.method, v_case.shares, v_sum, v_total);
    end if;
    -- now and then somebody pays, and the rest is split again
    if v_case.method in ('equal', 'guest') and p_round % 2 = 0 then
      perform tests.as('a.waiter');
      perform api.pay_bill_share(id, 'cash', greatest(1, amount / 2)) from bill_shares where session_id = tests.session(v_who) and status = 'open' and amount > 100 order by position limit 1;
      perform tests.be(v_who);
    end if;
  end loop;
  perform tests.as('a.waiter');
  perform api.pay_bill_share(id) from bill_shares where session_id = tests.session(v_who) and status = 'open' order by position;
  if (select (total_amount, net_amount + tax_amount, paid_amount)::text from table_sessions where id = tests.session(v_who)) is distinct from (v_total, v_total, v_total)::text then
    v_bad := v_bad || format('totals disagree: %s', v_total);
  end if;
  perform tests.as_owner();
  if app.paid_amount('session', tests.session(v_who)) <> app.to_amount(v_total, p_currency) then
    v_bad := v_bad || format('the ledger has %s', app.paid_amount('session', tests.session(v_who)));
  end if;
  update kitchen_orders set status = 'ready' where session_id = tests.session(v_who);
  perform tests.as('a.waiter');
  perform api.clear_session(tests.session(v_who));
  perform tests.as_owner();
  return v_bad;
end $$;
select is(tests.check_session(c, r), '{}', format('%s, round %s: every way to split adds up, and so does the money', c, r))
from unnest(array['JPY', 'EUR', 'KWD']) c, generate_series(1, 8) r order by c, r;

-- net + tax = gross, by line and in total, for taxes within and on top
update organizations set currency = 'EUR', prices_include_tax = false where id = tests.id('a');
select tests.sit('a.t1', 'Ada');
select tests.be('Ada');
select is(api.add_order_line(tests.id('a.cake'), 7) #>> '{line,total_amount}',
  (select (price * 7 + round(price * 7 * 0.1))::int::text from menu_items where id = tests.id('a.cake')), 'tax on top is added to the price');
select tests.as_owner();
select ok((select bool_and(net_amount + tax_amount = total_amount) from order_lines), 'net and tax are the gross in each line');
select ok((select bool_and(o.total_amount = l.total and o.net_amount = l.net and o.tax_amount = l.tax) from orders o
           join (select order_id, sum(total_amount) as total, sum(net_amount) as net, sum(tax_amount) as tax from order_lines group by 1) l on l.order_id = o.id), 'and in each order');

select * from finish();
rollback;
