-- Orders and their lines. A line is a draft until it is sent; from then on name, price and tax are frozen.
-- up
create table orders (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  restaurant_id   uuid not null references restaurants on delete cascade,
  table_id        uuid,
  session_id      uuid,
  customer_session_id uuid references session_customers on delete set null,
  customer_id     uuid,
  user_id         uuid references users on delete set null,
  customer_name   varchar not null check (length(trim(customer_name)) between 1 and 255),
  customer_phone  text check (length(customer_phone) <= 32),
  type            text not null default 'dine_in' check (type in ('dine_in', 'takeaway')),
  status          varchar not null default 'PENDING' check (status in ('PENDING', 'COOKING', 'DONE', 'CANCELLED')),
  business_date   date not null,
  order_number    varchar(20) not null,
  total_amount    int not null default 0 check (total_amount >= 0),
  total           int not null default 0,
  net_amount      int not null default 0,
  tax_amount      int not null default 0,
  items           jsonb not null default '[]' check (jsonb_typeof(items) = 'array'),
  notes           text check (length(notes) <= 1000),
  has_lines       boolean not null default false,
  idempotency_key text check (length(idempotency_key) between 1 and 200),
  placed_at       timestamptz not null default now(),
  done_at         timestamptz,
  cancelled_at    timestamptz,
  cancellation_reason text,
  iiko_id         text,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  deleted_at      timestamptz,
  unique (organization_id, id),
  unique (restaurant_id, id),
  unique (restaurant_id, business_date, order_number),
  foreign key (restaurant_id, table_id) references restaurant_tables (restaurant_id, id),
  foreign key (restaurant_id, session_id) references table_sessions (restaurant_id, id) on delete cascade,
  foreign key (organization_id, customer_id) references customers (organization_id, id)
);
create index idx_orders_session_id on orders (session_id) where deleted_at is null;
create index orders_session on orders (restaurant_id, session_id);
create unique index orders_idempotency_key on orders (restaurant_id, idempotency_key) where idempotency_key is not null;
create index orders_day on orders (restaurant_id, business_date, created_at);
create index orders_created on orders (organization_id, created_at desc);
create index orders_open on orders (restaurant_id, status) where status in ('PENDING', 'COOKING');
create index orders_table on orders (restaurant_id, table_id) where table_id is not null;
create index orders_customer on orders (organization_id, customer_id) where customer_id is not null;
create index orders_customer_session on orders (customer_session_id) where customer_session_id is not null;
create index orders_user on orders (user_id) where user_id is not null;
comment on table orders is 'What was sent to the kitchen in one go, by a session or by one person.';
comment on column orders.total_amount is 'Minor units, tax included, computed from the lines. An order without lines is an open amount entered by staff.';
comment on column orders.total is 'The same amount under the name the group-ordering spec uses.';
comment on column orders.items is 'Snapshot of the items as they were bought: name, price, quantity, modifiers.';
comment on column orders.order_number is 'Counts up within the restaurant''s business day; short enough to call out.';
comment on column orders.business_date is 'Business day of the place: a sale at 01:30 belongs to the evening before.';
create trigger prepare_order before insert or update on orders for each row execute function app.prepare_order();
-- orders with lines follow their lines; an open amount counts by itself
create trigger order_changed after insert or update of session_id, total_amount, status, deleted_at on orders
  for each row when (not new.has_lines and new.session_id is not null) execute function app.order_changed();
create trigger guard_status before update of status on orders for each row
  execute function app.guard_transition('status', 'PENDING>COOKING', 'COOKING>DONE', 'PENDING>DONE', 'COOKING>PENDING', 'DONE>COOKING', 'DONE>PENDING',
    'PENDING>CANCELLED', 'COOKING>CANCELLED', 'DONE>CANCELLED', 'CANCELLED>PENDING', 'CANCELLED>COOKING', 'CANCELLED>DONE');
call app.secure_table('orders', 'orders', p_guest => 'session_id = (select app.guest_session_id())',
  p_person => 'user_id = (select auth.uid())', p_actions => array['select', 'insert'], p_audit => true);

create table order_lines (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  restaurant_id   uuid not null references restaurants on delete cascade,
  session_id      uuid,
  order_id        uuid,
  customer_session_id uuid references session_customers on delete set null,
  added_by        uuid references users on delete set null,
  menu_item_id    uuid,
  name            text not null,
  quantity        int not null check (quantity between 1 and 99),
  unit_price      int not null check (unit_price between 0 and 20000000),
  modifiers       jsonb not null default '[]' check (jsonb_typeof(modifiers) = 'array'),
  note            text check (length(note) <= 500),
  tax_rate        numeric(5,2) not null default 0 check (tax_rate between 0 and 100),
  tax_included    boolean not null default true,
  total_amount    int not null generated always as (unit_price * quantity
    + case when tax_included then 0 else round(unit_price * quantity * tax_rate / 100)::int end) stored,
  net_amount      int not null generated always as (
    case when tax_included then round(unit_price * quantity * 100.0 / (100 + tax_rate))::int else unit_price * quantity end) stored,
  tax_amount      int not null generated always as (
    case when tax_included then unit_price * quantity - round(unit_price * quantity * 100.0 / (100 + tax_rate))::int
         else round(unit_price * quantity * tax_rate / 100)::int end) stored,
  station         text not null default 'kitchen',
  status          text not null default 'draft' check (status in ('draft', 'pending', 'cooking', 'ready', 'served', 'cancelled')),
  cancellation_reason text,
  idempotency_key text check (length(idempotency_key) between 1 and 200),
  placed_at       timestamptz,
  created_at      timestamptz not null default clock_timestamp(),      -- lines keep their order within one request
  updated_at      timestamptz not null default now(),
  deleted_at      timestamptz,
  foreign key (restaurant_id, session_id) references table_sessions (restaurant_id, id) on delete cascade,
  foreign key (restaurant_id, order_id) references orders (restaurant_id, id) on delete cascade,
  foreign key (restaurant_id, menu_item_id) references menu_items (restaurant_id, id) on delete set null (menu_item_id),
  constraint draft_or_ordered check ((status = 'draft') = (order_id is null)),
  constraint belongs_somewhere check (session_id is not null or order_id is not null)
);
create index order_lines_session on order_lines (session_id, created_at) where deleted_at is null;
create index order_lines_session_all on order_lines (restaurant_id, session_id);
create index order_lines_order on order_lines (order_id);
create index order_lines_order_all on order_lines (restaurant_id, order_id);
create index order_lines_item on order_lines (restaurant_id, menu_item_id, placed_at);
create index order_lines_organization on order_lines (organization_id);
create index order_lines_customer_session on order_lines (customer_session_id) where customer_session_id is not null;
create index order_lines_added_by on order_lines (added_by) where added_by is not null;
create unique index order_lines_idempotency_key on order_lines (session_id, idempotency_key) where idempotency_key is not null;
comment on table order_lines is 'One item on somebody''s order: frozen name, price, tax and modifiers, who wanted it, and how far the kitchen is.';
comment on column order_lines.unit_price is 'Minor units for one, modifiers included.';
comment on column order_lines.total_amount is 'Minor units, tax included: always net_amount + tax_amount.';
comment on column order_lines.modifiers is 'Frozen choices: [{id, group, name, price, quantity}].';
comment on column order_lines.status is 'draft until sent; then what the kitchen says.';
create trigger fill_from_order before insert on order_lines for each row when (new.order_id is not null)
  execute function app.fill_place('orders', 'order_id');
create trigger fill_from_session before insert on order_lines for each row when (new.order_id is null)
  execute function app.fill_place('table_sessions', 'session_id');
create trigger guard_status before update of status on order_lines for each row
  execute function app.guard_transition('status', 'draft>pending', 'pending>cooking', 'pending>ready', 'cooking>ready', 'cooking>served', 'ready>served',
    'cooking>pending', 'ready>pending', 'ready>cooking', 'served>ready', 'served>cooking',
    'pending>cancelled', 'cooking>cancelled', 'ready>cancelled', 'served>cancelled',
    'cancelled>pending', 'cancelled>cooking', 'cancelled>ready', 'cancelled>served');
-- totals follow the lines through every door
create trigger lines_added after insert on order_lines referencing new table as new_lines
  for each statement execute function app.order_lines_changed();
create trigger lines_changed after update on order_lines referencing old table as old_lines new table as new_lines
  for each statement execute function app.order_lines_changed();
create trigger lines_gone after delete on order_lines referencing old table as old_lines
  for each statement execute function app.order_lines_changed();
call app.secure_table('order_lines', 'orders', p_guest => 'session_id = (select app.guest_session_id())', p_actions => array['select']);

create table order_counters (
  restaurant_id   uuid not null references restaurants on delete cascade,
  business_date   date not null,
  organization_id uuid not null references organizations,
  last_number     int not null default 0,
  primary key (restaurant_id, business_date)
);
create index order_counters_organization on order_counters (organization_id);
comment on table order_counters is 'The last order number of each business day.';
create trigger fill_organization before insert on order_counters
  for each row execute function app.fill_organization('restaurants', 'restaurant_id');
call app.secure_table('order_counters', 'orders', p_actions => array['select']);

-- down
drop table order_counters;
drop table order_lines;
drop table orders;
