-- v2-resort.md: chalets, chalet_bookings, seasonal_pricing_rules as the document describes them.
\ir ../start.sql
select * from no_plan();

-- columns, with the defaults of the document
select has_column('tenant_alpha'::name, t.tab::name, c::name, t.tab || '.' || c) from (values
  ('chalets', '{id,name,description,capacity,bedrooms,bathrooms,base_price,weekend_price,status,is_active,location,check_in_time,check_out_time,created_at,updated_at}'::text[]),
  ('chalet_bookings', '{id,user_id,chalet_id,check_in,check_out,guests,total_price,status,payment_status,special_requests,guest_details,cancellation_reason,cancelled_at,refund_amount,modified_at,created_at,updated_at}'),
  ('seasonal_pricing_rules', '{id,name,description,start_date,end_date,multiplier,apply_to_days,is_active,priority,created_at}'),
  ('price_history', '{id,rule_id}'), ('chalet_amenities', '{id,chalet_id}'), ('chalet_images', '{id,chalet_id}'), ('booking_addons', '{id,booking_id}')) as t(tab, cols), unnest(t.cols) c;
select col_default_is('tenant_alpha'::name, t.tab::name, t.col::name, t.def, t.tab || '.' || t.col || ' default') from (values
  ('chalets', 'bedrooms', '1'), ('chalets', 'bathrooms', '1'), ('chalets', 'status', 'active'), ('chalets', 'is_active', 'true'), ('chalets', 'check_in_time', '15:00:00'), ('chalets', 'check_out_time', '11:00:00'),
  ('chalet_bookings', 'status', 'pending'), ('chalet_bookings', 'payment_status', 'pending'), ('seasonal_pricing_rules', 'is_active', 'true'), ('seasonal_pricing_rules', 'priority', '0')) as t(tab, col, def);
select col_type_is('tenant_alpha'::name, t.tab::name, t.col::name, t.typ, t.tab || '.' || t.col || ' type') from (values
  ('chalets', 'base_price', 'numeric'), ('chalets', 'weekend_price', 'numeric'), ('chalet_bookings', 'total_price', 'numeric'), ('chalet_bookings', 'refund_amount', 'numeric'),
  ('chalet_bookings', 'check_in', 'date'), ('chalet_bookings', 'guest_details', 'jsonb'), ('seasonal_pricing_rules', 'multiplier', 'numeric(4,2)')) as t(tab, col, typ);
select col_not_null('tenant_alpha'::name, t.tab::name, t.col::name, t.tab || '.' || t.col || ' not null') from (values
  ('chalets', 'name'), ('chalets', 'capacity'), ('chalets', 'base_price'), ('chalet_bookings', 'chalet_id'), ('chalet_bookings', 'check_in'), ('chalet_bookings', 'check_out'), ('chalet_bookings', 'guests'),
  ('chalet_bookings', 'total_price'), ('seasonal_pricing_rules', 'name'), ('seasonal_pricing_rules', 'start_date'), ('seasonal_pricing_rules', 'multiplier')) as t(tab, col);

-- indexes, by the names of the document
select has_index('tenant_alpha'::name, t.tab::name, t.idx::name, t.idx) from (values
  ('chalets', 'idx_chalets_status'), ('chalets', 'idx_chalets_capacity'), ('chalet_bookings', 'idx_bookings_user'), ('chalet_bookings', 'idx_bookings_chalet'),
  ('chalet_bookings', 'idx_bookings_dates'), ('chalet_bookings', 'idx_bookings_status')) as t(tab, idx);
select ok(pg_get_indexdef('tenant_alpha.idx_bookings_status'::regclass) like '%WHERE%cancelled%checked_out%', 'idx_bookings_status is partial');

-- status values, one by one
insert into chalets (id, organization_id, name, capacity, base_price) values (tests.id('c'), tests.id('a'), 'C', 4, 100), (tests.id('c2'), tests.id('a'), 'C2', 4, 100);
select lives_ok(format('update chalets set status = %L where id = %L', s, tests.id('c')), 'chalet ' || s) from unnest('{maintenance,inactive,active}'::text[]) s;
select throws_ok(format('update chalets set status = ''haunted'' where id = %L', tests.id('c')), '23514', null, 'no other');
insert into chalet_bookings (id, organization_id, user_id, chalet_id, check_in, check_out, guests, total_price, currency)
values (tests.id('b'), tests.id('a'), tests.id('a.customer'), tests.id('c'), current_date + 10, current_date + 12, 2, 200, 'EUR');
select lives_ok(format('update chalet_bookings set payment_status = %L', s), 'payment ' || s) from unnest('{pending,paid,refunded,partial_refund}'::text[]) s;
select throws_ok(format('insert into chalet_bookings (organization_id, user_id, chalet_id, check_in, check_out, guests, total_price, currency, status) values (%L, %L, %L, current_date + 40, current_date + 41, 1, 1, ''EUR'', ''lost'')', tests.id('a'), tests.id('a.customer'), tests.id('c')), '23514', null, 'a booking has one of six states');

-- check_out > check_in; no overlapping bookings for the same chalet
select throws_ok('update chalet_bookings set check_out = check_in', 'MD400', null, 'check_out > check_in');
select throws_ok(format('insert into chalet_bookings (organization_id, user_id, chalet_id, check_in, check_out, guests, total_price, currency) values (%L, %L, %L, current_date + 11, current_date + 13, 1, 1, ''EUR'')', tests.id('a'), tests.id('a.customer'), tests.id('c')), '23P01', null, 'no overlapping bookings for the same chalet');
select lives_ok(format('insert into chalet_bookings (organization_id, user_id, chalet_id, check_in, check_out, guests, total_price, currency) values (%L, %L, %L, current_date + 11, current_date + 13, 1, 1, ''EUR'')', tests.id('a'), tests.id('a.customer'), tests.id('c2')), 'another chalet is another matter');

-- bookings: users read and cancel their own; staff read all and update the status; admins have full access
select tests.as('a.customer');
select is((select count(*) from chalet_bookings), 2::bigint, 'users read their own bookings');
select is(cancel_chalet_booking(tests.id('b')) ->> 'status', 'cancelled', 'and cancel them');
select tests.as('b.customer');
select is_empty('select 1 from chalet_bookings', 'others do not');
select tests.as('a.staff');
select is((select count(*) from chalet_bookings), 2::bigint, 'staff read all bookings');
update chalet_bookings set status = 'confirmed' where status = 'pending';
select is((select count(*) from chalet_bookings where status = 'confirmed'), 1::bigint, 'and update the status');
select tests.as('a.admin');
select lives_ok(format('select modify_chalet_booking(id, p_guests => 3) from chalet_bookings where status = ''confirmed'''), 'admins change bookings');
select isnt_empty('select 1 from audit_logs where table_name = ''chalet_bookings''', 'and read who did');
-- a rule generates price history
insert into seasonal_pricing_rules (name, start_date, end_date, multiplier) values ('Peak', current_date, current_date + 9, 1.5);
select isnt_empty('select 1 from price_history where rule_id is not null', 'seasonal_pricing_rules generates price_history');
select * from finish();
rollback;
