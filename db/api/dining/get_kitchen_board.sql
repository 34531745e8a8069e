create or replace function api.get_kitchen_board(p_restaurant_id uuid default null, p_station text default null) returns jsonb
language plpgsql stable set plan_cache_mode = force_generic_plan
as $$
declare
  v_id uuid := app.my_restaurant(p_restaurant_id, 'kitchen');
begin
  return jsonb_build_object(
    'restaurant', app.restaurant_json(v_id),
    'stations', coalesce((
      select jsonb_agg(jsonb_build_object('station', s.station, 'pending', coalesce(n.pending, 0), 'cooking', coalesce(n.cooking, 0), 'ready', coalesce(n.ready, 0)) order by s.station)
      from (select station from menu_items where restaurant_id = v_id and is_active
            union select station from kitchen_orders where restaurant_id = v_id and status in ('pending', 'cooking', 'ready')) s
      left join (
        select station, count(*) filter (where status = 'pending') as pending, count(*) filter (where status = 'cooking') as cooking,
               count(*) filter (where status = 'ready') as ready
        from kitchen_orders where restaurant_id = v_id and status in ('pending', 'cooking', 'ready') and not held group by station) n on n.station = s.station), '[]'),
    'tickets', coalesce((
      select jsonb_agg(t.ticket order by t.created_at, t.id)
      from app.ticket_rows(array(
        select id from kitchen_orders
        where restaurant_id = v_id and status in ('pending', 'cooking', 'ready') and not held and (p_station is null or station = p_station))) t), '[]'),
    'held', coalesce((
      select jsonb_agg(t.ticket order by t.created_at, t.id)
      from app.ticket_rows(array(
        select id from kitchen_orders where restaurant_id = v_id and status = 'pending' and held and (p_station is null or station = p_station))) t), '[]'),
    'recent', coalesce((
      select jsonb_agg(t.ticket order by t.updated_at desc, t.id)
      from app.ticket_rows(array(
        select id from kitchen_orders
        where restaurant_id = v_id and status in ('completed', 'cancelled') and updated_at > now() - interval '30 minutes'
          and (p_station is null or station = p_station)
        order by updated_at desc limit 30)) t), '[]'),
    'all_day', coalesce((
      select jsonb_agg(jsonb_build_object('menu_item_id', a.menu_item_id, 'name', a.name, 'modifiers', a.modifiers, 'quantity', a.quantity, 'station', a.station)
                       order by a.quantity desc, a.name)
      from (
        select i.menu_item_id, i.name, m.names as modifiers, sum(i.quantity) as quantity, k.station
        from kitchen_orders k join kitchen_order_items i on i.kitchen_order_id = k.id
        cross join lateral (select coalesce(jsonb_agg(e ->> 'name' order by e ->> 'name'), '[]') as names from jsonb_array_elements(i.modifiers) e) m
        where k.restaurant_id = v_id and k.status in ('pending', 'cooking') and not k.held and i.status = 'pending' and (p_station is null or k.station = p_station)
        group by i.menu_item_id, i.name, m.names, k.station) a), '[]'),
    'sold_out', coalesce((
      select jsonb_agg(jsonb_build_object('id', id, 'name', name) order by name) from menu_items
      where restaurant_id = v_id and is_active and (not is_available or portions_left = 0)), '[]'),
    'printers', app.printer_problems(v_id),
    'now', now());
end $$;
comment on function api.get_kitchen_board(uuid, text) is 'The kitchen''s screen: open tickets oldest first, those just done (for undo), what is still to cook over all tickets, what is sold out.
answers {"restaurant": "restaurant", "stations": [{"station": "text", "pending": "int", "cooking": "int", "ready": "int"}], "tickets": "ticket[]", "held": "ticket[]",
  "recent": "ticket[]", "all_day": [{"menu_item_id": "uuid | null", "name": "text", "modifiers": "text[]", "quantity": "int", "station": "text"}],
  "sold_out": [{"id": "uuid", "name": "text"}], "printers": "printer_problem[]", "now": "instant"}';
grant execute on function api.get_kitchen_board(uuid, text) to authenticated, service_role;
