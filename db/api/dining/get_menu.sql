-- Runs with the rights of who asks: row security shows the active menu to everybody and the rest to staff, who see it elsewhere.
create or replace function api.get_menu(p_restaurant_id uuid) returns jsonb
language plpgsql stable
as $$
declare
  v_place jsonb := app.restaurant_json(p_restaurant_id);
  v_rate numeric := app.house_tax_rate(p_restaurant_id);      -- visitors do not read organizations
begin
  if v_place is null or not app.restaurant_is_shown(p_restaurant_id) then
    perform app.fail(404, 'There is no such restaurant.', 'p_restaurant_id');
  end if;
  -- whether it is open hangs on the clock; without that the answer changes only when the menu does, and may be cached
  return jsonb_build_object('restaurant', v_place || '{"is_open": null, "opens_at": null, "closes_at": null, "takes_orders": null}', 'categories', coalesce((
    with choices as (
      select g.id, g.rank, jsonb_build_object('id', g.id, 'name', g.name, 'min_choices', g.min_choices, 'max_choices', g.max_choices,
        'modifiers', coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'name', m.name, 'price', m.price, 'is_available', m.is_available,
          'is_default', m.is_default, 'adds_allergens', m.adds_allergens, 'removes_allergens', m.removes_allergens) order by m.rank, m.name, m.id) filter (where m.id is not null), '[]')) as entry
      from modifier_groups g left join modifiers m on m.group_id = g.id and m.restaurant_id = g.restaurant_id and m.is_active
      where g.restaurant_id = p_restaurant_id and g.is_active
      group by g.id
    ), offered as (
      select ig.menu_item_id, jsonb_agg(c.entry order by ig.rank, c.rank, c.id) as groups
      from menu_item_modifier_groups ig join choices c on c.id = ig.modifier_group_id
      where ig.restaurant_id = p_restaurant_id
      group by ig.menu_item_id
    ), items as (
      select i.category_id, jsonb_agg(jsonb_build_object('id', i.id, 'name', i.name, 'description', i.description, 'price', i.price,
        'image_url', i.image_url, 'is_available', i.is_available and coalesce(i.portions_left > 0, true), 'portions_left', i.portions_left,
        'allergens', i.allergens, 'tags', to_jsonb(i.tags), 'prep_time_minutes', i.prep_time_minutes,
        'tax_rate', coalesce(i.tax_rate, v_rate), 'station', i.station, 'modifier_groups', coalesce(f.groups, '[]'))
        order by i.sort_order, i.name, i.id) as items
      from menu_items i left join offered f on f.menu_item_id = i.id
      where i.restaurant_id = p_restaurant_id and i.is_active
      group by i.category_id
    )
    select jsonb_agg(jsonb_build_object('id', c.id, 'name', c.name, 'description', c.description, 'rank', c.rank, 'items', coalesce(n.items, '[]'))
                     order by c.rank, c.name, c.id)
    from menu_categories c left join items n on n.category_id = c.id
    where c.restaurant_id = p_restaurant_id and c.is_active), '[]'));
end $$;
comment on function api.get_menu(uuid) is 'The menu: categories by rank with their items (sold-out ones marked), modifiers and allergens. Prices in minor units.
answers {"restaurant": "restaurant", "categories": "menu_category[]"}
shape menu_modifier {"id": "uuid", "name": "text", "price": "int", "is_available": "boolean", "is_default": "boolean", "adds_allergens": "text[]", "removes_allergens": "text[]"}
shape modifier_group {"...": "modifier_groups(id, name, min_choices, max_choices)", "modifiers": "menu_modifier[]"}
shape menu_item {"...": "menu_items(id, name, description, price, image_url, is_available, portions_left, prep_time_minutes, station)", "allergens": "text[]", "tags": "text[]",
  "tax_rate": "number", "modifier_groups": "modifier_group[]"}
shape menu_category {"...": "menu_categories(id, name, description, rank)", "items": "menu_item[]"}';
grant execute on function api.get_menu(uuid) to anon, authenticated, service_role;
