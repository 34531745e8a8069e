create or replace function api.get_recipe_cost(p_recipe_id uuid default null, p_menu_item_id uuid default null) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_recipe record;
  v_lines jsonb;
  v_total numeric;
  v_portion numeric;
  v_net numeric;
begin
  select r.id, r.name, r.organization_id, r.yield_quantity, r.yield_unit, o.currency, m.price, o.prices_include_tax,
         coalesce(m.tax_rate, o.default_tax_rate) as tax_rate
    into v_recipe
  from recipes r join organizations o on o.id = r.organization_id left join menu_items m on m.id = r.menu_item_id
  where r.id = p_recipe_id or (p_recipe_id is null and r.menu_item_id = p_menu_item_id and r.is_active);
  if not found or not app.works_for(v_recipe.organization_id, 'recipes', 'read') then
    perform app.fail(404, 'There is no such recipe.', case when p_recipe_id is not null then 'p_recipe_id' else 'p_menu_item_id' end);
  end if;
  select coalesce(jsonb_agg(jsonb_build_object('ingredient_id', c.ingredient_id, 'name', c.name, 'quantity', c.quantity, 'unit', c.unit,
           'base_quantity', c.base, 'base_unit', c.base_unit, 'unit_cost', c.cost, 'cost', round(c.base * c.cost, 4)) order by c.position, c.name), '[]'),
         coalesce(sum(c.base * c.cost), 0)
    into v_lines, v_total
  from (select l.ingredient_id, i.name, l.quantity, l.unit, l.position, i.unit as base_unit, app.ingredient_cost(l.ingredient_id) as cost,
               app.to_base_unit(l.ingredient_id, l.quantity, l.unit) / (1 - coalesce(l.waste_percent, i.waste_percent) / 100) as base
        from recipe_lines l join ingredients i on i.id = l.ingredient_id
        where l.recipe_id = v_recipe.id) c;
  v_portion := v_total / v_recipe.yield_quantity;
  v_net := app.to_amount(v_recipe.price::bigint, v_recipe.currency);
  if v_recipe.prices_include_tax then
    v_net := v_net / (1 + v_recipe.tax_rate / 100);
  end if;
  return jsonb_build_object('recipe_id', v_recipe.id, 'name', v_recipe.name, 'currency', v_recipe.currency, 'lines', v_lines,
    'total_cost', round(v_total, 4), 'yield_quantity', v_recipe.yield_quantity, 'yield_unit', v_recipe.yield_unit,
    'cost_per_unit', round(v_portion, 4), 'net_price', round(v_net, 4),
    'cost_percent', case when v_net > 0 then round(v_portion / v_net * 100, 2) end,
    'margin', round(v_net - v_portion, 4));
end $$;
comment on function api.get_recipe_cost(uuid, uuid) is
  'What a recipe costs by what its ingredients cost now: decimal, without tax, per portion (cost_per_unit), and against the net price of its menu item. By recipe or by menu item.
answers {"recipe_id": "uuid", "name": "text", "currency": "text", "net_price": "number | null", "total_cost": "number", "margin": "number | null",
  "cost_percent": "number | null", "cost_per_unit": "number", "yield_quantity": "number", "yield_unit": "text", "lines": [{"*": "json"}]}';
grant execute on function api.get_recipe_cost(uuid, uuid) to authenticated, service_role;
