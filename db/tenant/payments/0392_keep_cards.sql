-- Cards that guests leave with the provider, what may be taken from them and when, and what is done when it does not come.
-- up
create table payment_policies (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  booking_type    text not null references booking_types (name),
  name            text not null check (length(trim(name)) between 1 and 100),
  deposit_percent numeric check (deposit_percent between 0 and 100),
  deposit_amount  numeric check (deposit_amount >= 0),
  rest_days       int check (rest_days between 0 and 365),
  no_show_percent numeric check (no_show_percent between 0 and 100),
  no_show_amount  numeric check (no_show_amount >= 0),
  is_per_person   boolean not null default false,
  is_active       boolean not null default true,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  constraint one_deposit check (num_nonnulls(deposit_percent, deposit_amount) <= 1),
  constraint one_no_show check (num_nonnulls(no_show_percent, no_show_amount) <= 1)
);
create unique index payment_policies_active on payment_policies (organization_id, booking_type) where is_active;
create index payment_policies_type on payment_policies (booking_type);
comment on table payment_policies is 'How a kind of booking is paid: what comes first, when the rest is taken, what staying away costs. What goes back of a cancellation say cancellation_policies.';
comment on column payment_policies.deposit_percent is 'Of the price, to be paid when booking; null and no amount either: what the chalet or the game says.';
comment on column payment_policies.deposit_amount is 'Decimal, at most the price.';
comment on column payment_policies.rest_days is 'So many days before it begins the rest is taken from the card that the guest left; null: it is paid at the house.';
comment on column payment_policies.no_show_percent is 'Of the price, from the card that the guest left; what was paid already counts.';
comment on column payment_policies.no_show_amount is 'Decimal.';
comment on column payment_policies.is_per_person is 'no_show_amount is for each of the party.';
call app.secure_table('payment_policies', 'settings', p_public => 'is_active', p_audit => true);
create trigger round_amounts before insert or update on payment_policies for each row execute function app.round_policy();

create table stored_cards (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  customer_id     uuid,
  user_id         uuid references users on delete set null,
  booking_type    text references booking_types (name),
  booking_id      uuid,
  provider        text not null check (provider ~ '^[a-z][a-z0-9_]{1,39}$' and provider <> 'manual'),
  provider_ref    text check (length(provider_ref) between 1 and 255),
  customer_ref    text check (length(customer_ref) between 1 and 255),
  method_ref      text check (length(method_ref) between 1 and 255),
  brand           text check (length(brand) <= 40),
  last4           text check (last4 ~ '^[0-9]{4}$'),
  expires_on      date,
  consent         text not null check (length(trim(consent)) between 1 and 1000),
  consented_at    timestamptz not null default now(),
  status          text not null default 'asked' check (status in ('asked', 'stored', 'removed', 'cancelled')),
  asked_at        timestamptz,
  link            text check (length(link) <= 2000),
  link_ends_at    timestamptz,
  return_path     text not null default '/',
  failure_reason  text check (length(failure_reason) <= 500),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, customer_id) references customers (organization_id, id),
  constraint stored_is_known check (status <> 'stored' or customer_ref is not null and method_ref is not null)
);
create index stored_cards_booking on stored_cards (booking_type, booking_id);
create index stored_cards_customer on stored_cards (organization_id, customer_id);
create index stored_cards_user on stored_cards (user_id) where user_id is not null;
create unique index stored_cards_method on stored_cards (organization_id, provider, method_ref, booking_type, booking_id) where status = 'stored';
comment on table stored_cards is 'Cards that guests left with the provider for a booking: the provider''s names of payer and card and what is printed on it, never its number.';
comment on column stored_cards.consent is 'What the guest agreed to, in the words that they saw.';
comment on column stored_cards.provider_ref is 'The page where the card is asked for.';
comment on column stored_cards.expires_on is 'The last day of the month that stands on it.';
call app.secure_table('stored_cards', 'payments', p_actions => array['select'], p_audit => true, p_hidden => array['customer_ref', 'method_ref'],
  p_person => 'user_id = (select auth.uid()) or customer_id = any ((select app.own_customer_ids())::uuid[])');
create trigger guard_status before update of status on stored_cards for each row
  execute function app.guard_transition('status', 'asked>stored', 'asked>cancelled', 'cancelled>stored', 'stored>removed', 'asked>removed');
create trigger ask after insert on stored_cards for each row execute function app.card_is_asked();

create table payment_charges (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  booking_type    text not null references booking_types (name),
  booking_id      uuid not null,
  kind            text not null check (kind in ('rest', 'no_show')),
  amount          numeric check (amount > 0),
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  due_at          timestamptz not null,
  next_at         timestamptz,
  step            int not null default 0 check (step >= 0),
  status          text not null default 'waiting' check (status in ('waiting', 'asked', 'needs_guest', 'paid', 'failed', 'off')),
  card_id         uuid,
  payment_id      uuid,
  reason          text check (length(reason) <= 500),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, booking_type, booking_id, kind),
  foreign key (organization_id, card_id) references stored_cards (organization_id, id),
  foreign key (organization_id, payment_id) references payments (organization_id, id)
);
create index payment_charges_next on payment_charges (next_at) where status in ('waiting', 'needs_guest');
create index payment_charges_booking on payment_charges (booking_type, booking_id);
create index payment_charges_card on payment_charges (organization_id, card_id);
create index payment_charges_payment on payment_charges (organization_id, payment_id);
comment on table payment_charges is 'What is to be taken from a guest''s card, and on which day.';
comment on column payment_charges.amount is 'Decimal; null: whatever the bill still wants on that day.';
comment on column payment_charges.next_at is 'When something is done about it next.';
comment on column payment_charges.step is 'How many steps of dunning_steps are behind it.';
comment on column payment_charges.status is 'waiting for its day, asked of the provider, needs_guest (a link is out), paid, failed (a person decides), off (no longer wanted).';
call app.secure_table('payment_charges', 'payments', p_actions => array['select'], p_audit => true);

create table dunning_steps (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  kind            text not null check (kind in ('charge', 'subscription')),
  step            int not null check (step between 1 and 1000),
  after_hours     int not null check (after_hours between 0 and 2400),
  action          text not null check (action in ('retry', 'tell', 'pause', 'give_up')),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, kind, step)
);
comment on table dunning_steps is 'What is done about money that does not come, step by step.';
comment on column dunning_steps.after_hours is 'Hours after the step before it (the first: after the failure).';
comment on column dunning_steps.action is 'retry: the card once more; tell: a link to pay at, by mail; pause: what it pays for rests; give_up: a person decides.';
call app.secure_table('dunning_steps', 'settings', p_audit => true);
select app.start_dunning(id) from organizations;

create trigger forget_cards after update of erased_at on customers for each row when (new.erased_at is not null and old.erased_at is null)
  execute function app.cards_are_forgotten();
create trigger follow_charge after update of status on payments for each row when (new.metadata ? 'charge_id') execute function app.charge_follows();

-- down
drop trigger follow_charge on payments;
drop trigger forget_cards on customers;
drop table dunning_steps;
drop table payment_charges;
drop table stored_cards;
drop table payment_policies;
