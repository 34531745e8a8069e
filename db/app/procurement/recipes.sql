-- Recipes may use what other recipes make (dough, stock): a tree, never a circle.

-- What one portion takes, down to what is bought. Ingredients the house makes are taken apart, unless the store keeps them:
-- then the batch was counted when it was made.
create or replace function app.recipe_needs(p_recipe_id uuid, p_portions numeric, p_store_id uuid default null)
returns table (ingredient_id uuid, quantity numeric)
language sql stable security definer
as $$
  with recursive need as (
    select l.ingredient_id, app.to_base_unit(l.ingredient_id, l.quantity, l.unit)
             / (1 - coalesce(l.waste_percent, i.waste_percent) / 100) / r.yield_quantity * p_portions as quantity, 1 as depth
    from recipes r join recipe_lines l on l.recipe_id = r.id join ingredients i on i.id = l.ingredient_id
    where r.id = p_recipe_id
    union all
    select l.ingredient_id, app.to_base_unit(l.ingredient_id, l.quantity, l.unit)
             / (1 - coalesce(l.waste_percent, i.waste_percent) / 100)
             / app.to_base_unit(r.ingredient_id, r.yield_quantity, r.yield_unit) * n.quantity, n.depth + 1
    from need n
    join recipes r on r.ingredient_id = n.ingredient_id and r.is_active
    join recipe_lines l on l.recipe_id = r.id
    join ingredients i on i.id = l.ingredient_id
    where n.depth < 20 and not exists (
      select from stock_levels s where s.store_id = p_store_id and s.ingredient_id = n.ingredient_id)
  )
  select n.ingredient_id, trim_scale(round(sum(n.quantity), 6))
  from need n
  where not exists (select from recipes r where r.ingredient_id = n.ingredient_id and r.is_active)
     or exists (select from stock_levels s where s.store_id = p_store_id and s.ingredient_id = n.ingredient_id)
  group by n.ingredient_id
  having round(sum(n.quantity), 6) > 0;
$$;
comment on function app.recipe_needs(uuid, numeric, uuid) is 'What p_portions of a recipe take, waste included, in base units of what is bought (or kept in that store).';

create or replace function app.recipe_contains(p_recipe_id uuid, p_ingredient_id uuid) returns boolean
language sql stable security definer
as $$
  with recursive part as (
    select l.ingredient_id from recipe_lines l where l.recipe_id = p_recipe_id
    union
    select l.ingredient_id from part p join recipes r on r.ingredient_id = p.ingredient_id join recipe_lines l on l.recipe_id = r.id
  )
  select exists (select from part where ingredient_id = p_ingredient_id);
$$;

create or replace function app.guard_recipe() returns trigger
language plpgsql
as $$
begin
  if new.ingredient_id is not null and app.recipe_contains(new.id, new.ingredient_id) then
    perform app.fail(422, 'A recipe cannot contain what it makes.', 'ingredient_id');
  end if;
  return new;
end $$;

create or replace function app.guard_recipe_line() returns trigger
language plpgsql security definer
as $$
declare
  v_makes uuid := (select r.ingredient_id from recipes r where r.id = new.recipe_id);
begin
  if v_makes is not null and app.recipe_contains(new.recipe_id, v_makes) then
    perform app.fail(422, 'A recipe cannot contain what it makes.', 'ingredient_id');
  end if;
  return null;
end $$;

grant execute on function app.recipe_needs(uuid, numeric, uuid), app.recipe_contains(uuid, uuid), app.guard_recipe(), app.guard_recipe_line()
  to authenticated, service_role;
