-- What goes into a dish, and into what dishes are made of.
-- up
create table recipes (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  menu_item_id    uuid,
  ingredient_id   uuid,
  name            text not null check (length(trim(name)) between 1 and 200),
  yield_quantity  numeric not null default 1 check (yield_quantity > 0),
  yield_unit      text not null default 'portion',
  instructions    text,
  prep_time_minutes int check (prep_time_minutes between 0 and 10080),
  is_active       boolean not null default true,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, menu_item_id) references menu_items (organization_id, id) on delete cascade,
  foreign key (organization_id, ingredient_id) references ingredients (organization_id, id) on delete cascade,
  constraint makes_one_thing check (num_nonnulls(menu_item_id, ingredient_id) <= 1)
);
create index recipes_menu_item_all on recipes (organization_id, menu_item_id);
create index recipes_ingredient_all on recipes (organization_id, ingredient_id);
create unique index recipes_menu_item on recipes (menu_item_id) where is_active;
create unique index recipes_ingredient on recipes (ingredient_id) where is_active;
comment on table recipes is 'How a dish is made (menu_item_id), or an ingredient the house makes itself (ingredient_id), such as dough.';
comment on column recipes.yield_quantity is 'How much the amounts in recipe_lines make: portions of the dish, or yield_unit of the ingredient.';
create trigger guard_cycle before insert or update of ingredient_id, is_active on recipes for each row execute function app.guard_recipe();
call app.secure_table('recipes', 'recipes', p_audit => true);

create table recipe_lines (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  recipe_id       uuid not null,
  ingredient_id   uuid not null,
  quantity        numeric not null check (quantity > 0),
  unit            text not null,
  waste_percent   numeric(5,2) check (waste_percent >= 0 and waste_percent < 100),
  position        int not null default 0,
  note            text,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (recipe_id, ingredient_id, unit),
  foreign key (organization_id, recipe_id) references recipes (organization_id, id) on delete cascade,
  foreign key (organization_id, ingredient_id) references ingredients (organization_id, id)
);
create index recipe_lines_recipe on recipe_lines (organization_id, recipe_id, position);
create index recipe_lines_ingredient on recipe_lines (organization_id, ingredient_id);
comment on column recipe_lines.waste_percent is 'Instead of that of the ingredient.';
create trigger fill_organization before insert or update of recipe_id on recipe_lines
  for each row execute function app.fill_organization('recipes', 'recipe_id');
create trigger known_unit before insert or update of unit, ingredient_id on recipe_lines for each row execute function app.require_unit();
create trigger guard_cycle after insert or update of ingredient_id, recipe_id on recipe_lines for each row execute function app.guard_recipe_line();
call app.secure_table('recipe_lines', 'recipes', p_audit => true);

-- down
drop table recipe_lines;
drop table recipes;
