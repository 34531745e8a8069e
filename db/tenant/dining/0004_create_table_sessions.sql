-- Group ordering: one session a table, opened with a six-digit OTP, and the people who joined it.
-- up
create table table_sessions (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  restaurant_id   uuid not null references restaurants on delete cascade,
  table_id        uuid not null,
  session_otp     varchar(6) not null check (session_otp ~ '^[0-9]{6}$'),
  otp_expires_at  timestamptz,
  status          varchar(20) not null default 'active' check (status in ('active', 'billed', 'cleared')),
  total_amount    int not null default 0,
  net_amount      int not null default 0,
  tax_amount      int not null default 0,
  paid_amount     int not null default 0 check (paid_amount >= 0),
  party_size      int check (party_size between 1 and 500),
  version         bigint not null default 1,
  service_call    text check (service_call in ('help', 'bill', 'pay_cash', 'pay_card')),
  service_called_at timestamptz,
  opened_by       uuid references users on delete set null,
  reservation_id  uuid,
  merged_into     uuid references table_sessions on delete set null,
  billed_at       timestamptz,
  cleared_at      timestamptz,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  deleted_at      timestamptz,
  unique (restaurant_id, id),
  foreign key (restaurant_id, table_id) references restaurant_tables (restaurant_id, id)
);
-- the spec's indexes
create index idx_table_sessions_table_id_status on table_sessions (table_id, status) where deleted_at is null;
create index idx_table_sessions_session_otp on table_sessions (session_otp) where deleted_at is null;
-- what the guests hold in their hands names one session; a table has one at a time
create unique index table_sessions_otp_key on table_sessions (restaurant_id, session_otp) where status = 'active' and deleted_at is null;
create unique index table_sessions_live_key on table_sessions (table_id) where status in ('active', 'billed') and deleted_at is null;
create index table_sessions_restaurant on table_sessions (restaurant_id, created_at desc) where deleted_at is null;
create index table_sessions_place on table_sessions (restaurant_id, table_id);
create index table_sessions_organization on table_sessions (organization_id);
create index table_sessions_merged on table_sessions (merged_into) where merged_into is not null;
create index table_sessions_opened_by on table_sessions (opened_by) where opened_by is not null;
create index table_sessions_reservation on table_sessions (reservation_id) where reservation_id is not null;
comment on table table_sessions is 'A group that orders together at one table: active, then billed, then cleared.';
comment on column table_sessions.session_otp is 'Six digits that let people join; unique among the active sessions of the restaurant.';
comment on column table_sessions.total_amount is 'Minor units, tax included: the sum of everything sent and not cancelled.';
comment on column table_sessions.paid_amount is 'Minor units paid so far.';
comment on column table_sessions.version is 'Grows with every change the guests'' page shows.';
comment on column table_sessions.merged_into is 'The session that took this one over.';

create trigger fill_organization before insert or update of restaurant_id on table_sessions
  for each row execute function app.fill_organization('restaurants', 'restaurant_id');
create trigger guard_columns before insert or update on table_sessions
  for each row execute function app.guard_session();
create trigger guard_status before update of status on table_sessions for each row
  execute function app.guard_transition('status', 'active>billed', 'billed>active', 'billed>cleared', 'active>cleared');
create trigger occupy_table after insert or update of status, table_id, deleted_at on table_sessions
  for each row execute function app.session_moved();
-- the version ticks with every line: only what matters goes into the trail
create trigger audit_new after insert or delete on table_sessions
  for each row execute function app.audit_row('table_sessions');
create trigger audit_row after update of status, table_id, paid_amount, session_otp, merged_into, deleted_at on table_sessions
  for each row when ((old.status, old.table_id, old.paid_amount, old.session_otp, old.merged_into, old.deleted_at)
    is distinct from (new.status, new.table_id, new.paid_amount, new.session_otp, new.merged_into, new.deleted_at))
  execute function app.audit_row('table_sessions');
call app.secure_table('table_sessions', 'sessions', p_guest => 'id = (select app.guest_session_id())',
  p_actions => array['select', 'insert', 'update']);

create table session_customers (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  restaurant_id   uuid not null references restaurants on delete cascade,
  session_id      uuid not null references table_sessions on delete cascade,
  name            varchar(255) check (length(trim(name)) > 0),
  phone           varchar(20),
  user_id         uuid references users on delete set null,
  joined_at       timestamptz not null default clock_timestamp(),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  deleted_at      timestamptz
);
create index idx_session_customers_session_id on session_customers (session_id) where deleted_at is null;
create index session_customers_all on session_customers (session_id);
create index session_customers_organization on session_customers (organization_id);
create index session_customers_restaurant on session_customers (restaurant_id);
create index session_customers_user on session_customers (user_id) where user_id is not null;
comment on table session_customers is 'People who joined a session. deleted_at: they left or were taken out, and their token opens nothing.';
create trigger fill_place before insert or update of session_id on session_customers
  for each row execute function app.fill_place('table_sessions', 'session_id');
create trigger touch_session after insert or update of name, session_id, deleted_at on session_customers
  for each row execute function app.session_customer_changed();
-- Guests read the names of the others through get_session; here they find themselves only, so that no phone number leaks.
call app.secure_table('session_customers', 'sessions', p_guest => 'id = (select app.guest_customer_id())',
  p_person => 'user_id = (select auth.uid())', p_actions => array['select', 'insert', 'update']);

-- Wrong OTPs, by table and by address: five in a minute lock for a minute.
create table otp_guards (
  kind            text not null check (kind in ('table', 'address')),
  key             text not null,
  failures        timestamptz[] not null default '{}',
  locked_until    timestamptz,
  updated_at      timestamptz not null default now(),
  primary key (kind, key)
);
comment on table otp_guards is 'Counts wrong session OTPs. A row is what parallel guesses queue up for.';
call app.secure_table('otp_guards', 'settings', p_organization => null, p_actions => array['select']);

-- down
drop table otp_guards;
drop table session_customers;
drop table table_sessions;
