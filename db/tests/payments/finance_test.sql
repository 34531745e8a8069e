-- Finance: the lists of payments, refunds and disputes, and the registers as they stand.
\ir ../start.sql
\ir ../words.sql
select * from no_plan();
insert into customers (id, organization_id, full_name) values (tests.id('ada'), tests.id('a'), 'Ada Løvelace');
insert into registers (id, organization_id, name) values (tests.id('bar'), tests.id('a'), 'Bar'), (tests.id('far'), tests.id('b'), 'Far');
create function tests.pay(p_amount numeric, p_method text default 'cash', p_more jsonb default '{}', p_o text default 'a') returns uuid language sql security definer set search_path = tenant_alpha, api, app, public as $$
  select app.record_payment(tests.id(p_o), 'other', gen_random_uuid(), p_amount, null, p_method, null, case p_o when 'a' then tests.id('ada') end, p_more) $$;
create function tests.amounts(p_search text) returns text language sql as $$ select string_agg(amount::text, ' ' order by amount) from list_payments(p_search => p_search) $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
select tests.as('a.manager');
select tests.keep('cash', to_jsonb(tests.pay(12.5))), tests.keep('card', to_jsonb(tests.pay(40, 'card', '{"tip_amount": 5, "reference": "Visa 4242"}'))), tests.keep('far', to_jsonb(tests.pay(99, 'cash', '{}', 'b'))) \gset _

select tests.as_owner();
grant execute on all functions in schema tests to anon, authenticated, service_role;
select tests.as('a.finance');
select is(tests.refused('select * from list_payments()') || tests.refused('select * from list_refunds()') || tests.refused('select * from list_disputes()') || tests.refused('select get_registers()'), 'no refusalno refusalno refusalno refusal', 'who keeps the books sees it all');
select tests.as('a.staff');
select is(tests.refused('select * from list_payments()') || ' ' || tests.refused('select * from list_disputes()'), 'no refusal MD403', 'the desk sees payments, not what is disputed');
select tests.as('a.kitchen');
select is(tests.refused('select * from list_payments()') || ' ' || tests.refused('select * from list_refunds()') || ' ' || tests.refused('select get_registers()'), 'MD403 MD403 MD403', 'the kitchen sees no money');
select tests.as('a.customer');
select is(tests.refused('select * from list_payments()') || ' ' || tests.refused('select * from list_refunds()') || ' ' || tests.refused('select * from list_disputes()') || ' ' || tests.refused('select get_registers()'), 'MD403 MD403 MD403 MD403', 'nor does a customer');
select tests.as('b.finance');
select results_eq('select amount from list_payments()', 'values (99.00::numeric)', 'each house its own');
select is(jsonb_array_length(get_registers() -> 'registers'), 1, 'and its own registers');

-- the list
select tests.as('a.finance');
select results_eq('select amount, refundable, method, customer_name, tip_amount, taken_by, dispute from list_payments() order by amount',
  $$values (12.50::numeric, 12.50::numeric, 'cash', 'Ada Løvelace', 0.00::numeric, 'Manager a', null), (40.00, 40.00, 'card', 'Ada Løvelace', 5.00, 'Manager a', null)$$, 'what came, from whom, who took it');
select is(tests.amounts('lovelace'), '12.50 40.00', 'by a name, without its accents');
select is(tests.amounts('4242'), '40.00', 'by what was written beside it');
select is(tests.amounts('12,5'), '12.50', 'by the amount, as it is typed');
select is(tests.amounts('%'), null, 'a sign of SQL is a sign');
select is((select string_agg(amount::text, ' ') from list_payments(p_method => '{card}')), '40.00', 'by method');
select is((select count(*) from list_payments(p_from => tests.day(1))), 0::bigint, 'nothing of tomorrow');
select is((select count(*) from list_payments(p_from => tests.day(0), p_to => tests.day(0))), 2::bigint, 'all of today');
select is((select count(*) from list_payments(p_before => now())), 0::bigint, 'the next page begins after the last line');
select results_eq($$with recursive page as (
    select 1 as n, l.at, l.id, l.amount from list_payments(p_limit => 1) l
    union all select p.n + 1, l.at, l.id, l.amount from page p, list_payments(p_before => p.at, p_before_id => p.id, p_limit => 1) l where p.n < 9)
  select amount from page order by amount$$, 'values (12.50::numeric), (40.00)', 'payments of one instant are all told, page by page');
select is(tests.refused('select * from list_payments(p_limit => 0)') || ' ' || tests.refused(format('select * from list_payments(p_search => %L)', repeat('x', 101))) || ' ' || tests.refused('select * from list_payments(p_from => ''infinity'')'), 'MD400 p_limit MD400 p_search MD400 p_from', 'what cannot be asked');

-- refunds and disputes
select refund_payment((tests.kept('card') #>> '{}')::uuid, 10, 'Cold soup') \gset _
select results_eq('select amount, method, status, reason, customer_name, asked_by from list_refunds()', $$values (10.00::numeric, 'card', 'succeeded', 'Cold soup', 'Ada Løvelace', 'Finance a')$$, 'what went back, why, by whom');
select is((select refundable from list_payments(p_method => '{card}')), 30.00, 'what is left to go back');
select is_empty('select 1 from list_refunds(p_open_only => true)', 'none waits');
select tests.as_owner();
insert into payment_disputes (organization_id, payment_id, provider_ref, amount, currency, reason, answer_by) values (tests.id('a'), (tests.kept('card') #>> '{}')::uuid, 'dp_1', 30, 'EUR', 'fraudulent', now() + interval '7 days');
select tests.as('a.finance');
select refund_payment((tests.kept('card') #>> '{}')::uuid, 1, 'Once more') \gset _
select results_eq($$with recursive page as (
    select 1 as n, l.at, l.id, l.amount from list_refunds(p_limit => 1) l
    union all select p.n + 1, l.at, l.id, l.amount from page p, list_refunds(p_before => p.at, p_before_id => p.id, p_limit => 1) l where p.n < 9)
  select amount from page order by amount$$, 'values (1.00::numeric), (10.00)', 'and refunds');
select results_eq('select amount, status, reason, customer_name from list_disputes()', $$values (30::numeric, 'open', 'fraudulent', 'Ada Løvelace')$$, 'what a cardholder disputes');
select is((select dispute from list_payments(p_method => '{card}')), 'open', 'beside the payment, too');
select tests.as('a.staff');
select is((select dispute from list_payments(p_method => '{card}')), null, 'for whom the ledger is');
select tests.as('b.finance');
select is_empty('select 1 from list_disputes() union all select 1 from list_refunds()', 'another house hears of neither');

-- registers
select tests.as('a.staff');
select is(get_registers() #> '{registers,0,open}', 'null', 'none is open');
select open_register(tests.id('bar'), 50), tests.pay(8) \gset _
select is(get_registers() #> '{registers,0,open,expected}', 'null', 'who counts blind is not told what should be there');
select tests.as('a.finance');
select is((get_registers() #>> '{registers,0,open,expected}')::numeric, 58.00, 'finance is');
select is((select register from list_payments(p_search => '8')), 'Bar', 'and where each payment was taken');
select close_register((get_registers() #>> '{registers,0,open,shift_id}')::uuid, 57) \gset _
select is((get_registers() #> '{registers,0,last}') - 'shift_id' - 'closed_at' - 'business_date', '{"number": 1, "counted": 57.00, "difference": -1.00}', 'the last count stays in sight');
select tests.as('a.staff');
select is(get_registers() #> '{registers,0,last,difference}', 'null', 'its difference for whom the ledger is');
select * from finish();
rollback;
