-- What is bought and cooked with. Stock counts in one base unit an ingredient; everything else is converted.
-- up
create table ingredients (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  name            text not null check (length(trim(name)) between 1 and 200),
  category        text,
  unit            text not null check (unit in ('g', 'ml', 'piece')),
  allergens       jsonb not null default '[]' check (jsonb_typeof(allergens) = 'array'),
  waste_percent   numeric(5,2) not null default 0 check (waste_percent >= 0 and waste_percent < 100),
  reorder_level   numeric not null default 0 check (reorder_level >= 0),
  average_cost    numeric not null default 0 check (average_cost >= 0),
  last_cost       numeric check (last_cost >= 0),
  is_active       boolean not null default true,
  iiko_id         text,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, name)
);
create index ingredients_iiko_id on ingredients (iiko_id) where iiko_id is not null;
comment on table ingredients is 'What is bought and cooked with.';
comment on column ingredients.unit is 'Base unit of stock and cost: g, ml or piece.';
comment on column ingredients.waste_percent is 'What is lost in cleaning: 20 means that 1000 g bought are 800 g cooked with.';
comment on column ingredients.average_cost is 'Moving average of what a base unit cost, in the organization''s currency, without tax.';
comment on column ingredients.last_cost is 'What a base unit cost on the newest invoice.';
comment on column ingredients.reorder_level is 'In base units: at or below it the ingredient is low.';
call app.secure_table('ingredients', 'recipes', p_audit => true);

create table ingredient_units (
  organization_id uuid not null references organizations,
  ingredient_id   uuid not null,
  unit            text not null check (length(trim(unit)) between 1 and 40),
  factor          numeric not null check (factor > 0),
  created_at      timestamptz not null default now(),
  primary key (ingredient_id, unit),
  foreign key (organization_id, ingredient_id) references ingredients (organization_id, id) on delete cascade
);
create index ingredient_units_ingredient on ingredient_units (organization_id, ingredient_id);
comment on table ingredient_units is 'Units of an ingredient beyond the usual ones (kg, l, dozen …): a crate, a bunch, a cup.';
comment on column ingredient_units.factor is 'How many base units one of it holds: a crate of 12 kg is 12000.';
create trigger fill_organization before insert or update of ingredient_id on ingredient_units
  for each row execute function app.fill_organization('ingredients', 'ingredient_id');
call app.secure_table('ingredient_units', 'recipes');

create table supplier_prices (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  supplier_id     uuid not null,
  ingredient_id   uuid not null,
  sku             text,
  unit            text not null,
  price           numeric(10,4) not null check (price >= 0),
  minimum_quantity numeric not null default 1 check (minimum_quantity > 0),
  valid_from      date not null default current_date,
  valid_until     date check (valid_until > valid_from),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  foreign key (organization_id, supplier_id) references suppliers (organization_id, id) on delete cascade,
  foreign key (organization_id, ingredient_id) references ingredients (organization_id, id) on delete cascade,
  constraint one_price_at_a_time exclude using gist (
    supplier_id with =, ingredient_id with =, unit with =, minimum_quantity with =, daterange(valid_from, valid_until) with &&)
);
create index supplier_prices_supplier on supplier_prices (organization_id, supplier_id);
create index supplier_prices_ingredient on supplier_prices (organization_id, ingredient_id, valid_from desc);
comment on table supplier_prices is 'Price lists: what a supplier asks for an ingredient, from when to when.';
comment on column supplier_prices.price is 'Decimal, without tax, for one unit.';
comment on column supplier_prices.valid_until is 'The first day on which it no longer holds.';
create trigger fill_organization before insert or update of supplier_id on supplier_prices
  for each row execute function app.fill_organization('suppliers', 'supplier_id');
create trigger known_unit before insert or update of unit, ingredient_id on supplier_prices for each row execute function app.require_unit();
call app.secure_table('supplier_prices', 'procurement', p_audit => true);

-- down
drop table supplier_prices;
drop table ingredient_units;
drop table ingredients;
