-- Recipes may use what other recipes make (dough, stock): a tree, never a circle.

-- What one portion takes, down to what is bought. Ingredients the house makes are taken apart, unless the store keeps them:
-- then the batch was counted when it was made.
create or replace function app.recipe_needs(p_recipe_id uuid, p_portions numeric, p_store_id uuid default null)
returns table (ingredient_id uuid, quantity numeric)
language plpgsql stable security definer
as $$
declare
  v_bought jsonb := '{}';
  v_level jsonb;
begin
  -- Level by level, each ingredient once a level: a product used twice on each of twenty levels is twenty sums and not a million rows.
  select coalesce(jsonb_object_agg(x.id, x.need), '{}') into v_level from (
    select l.ingredient_id as id, sum(app.to_base_unit(l.ingredient_id, l.quantity, l.unit)
             / (1 - coalesce(l.waste_percent, i.waste_percent) / 100) / r.yield_quantity * p_portions) as need
    from recipes r join recipe_lines l on l.recipe_id = r.id join ingredients i on i.id = l.ingredient_id
    where r.id = p_recipe_id group by l.ingredient_id) x;
  for v_depth in 1 .. 20 loop
    exit when v_level = '{}';
    -- what is bought, or kept in that store, is needed as it is
    select v_bought || coalesce(jsonb_object_agg(e.key, coalesce((v_bought ->> e.key)::numeric, 0) + e.value::numeric), '{}') into v_bought
    from jsonb_each_text(v_level) e
    where not exists (select from recipes r where r.ingredient_id = e.key::uuid and r.is_active)
       or exists (select from stock_levels s where s.store_id = p_store_id and s.ingredient_id = e.key::uuid);
    -- the rest is taken apart
    select coalesce(jsonb_object_agg(x.id, x.need), '{}') into v_level from (
      select l.ingredient_id as id, sum(app.to_base_unit(l.ingredient_id, l.quantity, l.unit)
               / (1 - coalesce(l.waste_percent, i.waste_percent) / 100)
               / app.to_base_unit(r.ingredient_id, r.yield_quantity, r.yield_unit) * e.value::numeric) as need
      from jsonb_each_text(v_level) e
      join recipes r on r.ingredient_id = e.key::uuid and r.is_active
      join recipe_lines l on l.recipe_id = r.id
      join ingredients i on i.id = l.ingredient_id
      where not exists (select from stock_levels s where s.store_id = p_store_id and s.ingredient_id = e.key::uuid)
      group by l.ingredient_id) x;
  end loop;
  return query
    select e.key::uuid, trim_scale(round(e.value::numeric, 6)) from jsonb_each_text(v_bought) e where round(e.value::numeric, 6) > 0;
end $$;
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
