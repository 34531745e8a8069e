-- Roll-ups under the dashboard and the reports: a million bookings are a few thousand rows a month here.
--
-- booking_days   one row an organization, business day, venue and game. Statement triggers on bookings add what a statement
--                changed (new rows less old rows), in key order. One row holds all statuses on purpose: a booking that moves from pending to
--                confirmed and one that moves the other way then lock the same row and not two in opposite order.
-- customer_stats one row a customer. Counts and sums are added; the first and last visit are looked up again, because a
--                minimum cannot be subtracted from. The customer's row is locked before it is.
--                No foreign key to customers: the row follows the bookings, also when customers are merged.
-- Both are exact: tests compare them with the truth, app.rebuild_booking_rollups() makes them anew.
-- changed_by is the transaction that last touched a row: a cached report is still good when none of its rows was touched by a
-- transaction that the report had not seen.
-- up
create table booking_days (
  organization_id uuid not null references organizations,
  business_date   date not null,
  venue_id        uuid not null,
  game_id         uuid not null,
  pending         int not null default 0,
  confirmed       int not null default 0,
  checked_in      int not null default 0,
  completed       int not null default 0,
  cancelled       int not null default 0,
  no_show         int not null default 0,
  players         int not null default 0,
  gross_amount    numeric(14,2) not null default 0,
  discount_amount numeric(14,2) not null default 0,
  tax_amount      numeric(14,2) not null default 0,
  net_amount      numeric(14,2) not null default 0,
  pending_amount  numeric(14,2) not null default 0,
  paid_amount     numeric(14,2) not null default 0,
  refunded_amount numeric(14,2) not null default 0,
  revenue         numeric(14,2) not null default 0,
  changed_by      xid8 not null default pg_current_xact_id(),
  primary key (organization_id, business_date, venue_id, game_id),
  foreign key (organization_id, venue_id) references venues (organization_id, id) on delete cascade,
  foreign key (organization_id, game_id) references games (organization_id, id) on delete cascade
) with (fillfactor = 80);
create index booking_days_venue on booking_days (organization_id, venue_id, business_date);
create index booking_days_game on booking_days (organization_id, game_id, business_date);
create index booking_days_changed on booking_days (organization_id, changed_by);
comment on table booking_days is 'Bookings and money by business day, venue and game; kept by bookings, exact.';
comment on column booking_days.players is 'Players of bookings that are confirmed, checked in or completed.';
comment on column booking_days.gross_amount is 'Totals before discount of bookings that are confirmed, checked in or completed.';
comment on column booking_days.net_amount is 'Final amounts of the same bookings.';
comment on column booking_days.pending_amount is 'Final amounts of bookings that wait for payment.';
comment on column booking_days.revenue is 'Sum of bookings.revenue, whatever the status.';

create table customer_stats (
  organization_id uuid not null references organizations,
  customer_id     uuid not null,
  bookings        int not null default 0,
  visits          int not null default 0,
  cancelled       int not null default 0,
  no_shows        int not null default 0,
  players         int not null default 0,
  spent           numeric(14,2) not null default 0,
  spent_hundredths bigint not null generated always as ((spent * 100)::bigint) stored,
  first_visit     date,
  last_visit      date,
  changed_by      xid8 not null default pg_current_xact_id(),
  primary key (organization_id, customer_id)
) with (fillfactor = 80);
create index customer_stats_first_visit on customer_stats (organization_id, first_visit);
create index customer_stats_changed on customer_stats (organization_id, changed_by);
create index customer_stats_spent on customer_stats (organization_id, spent desc);
comment on table customer_stats is 'What a customer booked and spent; kept by bookings, exact.';
comment on column customer_stats.visits is 'Bookings that are confirmed, checked in or completed.';
comment on column customer_stats.spent is 'Sum of bookings.revenue.';
comment on column customer_stats.spent_hundredths is 'The same as a whole number, which counts and compares several times faster: RFM runs over all customers.';
comment on column customer_stats.last_visit is 'Business day of the last such booking; it may lie ahead.';

create trigger roll_up_insert after insert on bookings referencing new table as new_rows
  for each statement execute function app.roll_up_bookings();
create trigger roll_up_update after update on bookings referencing old table as old_rows new table as new_rows
  for each statement execute function app.roll_up_bookings();
create trigger roll_up_delete after delete on bookings referencing old table as old_rows
  for each statement execute function app.roll_up_bookings();

call app.secure_table('booking_days', 'reports', p_actions => array['select']);
call app.secure_table('customer_stats', 'customers', p_actions => array['select']);

-- down
drop trigger roll_up_insert on bookings;
drop trigger roll_up_update on bookings;
drop trigger roll_up_delete on bookings;
drop table customer_stats;
drop table booking_days;
