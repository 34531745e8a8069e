-- v2-resort.md: the restaurant module's tables, defaults and indexes.
\ir ../start.sql
\ir ../dining/cast.sql
select plan(61);

select has_column('tenant_alpha', t, c, format('%s.%s', t, c))
from (values ('restaurant_tables', 'table_number capacity section status position_x position_y shape is_active features created_at'),
  ('table_reservations', 'user_id table_id reservation_date reservation_time party_size status guest_name guest_phone special_requests confirmation_code created_at'),
  ('kitchen_orders', 'table_id order_number status created_by started_by ready_by completed_by kitchen_notes ready_at completed_at cancelled_at cancellation_reason created_at'),
  ('menu_items', 'category_id name description price image_url is_available prep_time_minutes allergens sort_order created_at'),
  ('kitchen_order_items', 'kitchen_order_id menu_item_id quantity')) x(t, cs), lateral string_to_table(cs, ' ') c;
select col_default_is('tenant_alpha', 'restaurant_tables', c, d, format('%s starts as %s', c, d)) from (values ('status', 'available'), ('shape', 'rectangle'), ('is_active', 'true'), ('features', '[]')) x(c, d);
select has_index('tenant_alpha', 'table_reservations'::name, 'idx_reservations_date'::name, 'idx_reservations_date');
select has_index('tenant_alpha', 'kitchen_orders'::name, 'idx_orders_status'::name, 'idx_orders_status');
select throws_ok(format($$insert into restaurant_tables (restaurant_id, table_number, capacity) values (%L, 1, 4)$$, tests.id('a.restaurant')), '23505', null, 'a table number is unique in its restaurant');
select throws_ok(format($$update restaurant_tables set status = 'on_fire' where id = %L$$, tests.id('a.t1')), '23514', null, 'table states are the spec''s');

-- a reservation with the spec's columns only
select lives_ok(format($$INSERT INTO table_reservations (user_id, table_id, reservation_date, reservation_time, party_size, guest_name, guest_phone, special_requests)
  VALUES (%L, %L, %L, '19:00', 2, 'Ann', '+1 555 0100', 'window')$$, tests.id('a.customer'), tests.id('a.t1'), current_date + 3), 'a reservation is inserted with the spec''s columns');
select matches((select confirmation_code from table_reservations where guest_name = 'Ann'), '^[2-9A-HJKM-Z]{8}$', 'and gets its code');
select tests.as('a.customer');
select is((select count(*) from table_reservations), 1::bigint, 'users read their own reservations');
select is((select count(*) from kitchen_orders), 0::bigint, 'and no kitchen');

-- reservation states: every pair
select tests.as_owner();
create function tests.can_go(p_from text, p_to text) returns boolean language plpgsql as $$
begin
  alter table table_reservations disable trigger user;
  update table_reservations set status = p_from where guest_name = 'Ann';
  alter table table_reservations enable trigger guard_status;
  update table_reservations set status = p_to where guest_name = 'Ann';
  raise exception using errcode = 'U0001';
exception when sqlstate 'U0001' then return true; when sqlstate 'MD422' then return false;
end $$;
set constraints all immediate;
select is((select string_agg(f || '>' || t, ' ' order by f, t) from unnest(array['pending', 'confirmed', 'seated', 'completed', 'cancelled', 'no_show']) f,
    unnest(array['pending', 'confirmed', 'seated', 'completed', 'cancelled', 'no_show']) t where f <> t and tests.can_go(f, t)),
  'confirmed>cancelled confirmed>no_show confirmed>seated no_show>confirmed no_show>seated pending>cancelled pending>confirmed pending>no_show pending>seated seated>completed seated>confirmed',
  'the moves of a reservation are these and no others');
create function tests.session_can_go(p_from text, p_to text) returns boolean language plpgsql as $$
begin
  insert into table_sessions (table_id, restaurant_id, session_otp) values (tests.id('a.t4'), tests.id('a.restaurant'), '999999');
  alter table table_sessions disable trigger user;
  update table_sessions set status = p_from where session_otp = '999999';
  alter table table_sessions enable trigger guard_status;
  update table_sessions set status = p_to where session_otp = '999999';
  raise exception using errcode = 'U0001';
exception when sqlstate 'U0001' then return true; when sqlstate 'MD422' then return false;
end $$;
select is((select string_agg(f || '>' || t, ' ' order by f, t) from unnest(array['active', 'billed', 'cleared']) f, unnest(array['active', 'billed', 'cleared']) t where f <> t and tests.session_can_go(f, t)),
  'active>billed active>cleared billed>active billed>cleared', 'the moves of a session are these and no others');

select * from finish();
rollback;
