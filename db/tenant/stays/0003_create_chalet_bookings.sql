-- Stays: who has which chalet for which nights. Two stays never share a night; cancelled ones and no-shows take none.
--
--   pending ──► confirmed ──► checked_in ──► checked_out
--      └──────────┴──► cancelled      confirmed ──► no_show
--   cancelled ──► confirmed only where the hold had run out and the money came late (app.settle_chalet_booking)
-- up
create table chalet_bookings (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  reference       text not null unique default app.spoken_code('ST-', 8),
  user_id         uuid references users,
  customer_id     uuid,
  chalet_id       uuid not null,
  check_in        date not null check (isfinite(check_in)),
  check_out       date not null check (isfinite(check_out)),
  first_check_in  date not null,
  released_from   date,
  stay            daterange not null generated always as (daterange(check_in, coalesce(released_from, check_out), '[)')) stored,
  guests          int not null check (guests > 0),
  nights_price    numeric(10,2) not null default 0 check (nights_price >= 0),
  addons_price    numeric(10,2) not null default 0 check (addons_price >= 0),
  change_fee      numeric(10,2) not null default 0 check (change_fee >= 0),
  tax_amount      numeric(10,2) not null default 0 check (tax_amount >= 0),
  total_price     numeric(10,2) not null check (total_price >= 0),
  deposit_due     numeric(10,2) not null default 0 check (deposit_due >= 0),
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  price_breakdown jsonb not null default '{}' check (jsonb_typeof(price_breakdown) = 'object'),
  status          text not null default 'pending'
                  check (status in ('pending', 'confirmed', 'checked_in', 'checked_out', 'cancelled', 'no_show')),
  payment_status  text not null default 'pending'
                  check (payment_status in ('pending', 'deposit_paid', 'paid', 'refunded', 'partial_refund')),
  hold_expires_at timestamptz,
  hold_ran_out    boolean not null default false,
  special_requests text check (length(special_requests) <= 4000),
  guest_details   jsonb not null default '{}' check (jsonb_typeof(guest_details) = 'object'),
  cancellation_policy_id uuid,
  cancellation_reason text check (length(cancellation_reason) <= 2000),
  cancelled_at    timestamptz,
  refund_amount   numeric(10,2) check (refund_amount >= 0),
  checked_in_at   timestamptz,
  checked_out_at  timestamptz,
  modified_at     timestamptz,
  source          text not null default 'direct' check (source ~ '^[a-z0-9_.-]{1,40}$'),
  created_by      uuid,
  idempotency_key text,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, chalet_id) references chalets (organization_id, id),
  foreign key (organization_id, customer_id) references customers (organization_id, id),
  foreign key (organization_id, cancellation_policy_id) references cancellation_policies (organization_id, id) on delete set null (cancellation_policy_id),
  constraint somebody_stays check (user_id is not null or customer_id is not null),
  constraint dates_in_order check (check_out > check_in),
  constraint released_within_stay check (released_from > check_in and released_from <= check_out),
  constraint chalet_bookings_no_overlap exclude using gist (chalet_id with =, stay with &&)
    where (status not in ('cancelled', 'no_show'))
);
create index idx_bookings_user on chalet_bookings (user_id);
create index idx_bookings_chalet on chalet_bookings (chalet_id);
create index chalet_bookings_chalet on chalet_bookings (organization_id, chalet_id);
create index idx_bookings_dates on chalet_bookings (check_in, check_out);
create index idx_bookings_status on chalet_bookings (status) where status not in ('cancelled', 'checked_out');
create index chalet_bookings_customer on chalet_bookings (organization_id, customer_id);
create index chalet_bookings_arrivals on chalet_bookings (organization_id, check_in);
create index chalet_bookings_created on chalet_bookings (organization_id, created_at);
create index chalet_bookings_policy on chalet_bookings (organization_id, cancellation_policy_id);
create index chalet_bookings_holds on chalet_bookings (hold_expires_at) where status = 'pending';
create unique index chalet_bookings_idempotency on chalet_bookings (organization_id, coalesce(created_by, '00000000-0000-0000-0000-000000000000'), idempotency_key)
  where idempotency_key is not null;
comment on table chalet_bookings is 'Stays: who has which chalet for which nights.';
comment on column chalet_bookings.reference is 'What guests say on the phone.';
comment on column chalet_bookings.user_id is 'The guest''s login; null for guests whom the desk books by name (customer_id).';
comment on column chalet_bookings.check_out is 'The morning of departure: this night is not part of the stay.';
comment on column chalet_bookings.first_check_in is 'The earliest arrival ever agreed; cancellation terms count from it, so that moving a stay away does not soften them.';
comment on column chalet_bookings.released_from is 'Set by an early departure: the nights from here on are free again.';
comment on column chalet_bookings.total_price is 'With tax, in currency.';
comment on column chalet_bookings.tax_amount is 'The tax inside total_price.';
comment on column chalet_bookings.change_fee is 'What the cancellation terms kept when a change made the stay cheaper.';
comment on column chalet_bookings.deposit_due is 'Paid up to this, the stay is confirmed.';
comment on column chalet_bookings.price_breakdown is 'Each night with its price and why, as quote_stay answered it.';
comment on column chalet_bookings.hold_expires_at is 'Until then an unpaid stay keeps its nights.';

create trigger fill_organization before insert or update of chalet_id on chalet_bookings
  for each row execute function app.fill_organization('chalets', 'chalet_id');
create trigger guard_chalet_booking before insert or update on chalet_bookings
  for each row execute function app.guard_chalet_booking();
create trigger guard_status before update of status on chalet_bookings
  for each row when (not (old.hold_ran_out and old.status = 'cancelled' and new.status = 'confirmed'))
  execute function app.guard_transition('status', 'pending>confirmed', 'pending>cancelled', 'confirmed>checked_in',
    'confirmed>cancelled', 'confirmed>no_show', 'checked_in>checked_out');
create trigger announce after insert or update on chalet_bookings
  for each row execute function app.announce_chalet_booking();
-- Stays are made, changed and cancelled by functions; the desk may confirm one and note wishes.
call app.secure_table('chalet_bookings', 'stays', p_actions => array['select'], p_audit => true,
  p_person => 'user_id = (select auth.uid()) or customer_id = any ((select app.own_customer_ids())::uuid[])');
create policy staff_update on chalet_bookings for update to authenticated
  using ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('stays', 'update')))
  with check ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('stays', 'update')));
grant update (status, special_requests, guest_details) on chalet_bookings to authenticated;

create table booking_addons (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  booking_id      uuid not null,
  addon_id        uuid,
  name            text not null,
  price           numeric(10,2) not null check (price >= 0),
  per             text not null check (per in ('stay', 'night', 'guest', 'guest_night')),
  quantity        int not null check (quantity > 0),
  units           int not null check (units > 0),
  tax_rate        numeric(5,2) not null default 0,
  tax_amount      numeric(10,2) not null default 0,
  total_price     numeric(10,2) not null check (total_price >= 0),
  created_at      timestamptz not null default now(),
  foreign key (organization_id, booking_id) references chalet_bookings (organization_id, id) on delete cascade,
  foreign key (organization_id, addon_id) references chalet_addons (organization_id, id) on delete set null (addon_id)
);
create index booking_addons_booking on booking_addons (organization_id, booking_id);
create index booking_addons_addon on booking_addons (organization_id, addon_id);
create unique index booking_addons_once on booking_addons (booking_id, addon_id) where addon_id is not null;
comment on table booking_addons is 'What was added to a stay; name, price and tax are frozen.';
comment on column booking_addons.units is 'How often the price counts: quantity × nights, guests or both.';
comment on column booking_addons.total_price is 'With tax.';
create trigger fill_organization before insert or update of booking_id on booking_addons
  for each row execute function app.fill_organization('chalet_bookings', 'booking_id');
call app.secure_table('booking_addons', 'stays', p_actions => array['select'], p_person => 'app.is_my_chalet_booking(booking_id)');

-- down
drop table booking_addons;
drop table chalet_bookings;
