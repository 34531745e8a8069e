-- Tickets: places of a date and slot, with a signed code that opens the gate once.
--
--   pending ──► confirmed ──► used        pending, confirmed ──► cancelled, expired
--   cancelled ──► confirmed only where the hold had run out and the money came late (app.settle_pool_ticket)
-- up
create table pool_tickets (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  reference       text not null unique default app.spoken_code('PT-', 8),
  user_id         uuid references users,
  customer_id     uuid,
  membership_id   uuid,
  ticket_date     date not null check (isfinite(ticket_date)),
  slot            text not null check (slot in ('morning', 'afternoon', 'full_day')),
  adults          int not null default 1 check (adults >= 0),
  children        int not null default 0 check (children >= 0),
  total_price     numeric(10,2) not null check (total_price >= 0),
  tax_amount      numeric(10,2) not null default 0 check (tax_amount >= 0),
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  status          text not null default 'pending' check (status in ('pending', 'confirmed', 'used', 'cancelled', 'expired')),
  qr_code         text,
  expires_at      timestamptz not null,
  hold_expires_at timestamptz,
  hold_ran_out    boolean not null default false,
  used_at         timestamptz,
  cancelled_at    timestamptz,
  cancellation_reason text check (length(cancellation_reason) <= 2000),
  refund_amount   numeric(10,2) check (refund_amount >= 0),
  cancellation_policy_id uuid,
  guest_details   jsonb not null default '{}' check (jsonb_typeof(guest_details) = 'object'),
  source          text not null default 'direct' check (source ~ '^[a-z0-9_.-]{1,40}$'),
  created_by      uuid,
  idempotency_key text,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, customer_id) references customers (organization_id, id),
  foreign key (organization_id, membership_id) references pool_memberships (organization_id, id),
  foreign key (organization_id, cancellation_policy_id) references cancellation_policies (organization_id, id) on delete set null (cancellation_policy_id),
  constraint somebody_comes check (adults + children between 1 and 100),
  constraint used_has_instant check (status <> 'used' or used_at is not null)
);
create index idx_tickets_date on pool_tickets (ticket_date);
create index idx_tickets_user on pool_tickets (user_id);
create index pool_tickets_customer on pool_tickets (organization_id, customer_id);
create index pool_tickets_day on pool_tickets (organization_id, ticket_date, slot);
create index pool_tickets_membership on pool_tickets (organization_id, membership_id) where membership_id is not null;
create index pool_tickets_created on pool_tickets (organization_id, created_at);
create index pool_tickets_policy on pool_tickets (organization_id, cancellation_policy_id) where cancellation_policy_id is not null;
create index pool_tickets_holds on pool_tickets (hold_expires_at) where status = 'pending';
create index pool_tickets_open on pool_tickets (expires_at) where status in ('pending', 'confirmed');
create unique index pool_tickets_idempotency on pool_tickets (organization_id, coalesce(created_by, '00000000-0000-0000-0000-000000000000'), idempotency_key)
  where idempotency_key is not null;
comment on table pool_tickets is 'Tickets of the pool.';
comment on column pool_tickets.user_id is 'The buyer''s login; tickets sold at the gate may have none.';
comment on column pool_tickets.membership_id is 'The membership whose guest pass paid for it.';
comment on column pool_tickets.qr_code is 'MTP1.<id>.<date>.<slot>.<adults>.<children>.<expiry>.<signature>; made when the ticket is confirmed.';
comment on column pool_tickets.expires_at is 'The end of its slot.';
comment on column pool_tickets.tax_amount is 'The tax inside total_price.';
create trigger prepare before insert or update or delete on pool_tickets
  for each row execute function app.prepare_pool_ticket();
create trigger guard_status before update of status on pool_tickets
  for each row when (not (old.hold_ran_out and old.status = 'cancelled' and new.status = 'confirmed'))
  execute function app.guard_transition('status', 'pending>confirmed', 'pending>cancelled', 'pending>expired',
    'confirmed>used', 'confirmed>cancelled', 'confirmed>expired');
create trigger announce after insert or update of status on pool_tickets
  for each row execute function app.announce_pool_ticket();
call app.secure_table('pool_tickets', 'pool', p_actions => array['select'], p_audit => true,
  p_person => 'user_id = (select auth.uid()) or customer_id = any ((select app.own_customer_ids())::uuid[])');

create table pool_entries (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  ticket_id       uuid,
  member_id       uuid,
  code            text not null check (length(code) <= 500),
  result          text not null check (result in ('entered', 'refused')),
  reason          text,
  people          int not null default 0 check (people >= 0),
  gate            text check (length(gate) <= 50),
  scanned_at      timestamptz not null default now(),
  scanned_by      uuid,
  created_at      timestamptz not null default now(),
  foreign key (organization_id, ticket_id) references pool_tickets (organization_id, id),
  foreign key (organization_id, member_id) references membership_members (organization_id, id)
);
create index pool_entries_ticket on pool_entries (organization_id, ticket_id) where ticket_id is not null;
create index pool_entries_member on pool_entries (organization_id, member_id) where member_id is not null;
create index pool_entries_scanned on pool_entries (organization_id, scanned_at desc);
-- A ticket opens the gate once, whatever the functions do.
create unique index pool_entries_once on pool_entries (ticket_id) where result = 'entered' and ticket_id is not null;
comment on table pool_entries is 'Every try at the gate, let in or refused, with the reason.';
comment on column pool_entries.code is 'What was scanned or typed, at most 500 characters of it.';
call app.secure_table('pool_entries', 'pool', p_actions => array['select'], p_person => 'app.is_my_pool_entry(ticket_id, member_id)');
revoke insert, update, delete on pool_entries from service_role;
create trigger refuse_change before update or delete on pool_entries for each row execute function app.refuse_change();

create table guest_pass_usage (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  membership_id   uuid not null,
  customer_id     uuid,
  ticket_id       uuid not null,
  used_on         date not null,
  guests          int not null check (guests > 0),
  guest_names     text,
  returned_at     timestamptz,
  used_by         uuid,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (ticket_id),
  foreign key (organization_id, membership_id) references pool_memberships (organization_id, id),
  foreign key (organization_id, ticket_id) references pool_tickets (organization_id, id),
  foreign key (organization_id, customer_id) references customers (organization_id, id)
);
create index guest_pass_usage_customer on guest_pass_usage (organization_id, customer_id);
create index guest_pass_usage_membership on guest_pass_usage (organization_id, membership_id, used_on);
create index guest_pass_usage_ticket on guest_pass_usage (organization_id, ticket_id);
comment on table guest_pass_usage is 'Guest passes that became tickets; returned_at where the ticket was cancelled and the passes went back.';
create trigger fill_organization before insert or update of membership_id on guest_pass_usage
  for each row execute function app.fill_organization('pool_memberships', 'membership_id');
create trigger fill_customer before insert on guest_pass_usage for each row execute function app.fill_membership_customer();
call app.secure_table('guest_pass_usage', 'memberships', p_actions => array['select'], p_person => 'app.is_my_membership(membership_id)');

-- down
drop table guest_pass_usage;
drop table pool_entries;
drop table pool_tickets;
