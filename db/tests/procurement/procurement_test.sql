-- Goods come in with their price, leave with what is sold, and service never waits for them.
\ir ../start.sql
select plan(46);

-- A pizzeria: flour and water make dough, dough and cheese make a pizza.
select tests.as('a.manager');
insert into restaurants (id, name) values (tests.id('r'), 'Bella');
insert into menu_categories (id, restaurant_id, name) values (tests.id('cat'), tests.id('r'), 'Pizza');
insert into menu_items (id, restaurant_id, category_id, name, price, tax_rate) values (tests.id('pizza'), tests.id('r'), tests.id('cat'), 'Margherita', 1070, 7);
insert into stores (id, name, is_default) values (tests.id('store'), 'Cellar', true);
insert into stores (id, name) values (tests.id('bar'), 'Bar');
insert into suppliers (id, name, payment_days) values (tests.id('sup'), 'Mill & Co', 30);
insert into ingredients (id, name, unit, reorder_level, waste_percent) values
  (tests.id('flour'), 'Flour', 'g', 500, 0), (tests.id('water'), 'Water', 'ml', 0, 0), (tests.id('cheese'), 'Cheese', 'g', 0, 20), (tests.id('dough'), 'Dough', 'g', 0, 0);
insert into ingredient_units (ingredient_id, unit, factor) values (tests.id('flour'), 'sack', 25000);
insert into recipes (id, name, ingredient_id, yield_quantity, yield_unit) values (tests.id('r.dough'), 'Dough', tests.id('dough'), 1, 'kg');
insert into recipe_lines (recipe_id, ingredient_id, quantity, unit) values
  (tests.id('r.dough'), tests.id('flour'), 600, 'g'), (tests.id('r.dough'), tests.id('water'), 0.4, 'l');
insert into recipes (id, name, menu_item_id) values (tests.id('r.pizza'), 'Margherita', tests.id('pizza'));
insert into recipe_lines (recipe_id, ingredient_id, quantity, unit) values
  (tests.id('r.pizza'), tests.id('dough'), 250, 'g'), (tests.id('r.pizza'), tests.id('cheese'), 80, 'g');

select throws_ok($$insert into recipe_lines (recipe_id, ingredient_id, quantity, unit) values (tests.id('r.pizza'), tests.id('flour'), 1, 'hogshead')$$,
  'MD400', null, 'a unit nobody can convert is refused when it is written');
select throws_ok($$insert into recipe_lines (recipe_id, ingredient_id, quantity, unit) values (tests.id('r.dough'), tests.id('dough'), 1, 'g')$$,
  'MD422', null, 'a recipe does not contain what it makes');
select is(app.to_base_unit(tests.id('flour'), 2, 'sack'), 50000::numeric, 'a sack is what the ingredient says');
select is(app.to_base_unit(tests.id('water'), 1.5, 'l'), 1500::numeric, 'a litre is what everybody says');
select is((select round(quantity, 4) from app.recipe_needs(tests.id('r.pizza'), 2) where ingredient_id = tests.id('flour')), 300.0000, 'two pizzas take flour through their dough');
select is((select round(quantity, 4) from app.recipe_needs(tests.id('r.pizza'), 2) where ingredient_id = tests.id('cheese')), 200.0000, 'and cheese with what is lost in cleaning');

-- Invoices.
select is(receive_invoice(null, tests.id('sup'), tests.id('store'), 'F-1', '2026-01-10', jsonb_build_array(
    jsonb_build_object('ingredient_id', tests.id('flour'), 'quantity', 1, 'unit', 'sack', 'unit_price', 25, 'tax_rate', 7),
    jsonb_build_object('ingredient_id', tests.id('cheese'), 'quantity', 10, 'unit', 'kg', 'unit_price', 8, 'tax_rate', 7),
    jsonb_build_object('description', 'Delivery', 'quantity', 1, 'unit', 'piece', 'unit_price', 5, 'tax_rate', 19)), 118.30) - 'invoice_id',
  '{"status": "received", "total_amount": 118.30, "price_rises": []}', 'an invoice is received, its total checked');
select is((select (net_amount, tax_amount, due_date, status)::text from invoices), '(110.00,8.30,2026-02-09,received)', 'with net, tax and the supplier''s terms');
select is((select quantity from get_stock_levels(tests.id('store'), false, tests.id('flour'))), 25000::numeric, 'the flour is in the cellar');
select is((select average_cost from ingredients where id = tests.id('flour')), 0.001, 'at a tenth of a cent a gram');
select throws_ok($$select receive_invoice(null, tests.id('sup'), tests.id('store'), 'F-1', '2026-03-01', '[{"description": "x", "quantity": 1, "unit_price": 1}]')$$,
  'MD409', null, 'an invoice is entered once');
select throws_ok($$select receive_invoice(null, tests.id('sup'), tests.id('store'), 'F-9', p_lines => '[{"description": "x", "quantity": 1, "unit_price": 1}]', p_total_amount => 2)$$,
  'MD422', null, 'a total that is not the sum of the lines is refused');
select throws_ok($$update invoices set status = 'received' where false; insert into invoices (supplier_id, store_id, number, invoice_date, status) values (tests.id('sup'), tests.id('store'), 'x', now(), 'received')$$,
  '42501', null, 'nobody receives goods past the function');
select throws_ok($$update invoice_lines set unit_price = 1$$, 'MD422', null, 'what was received does not change');
insert into invoices (id, supplier_id, store_id, number, invoice_date) values (tests.id('inv2'), tests.id('sup'), tests.id('store'), 'F-2', '2026-02-10');
insert into invoice_lines (invoice_id, ingredient_id, quantity, unit, unit_price) values (tests.id('inv2'), tests.id('flour'), 3, 'sack', 30), (tests.id('inv2'), tests.id('cheese'), 1, 'kg', 8.5);
select is(receive_invoice(tests.id('inv2')) #> '{price_rises,0}' -> 'percent', '20.00', 'a price that rose by more than a tenth is told');
select is((select average_cost from ingredients where id = tests.id('flour')), 0.00115, 'the average moves with what there was');
select throws_ok($$select receive_invoice(tests.id('inv2'))$$, 'MD409', null, 'goods are received once');
select is((select count(*) from notifications where type = 'price_rise'), 1::bigint, 'the manager is told');
select is((select price_change_percent from invoice_lines where invoice_id = tests.id('inv2') and ingredient_id = tests.id('cheese')), 6.25, 'a small rise is noted only');
select tests.as('a.waiter');
select throws_ok($$select receive_invoice(null, tests.id('sup'))$$, 'MD404', null, 'a waiter has nothing to do with invoices');
select is_empty('select 1 from suppliers', 'and sees no suppliers');
select tests.as('b.manager');
select throws_ok($$select receive_invoice(tests.id('inv2'))$$, 'MD404', null, 'another house has no such invoice');

-- Costs.
select tests.as('a.manager');
select is((get_recipe_cost(p_menu_item_id => tests.id('pizza')) ->> 'cost_per_unit')::numeric,
  round(150 * 0.00115 + 100 * (select average_cost from ingredients where id = tests.id('cheese')), 4), 'a pizza costs its flour and its cheese');
select is((get_recipe_cost(tests.id('r.pizza')) ->> 'net_price')::numeric, 10.0000, 'against its price without tax');
select tests.as('b.manager');
select throws_ok($$select get_recipe_cost(tests.id('r.pizza'))$$, 'MD404', null, 'another house does not learn the recipe');

-- Sales.
select tests.as_owner();
create function tests.level(p text) returns numeric language sql stable security definer as
  'select round(app.stock_level(tests.id(''store''), tests.id(p)), 4)';
grant execute on all functions in schema tests to authenticated;
insert into restaurant_tables (id, restaurant_id, table_number, capacity) values (tests.id('t'), tests.id('r'), 1, 4);
insert into table_sessions (id, restaurant_id, table_id, session_otp) values (tests.id('s'), tests.id('r'), tests.id('t'), '123456');
insert into order_lines (id, session_id, menu_item_id, name, quantity, unit_price) values (tests.id('l'), tests.id('s'), tests.id('pizza'), 'Margherita', 2, 1070);
select is(tests.level('flour'), 100000.0000, 'a draft takes nothing');
insert into orders (id, restaurant_id, session_id, table_id, customer_name) values (tests.id('o'), tests.id('r'), tests.id('s'), tests.id('t'), 'Ada');
update order_lines set order_id = tests.id('o'), status = 'pending' where id = tests.id('l');
select is(tests.level('flour'), 99700.0000, 'a line that is sent takes its flour');
update order_lines set status = 'cooking' where id = tests.id('l');
select is(tests.level('flour'), 99700.0000, 'cooking takes nothing more');
update recipe_lines set quantity = 500 where recipe_id = tests.id('r.pizza') and ingredient_id = tests.id('dough');
update order_lines set quantity = 1 where id = tests.id('l');
select is(tests.level('flour'), 99850.0000, 'one less gives back what it took, whatever the recipe says now');
update order_lines set status = 'cancelled' where id = tests.id('l');
select is(tests.level('flour'), 100000.0000, 'a void gives all of it back');
update order_lines set status = 'pending' where id = tests.id('l');
select is(tests.level('flour'), 99700.0000, 'taken up again it takes by the recipe of now');
delete from order_lines where id = tests.id('l');
select is(tests.level('flour'), 100000.0000, 'what is gone took nothing');

-- Below zero warns and never blocks.
select tests.as('a.kitchen');
select is(adjust_stock(tests.id('store'), tests.id('flour'), 'count', 0.6, 'kg', 'shelf'), 600::numeric, 'the kitchen counts the shelf');
select tests.as_owner();
insert into order_lines (id, order_id, session_id, menu_item_id, name, quantity, unit_price, status) values (tests.id('l2'), tests.id('o'), tests.id('s'), tests.id('pizza'), 'Margherita', 1, 1070, 'pending');
select is((select type from notifications where user_id = tests.id('a.kitchen') and data ->> 'ingredient_id' = tests.id('flour')::text), 'stock_low', 'below the reorder level somebody is told');
update order_lines set quantity = 10 where id = tests.id('l2');
select is(tests.level('flour'), -2400.0000, 'the tenth pizza is sold all the same');
select is((select type from notifications where user_id = tests.id('a.kitchen') and data ->> 'ingredient_id' = tests.id('flour')::text), 'stock_below_zero', 'and somebody is told again');
alter table ingredients disable trigger guard_unit;      -- a row from before there was a guard
update ingredients set unit = 'piece' where id = tests.id('water');
select lives_ok($$update order_lines set quantity = 11 where id = tests.id('l2')$$, 'a recipe that makes no sense any more stops nobody');
select is((select count(*) from activity_logs where action = 'stock_not_taken'), 1::bigint, 'it is written down');
update ingredients set unit = 'ml' where id = tests.id('water');
alter table ingredients enable trigger guard_unit;
select app.maintain_procurement() \gset _
select is(tests.level('flour'), -2400.0000, 'the daily round changes no level');
select is((select count(*) from stock_movements where not is_counted), 0::bigint, 'it folds the movements in');
select tests.as('a.manager');
select ok((select is_low and value = 0 from get_stock_levels(p_low_only => true, p_ingredient_id => tests.id('flour'))), 'what is missing is on the list');

-- By hand.
select is(adjust_stock(tests.id('store'), tests.id('cheese'), 'transfer', 1, 'kg', null, tests.id('bar')), 9000::numeric, 'cheese goes to the bar');
select is((select quantity from get_stock_levels(tests.id('bar'))), 1000::numeric, 'and is there');
select is(adjust_stock(tests.id('bar'), tests.id('dough'), 'production', 2, 'kg'), 2000::numeric, 'dough is made');
select is((select round(quantity, 4) from get_stock_levels(tests.id('bar'), false, tests.id('flour'))), -1200.0000, 'of flour');
select throws_ok($$delete from stock_movements$$, '42501', null, 'what moved has moved');

select * from finish();
rollback;
