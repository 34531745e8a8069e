-- What an item costs with these modifiers, now. Everything a line freezes comes from here and from nowhere else.
drop function if exists app.price_line(uuid, uuid, int, jsonb);      -- prices were int once, and nothing was taken away
create or replace function app.price_line(
  p_restaurant_id uuid, p_menu_item_id uuid, p_quantity int, p_modifiers jsonb, p_takeaway boolean default false,
  out item_name text, out unit_price bigint, out modifiers jsonb, out tax_rate numeric, out tax_included boolean,
  out station text, out prep_minutes int, out allergens jsonb)
language plpgsql stable security definer
as $$
declare
  v_item   record;
  v_group  record;
  v_chosen jsonb := '[]';
  v_choice jsonb;
  v_id     text;
  v_count  numeric;
  v_extra  bigint;
  v_known  int;
begin
  if p_quantity is null or p_quantity not between 1 and 99 then
    perform app.fail(400, 'Order between 1 and 99 of an item.', 'p_quantity', '{"min": 1, "max": 99}');
  end if;
  select i.*, coalesce(
           case when p_takeaway then coalesce(i.takeaway_tax_rate, app.tax_rate(o.id, i.takeaway_tax_code, d.today), r.takeaway_tax_rate, app.tax_rate(o.id, r.takeaway_tax_code, d.today)) end,
           i.tax_rate, app.tax_rate(o.id, i.tax_code, d.today), app.standard_tax_rate(o.id, d.today)) as rate, o.prices_include_tax, o.currency into v_item
  from menu_items i join organizations o on o.id = i.organization_id join restaurants r on r.id = i.restaurant_id,
  lateral (select app.business_date(now(), r.timezone, r.business_day_cutoff) as today) d
  where i.id = p_menu_item_id and i.restaurant_id = p_restaurant_id and i.is_active;
  if not found then
    perform app.fail(404, 'This is not on the menu.', 'p_menu_item_id', jsonb_build_object('menu_item_id', p_menu_item_id));
  end if;
  if not v_item.is_available or v_item.portions_left < p_quantity then
    perform app.fail(409, case when v_item.is_available and v_item.portions_left > 0
        then format('Only %s of “%s” are left.', v_item.portions_left, v_item.name) else format('“%s” is sold out.', v_item.name) end,
      'p_menu_item_id', jsonb_build_object('reason', 'sold_out', 'menu_item_id', p_menu_item_id, 'name', v_item.name, 'portions_left', v_item.portions_left));
  end if;

  -- ["id", …] or [{"id": …, "quantity": 2}, …] to {id: quantity}
  p_modifiers := coalesce(p_modifiers, '[]');
  if jsonb_typeof(p_modifiers) <> 'array' or jsonb_array_length(p_modifiers) > 50 then
    perform app.fail(400, 'Modifiers are a list of at most 50 ids.', 'p_modifiers');
  end if;
  modifiers := '{}';
  for v_choice in select * from jsonb_array_elements(p_modifiers) loop
    v_id := case jsonb_typeof(v_choice) when 'string' then v_choice #>> '{}' when 'object' then v_choice ->> 'id' end;
    v_count := case when jsonb_typeof(v_choice -> 'quantity') = 'number' then (v_choice ->> 'quantity')::numeric
                    when jsonb_typeof(v_choice) = 'object' and v_choice ? 'quantity' then 0 else 1 end;
    if v_id is null or v_id !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' or v_count not between 1 and 20 or v_count <> trunc(v_count)
       or modifiers ? lower(v_id) then
      perform app.fail(400, 'Each modifier is named once, by its id, 1 to 20 times.', 'p_modifiers');
    end if;
    modifiers := modifiers || jsonb_build_object(lower(v_id), v_count::int);
  end loop;

  select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'group', g.name, 'price', m.price, 'name', m.name, 'quantity', (c.value)::int)
                            order by ig.rank, g.rank, g.id, m.rank, m.id), '[]'),
         coalesce(sum(m.price::bigint * (c.value)::int), 0), count(*)
    into v_chosen, v_extra, v_known
  from jsonb_each_text(modifiers) c
  join modifiers m on m.id = c.key::uuid and m.is_active
  join modifier_groups g on g.id = m.group_id and g.is_active
  join menu_item_modifier_groups ig on ig.modifier_group_id = g.id and ig.menu_item_id = p_menu_item_id;
  if v_known <> (select count(*) from jsonb_object_keys(modifiers)) then
    perform app.fail(400, format('“%s” does not come with one of these modifiers.', v_item.name), 'p_modifiers',
      jsonb_build_object('menu_item_id', p_menu_item_id));
  end if;
  select m.id, m.name into v_group from jsonb_object_keys(modifiers) k join modifiers m on m.id = k::uuid where not m.is_available limit 1;
  if found then
    perform app.fail(409, format('“%s” is sold out.', v_group.name), 'p_modifiers',
      jsonb_build_object('reason', 'sold_out', 'menu_item_id', p_menu_item_id, 'modifier_id', v_group.id, 'name', v_group.name));
  end if;
  for v_group in
    select g.id, g.name, g.min_choices, g.max_choices, coalesce(sum((modifiers ->> m.id::text)::int), 0) as n
    from menu_item_modifier_groups ig join modifier_groups g on g.id = ig.modifier_group_id and g.is_active
    left join modifiers m on m.group_id = g.id and modifiers ? m.id::text
    where ig.menu_item_id = p_menu_item_id
    group by g.id, ig.rank order by ig.rank, g.rank, g.id
  loop
    if v_group.n not between v_group.min_choices and v_group.max_choices then
      perform app.fail(400, case when v_group.n < v_group.min_choices then format('Choose at least %s from “%s”.', v_group.min_choices, v_group.name)
                                 else format('Choose at most %s from “%s”.', v_group.max_choices, v_group.name) end,
        'p_modifiers', jsonb_build_object('menu_item_id', p_menu_item_id, 'modifier_group_id', v_group.id,
          'min_choices', v_group.min_choices, 'max_choices', v_group.max_choices));
    end if;
  end loop;
  if v_item.price + v_extra > app.largest_price(v_item.currency) then
    perform app.fail(400, 'These modifiers make no sensible price.', 'p_modifiers');
  end if;

  item_name := v_item.name;
  unit_price := greatest(0, v_item.price + v_extra);
  modifiers := v_chosen;
  tax_rate := v_item.rate;
  tax_included := v_item.prices_include_tax;
  station := v_item.station;
  prep_minutes := v_item.prep_time_minutes;
  allergens := case when v_chosen = '[]' then v_item.allergens
    else app.chosen_allergens(v_item.allergens, array(select (c.e ->> 'id')::uuid from jsonb_array_elements(v_chosen) c(e))) end;
end $$;
comment on function app.price_line(uuid, uuid, int, jsonb, boolean) is 'Checks an item and its modifiers and returns what a line freezes; minor units.';
