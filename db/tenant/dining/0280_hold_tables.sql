-- A table in a basket is held until an instant, like nights, places and games are.
-- up
alter table table_reservations add column hold_expires_at timestamptz;
comment on column table_reservations.hold_expires_at is 'A pending reservation of a basket gives its tables back at this instant; null: nothing ends it.';
create index table_reservations_holds on table_reservations (hold_expires_at) where status = 'pending' and hold_expires_at is not null;
select app.close_decided_columns();

-- down
drop index table_reservations_holds;
alter table table_reservations drop column hold_expires_at;
