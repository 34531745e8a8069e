create or replace function api.get_stock_levels(
  p_store_id uuid default null,
  p_low_only boolean default false,
  p_ingredient_id uuid default null)
returns table (store_id uuid, store_name text, ingredient_id uuid, ingredient_name text, category text, unit text, quantity numeric,
               reorder_level numeric, is_low boolean, unit_cost numeric, value numeric)
language sql stable
as $$
  -- row security shows the stock of one's own house
  with moved as (
    select m.store_id, m.ingredient_id, sum(m.quantity) as quantity
    from stock_movements m
    where not m.is_counted and (p_store_id is null or m.store_id = p_store_id) and (p_ingredient_id is null or m.ingredient_id = p_ingredient_id)
    group by m.store_id, m.ingredient_id
  ), counted as (
    select l.store_id, l.ingredient_id, l.quantity, l.reorder_level
    from stock_levels l
    where (p_store_id is null or l.store_id = p_store_id) and (p_ingredient_id is null or l.ingredient_id = p_ingredient_id)
  ), level as (
    select coalesce(c.store_id, m.store_id) as store_id, coalesce(c.ingredient_id, m.ingredient_id) as ingredient_id,
           coalesce(c.quantity, 0) + coalesce(m.quantity, 0) as quantity, c.reorder_level
    from counted c full join moved m on m.store_id = c.store_id and m.ingredient_id = c.ingredient_id
  )
  select s.id, s.name, i.id, i.name, i.category, i.unit, v.quantity, r.reorder_level,
         v.quantity < 0 or (r.reorder_level > 0 and v.quantity <= r.reorder_level),
         i.average_cost, round(greatest(v.quantity, 0) * i.average_cost, app.stored_decimals(app.organization_currency(i.organization_id)))
  from level v
  join stores s on s.id = v.store_id
  join ingredients i on i.id = v.ingredient_id
  cross join lateral (select coalesce(v.reorder_level, i.reorder_level) as reorder_level) r
  where not p_low_only or v.quantity < 0 or (r.reorder_level > 0 and v.quantity <= r.reorder_level)
  order by s.name, i.name;
$$;
comment on function api.get_stock_levels(uuid, boolean, uuid) is
  'What is there now, in base units (g, ml, piece), with its value at average cost (decimal, without tax). Below zero: more was sold than counted. p_low_only: what has to be ordered.
answers {"category": "text | null", "reorder_level": "number | null", "unit_cost": "number | null", "value": "number | null"}';
grant execute on function api.get_stock_levels(uuid, boolean, uuid) to authenticated, service_role;
