-- Restaurants: places where people eat. Each has a wall clock, opening hours and rules of the house.
-- up
create table restaurants (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  name            text not null check (length(trim(name)) between 1 and 200),
  slug            text check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  description     text,
  address         text,
  phone           text,
  email           text,
  image_url       text,
  timezone        text not null default 'UTC' check (app.is_zone(timezone)),
  business_day_cutoff time not null default '04:00',
  opening_hours   jsonb not null default '{}' check (jsonb_typeof(opening_hours) = 'object'),
  closed_dates    date[] not null default '{}',
  is_active       boolean not null default true,
  -- group ordering
  guests_may_open boolean not null default true,
  max_participants int not null default 20 check (max_participants between 1 and 500),
  session_otp_minutes int default 240 check (session_otp_minutes between 1 and 10080),
  accepts_takeaway boolean not null default false,
  -- reservations
  accepts_reservations boolean not null default true,
  reservation_durations jsonb not null default '{"2": 90, "4": 120, "8": 150, "99": 180}'
    check (jsonb_typeof(reservation_durations) = 'object'),
  reservation_days_ahead int not null default 90 check (reservation_days_ahead between 0 and 730),
  reservation_buffer_minutes int not null default 0 check (reservation_buffer_minutes between 0 and 240),
  max_party_size  int not null default 12 check (max_party_size between 1 and 500),
  pacing_covers   int check (pacing_covers > 0),
  settings        jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
  -- the kitchen's and till's own system
  iiko_id         text,
  iiko_sync_status text,
  iiko_last_synced_at timestamptz,
  iiko_sync_error text,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id)
);
create unique index restaurants_slug_key on restaurants (organization_id, slug) where slug is not null;
create index restaurants_iiko_id on restaurants (iiko_id) where iiko_id is not null;
comment on table restaurants is 'A place where people eat: clock, opening hours, rules for sessions and reservations.';
comment on column restaurants.opening_hours is 'By weekday, {"mon": [["17:00","02:00"]], …}: wall clock at the place, past midnight allowed. A missing day is closed; an empty object is always open.';
comment on column restaurants.session_otp_minutes is 'Minutes until a session''s OTP expires; null: it does not.';
comment on column restaurants.reservation_durations is 'Minutes a table is kept, by the largest party size the entry is for: {"2": 90, "4": 120}. Larger parties get the longest.';
comment on column restaurants.pacing_covers is 'At most this many people may be booked to arrive within one quarter of an hour; null: no limit.';
comment on column restaurants.reservation_buffer_minutes is 'Minutes a table stays empty after a reservation.';

call app.secure_table('restaurants', 'settings', p_audit => true);
-- Everybody reads the active ones, anonymous visitors the public columns only.
create policy public_select on restaurants for select to anon, authenticated using (is_active);
grant select (id, organization_id, name, slug, description, address, phone, email, image_url, timezone, opening_hours, closed_dates,
  is_active, accepts_takeaway, accepts_reservations, max_party_size) on restaurants to anon;

-- down
drop table restaurants;
