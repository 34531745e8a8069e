-- The pool's day: its slots, what they cost by age, and how many places each date has left.
-- up
create table pool_slots (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  slot            text not null check (slot in ('morning', 'afternoon', 'full_day')),
  starts_at       time not null,
  ends_at         time not null,
  capacity        int check (capacity between 0 and 100000),
  early_minutes   int not null default 15 check (early_minutes between 0 and 240),
  hold_minutes    int not null default 15 check (hold_minutes between 1 and 1440),
  is_active       boolean not null default true,
  cancellation_policy_id uuid,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, slot),
  foreign key (organization_id, cancellation_policy_id) references cancellation_policies (organization_id, id) on delete set null (cancellation_policy_id),
  constraint halves_have_capacity check ((slot = 'full_day') = (capacity is null)),
  constraint slot_has_length check (starts_at <> ends_at)
);
create index pool_slots_policy on pool_slots (organization_id, cancellation_policy_id);
comment on table pool_slots is 'The slots of an organization''s pool. A full day takes a place in the morning and one in the afternoon.';
comment on column pool_slots.starts_at is 'Wall clock at the place.';
comment on column pool_slots.ends_at is 'Wall clock at the place; before starts_at: on the next day.';
comment on column pool_slots.capacity is 'Places on a date that pool_capacity says nothing else about; a full day has none of its own.';
comment on column pool_slots.early_minutes is 'How long before the start the gate lets people in.';
comment on column pool_slots.hold_minutes is 'How long an unpaid ticket keeps its places.';
call app.secure_table('pool_slots', 'pool', p_public => 'is_active', p_actions => array['select'], p_audit => true);
-- What the pool is, only managers say; the desk (pool: update) sells.
create policy manager_write on pool_slots for all to authenticated
  using ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('pool', 'delete')))
  with check ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('pool', 'delete')));
grant insert, update, delete on pool_slots to authenticated;

create table pool_prices (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  slot            text not null check (slot in ('morning', 'afternoon', 'full_day')),
  age_group       text not null check (age_group in ('adult', 'child')),
  price           numeric(10,2) not null check (price >= 0),
  weekend_price   numeric(10,2) check (weekend_price >= 0),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, slot, age_group)
);
comment on table pool_prices is 'What a ticket costs by slot and age, tax included, in the organization''s currency.';
comment on column pool_prices.weekend_price is 'On Saturdays and Sundays; null: price.';
call app.secure_table('pool_prices', 'pool', p_public => 'true', p_actions => array['select'], p_audit => true);
create policy manager_write on pool_prices for all to authenticated
  using ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('pool', 'delete')))
  with check ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('pool', 'delete')));
grant insert, update, delete on pool_prices to authenticated;

-- The row that is locked: no ticket is sold but by counting here.
create table pool_capacity (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  date            date not null check (isfinite(date)),
  slot            text not null check (slot in ('morning', 'afternoon')),
  capacity        int not null check (capacity between 0 and 100000),
  taken           int not null default 0,
  is_closed       boolean not null default false,
  note            text check (length(note) <= 500),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, date, slot),
  constraint pool_capacity_never_oversold check (taken between 0 and capacity)
);
comment on table pool_capacity is 'Places of a date and slot, and how many are taken: the row that every sale locks.';
comment on column pool_capacity.capacity is 'May be changed for this date, not below what is taken.';
comment on column pool_capacity.is_closed is 'Nothing more is sold: weather, water, private party. Tickets that are sold remain until cancelled.';
call app.secure_table('pool_capacity', 'pool', p_actions => array['select'], p_audit => true);
create policy manager_write on pool_capacity for all to authenticated
  using ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('pool', 'delete')))
  with check ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('pool', 'delete')));
-- taken is counted by the sales, never written by hand; rows that count are not deleted
create trigger spread_capacity after update of capacity on pool_slots
  for each row when (new.capacity is distinct from old.capacity) execute function app.spread_pool_capacity();
grant insert (organization_id, date, slot, capacity, is_closed, note), update (capacity, is_closed, note) on pool_capacity to authenticated;

-- down
drop table pool_capacity;
drop table pool_prices;
drop table pool_slots;
