-- Discounts and service charges on a bill. They are spread over the lines that they are for, so that every total, tax, split, receipt and report
-- that adds up lines is right by itself (app.apply_adjustments); net + tax = gross a line as before.
-- up
create table bill_adjustments (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  restaurant_id   uuid not null references restaurants on delete cascade,
  session_id      uuid,
  order_id        uuid,
  line_ids        uuid[] check (cardinality(line_ids) between 1 and 200),
  kind            text not null check (kind in ('discount', 'service_charge')),
  percent         numeric(6,3) check (percent > 0 and percent <= 100),
  amount          bigint check (amount > 0),
  reason          text not null check (length(trim(reason)) between 1 and 200),
  applied_amount  bigint not null default 0,
  created_by      uuid references users on delete set null,
  idempotency_key text check (length(idempotency_key) between 1 and 200),
  removed_at      timestamptz,
  removed_by      uuid references users on delete set null,
  created_at      timestamptz not null default clock_timestamp(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  constraint percent_or_amount check (num_nonnulls(percent, amount) = 1),
  constraint on_one_bill check (num_nonnulls(session_id, order_id) = 1),
  foreign key (restaurant_id, session_id) references table_sessions (restaurant_id, id) on delete cascade,
  foreign key (restaurant_id, order_id) references orders (restaurant_id, id) on delete cascade
);
create index bill_adjustments_session on bill_adjustments (restaurant_id, session_id) where session_id is not null;
create index bill_adjustments_of_session on bill_adjustments (session_id) where session_id is not null and removed_at is null;
create index bill_adjustments_order on bill_adjustments (restaurant_id, order_id) where order_id is not null;
create index bill_adjustments_organization on bill_adjustments (organization_id);
create index bill_adjustments_created_by on bill_adjustments (created_by) where created_by is not null;
create index bill_adjustments_removed_by on bill_adjustments (removed_by) where removed_by is not null;
create unique index bill_adjustments_idempotency_key on bill_adjustments (restaurant_id, idempotency_key) where idempotency_key is not null;
comment on table bill_adjustments is 'Discounts and service charges: of a whole bill or of some lines, by per cent or by amount, with who gave them and why.';
comment on column bill_adjustments.line_ids is 'The lines it is for (an open amount: its order); null: the whole bill, what is ordered later included.';
comment on column bill_adjustments.amount is 'Minor units, as prices on the menu are written.';
comment on column bill_adjustments.applied_amount is 'What it makes of the prices it is for, in minor units: negative for a discount, never more than they are.';
create trigger fill_from_session before insert on bill_adjustments for each row when (new.session_id is not null) execute function app.fill_place('table_sessions', 'session_id');
create trigger fill_from_order before insert on bill_adjustments for each row when (new.order_id is not null) execute function app.fill_place('orders', 'order_id');
call app.secure_table('bill_adjustments', 'discounts', p_guest => 'session_id = (select app.guest_session_id())', p_actions => array['select'], p_audit => true);
-- who runs the place decides; a house may let others (role_permissions)
insert into role_permissions (role, resource, action) values ('manager', 'discounts', '*'), ('finance', 'discounts', 'read'), ('staff', 'discounts', 'read'), ('waiter', 'discounts', 'read')
on conflict do nothing;

alter table orders add adjustment bigint not null default 0;
comment on column orders.adjustment is 'Of an order without lines: what discounts and service charges make of it; part of total_amount.';
alter table order_lines add adjustment bigint not null default 0, add constraint never_below_nothing check (unit_price * quantity + adjustment >= 0);
comment on column order_lines.adjustment is 'What discounts and service charges of the bill make of this line, in minor units, as its price is written.';
alter table order_lines drop total_amount, drop net_amount, drop tax_amount;
alter table order_lines
  add total_amount bigint not null generated always as (unit_price * quantity + adjustment
    + case when tax_included then 0 else round((unit_price * quantity + adjustment) * tax_rate / 100)::bigint end) stored,
  add net_amount bigint not null generated always as (
    case when tax_included then round((unit_price * quantity + adjustment) * 100.0 / (100 + tax_rate))::bigint else unit_price * quantity + adjustment end) stored,
  add tax_amount bigint not null generated always as (
    case when tax_included then unit_price * quantity + adjustment - round((unit_price * quantity + adjustment) * 100.0 / (100 + tax_rate))::bigint
         else round((unit_price * quantity + adjustment) * tax_rate / 100)::bigint end) stored;
comment on column order_lines.total_amount is 'Minor units, tax and adjustments included: always net_amount + tax_amount.';

-- down
alter table order_lines drop total_amount, drop net_amount, drop tax_amount, drop adjustment;
alter table order_lines
  add total_amount bigint not null generated always as (unit_price * quantity
    + case when tax_included then 0 else round(unit_price * quantity * tax_rate / 100)::bigint end) stored,
  add net_amount bigint not null generated always as (
    case when tax_included then round(unit_price * quantity * 100.0 / (100 + tax_rate))::bigint else unit_price * quantity end) stored,
  add tax_amount bigint not null generated always as (
    case when tax_included then unit_price * quantity - round(unit_price * quantity * 100.0 / (100 + tax_rate))::bigint
         else round(unit_price * quantity * tax_rate / 100)::bigint end) stored;
alter table orders drop adjustment;
delete from role_permissions where resource = 'discounts';
drop table bill_adjustments;
