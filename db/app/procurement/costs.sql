-- What an ingredient costs per base unit: the moving average of what was bought; else the cheapest price list; what the house
-- makes costs what goes into it.
create or replace function app.ingredient_cost(p_ingredient_id uuid, p_depth int default 0) returns numeric
language plpgsql stable security definer
as $$
declare
  v_recipe record;
  v_cost numeric;
begin
  select r.id, app.to_base_unit(r.ingredient_id, r.yield_quantity, r.yield_unit) as yield into v_recipe
  from recipes r where r.ingredient_id = p_ingredient_id and r.is_active;
  if found and p_depth < 20 then
    select sum(app.to_base_unit(l.ingredient_id, l.quantity, l.unit) / (1 - coalesce(l.waste_percent, i.waste_percent) / 100)
               * app.ingredient_cost(l.ingredient_id, p_depth + 1)) into v_cost
    from recipe_lines l join ingredients i on i.id = l.ingredient_id where l.recipe_id = v_recipe.id;
    return coalesce(v_cost, 0) / v_recipe.yield;
  end if;
  select nullif(i.average_cost, 0) into v_cost from ingredients i where i.id = p_ingredient_id;
  return coalesce(v_cost,
    (select min(s.price / app.to_base_unit(s.ingredient_id, 1, s.unit)) from supplier_prices s
     where s.ingredient_id = p_ingredient_id and daterange(s.valid_from, s.valid_until) @> current_date),
    0);
end $$;
comment on function app.ingredient_cost(uuid, int) is 'Cost of one base unit, decimal, without tax.';
