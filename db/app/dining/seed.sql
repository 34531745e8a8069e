-- What a fresh organization needs to serve its first guest: a place, tables with codes, a short menu. May run again.
create or replace function app.seed_dining(p_organization_id uuid) returns void
language plpgsql
as $$
declare
  v_restaurant uuid;
  v_extras     uuid;
  v_doneness   uuid;
begin
  if exists (select from restaurants where organization_id = p_organization_id) then
    return;
  end if;
  insert into restaurants (organization_id, name, timezone, business_day_cutoff, accepts_takeaway)
  select id, name, timezone, business_day_cutoff, true from organizations where id = p_organization_id
  returning id into v_restaurant;

  insert into restaurant_tables (restaurant_id, table_number, capacity, section, position_x, position_y, shape)
  select v_restaurant, n, case when n <= 4 then 2 when n <= 8 then 4 else 6 end, 'Main room',
         40 + ((n - 1) % 4) * 140, 40 + ((n - 1) / 4) * 140, case when n <= 4 then 'round' when n <= 8 then 'square' else 'rectangle' end
  from generate_series(1, 10) n;

  insert into menu_categories (restaurant_id, name, rank)
  select v_restaurant, name, rank from (values ('Starters', 1), ('Mains', 2), ('Desserts', 3), ('Drinks', 4)) c(name, rank);
  insert into menu_items (category_id, name, description, price, allergens, prep_time_minutes, station, sort_order)
  select c.id, i.name, i.description, i.price, i.allergens::jsonb, i.minutes, i.station, i.sort_order
  from (values
    ('Starters', 'Soup of the day', 'Ask what is in the pot today', 650, '["celery"]', 6, 'kitchen', 1),
    ('Starters', 'Green salad', 'Leaves, herbs, house dressing', 590, '["mustard"]', 5, 'kitchen', 2),
    ('Mains', 'House burger', 'Beef, cheddar, pickles, fries', 1490, '["gluten", "milk", "egg", "sesame"]', 14, 'kitchen', 1),
    ('Mains', 'Roast chicken', 'Half a bird with potatoes', 1590, '[]', 18, 'kitchen', 2),
    ('Mains', 'Mushroom risotto', 'Arborio rice, parmesan', 1350, '["milk"]', 16, 'kitchen', 3),
    ('Desserts', 'Chocolate cake', 'With a warm heart', 690, '["gluten", "milk", "egg"]', 8, 'kitchen', 1),
    ('Desserts', 'Two scoops of ice cream', 'Vanilla, chocolate or strawberry', 490, '["milk"]', 3, 'kitchen', 2),
    ('Drinks', 'Still water 0.5 l', null, 350, '[]', 1, 'bar', 1),
    ('Drinks', 'Lemonade', 'Made here', 420, '[]', 3, 'bar', 2),
    ('Drinks', 'Draught beer 0.4 l', null, 450, '["gluten"]', 2, 'bar', 3),
    ('Drinks', 'Espresso', null, 260, '[]', 2, 'bar', 4)
  ) i(category, name, description, price, allergens, minutes, station, sort_order)
  join menu_categories c on c.restaurant_id = v_restaurant and c.name = i.category;

  insert into modifier_groups (restaurant_id, name, min_choices, max_choices, rank) values (v_restaurant, 'How done?', 1, 1, 1) returning id into v_doneness;
  insert into modifier_groups (restaurant_id, name, min_choices, max_choices, rank) values (v_restaurant, 'Extras', 0, 3, 2) returning id into v_extras;
  insert into modifiers (group_id, name, price, rank, is_default, adds_allergens) values
    (v_doneness, 'Medium', 0, 1, true, '[]'), (v_doneness, 'Well done', 0, 2, false, '[]'),
    (v_extras, 'Extra cheese', 150, 1, false, '["milk"]'), (v_extras, 'Bacon', 200, 2, false, '[]'), (v_extras, 'No onions', 0, 3, false, '[]');
  insert into menu_item_modifier_groups (menu_item_id, modifier_group_id, rank)
  select i.id, g.id, g.rank from menu_items i, modifier_groups g
  where i.restaurant_id = v_restaurant and i.name = 'House burger' and g.restaurant_id = v_restaurant;
end $$;
comment on function app.seed_dining(uuid) is 'A default restaurant with tables and a starter menu for a fresh organization; does nothing where there is one.';
