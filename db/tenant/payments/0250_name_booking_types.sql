-- What can be paid for is rows, so that a module brings its own; until now a closed list in a check of payments, beside the table of those with folio lines.
-- up
alter table folio_sources rename to booking_types;
alter table booking_types rename column booking_type to name;
alter table booking_types alter column table_name drop not null, add check (name ~ '^[a-z][a-z0-9_]{1,39}$');
alter index folio_sources_pkey rename to booking_types_pkey;
alter table booking_types rename constraint folio_sources_position_key to booking_types_position_key;
comment on table booking_types is 'What money can be taken for. A type has a table when its bookings are rows here; what they cost says whoever listens to "folio_lines".';
comment on column booking_types.table_name is 'Where such bookings are, with id and organization_id; null: nowhere in this database.';
comment on column booking_types.position is 'The order of their lines on a bill.';
insert into booking_types (name, table_name, position) values ('restaurant', null, 90), ('other', null, 100);
alter table payments drop constraint payments_booking_type_check, add foreign key (booking_type) references booking_types (name);
drop index payments_booking;
create index payments_booking on payments (booking_type, booking_id);
alter table folio_items add foreign key (booking_type) references booking_types (name);
comment on column payments.booking_type is 'What it pays for: one of booking_types.';

-- down
alter table folio_items drop constraint folio_items_booking_type_fkey;
drop index payments_booking;
create index payments_booking on payments (booking_id);
alter table payments drop constraint payments_booking_type_fkey;
alter table payments disable trigger user;
-- types that came later and that the closed list does not have
update payments set booking_type = 'other', metadata = metadata || jsonb_build_object('booking_type', booking_type)
where booking_type not in ('chalet', 'pool', 'membership', 'restaurant', 'session', 'order', 'reservation', 'experience', 'voucher', 'other');
alter table payments enable trigger user;
alter table payments add constraint payments_booking_type_check check (booking_type in ('chalet', 'pool', 'membership', 'restaurant', 'session', 'order',
                                                                                         'reservation', 'experience', 'voucher', 'other'));
comment on column payments.booking_type is 'What it pays for: chalet, pool, membership, restaurant, session, order, reservation, experience, voucher, other.';
delete from booking_types where table_name is null;
alter table booking_types rename constraint booking_types_position_key to folio_sources_position_key;
alter index booking_types_pkey rename to folio_sources_pkey;
alter table booking_types drop constraint booking_types_name_check, alter column table_name set not null;
alter table booking_types rename column name to booking_type;
alter table booking_types rename to folio_sources;
comment on column folio_sources.table_name is null;
comment on column folio_sources.position is null;
comment on table folio_sources is 'Which table and function tell what a kind of booking costs; rows whose module is absent are skipped.';
