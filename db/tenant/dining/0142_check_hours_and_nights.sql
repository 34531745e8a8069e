-- Opening hours and durations are checked where they are written; a reservation knows the business day that it belongs to.
-- What stands there already is mended as far as its meaning is plain ("monday", one pair instead of a list of pairs, "90 min"); a day that nobody
-- can read was closed so far and is left out.
-- up
update restaurants set opening_hours = app.mended_hours(opening_hours) where app.opening_hours_problem(opening_hours) is not null;
update restaurants set reservation_durations = app.mended_durations(reservation_durations) where app.durations_problem(reservation_durations) is not null;
alter table restaurants add last_seating_minutes int not null default 30 check (last_seating_minutes between 0 and 480);
comment on column restaurants.last_seating_minutes is 'Guests arrive at the latest this many minutes before the house closes; staff may seat later.';
create trigger guard_hours before insert or update of opening_hours, reservation_durations on restaurants
  for each row execute function app.guard_restaurant_hours();
create trigger follow_clock after update of timezone, business_day_cutoff on restaurants
  for each row when ((old.timezone, old.business_day_cutoff) is distinct from (new.timezone, new.business_day_cutoff))
  execute function app.restaurant_clock_changed();

alter table table_reservations add business_date date;
alter table table_reservations disable trigger user;
update table_reservations v set business_date = app.business_date(lower(v.during), r.timezone, r.business_day_cutoff) from restaurants r where r.id = v.restaurant_id;
alter table table_reservations enable trigger user;
alter table table_reservations alter business_date set not null;
create index table_reservations_business_day on table_reservations (restaurant_id, business_date);
comment on column table_reservations.business_date is 'The evening it belongs to: half past midnight counts to the night before.';

-- down
drop index table_reservations_business_day;
alter table table_reservations drop business_date;
drop trigger follow_clock on restaurants;
drop trigger guard_hours on restaurants;
alter table restaurants drop last_seating_minutes;
