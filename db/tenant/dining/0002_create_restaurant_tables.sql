-- Tables of a restaurant, where they stand on the floor, and which of them may be pushed together.
-- up
create table restaurant_tables (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  restaurant_id   uuid not null references restaurants on delete cascade,
  table_number    int not null check (table_number > 0),
  name            text check (length(name) <= 60),
  code            text not null default app.random_code(8) check (code ~ '^[a-z0-9]{4,32}$'),
  capacity        int not null check (capacity between 1 and 200),
  section         text check (length(section) <= 50),
  status          text not null default 'available'
                  check (status in ('available', 'occupied', 'reserved', 'cleaning', 'out_of_service')),
  position_x      int not null default 0,
  position_y      int not null default 0,
  width           int not null default 80 check (width > 0),
  height          int not null default 80 check (height > 0),
  rotation        int not null default 0 check (rotation between 0 and 359),
  shape           text not null default 'rectangle' check (shape in ('rectangle', 'round', 'square')),
  combined_into   uuid check (combined_into is distinct from id),
  is_active       boolean not null default true,
  features        jsonb not null default '[]' check (jsonb_typeof(features) = 'array'),
  iiko_id         text,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (restaurant_id, table_number),
  unique (restaurant_id, id),
  unique (code),
  foreign key (restaurant_id, combined_into) references restaurant_tables (restaurant_id, id) on delete set null (combined_into)
);
create index restaurant_tables_organization on restaurant_tables (organization_id);
create index restaurant_tables_combined on restaurant_tables (combined_into) where combined_into is not null;
comment on table restaurant_tables is 'Physical tables and their place on the floor plan.';
comment on column restaurant_tables.code is 'Short public code in the table''s QR link. Knowing it lets a guest open or try to join the table''s session, nothing else.';
comment on column restaurant_tables.position_x is 'Floor plan units from the left; width and height are in the same units.';
comment on column restaurant_tables.combined_into is 'The main table this one is pushed against at the moment.';

create trigger fill_organization before insert or update of restaurant_id on restaurant_tables
  for each row execute function app.fill_organization('restaurants', 'restaurant_id');
create trigger guard_status before update of status on restaurant_tables for each row
  execute function app.guard_table_status();
call app.secure_table('restaurant_tables', 'tables');

-- Sets of tables that make one bigger table; find_tables offers them when no single table is large enough.
create table table_combinations (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  restaurant_id   uuid not null references restaurants on delete cascade,
  name            text,
  table_ids       uuid[] not null check (cardinality(table_ids) between 2 and 20),
  capacity        int not null check (capacity between 1 and 1000),
  is_active       boolean not null default true,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now()
);
create index table_combinations_restaurant on table_combinations (restaurant_id);
create index table_combinations_organization on table_combinations (organization_id);
comment on table table_combinations is 'Tables that may be pushed together and the party they then seat.';
create trigger fill_organization before insert or update of restaurant_id on table_combinations
  for each row execute function app.fill_organization('restaurants', 'restaurant_id');
create trigger guard_tables before insert or update on table_combinations
  for each row execute function app.guard_combination();
call app.secure_table('table_combinations', 'tables');

-- down
drop table table_combinations;
drop table restaurant_tables;
