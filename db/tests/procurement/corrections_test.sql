-- First stock before the first invoice, one paper once, prices put right, goods that go back, units that something hangs on, choices that take stock.
\ir ../start.sql
select * from no_plan();
create function tests.refusal(p_sql text) returns text language plpgsql as $$
declare v text;
begin
  execute p_sql; return 'no refusal';
exception when others then
  get stacked diagnostics v = pg_exception_detail;
  return sqlstate || coalesce(' ' || (case when v ~ '^\{' then v::jsonb ->> 'field' end), '');
end $$;
create function tests.line(p text) returns uuid language sql security definer as $$ select l.id from tenant_alpha.invoice_lines l join tenant_alpha.invoices i on i.id = l.invoice_id where i.number = p $$;
create function tests.average(p text) returns numeric language sql security definer as $$ select average_cost from tenant_alpha.ingredients where id = tests.id(p) $$;
create function tests.level(p text) returns numeric language sql as $$ select quantity from get_stock_levels(p_ingredient_id => tests.id(p)) $$;
create function tests.receive(p_number text, p_date date, p_ingredient text, p_kilos numeric, p_price numeric) returns jsonb language sql as $$
  select receive_invoice(null, tests.id('sup'), tests.id('store'), p_number, p_date, jsonb_build_array(jsonb_build_object('ingredient_id', tests.id(p_ingredient), 'quantity', p_kilos, 'unit', 'kg', 'unit_price', p_price))) $$;
grant execute on all functions in schema tests to authenticated;

select tests.as('a.manager');
insert into restaurants (id, name) values (tests.id('r'), 'Bella');
insert into menu_categories (id, restaurant_id, name) values (tests.id('cat'), tests.id('r'), 'Pizza');
insert into menu_items (id, restaurant_id, category_id, name, price) values (tests.id('pizza'), tests.id('r'), tests.id('cat'), 'Margherita', 1000);
insert into stores (id, name, is_default) values (tests.id('store'), 'Cellar', true);
insert into suppliers (id, name) values (tests.id('sup'), 'Mill'), (tests.id('other'), 'Other');
insert into ingredients (id, name, unit) select tests.id(i), i, 'g' from unnest('{flour,salt,cheese,eggs,basil,new}'::text[]) i;

-- ── the first price is the price of what was there ───────────────────────────────────────────────────────────────────
select adjust_stock(tests.id('store'), tests.id('flour'), 'count', 10, 'kg') is not null;
select tests.receive('A1', '2026-01-10', 'flour', 10, 1.20) is not null;
select is(tests.average('flour'), 0.0012, 'the only price ever paid is the price');
select tests.receive('A2', '2026-01-11', 'flour', 20, 2.40) is not null;
select is(tests.average('flour'), 0.0018, 'then it mixes with what is there');

-- ── one paper once ───────────────────────────────────────────────────────────────────────────────────────────────────
select is(tests.receive('RE-0017', '2025-01-10', 'salt', 1, 1) ->> 'status', 'received', 'number 17 of 2025');
select is(tests.refusal(format('select tests.receive(%L, ''2025-03-01'', ''salt'', 1, 1)', given)), 'MD409 p_number', 'is the same paper as ' || given)
from unnest(array['RE-0017', 'RE-0017 ', 're-0017', ' Re 17', 'Rechnung Nr. 17', '17', 'RE–0017', 'ＲＥ００１７']) given;
select is(tests.receive('RE-0017', '2026-01-12', 'salt', 1, 1) ->> 'status', 'received', 'the supplier begins anew each year');
select is(tests.receive('A-17', '2025-01-12', 'salt', 1, 1) ->> 'status', 'received', 'another series is another paper');
select is(receive_invoice(null, tests.id('other'), tests.id('store'), 'RE-0017', '2025-01-10', '[{"description": "x", "quantity": 1, "unit_price": 1}]') ->> 'status', 'received', 'as is another supplier');
insert into invoices (id, supplier_id, store_id, number, invoice_date) values (tests.id('draft'), tests.id('sup'), tests.id('store'), 'RE-18', '2025-02-01');
select is(tests.refusal($$insert into invoices (supplier_id, store_id, number, invoice_date) values (tests.id('sup'), tests.id('store'), 're 18', '2025-02-02')$$), '23505', 'through the table, too');
update invoices set status = 'cancelled' where id = tests.id('draft');
select is(tests.receive('RE-18', '2025-02-01', 'salt', 1, 1) ->> 'status', 'received', 'a cancelled draft frees its number');

-- ── a wrong price ────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.receive('C1', '2026-01-10', 'cheese', 10, 8) is not null;
select tests.receive('C2', '2026-01-11', 'cheese', 10, 800) is not null;
select is(tests.average('cheese'), 0.404, 'eight hundred for eight');
select is(correct_invoice_line(tests.line('C2'), 8.20, 'Typed wrongly') -> 'net_amount', '82.00', 'is put right');
select is(tests.average('cheese'), 0.0081, 'the average is what it would have been');
select is((select last_cost from ingredients where id = tests.id('cheese')), 0.0082, 'and the last price');
select isnt_empty($$select 1 from activity_logs where action = 'invoice_corrected' and description like '%800%8.2%Typed wrongly%'$$, 'on the record');
select is(tests.refusal(format('select correct_invoice_line(%L, -1)', tests.line('C2'))), 'MD400 p_unit_price', 'below zero is no price');
update invoices set status = 'paid' where number = 'C2';
select is(tests.refusal(format('select correct_invoice_line(%L, 8)', tests.line('C2'))), 'MD422 status', 'what was paid is set back first');
select tests.as('a.waiter');
select is(tests.refusal(format('select correct_invoice_line(%L, 8)', tests.line('C1'))), 'MD404 p_line_id', 'a waiter has no invoices');
select tests.as('b.manager');
select is(tests.refusal(format('select correct_invoice_line(%L, 8)', tests.line('C1'))), 'MD404 p_line_id', 'nor another house');

-- ── what goes back ───────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.manager');
select is(receive_invoice(null, tests.id('sup'), tests.id('store'), 'CN-1', '2026-02-01', jsonb_build_array(
  jsonb_build_object('ingredient_id', tests.id('cheese'), 'quantity', -5, 'unit', 'kg', 'unit_price', 8.1),
  jsonb_build_object('description', 'Deposit of ten crates', 'quantity', -10, 'unit_price', 3))) ->> 'total_amount', '-70.50', 'a credit note: goods and deposits back');
select is(format('%s %s', tests.level('cheese'), tests.average('cheese')), '15000 0.00810000', 'they leave the store at what they cost');
select is(tests.refusal(format('select tests.receive(''Z'', ''2026-02-01'', ''cheese'', 0, 1)')), '23514', 'nothing at all is no line');

-- ── units that something hangs on ────────────────────────────────────────────────────────────────────────────────────
select is(tests.refusal($$update ingredients set unit = 'piece' where id = tests.id('cheese')$$), 'MD409 unit', 'kilos of cheese do not become pieces');
update ingredients set unit = 'piece' where id = tests.id('new');
select is((select unit from ingredients where id = tests.id('new')), 'piece', 'what nothing hangs on may');
insert into ingredient_units (ingredient_id, unit, factor) values (tests.id('basil'), 'bunch', 80);
insert into recipes (id, name, menu_item_id) values (tests.id('rec'), 'Margherita', tests.id('pizza'));
insert into recipe_lines (recipe_id, ingredient_id, quantity, unit) values (tests.id('rec'), tests.id('basil'), 1, 'bunch');
select is(tests.refusal($$delete from ingredient_units where unit = 'bunch'$$), 'MD409 unit', 'a recipe counts in bunches: the bunch stays');
select is(tests.refusal($$update ingredient_units set unit = 'pot' where unit = 'bunch'$$), 'MD409 unit', 'by its name');
update ingredient_units set factor = 90 where unit = 'bunch';
select is(app.to_base_unit(tests.id('basil'), 1, 'bunch'), 90::numeric, 'larger it may become');

-- ── choices ──────────────────────────────────────────────────────────────────────────────────────────────────────────
insert into modifier_groups (id, restaurant_id, name, max_choices) values (tests.id('extras'), tests.id('r'), 'Extras', 3);
insert into modifiers (id, restaurant_id, group_id, name, price) values (tests.id('extra'), tests.id('r'), tests.id('extras'), 'Extra cheese', 100);
insert into menu_item_modifier_groups (menu_item_id, modifier_group_id) values (tests.id('pizza'), tests.id('extras'));
insert into recipes (id, name, modifier_id) values (tests.id('rec2'), 'Extra cheese', tests.id('extra'));
insert into recipe_lines (recipe_id, ingredient_id, quantity, unit) values (tests.id('rec2'), tests.id('cheese'), 50, 'g');
select is(tests.refusal($$update recipes set menu_item_id = tests.id('pizza') where id = tests.id('rec2')$$), '23514', 'a recipe makes one thing');
select set_config('tests.cheese', tests.level('cheese')::text, true) is not null;
select place_order(p_restaurant_id => tests.id('r'), p_items => jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('pizza'), 'quantity', 2,
  'modifiers', jsonb_build_array(jsonb_build_object('id', tests.id('extra'), 'quantity', 2)))), p_customer_name => 'x') is not null;
select is(current_setting('tests.cheese')::numeric - tests.level('cheese'), 200::numeric, 'two pizzas with twice the cheese take it');
select * from finish();
rollback;
