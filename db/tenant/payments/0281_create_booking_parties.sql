-- The people of a booking: who booked shares a link or six digits, and each writes their own name, allergies, waiver and share of the price.
-- up
create table booking_parties (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  booking_type    text not null check (booking_type in ('chalet', 'reservation', 'pool', 'experience')),
  booking_id      uuid not null,
  token           text not null unique default encode(gen_random_bytes(16), 'hex') check (token ~ '^[0-9a-f]{32}$'),
  digits          text not null check (digits ~ '^[0-9]{6}$'),
  split           text not null default 'none' check (split in ('none', 'equal', 'amounts')),
  closes_at       timestamptz not null,
  is_open         boolean not null default true,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (booking_type, booking_id)
);
create unique index booking_parties_digits on booking_parties (digits) where is_open;
create index booking_parties_due on booking_parties (closes_at);
comment on table booking_parties is 'The people of a table, stay, ticket or game, gathered by a link or six digits.';
comment on column booking_parties.token is 'In the link that the organizer shares.';
comment on column booking_parties.digits is 'What the organizer says aloud; one party at a time has them.';
comment on column booking_parties.split is 'none: whoever booked pays; equal: by heads; amounts: as the organizer says (party_members.share_amount).';
comment on column booking_parties.closes_at is 'The end of the booking: then nobody joins any more, and a month later what was written goes.';
call app.secure_table('booking_parties', 'bookings', p_actions => array['select'], p_hidden => array['token', 'digits']);

create table party_members (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  party_id        uuid not null,
  token           text not null unique default encode(gen_random_bytes(16), 'hex') check (token ~ '^[0-9a-f]{32}$'),
  customer_id     uuid,
  name            text not null check (length(trim(name)) between 1 and 255),
  email           text check (length(email) <= 255),
  phone           text check (length(phone) <= 64),
  allergies       jsonb default '[]' check (jsonb_typeof(allergies) = 'array' and length(allergies::text) <= 2000),
  note            text check (length(note) <= 500),
  share_amount    numeric check (share_amount >= 0),
  is_organizer    boolean not null default false,
  idempotency_key text check (length(idempotency_key) between 1 and 200),
  reminded_at     timestamptz,
  joined_at       timestamptz not null default clock_timestamp(),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (party_id, idempotency_key),
  foreign key (organization_id, party_id) references booking_parties (organization_id, id) on delete cascade,
  foreign key (organization_id, customer_id) references customers (organization_id, id)
);
create index party_members_party on party_members (organization_id, party_id);
create index party_members_customer on party_members (organization_id, customer_id);
create unique index party_members_organizer on party_members (party_id) where is_organizer;
comment on table party_members is 'One of the people of a booking, as they wrote it themselves.';
comment on column party_members.token is 'Who has it is this person: told to them alone.';
comment on column party_members.allergies is 'Words such as ["nuts", "gluten"]; the house and the organizer read them.';
comment on column party_members.share_amount is 'What the organizer asks of this person, where split is amounts.';
create trigger fill_organization before insert or update of party_id on party_members
  for each row execute function app.fill_organization('booking_parties', 'party_id');
create trigger round_amounts before insert or update on party_members for each row execute function app.round_amounts('share_amount');
call app.secure_table('party_members', 'bookings', p_actions => array['select'], p_hidden => array['token'],
  p_person => 'customer_id = any ((select app.own_customer_ids())::uuid[])');

-- down
drop table party_members;
drop table booking_parties;
