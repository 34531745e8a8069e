-- omniorder.md: the tenant layer's menu and orders.
\ir ../start.sql
\ir ../dining/cast.sql
select plan(21);

select col_type_is('tenant_alpha', t, c, ty, format('%s.%s is %s', t, c, ty))
from (values ('menu_categories', 'id', 'uuid'), ('menu_categories', 'rank', 'integer'), ('menu_items', 'category_id', 'uuid'), ('menu_items', 'description', 'text'), ('menu_items', 'price', 'numeric'),
  ('menu_items', 'is_available', 'boolean'), ('orders', 'customer_name', 'character varying'), ('orders', 'status', 'character varying'), ('orders', 'total_amount', 'bigint'), ('orders', 'items', 'jsonb')) x(t, c, ty);
select col_default_is('tenant_alpha', 'menu_categories', 'rank', '0', 'rank starts at 0');
select col_default_is('tenant_alpha', 'menu_items', 'is_available', 'true', 'items are available');
select col_not_null('tenant_alpha', 'orders', c, c || ' is never null') from unnest(array['customer_name', 'total_amount', 'items']) c;

-- "every tenant can have an order #1001": numbers, names and codes do not meet across tenants
insert into menu_items (category_id, name, price) values (tests.id('a.food'), 'The OmniBurger', 1000);
select tests.as_anon();
select tests.put('order', api.place_order(p_restaurant_id => tests.id('a.restaurant'), p_customer_name => 'Omar',
  p_items => (select jsonb_build_array(jsonb_build_object('menu_item_id', id)) from menu_items where name = 'The OmniBurger')));
select is(tests.json('order', 'order', 'status') || tests.json('order', 'order', 'customer_name'), 'PENDINGOmar', 'an order begins PENDING, under the name given at checkout');
select tests.as_owner();
update menu_items set price = 2000, name = 'The MegaBurger' where name = 'The OmniBurger';
select is((select items #>> '{0,name}' || ' ' || (items #>> '{0,price}') || ' ' || total_amount from orders where customer_name = 'Omar'), 'The OmniBurger 1000 1000', 'a snapshot of what was bought stays as it was bought');
select tests.as('a.kitchen');
select api.start_kitchen_order(id) from kitchen_orders where customer_name = 'Omar';
select is((select status from orders where customer_name = 'Omar'), 'COOKING', 'PENDING → COOKING');
select api.ready_kitchen_order(id), api.complete_kitchen_order(id) from kitchen_orders where customer_name = 'Omar';
select is((select status from orders where customer_name = 'Omar'), 'DONE', '→ DONE');
select is(api.set_item_available((select id from menu_items where name = 'The MegaBurger'), false) #>> '{item,is_available}', 'false', 'the KDS toggles "sold out"');
select tests.as_owner();
set local search_path = tenant_beta, api, app, public, tap;
select is((select count(*) from orders), 0::bigint, '"SELECT * FROM orders" returns the active schema''s rows only');

select * from finish();
rollback;
