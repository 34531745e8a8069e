-- group-ordering.md: its own SQL, with ids in place of the placeholders.
\ir ../start.sql
\ir ../dining/cast.sql
select plan(33);
select tests.id('a.t1') as table_uuid, tests.id('a.restaurant') as restaurant_uuid \gset
insert into customers (id, organization_id, full_name) values (tests.id('jane'), tests.id('a'), 'Jane Roe');
select tests.id('jane') as customer_uuid \gset

-- columns and their types, as the tables of the spec list them
select col_type_is('tenant_alpha', t, c, ty, format('%s.%s is %s', t, c, ty))
from (values ('table_sessions', 'id', 'uuid'), ('table_sessions', 'table_id', 'uuid'), ('table_sessions', 'restaurant_id', 'uuid'), ('table_sessions', 'session_otp', 'character varying(6)'),
  ('table_sessions', 'status', 'character varying(20)'), ('table_sessions', 'total_amount', 'bigint'), ('session_customers', 'session_id', 'uuid'),
  ('session_customers', 'name', 'character varying(255)'), ('session_customers', 'phone', 'character varying(20)'), ('orders', 'session_id', 'uuid'), ('orders', 'customer_session_id', 'uuid')) x(t, c, ty);
select has_column('tenant_alpha', t, c, format('%s has %s', t, c))
from (values ('table_sessions', 'otp_expires_at'), ('table_sessions', 'created_at'), ('table_sessions', 'updated_at'), ('table_sessions', 'deleted_at'), ('session_customers', 'joined_at'), ('session_customers', 'deleted_at')) x(t, c);
select has_index('tenant_alpha', t::name, i::name, format('index %s', i))
from (values ('table_sessions', 'idx_table_sessions_table_id_status'), ('table_sessions', 'idx_table_sessions_session_otp'), ('session_customers', 'idx_session_customers_session_id'), ('orders', 'idx_orders_session_id')) x(t, i);

-- Create a New Session
INSERT INTO table_sessions (
  table_id, 
  restaurant_id, 
  session_otp, 
  otp_expires_at
) VALUES (
  :'table_uuid', 
  :'restaurant_uuid', 
  '123456', 
  NOW() + INTERVAL '1 hour'
);
select is((select status || organization_id from table_sessions where session_otp = '123456'), 'active' || tests.id('a'), 'a session is created active, in its restaurant''s organization');
select id as session_uuid from table_sessions where session_otp = '123456' \gset

-- Join a Session: validate the OTP, then add the customer
select isnt_empty($$
SELECT * FROM table_sessions 
WHERE session_otp = '123456' 
  AND status = 'active' 
  AND (otp_expires_at IS NULL OR otp_expires_at > NOW())
  AND deleted_at IS NULL;
$$, 'the OTP finds it');
INSERT INTO session_customers (session_id, name, phone) 
VALUES (:'session_uuid', 'John Doe', '+1234567890');
select id as session_customer_uuid from session_customers where name = 'John Doe' \gset
select is((select session_id from session_customers where name = 'John Doe'), :'session_uuid', 'John has joined');

-- Create Order in Session
INSERT INTO orders (
  customer_id,
  table_id,
  session_id,
  customer_session_id,
  restaurant_id,
  total
) VALUES (
  :'customer_uuid',
  :'table_uuid',
  :'session_uuid',
  :'session_customer_uuid',
  :'restaurant_uuid',
  2500
);
select is((select total_amount || customer_name || status from orders where session_id = :'session_uuid'), '2500John DoePENDING', 'John''s order is there');
select is((select total_amount from table_sessions where id = :'session_uuid'), 2500::bigint, 'and on the session');

-- Get Session Summary: one participant and one order do not multiply yet …
select results_eq(format($$
SELECT 
  ts.id,
  ts.session_otp,
  ts.status,
  ts.total_amount,
  COUNT(sc.id) as participant_count,
  COUNT(o.id) as order_count
FROM table_sessions ts
LEFT JOIN session_customers sc ON ts.id = sc.session_id AND sc.deleted_at IS NULL
LEFT JOIN orders o ON ts.id = o.session_id AND o.deleted_at IS NULL
WHERE ts.id = %L AND ts.deleted_at IS NULL
GROUP BY ts.id, ts.session_otp, ts.status, ts.total_amount;
$$, :'session_uuid'), format($$values (%L::uuid, '123456'::varchar, 'active'::varchar, 2500::bigint, 1::bigint, 1::bigint)$$, :'session_uuid'), 'the spec''s summary runs');
-- … with two of each they do, which is why the function counts them apart
INSERT INTO session_customers (session_id, name, phone) VALUES (:'session_uuid', 'Jane', null);
INSERT INTO orders (table_id, session_id, restaurant_id, total) VALUES (:'table_uuid', :'session_uuid', :'restaurant_uuid', 500);
select is((select s ->> 'participant_count' || '/' || (s ->> 'order_count') || '/' || (s ->> 'total_amount') from api.get_session_summary(:'session_uuid') s), '2/2/3000', 'get_session_summary counts participants and orders apart');

-- Individual vs Group Orders
select lives_ok(format('INSERT INTO orders (restaurant_id, customer_name, total_amount, items) VALUES (%L, %L, 1000, %L)', :'restaurant_uuid', 'Ida', '[]'), 'an individual order has neither session nor participant');
-- Row Level Security: staff insert and update sessions
select tests.as('a.waiter');
select lives_ok(format($$INSERT INTO table_sessions (table_id, restaurant_id, session_otp) VALUES (%L, %L, '654321')$$, tests.id('a.t2'), :'restaurant_uuid'), 'a waiter inserts a session');
select lives_ok($$UPDATE table_sessions SET otp_expires_at = NOW() + INTERVAL '1 hour' WHERE session_otp = '654321'$$, 'and updates it');
select throws_ok(format($$INSERT INTO table_sessions (table_id, restaurant_id, session_otp) VALUES (%L, %L, '654321')$$, tests.id('a.t3'), :'restaurant_uuid'), '23505', null, 'no two active sessions share an OTP');
-- Cascade deletes for session cleanup
select tests.as_owner();
DELETE FROM table_sessions WHERE id = :'session_uuid';
select is((select count(*) from session_customers where session_id = :'session_uuid') + (select count(*) from orders where session_id = :'session_uuid'), 0::bigint, 'deleting a session takes its rows along');

select * from finish();
rollback;
