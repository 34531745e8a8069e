-- Where a line or an order was first sent, so that a tablet that repeats itself gets its first answer after moves and merges; courses that wait until
-- they are fired; what is taken away has a tax rate and a time of its own.
-- up
alter table orders
  add origin_session_id uuid,
  add pickup_at timestamptz check (pickup_at is null or session_id is null);
alter table order_lines
  add origin_session_id uuid,
  add course smallint not null default 1 check (course between 1 and 9);
comment on column orders.origin_session_id is 'The session whose idempotency_key it is; session_id is whose bill it stands on.';
comment on column orders.pickup_at is 'When it is fetched; null: as soon as it is ready.';
comment on column order_lines.origin_session_id is 'The session whose idempotency_key it is, once it stands on another bill.';
comment on column order_lines.course is '1 goes to the kitchen at once; later courses of the same order wait until fire_course.';
drop index order_lines_idempotency_key;
create unique index order_lines_idempotency_key on order_lines (coalesce(origin_session_id, session_id), idempotency_key) where idempotency_key is not null;

alter table kitchen_orders
  add course smallint not null default 1 check (course between 1 and 9),
  add held boolean not null default false,
  add fired_at timestamptz,
  drop constraint kitchen_orders_order_id_station_key,
  drop constraint kitchen_orders_restaurant_id_business_date_order_number_sta_key,
  add constraint kitchen_orders_ticket_key unique (order_id, station, course),
  add constraint kitchen_orders_number_key unique (restaurant_id, business_date, order_number, station, course),
  add constraint held_is_pending check (not held or status in ('pending', 'cancelled'));
comment on column kitchen_orders.held is 'A later course: not to be cooked until somebody fires it.';

alter table menu_items add takeaway_tax_rate numeric(5,2) check (takeaway_tax_rate between 0 and 100);
comment on column menu_items.takeaway_tax_rate is 'Percent when it is taken away; null: the restaurant''s takeaway_tax_rate, else as at the table.';
alter table restaurants add takeaway_tax_rate numeric(5,2) check (takeaway_tax_rate between 0 and 100);
comment on column restaurants.takeaway_tax_rate is 'Percent on what is taken away; null: as at the table.';

-- down
alter table restaurants drop takeaway_tax_rate;
alter table menu_items drop takeaway_tax_rate;
alter table kitchen_orders drop constraint held_is_pending, drop constraint kitchen_orders_number_key, drop constraint kitchen_orders_ticket_key,
  drop fired_at, drop held, drop course;
alter table kitchen_orders add constraint kitchen_orders_order_id_station_key unique (order_id, station),
  add constraint kitchen_orders_restaurant_id_business_date_order_number_sta_key unique (restaurant_id, business_date, order_number, station);
drop index order_lines_idempotency_key;
alter table order_lines drop origin_session_id, drop course;
create unique index order_lines_idempotency_key on order_lines (session_id, idempotency_key) where idempotency_key is not null;
alter table orders drop pickup_at, drop origin_session_id;
