-- The menu: categories by rank, items with prices in minor units, groups of modifiers.
-- up
create table menu_categories (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  restaurant_id   uuid not null references restaurants on delete cascade,
  name            text not null check (length(trim(name)) between 1 and 200),
  description     text,
  rank            int not null default 0,
  is_active       boolean not null default true,
  iiko_id         text,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (restaurant_id, id)
);
create index menu_categories_restaurant on menu_categories (restaurant_id, rank);
create index menu_categories_organization on menu_categories (organization_id);
comment on column menu_categories.rank is 'Sort order, smallest first.';
create trigger fill_organization before insert or update of restaurant_id on menu_categories
  for each row execute function app.fill_organization('restaurants', 'restaurant_id');
create trigger guard_kitchen before update on menu_categories
  for each row execute function app.guard_menu();
call app.secure_table('menu_categories', 'menu', p_public => 'is_active');

create table menu_items (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  restaurant_id   uuid not null references restaurants on delete cascade,
  category_id     uuid not null,
  name            text not null check (length(trim(name)) between 1 and 200),
  description     text,
  -- 99 of the dearest still fit into an integer
  price           int not null check (price between 0 and 20000000),
  tax_rate        numeric(5,2) check (tax_rate between 0 and 100),
  image_url       text,
  is_available    boolean not null default true,
  is_active       boolean not null default true,
  portions_left   int check (portions_left >= 0),
  prep_time_minutes int not null default 10 check (prep_time_minutes between 0 and 600),
  allergens       jsonb not null default '[]' check (jsonb_typeof(allergens) = 'array'),
  tags            text[] not null default '{}',
  station         text not null default 'kitchen' check (station ~ '^[a-z][a-z0-9_-]{0,29}$'),
  sort_order      int not null default 0,
  iiko_id         text,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (restaurant_id, id),
  foreign key (restaurant_id, category_id) references menu_categories (restaurant_id, id) on delete cascade
);
create index menu_items_category on menu_items (restaurant_id, category_id, sort_order);
create index menu_items_iiko_id on menu_items (iiko_id) where iiko_id is not null;
comment on column menu_items.price is 'Minor units of the organization''s currency (cents).';
comment on column menu_items.tax_rate is 'Percent; null: the organization''s default.';
comment on column menu_items.is_available is 'false: sold out, still shown. The kitchen flips it.';
comment on column menu_items.is_active is 'false: not on the menu at all.';
comment on column menu_items.portions_left is 'Counts down with every sale; at zero the item is sold out. null: not counted.';
comment on column menu_items.station is 'Where it is made: kitchen, bar, pizza … One ticket an order and station.';
create trigger fill_place before insert or update of category_id, restaurant_id on menu_items
  for each row execute function app.fill_place('menu_categories', 'category_id');
create trigger guard_kitchen before update on menu_items
  for each row execute function app.guard_menu('is_available', 'portions_left');
call app.secure_table('menu_items', 'menu', p_public => 'is_active', p_audit => true);

create table modifier_groups (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  restaurant_id   uuid not null references restaurants on delete cascade,
  name            text not null check (length(trim(name)) between 1 and 100),
  min_choices     int not null default 0 check (min_choices >= 0),
  max_choices     int not null default 1 check (max_choices between 1 and 50),
  rank            int not null default 0,
  is_active       boolean not null default true,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (restaurant_id, id),
  check (min_choices <= max_choices)
);
create index modifier_groups_organization on modifier_groups (organization_id);
comment on column modifier_groups.max_choices is 'How many choices in all, counting a modifier taken twice as two.';
create trigger fill_organization before insert or update of restaurant_id on modifier_groups
  for each row execute function app.fill_organization('restaurants', 'restaurant_id');
create trigger guard_kitchen before update on modifier_groups
  for each row execute function app.guard_menu();
call app.secure_table('modifier_groups', 'menu', p_public => 'is_active');

create table modifiers (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  restaurant_id   uuid not null,
  group_id        uuid not null,
  name            text not null check (length(trim(name)) between 1 and 100),
  price           int not null default 0 check (price between -20000000 and 20000000),
  rank            int not null default 0,
  is_available    boolean not null default true,
  is_active       boolean not null default true,
  is_default      boolean not null default false,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  foreign key (restaurant_id, group_id) references modifier_groups (restaurant_id, id) on delete cascade
);
create index modifiers_group on modifiers (restaurant_id, group_id, rank);
create index modifiers_organization on modifiers (organization_id);
comment on column modifiers.price is 'Minor units added to the item''s price; negative takes off. An item never costs less than nothing.';
create trigger fill_place before insert or update of group_id, restaurant_id on modifiers
  for each row execute function app.fill_place('modifier_groups', 'group_id');
create trigger guard_kitchen before update on modifiers
  for each row execute function app.guard_menu('is_available');
call app.secure_table('modifiers', 'menu', p_public => 'is_active', p_audit => true);

create table menu_item_modifier_groups (
  menu_item_id    uuid not null,
  modifier_group_id uuid not null,
  organization_id uuid not null references organizations,
  restaurant_id   uuid not null,
  rank            int not null default 0,
  created_at      timestamptz not null default now(),
  primary key (menu_item_id, modifier_group_id),
  foreign key (restaurant_id, menu_item_id) references menu_items (restaurant_id, id) on delete cascade,
  foreign key (restaurant_id, modifier_group_id) references modifier_groups (restaurant_id, id) on delete cascade
);
create index menu_item_modifier_groups_item on menu_item_modifier_groups (restaurant_id, menu_item_id);
create index menu_item_modifier_groups_group on menu_item_modifier_groups (restaurant_id, modifier_group_id);
create index menu_item_modifier_groups_organization on menu_item_modifier_groups (organization_id);
comment on table menu_item_modifier_groups is 'Which groups of modifiers an item offers.';
create trigger fill_place before insert or update on menu_item_modifier_groups
  for each row execute function app.fill_place('menu_items', 'menu_item_id');
create trigger guard_kitchen before update on menu_item_modifier_groups
  for each row execute function app.guard_menu();
call app.secure_table('menu_item_modifier_groups', 'menu', p_public => 'true');

-- down
drop table menu_item_modifier_groups;
drop table modifiers;
drop table modifier_groups;
drop table menu_items;
drop table menu_categories;
