-- Waivers and what people signed. A text that somebody signed never changes: a new text is a new version.
-- up
create table waivers (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  family_id       uuid not null,
  version         int not null default 1 check (version >= 1),
  venue_id        uuid,
  game_id         uuid,
  title           text not null check (length(trim(title)) between 1 and 300),
  content         text not null check (length(trim(content)) between 1 and 200000),
  language        text not null default 'en' check (language ~ '^[a-z]{2}(-[A-Z]{2})?$'),
  minimum_age     int not null default 0 check (minimum_age between 0 and 99),
  adult_age       int not null default 18 check (adult_age between 1 and 30),
  valid_days      int check (valid_days between 1 and 3660),
  is_active       boolean not null default true,
  created_by      uuid references users on delete set null default auth.uid(),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (family_id, version),
  foreign key (organization_id, venue_id) references venues (organization_id, id) on delete cascade,
  foreign key (organization_id, game_id) references games (organization_id, id) on delete cascade
);
create unique index waivers_one_active on waivers (family_id) where is_active;
create index waivers_organization on waivers (organization_id, is_active);
create index waivers_venue on waivers (organization_id, venue_id) where venue_id is not null;
create index waivers_game on waivers (organization_id, game_id) where game_id is not null;
create index waivers_created_by on waivers (created_by);
comment on table waivers is 'Texts to sign, by version. One version of a family is active.';
comment on column waivers.family_id is 'The first version''s id: all versions of one waiver share it.';
comment on column waivers.venue_id is 'Where it has to be signed; null: everywhere.';
comment on column waivers.minimum_age is 'Years: younger people cannot take part.';
comment on column waivers.adult_age is 'Years: younger people need a guardian''s signature.';
comment on column waivers.valid_days is 'Days a signature holds; null: for one booking or for ever.';

create trigger number_version before insert on waivers for each row execute function app.number_waiver();
create trigger guard_content before update on waivers for each row execute function app.guard_waiver_content();
call app.secure_table('waivers', 'waivers', p_public => 'is_active', p_audit => true);

create table waiver_submissions (
  id                  uuid primary key default gen_random_uuid(),
  organization_id     uuid not null references organizations,
  waiver_id           uuid not null,
  waiver_version      int not null,
  content_hash        text not null,
  booking_id          uuid,
  customer_id         uuid,
  signer_name         text not null check (length(trim(signer_name)) between 1 and 255),
  signer_email        text check (length(signer_email) <= 255),
  signer_phone        text check (length(signer_phone) <= 32),
  date_of_birth       date,
  age_at_signing      int check (age_at_signing between 0 and 130),
  is_minor            boolean not null default false,
  guardian_name       text check (length(guardian_name) <= 255),
  guardian_relationship text check (length(guardian_relationship) <= 100),
  guardian_signature  text check (length(guardian_signature) <= 500000),
  signature           text check (length(signature) <= 500000),
  answers             jsonb not null default '{}' check (jsonb_typeof(answers) = 'object'),
  ip_address          inet,
  user_agent          text check (length(user_agent) <= 1000),
  signed_at           timestamptz not null default now(),
  expires_at          timestamptz,
  created_at          timestamptz not null default now(),
  foreign key (organization_id, waiver_id) references waivers (organization_id, id),
  foreign key (organization_id, booking_id) references bookings (organization_id, id),
  foreign key (organization_id, customer_id) references customers (organization_id, id),
  constraint somebody_signed check (case when signer_name = 'erased' then true
                                         when is_minor then guardian_name is not null and guardian_signature is not null
                                         else signature is not null end)
);
create index waiver_submissions_waiver on waiver_submissions (organization_id, waiver_id, signed_at desc);
create index waiver_submissions_booking on waiver_submissions (organization_id, booking_id) where booking_id is not null;
create index waiver_submissions_customer on waiver_submissions (organization_id, customer_id) where customer_id is not null;
create index waiver_submissions_signed on waiver_submissions (organization_id, signed_at desc);
comment on table waiver_submissions is 'Who signed which version, when and for which booking.';
comment on column waiver_submissions.content_hash is 'SHA-256 of the text that was signed.';
comment on column waiver_submissions.signature is 'Drawing as a data URL or SVG path, or the typed name.';
comment on column waiver_submissions.is_minor is 'Younger than the waiver''s adult age on the day of signing.';

call app.secure_table('waiver_submissions', 'waivers', p_actions => array['select'],
  p_person => 'customer_id = any ((select app.own_customer_ids())::uuid[])', p_audit => true);
create trigger refuse_change before update of waiver_id, waiver_version, content_hash, signature, guardian_signature, signed_at on waiver_submissions
  for each row execute function app.refuse_change();

-- down
drop table waiver_submissions;
drop table waivers;
