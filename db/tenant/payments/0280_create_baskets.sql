-- Baskets: parts of any kind that are held together or not at all, until one instant. A part's places are held by a row of its own
-- module (a stay, a reservation, a ticket, a game) that waits; the basket knows which rows are one guest's wish.
--
--   open ──► confirmed            (paid at the desk, by voucher or credit)
--     ├────► submitted ──► confirmed    (waits for money that a provider carries; app.basket_json says when it is all there)
--     ├────► released             (the guest let go)
--     └────► expired              (so does submitted)
-- up
create table baskets (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  reference       text not null unique default app.spoken_code('BK-', 8),
  token           text not null unique default encode(gen_random_bytes(24), 'hex') check (token ~ '^[0-9a-f]{48}$'),
  status          text not null default 'open' check (status in ('open', 'submitted', 'confirmed', 'released', 'expired')),
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  expires_at      timestamptz not null,
  customer_id     uuid,
  user_id         uuid references users on delete set null,
  guest_name      text check (length(guest_name) <= 255),
  guest_email     text check (length(guest_email) <= 255),
  guest_phone     text check (length(guest_phone) <= 64),
  locale          text check (locale ~ '^[a-z]{2}(-[A-Z]{2})?$'),
  special_requests text check (length(special_requests) <= 4000),
  folio_id        uuid,
  opened_from     text check (length(opened_from) <= 64),
  idempotency_key text check (length(idempotency_key) between 1 and 200),
  confirmed_at    timestamptz,
  created_by      uuid,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, customer_id) references customers (organization_id, id),
  foreign key (organization_id, folio_id) references folios (organization_id, id) on delete set null (folio_id)
);
create index baskets_customer on baskets (organization_id, customer_id);
create index baskets_user on baskets (user_id) where user_id is not null;
create index baskets_folio on baskets (organization_id, folio_id);
create index baskets_due on baskets (expires_at) where status in ('open', 'submitted');
create index baskets_opened_from on baskets (opened_from) where status = 'open';
create unique index baskets_idempotency on baskets (organization_id, idempotency_key) where idempotency_key is not null;
comment on table baskets is 'What a guest wants of a house in one go: parts of any kind, held together or not at all.';
comment on column baskets.reference is 'What guests say on the phone for all of it.';
comment on column baskets.token is 'Who has it changes and confirms the basket; told to the one who made it, read by nobody.';
comment on column baskets.expires_at is 'Until then all its parts are held; a confirmed basket has no use of it.';
comment on column baskets.opened_from is 'A digest of the address it was made from, so that nobody holds a whole house; emptied when it ends.';
create trigger guard_status before update of status on baskets for each row
  execute function app.guard_transition('status', 'open>submitted', 'open>confirmed', 'open>released', 'open>expired', 'submitted>confirmed', 'submitted>expired', 'submitted>released');
call app.secure_table('baskets', 'bookings', p_actions => array['select'], p_hidden => array['token'], p_audit => true,
  p_person => 'user_id = (select auth.uid()) or customer_id = any ((select app.own_customer_ids())::uuid[])');

create table basket_parts (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  basket_id       uuid not null,
  position        int not null check (position > 0),
  kind            text not null check (kind in ('stay', 'table', 'pool', 'game')),
  booking_type    text not null check (booking_type in ('chalet', 'reservation', 'pool', 'experience')),
  booking_id      uuid not null,
  request         jsonb not null check (jsonb_typeof(request) = 'object'),
  quote           jsonb not null default '{}' check (jsonb_typeof(quote) = 'object'),
  price           numeric not null default 0 check (price >= 0),
  deposit         numeric not null default 0 check (deposit >= 0 and deposit <= price),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (booking_type, booking_id),
  unique (basket_id, position),
  foreign key (organization_id, basket_id) references baskets (organization_id, id) on delete cascade
);
create index basket_parts_basket on basket_parts (organization_id, basket_id);
comment on table basket_parts is 'A part of a basket and the row of its module that holds its places.';
comment on column basket_parts.request is 'The part as it was asked for, without words of people: what holds it again when it ran out.';
comment on column basket_parts.quote is 'What was shown: title, lines of the price, terms.';
comment on column basket_parts.price is 'In the organization''s currency, tax included; stays what it was when it was held.';
comment on column basket_parts.deposit is 'What has to be paid before the part is confirmed; 0 where nobody carries payments from afar.';
create trigger fill_organization before insert or update of basket_id on basket_parts
  for each row execute function app.fill_organization('baskets', 'basket_id');
create trigger round_amounts before insert or update on basket_parts for each row execute function app.round_amounts('price', 'deposit');
call app.secure_table('basket_parts', 'bookings', p_actions => array['select'], p_person => 'app.is_my_basket(basket_id)');

-- down
drop table basket_parts;
drop table baskets;
