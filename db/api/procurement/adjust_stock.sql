-- SECURITY DEFINER: movements are written by functions only. Rights are checked here.
create or replace function api.adjust_stock(
  p_store_id uuid,
  p_ingredient_id uuid,
  p_kind text,
  p_quantity numeric,
  p_unit text default null,
  p_note text default null,
  p_to_store_id uuid default null) returns numeric
language plpgsql volatile security definer
as $$
declare
  v_organization uuid := (select s.organization_id from stores s where s.id = p_store_id);
  v_base numeric;
  v_move numeric;
begin
  if v_organization is null or not app.works_for(v_organization, 'stock', 'read') then
    perform app.fail(404, 'There is no such store.', 'p_store_id');
  end if;
  perform app.require_work(v_organization, 'stock', 'create');
  if not exists (select from ingredients i where i.id = p_ingredient_id and i.organization_id = v_organization) then
    perform app.fail(404, 'There is no such ingredient.', 'p_ingredient_id');
  end if;
  if p_quantity is null or p_quantity < 0 or p_quantity = 'NaN' or (p_quantity = 0 and p_kind is distinct from 'count') then
    perform app.fail(400, 'An amount is above zero.', 'p_quantity');
  end if;
  v_base := app.to_base_unit(p_ingredient_id, p_quantity, coalesce(p_unit, (select i.unit from ingredients i where i.id = p_ingredient_id)));
  case p_kind
    when 'waste' then v_move := -v_base;
    when 'count' then
      -- two people counting the same shelf: one after the other
      perform pg_advisory_xact_lock(hashtextextended(format('stock/%s/%s', p_store_id, p_ingredient_id), 0));
      v_move := v_base - app.stock_level(p_store_id, p_ingredient_id);
    when 'transfer' then
      if p_to_store_id is null or p_to_store_id = p_store_id
         or not exists (select from stores s where s.id = p_to_store_id and s.organization_id = v_organization) then
        perform app.fail(404, 'There is no such store to carry it to.', 'p_to_store_id');
      end if;
      v_move := -v_base;
      insert into stock_movements (organization_id, store_id, ingredient_id, kind, quantity, note, created_by)
      values (v_organization, p_to_store_id, p_ingredient_id, 'transfer', v_base, p_note, auth.uid());
    when 'production' then
      -- what goes in leaves the store, what was made comes in
      if not exists (select from recipes r where r.ingredient_id = p_ingredient_id and r.is_active) then
        perform app.fail(422, 'There is no recipe that makes this.', 'p_ingredient_id');
      end if;
      insert into stock_movements (organization_id, store_id, ingredient_id, kind, quantity, note, created_by)
      select v_organization, p_store_id, n.ingredient_id, 'production', -n.quantity, p_note, auth.uid()
      from recipes r, app.recipe_needs(r.id, v_base / app.to_base_unit(r.ingredient_id, 1, r.yield_unit), p_store_id) n
      where r.ingredient_id = p_ingredient_id and r.is_active;
      v_move := v_base;
      insert into stock_levels (organization_id, store_id, ingredient_id) values (v_organization, p_store_id, p_ingredient_id)
      on conflict do nothing;
    else
      perform app.fail(400, 'Stock is counted, wasted, transferred or produced.', 'p_kind',
        '{"allowed": ["count", "waste", "transfer", "production"]}');
  end case;
  if v_move <> 0 then
    insert into stock_movements (organization_id, store_id, ingredient_id, kind, quantity, note, created_by)
    values (v_organization, p_store_id, p_ingredient_id, p_kind, v_move, p_note, auth.uid());
  end if;
  return app.stock_level(p_store_id, p_ingredient_id);
end $$;
comment on function api.adjust_stock(uuid, uuid, text, numeric, text, text, uuid) is
  'Kitchen and managers: count (sets the level), waste, transfer (to p_to_store_id) or production (by the recipe of the ingredient). p_quantity in p_unit (default: base unit). Returns the level that is left, in base units.';
grant execute on function api.adjust_stock(uuid, uuid, text, numeric, text, text, uuid) to authenticated, service_role;
