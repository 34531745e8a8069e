-- Games: what is played, for how long, by how many, at which price.
-- up
create table games (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null default auth.user_organization_id() references organizations,
  name             text not null check (length(trim(name)) between 1 and 200),
  slug             text check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  tagline          text check (length(tagline) <= 300),
  description      text check (length(description) <= 10000),
  category         text,
  difficulty       int check (difficulty between 1 and 5),
  duration_minutes int not null default 60 check (duration_minutes between 5 and 1440),
  buffer_minutes   int not null default 15 check (buffer_minutes between 0 and 720),
  slot_interval_minutes int check (slot_interval_minutes between 5 and 1440),
  min_players      int not null default 2 check (min_players >= 1),
  max_players      int not null default 6 check (max_players <= 10000),
  min_age          int check (min_age between 0 and 99),
  booking_mode     text not null default 'private' check (booking_mode in ('private', 'shared')),
  price_model      text not null default 'per_person' check (price_model in ('per_person', 'per_group', 'ticket_types')),
  price            numeric(10,2) not null default 0 check (price >= 0),
  ticket_types     jsonb not null default '[]' check (app.ticket_types_problem(ticket_types) is null),
  tax_rate         numeric(5,2) check (tax_rate between 0 and 100),
  deposit_percent  int not null default 100 check (deposit_percent between 0 and 100),
  min_notice_minutes int not null default 0 check (min_notice_minutes between 0 and 525600),
  max_advance_days int not null default 365 check (max_advance_days between 1 and 1830),
  requires_waiver  boolean not null default false,
  image_url        text check (length(image_url) <= 2000),
  images           jsonb not null default '[]' check (jsonb_typeof(images) = 'array'),
  settings         jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
  is_active        boolean not null default true,
  created_by       uuid references users on delete set null default auth.uid(),
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  deleted_at       timestamptz,
  unique (organization_id, id),
  unique (organization_id, slug),
  constraint players_in_order check (min_players <= max_players),
  constraint ticket_types_given check (price_model <> 'ticket_types' or jsonb_array_length(ticket_types) > 0)
);
create index games_created_by on games (created_by);
comment on table games is 'What is played. A private game takes the slot, a shared one sells seats in it.';
comment on column games.buffer_minutes is 'Minutes to reset the room after a game; the room is taken for duration and buffer.';
comment on column games.slot_interval_minutes is 'Minutes from one offered start to the next; null: duration and buffer.';
comment on column games.max_players is 'Largest party of a private game; seats of one start of a shared game.';
comment on column games.booking_mode is 'private: a booking takes the slot; shared: bookings take seats until the slot is full.';
comment on column games.price is 'Per person or per group, in the organization''s currency; not used with ticket types.';
comment on column games.ticket_types is '[{"id": "adult", "name": "Adult", "price": 25.00, "players": 1}]; players (default 1) is how many a ticket admits.';
comment on column games.tax_rate is 'Percent; null: the organization''s default.';
comment on column games.deposit_percent is 'Share of the price that confirms a booking when the venue requires payment.';
comment on column games.requires_waiver is 'Check-in waits until everybody of the party has signed.';

create trigger guard_mode before update of booking_mode on games
  for each row when (old.booking_mode is distinct from new.booking_mode) execute function app.guard_booking_mode();
call app.secure_table('games', 'games', p_public => 'is_active and deleted_at is null', p_audit => true);

-- down
drop table games;
