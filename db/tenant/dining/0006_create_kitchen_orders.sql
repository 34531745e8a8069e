-- Tickets: what one station has to make for one order.
-- up
create table kitchen_orders (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  restaurant_id   uuid not null references restaurants on delete cascade,
  order_id        uuid not null,
  session_id      uuid references table_sessions on delete cascade,
  table_id        uuid,
  station         text not null default 'kitchen',
  order_number    varchar(20) not null,
  business_date   date not null,
  customer_name   text,
  status          varchar(20) not null default 'pending' check (status in ('pending', 'cooking', 'ready', 'completed', 'cancelled')),
  -- owners and admins work without a staff row: users, not staff
  created_by      uuid references users on delete set null,
  started_by      uuid references users on delete set null,
  ready_by        uuid references users on delete set null,
  completed_by    uuid references users on delete set null,
  kitchen_notes   text,
  target_at       timestamptz,
  started_at      timestamptz,
  ready_at        timestamptz,
  completed_at    timestamptz,
  cancelled_at    timestamptz,
  cancellation_reason text,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (restaurant_id, business_date, order_number, station),
  unique (order_id, station),
  unique (restaurant_id, id),
  foreign key (restaurant_id, order_id) references orders (restaurant_id, id) on delete cascade,
  foreign key (restaurant_id, table_id) references restaurant_tables (restaurant_id, id)
);
create index idx_orders_status on kitchen_orders (status) where status in ('pending', 'cooking');
create index kitchen_orders_board on kitchen_orders (restaurant_id, created_at) where status in ('pending', 'cooking', 'ready');
create index kitchen_orders_recent on kitchen_orders (restaurant_id, updated_at desc);
create index kitchen_orders_order on kitchen_orders (restaurant_id, order_id);
create index kitchen_orders_table on kitchen_orders (restaurant_id, table_id) where table_id is not null;
create index kitchen_orders_session on kitchen_orders (session_id) where session_id is not null;
create index kitchen_orders_organization on kitchen_orders (organization_id, created_at desc);
create index kitchen_orders_created_by on kitchen_orders (created_by) where created_by is not null;
create index kitchen_orders_started_by on kitchen_orders (started_by) where started_by is not null;
create index kitchen_orders_ready_by on kitchen_orders (ready_by) where ready_by is not null;
create index kitchen_orders_completed_by on kitchen_orders (completed_by) where completed_by is not null;
comment on table kitchen_orders is 'One ticket an order and station. Moving it moves the lines, and they move the order.';
comment on column kitchen_orders.order_number is 'The order''s number of the business day; with the station it names the ticket.';
comment on column kitchen_orders.target_at is 'When it should be ready, by the longest preparation time on it.';
create trigger fill_place before insert on kitchen_orders for each row execute function app.fill_place('orders', 'order_id');
create trigger guard_status before update of status on kitchen_orders for each row
  execute function app.guard_transition('status', 'pending>cooking', 'pending>ready', 'cooking>ready', 'cooking>completed', 'ready>completed',
    'pending>cancelled', 'cooking>cancelled', 'ready>cancelled',
    'cooking>pending', 'ready>cooking', 'completed>ready', 'cancelled>pending', 'cancelled>cooking', 'cancelled>ready');
create trigger stamp_status before update of status on kitchen_orders for each row execute function app.stamp_kitchen_order();
create trigger order_follows after update of status on kitchen_orders for each row
  when (old.status is distinct from new.status) execute function app.kitchen_order_moved();
call app.secure_table('kitchen_orders', 'kitchen', p_actions => array['select'], p_audit => true);

create table kitchen_order_items (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  restaurant_id   uuid not null references restaurants on delete cascade,
  kitchen_order_id uuid not null,
  order_line_id   uuid references order_lines on delete cascade,
  menu_item_id    uuid,
  name            text not null,
  quantity        int not null check (quantity > 0),
  modifiers       jsonb not null default '[]' check (jsonb_typeof(modifiers) = 'array'),
  note            text,
  allergens       jsonb not null default '[]',
  customer_name   text,
  status          text not null default 'pending' check (status in ('pending', 'ready', 'cancelled')),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (order_line_id),       -- each line reaches the kitchen once
  foreign key (restaurant_id, kitchen_order_id) references kitchen_orders (restaurant_id, id) on delete cascade,
  foreign key (restaurant_id, menu_item_id) references menu_items (restaurant_id, id) on delete set null (menu_item_id)
);
create index kitchen_order_items_order on kitchen_order_items (kitchen_order_id);
create index kitchen_order_items_place on kitchen_order_items (restaurant_id, kitchen_order_id);
create index kitchen_order_items_item on kitchen_order_items (restaurant_id, menu_item_id);
create index kitchen_order_items_organization on kitchen_order_items (organization_id);
comment on table kitchen_order_items is 'What stands on a ticket, frozen.';
create trigger fill_place before insert on kitchen_order_items for each row execute function app.fill_place('kitchen_orders', 'kitchen_order_id');
call app.secure_table('kitchen_order_items', 'kitchen', p_actions => array['select']);

-- down
drop table kitchen_order_items;
drop table kitchen_orders;
