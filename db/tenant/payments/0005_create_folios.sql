-- One bill over meals, nights, tickets and games. A folio holds no amounts of its own: it names bookings, and each module says
-- what its bookings cost (folio_sources).
-- up
create table folios (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  customer_id     uuid,
  user_id         uuid references users on delete set null,
  title           text not null check (length(trim(title)) between 1 and 200),
  status          text not null default 'open' check (status in ('open', 'settled')),
  settled_at      timestamptz,
  created_by      uuid default auth.uid() references users on delete set null,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, customer_id) references customers (organization_id, id)
);
create index folios_customer on folios (organization_id, customer_id);
create index folios_user on folios (user_id);
create index folios_created_by on folios (created_by);
comment on table folios is 'A bill that gathers bookings: the room, the meals charged to it, pool tickets, games.';
call app.secure_table('folios', 'payments',
  p_person => '(user_id = (select auth.uid()) or customer_id = any ((select app.own_customer_ids())::uuid[]))',
  p_actions => array['select'], p_audit => true);
create trigger guard_status before update of status on folios for each row
  execute function app.guard_transition('status', 'open>settled', 'settled>open');

create table folio_items (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  folio_id        uuid not null,
  booking_type    text not null,
  booking_id      uuid not null,
  created_by      uuid default auth.uid() references users on delete set null,
  created_at      timestamptz not null default now(),
  unique (booking_type, booking_id),
  foreign key (organization_id, folio_id) references folios (organization_id, id) on delete cascade
);
create index folio_items_folio on folio_items (organization_id, folio_id);
create index folio_items_created_by on folio_items (created_by);
comment on table folio_items is 'A booking on a folio; a booking stands on one folio at most.';
call app.secure_table('folio_items', 'payments', p_person => 'app.is_own_folio(folio_id)', p_actions => array['select']);

-- Who tells what a booking costs. A row works when its table exists in this tenant and its function has been written:
--   app.folio_<booking_type>(p_organization_id uuid, p_booking_ids uuid[], p_customer_ids uuid[], p_user_id uuid)
-- (see app/payments/folio.sql).
create table folio_sources (
  booking_type text primary key,
  table_name   text not null,
  position     int not null unique
);
comment on table folio_sources is 'Which table and function tell what a kind of booking costs; rows whose module is absent are skipped.';
insert into folio_sources values
  ('chalet',     'chalet_bookings',    10),
  ('membership', 'pool_memberships',   20),
  ('pool',       'pool_tickets',       30),
  ('session',    'table_sessions',     40),
  ('order',      'orders',             50),
  ('reservation', 'table_reservations', 60),
  ('experience', 'bookings',           70),
  ('voucher',    'user_credits',       80);
call app.secure_table('folio_sources', 'settings', p_organization => null, p_actions => array['select']);

-- down
drop table folio_sources;
drop table folio_items;
drop table folios;
