-- Bookings of games. What must never go wrong is held here, whatever door a row comes through:
--   * a private game takes its room for duration and buffer: exclusion constraint room_taken_once;
--   * a shared game sells seats: one row of game_slots a start, locked, never above its capacity;
--   * statuses move along the diagram below; a promo code is never used more often than it may.
--
--   pending ──> confirmed ──> checked_in ──> completed          cancelled ──> confirmed only when a hold had
--      │            ├──────────> completed       (confirmed)    run out and its money came late
--      └──> cancelled <──┤
--                        └──> no_show ──> checked_in (came late after all)
-- Clients read; writing goes through create_booking, create_widget_booking, cancel_booking and their kin.
-- up
create table bookings (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null references organizations,
  reference_number text not null check (reference_number ~ '^[A-Z2-9]{4}-[A-Z2-9]{4}$'),
  venue_id         uuid not null,
  game_id          uuid not null,
  customer_id      uuid not null,
  booking_date     date not null,
  start_time       time not null,
  end_time         time not null,
  timezone         text not null,
  starts_at        timestamptz not null,
  ends_at          timestamptz not null,
  free_from        timestamptz not null,
  occupies         tstzrange generated always as (tstzrange(starts_at, free_from)) stored,
  business_date    date not null,
  takes_room       boolean not null,
  party_size       int not null check (party_size >= 1),
  ticket_types     jsonb not null default '[]' check (jsonb_typeof(ticket_types) = 'array'),
  currency         text not null check (currency ~ '^[A-Z]{3}$'),
  total_amount     numeric(10,2) not null default 0 check (total_amount >= 0),
  discount_amount  numeric(10,2) not null default 0 check (discount_amount >= 0),
  tax_amount       numeric(10,2) not null default 0 check (tax_amount >= 0),
  final_amount     numeric(10,2) not null default 0 check (final_amount >= 0),
  deposit_amount   numeric(10,2) not null default 0 check (deposit_amount >= 0),
  paid_amount      numeric(10,2) not null default 0 check (paid_amount >= 0),
  refunded_amount  numeric(10,2) not null default 0 check (refunded_amount >= 0),
  revenue          numeric(10,2) not null generated always as (app.booking_revenue(status, final_amount, paid_amount, refunded_amount)) stored,
  price_details    jsonb not null default '[]' check (jsonb_typeof(price_details) = 'array'),
  promo_code_id    uuid,
  status           text not null default 'pending'
                   check (status in ('pending', 'confirmed', 'checked_in', 'completed', 'cancelled', 'no_show')),
  payment_status   text not null generated always as (app.booking_payment_status(final_amount, paid_amount, refunded_amount)) stored,
  hold_expires_at  timestamptz,
  cancellation_policy_id uuid,
  source           text not null default 'staff' check (source in ('staff', 'widget', 'web', 'phone', 'walk_in', 'bot', 'import', 'api')),
  contact_name     text check (length(contact_name) <= 255),
  contact_email    text check (length(contact_email) <= 255),
  contact_phone    text check (length(contact_phone) <= 64),
  special_requests text check (length(special_requests) <= 4000),
  internal_notes   text check (length(internal_notes) <= 4000),
  metadata         jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  idempotency_key  text check (length(idempotency_key) between 1 and 200),
  created_by       uuid references users on delete set null default auth.uid(),
  confirmed_at     timestamptz,
  checked_in_at    timestamptz,
  completed_at     timestamptz,
  no_show_at       timestamptz,
  cancelled_at     timestamptz,
  cancelled_by     uuid references users on delete set null,
  cancellation_cause  text check (cancellation_cause in ('requested', 'hold_expired')),
  cancellation_reason text check (length(cancellation_reason) <= 1000),
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, reference_number),
  foreign key (organization_id, venue_id) references venues (organization_id, id),
  foreign key (organization_id, game_id) references games (organization_id, id),
  foreign key (organization_id, customer_id) references customers (organization_id, id),
  foreign key (organization_id, promo_code_id) references promo_codes (organization_id, id),
  constraint times_in_order check (starts_at < ends_at and ends_at <= free_from),
  constraint refunds_within_payments check (refunded_amount <= paid_amount),
  constraint discount_within_total check (discount_amount <= total_amount),
  constraint cancelled_with_cause check ((status = 'cancelled') = (cancellation_cause is not null)),
  constraint room_taken_once exclude using gist (venue_id with =, game_id with =, occupies with &&)
    where (takes_room and status in ('pending', 'confirmed', 'checked_in', 'completed')),
  foreign key (organization_id, cancellation_policy_id) references cancellation_policies (organization_id, id)
);
-- The list, the day, the reports; then one index a foreign key.
create index bookings_business_day on bookings (organization_id, business_date, starts_at);
create index bookings_newest_first on bookings (booking_date desc, start_time desc, id);
create index bookings_activity on bookings (organization_id, updated_at desc);
create index bookings_venue on bookings (venue_id, starts_at);
create index bookings_game on bookings (game_id, starts_at);
create index bookings_customer on bookings (customer_id, starts_at);
create index bookings_promo_code on bookings (promo_code_id) where promo_code_id is not null;
create index bookings_policy on bookings (cancellation_policy_id) where cancellation_policy_id is not null;
create index bookings_created_by on bookings (created_by) where created_by is not null;
create index bookings_cancelled_by on bookings (cancelled_by) where cancelled_by is not null;
create index bookings_holds on bookings (hold_expires_at) where status = 'pending' and hold_expires_at is not null;
create unique index bookings_idempotency on bookings (organization_id, idempotency_key) where idempotency_key is not null;

comment on table bookings is 'Games booked. Written through functions only; totals are computed here, never believed.';
comment on column bookings.reference_number is 'What people read out on the phone: no 0, 1, I, L, O.';
comment on column bookings.booking_date is 'Date on the wall at the venue when the game starts.';
comment on column bookings.start_time is 'Wall clock at the venue.';
comment on column bookings.end_time is 'Wall clock at the venue; smaller than start_time when the game goes past midnight.';
comment on column bookings.free_from is 'When the room has been reset and can be taken again.';
comment on column bookings.occupies is 'Half-open range for which a private game takes the room, buffer included.';
comment on column bookings.business_date is 'Business day of the venue that the booking counts to; reports run on it.';
comment on column bookings.takes_room is 'Whether the game was private when it was booked.';
comment on column bookings.ticket_types is '[{"id": "adult", "quantity": 2}], where the game sells ticket types.';
comment on column bookings.total_amount is 'Price before discount.';
comment on column bookings.final_amount is 'What is to be paid: total less discount, tax included.';
comment on column bookings.deposit_amount is 'What must be paid before a held booking is confirmed.';
comment on column bookings.paid_amount is 'Money that came in; kept by the payments.';
comment on column bookings.refunded_amount is 'Money that went back; kept by the payments.';
comment on column bookings.revenue is 'What it earns: price less refunds once confirmed, what was kept when cancelled or missed, nothing while pending.';
comment on column bookings.price_details is 'How the total came about: [{label, quantity, unit_price, amount}].';
comment on column bookings.contact_name is 'As typed when it was booked; the customer row is the person.';
comment on column bookings.hold_expires_at is 'An unpaid booking gives its slot back at this instant.';
comment on column bookings.cancellation_policy_id is 'The policy that was agreed when it was booked.';
comment on column bookings.cancellation_cause is 'requested by somebody, or the hold had run out.';

-- Seats of shared games: one row a start, the lock under which seats are sold.
create table game_slots (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  venue_id        uuid not null,
  game_id         uuid not null,
  starts_at       timestamptz not null,
  free_from       timestamptz not null,
  occupies        tstzrange generated always as (tstzrange(starts_at, free_from)) stored,
  capacity        int not null check (capacity > 0),
  seats_taken     int not null default 0 check (seats_taken >= 0),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (venue_id, game_id, starts_at),
  foreign key (organization_id, venue_id) references venues (organization_id, id) on delete cascade,
  foreign key (organization_id, game_id) references games (organization_id, id) on delete cascade,
  constraint never_oversold check (seats_taken <= capacity),
  constraint one_start_at_a_time exclude using gist (venue_id with =, game_id with =, occupies with &&) where (seats_taken > 0)
);
create index game_slots_venue on game_slots (organization_id, venue_id);
create index game_slots_game on game_slots (organization_id, game_id);
comment on table game_slots is 'Seats taken in each start of a shared game; kept by bookings, locked while seats are sold.';

create trigger a_place before insert or update of venue_id, game_id, booking_date, start_time, party_size on bookings
  for each row execute function app.place_booking();
create trigger guard_status before update of status on bookings
  for each row when (not (old.status = 'cancelled' and old.cancellation_cause = 'hold_expired' and new.status = 'confirmed'))
  execute function app.guard_transition('status',
    'pending>confirmed', 'pending>cancelled',
    'confirmed>checked_in', 'confirmed>completed', 'confirmed>cancelled', 'confirmed>no_show',
    'checked_in>completed', 'no_show>checked_in');
create trigger stamp_status before insert or update of status on bookings
  for each row execute function app.stamp_booking_status();
create trigger take_seats after insert or delete or update of venue_id, game_id, starts_at, booking_date, start_time, party_size, status, promo_code_id
  on bookings for each row execute function app.take_seats();
create trigger tell_customer after insert or update of status, starts_at, booking_date, start_time on bookings
  for each row execute function app.tell_booking();

call app.secure_table('bookings', 'bookings', p_actions => array['select'],
  p_person => 'customer_id = any ((select app.own_customer_ids())::uuid[])', p_audit => true);
call app.secure_table('game_slots', 'bookings', p_actions => array['select']);

-- Money that came or went (app.payment_settled_experience hears of payments; this follows refunds and moved ones).
create trigger follow_booking after update of refunded_amount, booking_id, booking_type on payments
  for each row when (old.booking_type = 'experience' or new.booking_type = 'experience') execute function app.follow_payment();

-- The only columns people change without a function: words.
create policy staff_update on bookings for update to authenticated
  using ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('bookings', 'update')))
  with check ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('bookings', 'update')));
grant update (special_requests, internal_notes, metadata) on bookings to authenticated;

-- down
drop trigger follow_booking on payments;
drop table game_slots;
drop table bookings;
