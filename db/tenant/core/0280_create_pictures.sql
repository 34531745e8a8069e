-- Pictures of what a house offers, each with the words for those who do not see it.
-- up
create table pictures (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  subject         text not null check (subject in ('house', 'restaurant', 'table', 'chalet', 'pool', 'venue', 'game')),
  subject_id      uuid,
  url             text not null check (length(url) between 1 and 2000 and url ~ '^(https?://|/)'),
  alt             text not null check (length(trim(alt)) between 1 and 300),
  alt_by_locale   jsonb not null default '{}' check (jsonb_typeof(alt_by_locale) = 'object' and length(alt_by_locale::text) <= 4000),
  width           int check (width between 1 and 20000),
  height          int check (height between 1 and 20000),
  rank            int not null default 0,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  constraint subject_is_named check ((subject in ('house', 'pool')) = (subject_id is null))
);
create index pictures_subject on pictures (organization_id, subject, subject_id, rank);
comment on table pictures is 'Pictures of the house and of what it offers, with alternative texts; the one with the smallest rank leads.';
comment on column pictures.subject_id is 'The chalet, restaurant, table, venue or game; null for the house and the pool.';
comment on column pictures.alt is 'What the picture shows, in the organization''s language: read aloud, and seen where the picture does not load.';
comment on column pictures.alt_by_locale is 'The same by language: {"de": …, "es": …}.';
comment on column pictures.width is 'Pixels, so that the page keeps its place.';
call app.secure_table('pictures', 'media', p_public => 'true');

-- down
drop table pictures;
