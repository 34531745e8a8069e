create or replace function api.set_item_available(p_menu_item_id uuid, p_available boolean, p_portions_left int default null) returns jsonb
language plpgsql
as $$
declare
  v_item record;
begin
  if p_available is null then
    perform app.fail(400, 'Available or not?', 'p_available');
  end if;
  if p_portions_left is not null and p_portions_left not between 0 and 100000 then
    perform app.fail(400, 'Portions are counted from 0.', 'p_portions_left');
  end if;
  select organization_id into v_item from menu_items where id = p_menu_item_id;
  perform app.require_may(v_item.organization_id, 'menu', 'update', 'item');
  perform app.require_restaurant((select restaurant_id from menu_items where id = p_menu_item_id), 'item');
  -- selling again what had counted down to nothing stops the counting
  update menu_items
  set is_available = p_available and coalesce(p_portions_left > 0, true),
      portions_left = case when p_portions_left is not null then p_portions_left
                           when p_available and portions_left = 0 then null else portions_left end
  where id = p_menu_item_id
  returning id, name, is_available, portions_left into v_item;
  return jsonb_build_object('item', jsonb_build_object('id', v_item.id, 'name', v_item.name, 'is_available', v_item.is_available, 'portions_left', v_item.portions_left));
end $$;
comment on function api.set_item_available(uuid, boolean, int) is 'Marks an item sold out or available again; p_portions_left counts down with every sale until it is sold out by itself.
answers {"item": {"...": "menu_items(id, name, is_available, portions_left)"}}';
grant execute on function api.set_item_available(uuid, boolean, int) to authenticated, service_role;
