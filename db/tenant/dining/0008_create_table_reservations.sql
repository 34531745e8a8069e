-- Reservations. A table is promised once: the exclusion constraint on reservation_tables holds it, whoever writes.
-- up
create table table_reservations (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  restaurant_id   uuid not null references restaurants on delete cascade,
  user_id         uuid references users on delete set null,
  customer_id     uuid,
  table_id        uuid not null,
  table_ids       uuid[] not null,
  reservation_date date not null,
  reservation_time time not null,
  duration_minutes int not null check (duration_minutes between 15 and 1440),
  during          tstzrange not null,
  party_size      int not null check (party_size > 0),
  status          text not null default 'confirmed'
                  check (status in ('pending', 'confirmed', 'seated', 'completed', 'cancelled', 'no_show')),
  guest_name      text check (length(trim(guest_name)) between 1 and 255),
  guest_phone     text check (length(guest_phone) <= 32),
  guest_email     text check (guest_email ~ '^[^@\s]+@[^@\s]+$' and length(guest_email) <= 255),
  special_requests text check (length(special_requests) <= 1000),
  confirmation_code text not null default upper(app.random_code(8)) unique,
  session_id      uuid,
  idempotency_key text check (length(idempotency_key) between 1 and 200),
  cancelled_at    timestamptz,
  cancellation_reason text,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (restaurant_id, table_id) references restaurant_tables (restaurant_id, id),
  foreign key (organization_id, customer_id) references customers (organization_id, id),
  foreign key (restaurant_id, session_id) references table_sessions (restaurant_id, id) on delete set null (session_id)
);
create index idx_reservations_date on table_reservations (reservation_date, reservation_time);
create index table_reservations_day on table_reservations (restaurant_id, reservation_date, reservation_time);
create index table_reservations_table on table_reservations (restaurant_id, table_id);
create index table_reservations_user on table_reservations (user_id) where user_id is not null;
create index table_reservations_customer on table_reservations (organization_id, customer_id);
create index table_reservations_session on table_reservations (session_id) where session_id is not null;
create unique index table_reservations_idempotency_key on table_reservations (restaurant_id, idempotency_key) where idempotency_key is not null;
comment on table table_reservations is 'A promise of a table (or of several pushed together) at a time.';
comment on column table_reservations.table_ids is 'All tables it keeps; the first is table_id.';
comment on column table_reservations.reservation_time is 'Wall clock at the restaurant.';
comment on column table_reservations.during is 'The instants the table is kept, half-open, buffer included.';
comment on column table_reservations.confirmation_code is 'Read out at the door; also what lets the guest look the reservation up and cancel it.';
create trigger prepare_reservation before insert or update on table_reservations
  for each row execute function app.prepare_reservation();
create trigger guard_status before update of status on table_reservations for each row
  execute function app.guard_transition('status', 'pending>confirmed', 'pending>cancelled', 'pending>seated', 'pending>no_show',
    'confirmed>seated', 'confirmed>cancelled', 'confirmed>no_show', 'seated>completed', 'seated>confirmed', 'no_show>confirmed', 'no_show>seated');
create trigger hold_tables after insert or update of status, table_ids, during on table_reservations
  for each row execute function app.hold_reservation_tables();
create trigger announce_reservation after insert or update of status, during on table_reservations
  for each row execute function app.announce_reservation();
call app.secure_table('table_reservations', 'reservations', p_person => 'user_id = (select auth.uid())',
  p_actions => array['select', 'insert', 'update'], p_audit => true);

create table reservation_tables (
  reservation_id  uuid not null references table_reservations on delete cascade,
  table_id        uuid not null references restaurant_tables on delete cascade,
  organization_id uuid not null references organizations,
  restaurant_id   uuid not null references restaurants on delete cascade,
  during          tstzrange not null check (not isempty(during)),
  holds           boolean not null default true,
  created_at      timestamptz not null default now(),
  primary key (reservation_id, table_id),
  constraint one_party_a_table exclude using gist (table_id with =, during with &&) where (holds)
);
create index reservation_tables_table on reservation_tables (table_id);
create index reservation_tables_restaurant on reservation_tables (restaurant_id);
create index reservation_tables_organization on reservation_tables (organization_id);
comment on table reservation_tables is 'Which tables a reservation keeps, and when. holds: the reservation is alive.';
create trigger fill_place before insert on reservation_tables for each row execute function app.fill_place('table_reservations', 'reservation_id');
call app.secure_table('reservation_tables', 'reservations', p_actions => array['select']);

alter table table_sessions add constraint table_sessions_reservation_id_fkey
  foreign key (organization_id, reservation_id) references table_reservations (organization_id, id) on delete set null (reservation_id);

create table waitlist_entries (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  restaurant_id   uuid not null references restaurants on delete cascade,
  code            text not null default app.random_code(8) unique,
  party_size      int not null check (party_size between 1 and 500),
  guest_name      text not null check (length(trim(guest_name)) between 1 and 255),
  guest_phone     text check (length(guest_phone) <= 32),
  note            text check (length(note) <= 500),
  status          text not null default 'waiting' check (status in ('waiting', 'notified', 'seated', 'left')),
  quoted_minutes  int check (quoted_minutes >= 0),
  session_id      uuid,
  idempotency_key text check (length(idempotency_key) between 1 and 200),
  joined_at       timestamptz not null default clock_timestamp(),
  notified_at     timestamptz,
  ended_at        timestamptz,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  foreign key (restaurant_id, session_id) references table_sessions (restaurant_id, id) on delete set null (session_id)
);
create index waitlist_entries_open on waitlist_entries (restaurant_id, joined_at) where status in ('waiting', 'notified');
create index waitlist_entries_restaurant on waitlist_entries (restaurant_id);
create index waitlist_entries_organization on waitlist_entries (organization_id);
create index waitlist_entries_session on waitlist_entries (session_id) where session_id is not null;
create unique index waitlist_entries_idempotency_key on waitlist_entries (restaurant_id, idempotency_key) where idempotency_key is not null;
comment on table waitlist_entries is 'Walk-in parties who wait for a table, in the order they came.';
create trigger fill_organization before insert or update of restaurant_id on waitlist_entries
  for each row execute function app.fill_organization('restaurants', 'restaurant_id');
create trigger guard_status before update of status on waitlist_entries for each row
  execute function app.guard_transition('status', 'waiting>notified', 'waiting>seated', 'waiting>left', 'notified>waiting', 'notified>seated', 'notified>left');
call app.secure_table('waitlist_entries', 'reservations', p_actions => array['select', 'insert', 'update']);

-- down
drop table waitlist_entries;
alter table table_sessions drop constraint table_sessions_reservation_id_fkey;
drop table reservation_tables;
drop table table_reservations;
