-- Where goods lie, and who delivers them.
-- up
-- Stock is worked with by the kitchen and seen by the floor, unlike what goods cost.
insert into role_permissions (role, resource, action) values
  ('manager', 'stock', '*'), ('finance', 'stock', '*'), ('finance', 'recipes', 'read'),
  ('kitchen', 'stock', 'read'), ('kitchen', 'stock', 'create'), ('staff', 'stock', 'read')
on conflict do nothing;

create table stores (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  restaurant_id   uuid,
  name            text not null check (length(trim(name)) between 1 and 200),
  description     text,
  address         text,
  is_default      boolean not null default false,
  is_active       boolean not null default true,
  iiko_id         text,
  iiko_sync_status text,
  iiko_last_synced_at timestamptz,
  iiko_sync_error text,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, restaurant_id) references restaurants (organization_id, id)
);
create index stores_restaurant on stores (organization_id, restaurant_id);
create index stores_iiko_id on stores (iiko_id) where iiko_id is not null;
create unique index stores_default on stores (organization_id, coalesce(restaurant_id, organization_id)) where is_default and is_active;
comment on table stores is 'Places where goods are kept: cellar, kitchen, bar.';
comment on column stores.restaurant_id is 'The restaurant it serves; null: all of the organization.';
comment on column stores.is_default is 'Sales of the restaurant take from here.';
call app.secure_table('stores', 'stock');

create table suppliers (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  name            text not null check (length(trim(name)) between 1 and 200),
  contact_name    text,
  email           text check (email ~ '^[^@\s]+@[^@\s]+$'),
  phone           text,
  address         text,
  tax_id          text,
  customer_number text,
  payment_days    int not null default 14 check (payment_days between 0 and 365),
  order_days      text[] not null default '{}' check (order_days <@ array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']),
  minimum_order   numeric(10,2) check (minimum_order >= 0),
  notes           text,
  is_active       boolean not null default true,
  iiko_id         text,
  iiko_sync_status text,
  iiko_last_synced_at timestamptz,
  iiko_sync_error text,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, name)
);
create index suppliers_iiko_id on suppliers (iiko_id) where iiko_id is not null;
comment on table suppliers is 'Who delivers.';
comment on column suppliers.customer_number is 'Our number in their books.';
call app.secure_table('suppliers', 'procurement', p_audit => true);

-- down
drop table suppliers;
drop table stores;
delete from role_permissions where resource = 'stock' or (role, resource) = ('finance', 'recipes');
