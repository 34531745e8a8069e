-- Stock. Service never waits for it and is never stopped by it.

create or replace function app.stock_level(p_store_id uuid, p_ingredient_id uuid) returns numeric
language sql stable security definer
as $$
  select coalesce((select quantity from stock_levels where store_id = p_store_id and ingredient_id = p_ingredient_id), 0)
       + coalesce((select sum(quantity) from stock_movements where store_id = p_store_id and ingredient_id = p_ingredient_id and not is_counted), 0);
$$;
comment on function app.stock_level(uuid, uuid) is 'What is there now, in base units; below zero when more was sold than was ever received.';

create or replace function app.default_store(p_organization_id uuid, p_restaurant_id uuid) returns uuid
language sql stable security definer
as $$
  select id from stores
  where organization_id = p_organization_id and is_default and is_active and (restaurant_id = p_restaurant_id or restaurant_id is null)
  order by restaurant_id nulls last limit 1;
$$;
comment on function app.default_store(uuid, uuid) is 'Where sales of a restaurant take from: its own default store, else that of the organization; null: stock is not kept.';

create or replace function app.guard_stock_movement() returns trigger
language plpgsql
as $$
begin
  if tg_op = 'UPDATE' and current_user not in ('anon', 'authenticated', 'service_role')
     and (to_jsonb(new) - 'is_counted' - 'unit_cost') = (to_jsonb(old) - 'is_counted' - 'unit_cost') then
    return new;      -- the daily round ticks it off, a wrong price is corrected
  end if;
  perform app.fail(403, 'What moved has moved; enter another movement.');
  return null;
end $$;

-- A line's share of stock follows how many of it are sold: more takes by the recipe of now, fewer gives back what was taken.
create or replace function app.order_line_takes_stock() returns trigger
language plpgsql security definer
as $$
declare
  v_old int := case when tg_op = 'INSERT' or old.status in ('draft', 'cancelled') or old.deleted_at is not null then 0 else old.quantity end;
  v_new int := case when tg_op = 'DELETE' or new.status in ('draft', 'cancelled') or new.deleted_at is not null then 0 else new.quantity end;
  v_line uuid := case when tg_op = 'DELETE' then old.id else new.id end;
  v_item uuid := case when tg_op = 'DELETE' then old.menu_item_id else new.menu_item_id end;
  v_organization uuid := case when tg_op = 'DELETE' then old.organization_id else new.organization_id end;
  v_recipes jsonb[];
  v_store uuid;
  v_need record;
  v_before numeric;
begin
  -- a plate that was served is eaten or thrown away: a void gives nothing back, and taking that back takes nothing again
  if tg_op = 'UPDATE' and (new.status = 'cancelled' and old.status = 'served'
       or old.status = 'cancelled' and new.status <> 'cancelled' and (select coalesce(sum(m.quantity), 0) <> 0 from stock_movements m where m.order_line_id = v_line)) then
    return null;
  end if;
  if v_new < v_old then
    insert into stock_movements (organization_id, store_id, ingredient_id, kind, quantity, order_line_id, created_by)
    select m.organization_id, m.store_id, m.ingredient_id, 'void', case v_new when 0 then -sum(m.quantity)
                  else trim_scale(round(-sum(m.quantity) * (v_old - v_new) / v_old, 6)) end, v_line, auth.uid()
    from stock_movements m
    where m.order_line_id = v_line
    group by m.organization_id, m.store_id, m.ingredient_id having sum(m.quantity) <> 0;
    return null;
  end if;
  -- the dish, and what its choices take besides
  v_recipes := array(
    select jsonb_build_object('recipe', r.id, 'portions', 1) from recipes r where r.menu_item_id = v_item and r.is_active
    union all
    select jsonb_build_object('recipe', r.id, 'portions', coalesce((c.value ->> 'quantity')::numeric, 1))
    from jsonb_array_elements(coalesce(new.modifiers, '[]')) c join recipes r on r.modifier_id::text = c.value ->> 'id' and r.is_active);
  if v_recipes = '{}' then
    return null;
  end if;
  v_store := app.default_store(v_organization, new.restaurant_id);
  if v_store is null then
    return null;
  end if;
  for v_need in
    select n.ingredient_id, sum(n.quantity) as quantity
    from unnest(v_recipes) r, app.recipe_needs((r ->> 'recipe')::uuid, (v_new - v_old) * (r ->> 'portions')::numeric, v_store) n
    group by n.ingredient_id order by n.ingredient_id
  loop
    v_before := app.stock_level(v_store, v_need.ingredient_id);
    insert into stock_movements (organization_id, store_id, ingredient_id, kind, quantity, order_line_id, created_by)
    values (v_organization, v_store, v_need.ingredient_id, 'sale', -v_need.quantity, v_line, auth.uid());
    perform app.warn_of_stock(v_organization, v_store, v_need.ingredient_id, v_before, v_before - v_need.quantity);
  end loop;
  return null;
exception
  when others then
    -- a recipe nobody can convert, a store that was just removed: the guest still gets the dish
    perform app.log_activity(v_organization, 'stock_not_taken', format('Stock could not be taken: %s', sqlerrm), 'order_lines', v_line);
    return null;
end $$;

-- Only the sale that crosses a line tells: not every one after it.
create or replace function app.warn_of_stock(p_organization_id uuid, p_store_id uuid, p_ingredient_id uuid, p_before numeric, p_after numeric) returns void
language plpgsql security definer
as $$
declare
  v_ingredient record;
  v_empty boolean := p_before >= 0 and p_after < 0;
begin
  select i.name, i.unit, coalesce(l.reorder_level, i.reorder_level) as reorder_level into v_ingredient
  from ingredients i left join stock_levels l on l.ingredient_id = i.id and l.store_id = p_store_id
  where i.id = p_ingredient_id;
  if v_empty or (p_before > v_ingredient.reorder_level and p_after <= v_ingredient.reorder_level and v_ingredient.reorder_level > 0) then
    perform app.tell_roles(p_organization_id, array['manager', 'kitchen'], case when v_empty then 'stock_below_zero' else 'stock_low' end,
      jsonb_build_object('name', v_ingredient.name, 'quantity', round(p_after, 1), 'unit', v_ingredient.unit),
      p_data => jsonb_build_object('store_id', p_store_id, 'ingredient_id', p_ingredient_id, 'quantity', p_after),
      p_about => format('stock/%s/%s', p_store_id, p_ingredient_id), p_link => '/manage/stock');
  end if;
end $$;

-- Daily: movements fold into the level they changed.
create or replace function app.maintain_procurement() returns void
language sql security definer
as $$
  with folded as (
    update stock_movements set is_counted = true where not is_counted
    returning organization_id, store_id, ingredient_id, quantity
  )
  insert into stock_levels as l (organization_id, store_id, ingredient_id, quantity)
  select organization_id, store_id, ingredient_id, sum(quantity) from folded
  group by organization_id, store_id, ingredient_id order by store_id, ingredient_id
  on conflict (store_id, ingredient_id) do update set quantity = l.quantity + excluded.quantity;
$$;
comment on function app.maintain_procurement() is 'Daily: folds stock movements into the levels.';

grant execute on function app.stock_level(uuid, uuid) to service_role;
grant execute on function app.guard_stock_movement(), app.order_line_takes_stock() to anon, authenticated, service_role;
