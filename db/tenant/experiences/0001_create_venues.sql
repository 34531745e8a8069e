-- Venues: places where games are played. A public page shows them, so everybody reads the active ones.
-- up
create table venues (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  name            text not null check (length(trim(name)) between 1 and 200),
  slug            text check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  description     text check (length(description) <= 10000),
  address         text,
  city            text,
  state           text,
  postal_code     text,
  country         text,
  phone           text check (length(phone) <= 32),
  email           text check (email ~ '^[^@\s]+@[^@\s]+$'),
  website         text,
  timezone        text not null check (app.is_zone(timezone)),
  business_day_cutoff time not null default '04:00',
  capacity        int check (capacity between 1 and 100000),
  embed_key       text not null default app.new_embed_key() unique check (embed_key ~ '^[A-Za-z0-9_-]{8,64}$'),
  operating_hours jsonb not null default app.default_hours() check (app.hours_problem(operating_hours) is null),
  special_days    jsonb not null default '{}' check (app.special_days_problem(special_days) is null),
  primary_color   text not null default '#4f46e5' check (primary_color ~ '^#[0-9a-fA-F]{6}$'),
  secondary_color text check (secondary_color ~ '^#[0-9a-fA-F]{6}$'),
  logo_url        text check (length(logo_url) <= 2000),
  cover_image_url text check (length(cover_image_url) <= 2000),
  images          jsonb not null default '[]' check (jsonb_typeof(images) = 'array'),
  amenities       text[] not null default '{}',
  widget_settings jsonb not null default '{}' check (jsonb_typeof(widget_settings) = 'object'),
  requires_payment boolean not null default true,
  hold_minutes    int not null default 15 check (hold_minutes between 1 and 10080),
  cancellation_policy_id uuid,
  is_active       boolean not null default true,
  created_by      uuid references users on delete set null default auth.uid(),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  deleted_at      timestamptz,
  unique (organization_id, id),
  unique (organization_id, slug),
  foreign key (organization_id, cancellation_policy_id) references cancellation_policies (organization_id, id)
);
create index venues_cancellation_policy on venues (cancellation_policy_id) where cancellation_policy_id is not null;
create index venues_created_by on venues (created_by);
comment on table venues is 'Places where games are played, each with its own clock, opening hours and widget.';
comment on column venues.timezone is 'IANA zone of the wall clock that booking_date, start_time and operating_hours mean.';
comment on column venues.business_day_cutoff is 'A game that starts before this wall clock counts to the evening before.';
comment on column venues.capacity is 'People the whole venue holds at once; null where it does not matter.';
comment on column venues.embed_key is 'Names the venue in the widget on somebody else''s page. Public.';
comment on column venues.operating_hours is '{"monday": [{"open": "10:00", "close": "22:00"}], …}: a day that is missing is closed; a close at or before the open is past midnight; one object may stand for a list of one.';
comment on column venues.special_days is '{"2026-12-24": {"open": "10:00", "close": "14:00", "name": "Christmas Eve"}, "2026-12-25": {"closed": true}}: takes the place of the weekday.';
comment on column venues.widget_settings is 'What the widget shows: theme, texts, required fields. Public.';
comment on column venues.requires_payment is 'Guests who book for themselves pay (games.deposit_percent) before the booking is confirmed; until then it is held.';
comment on column venues.hold_minutes is 'Minutes an unpaid booking keeps its slot.';

call app.secure_table('venues', 'venues', p_public => 'is_active and deleted_at is null', p_audit => true);

-- down
drop table venues;
