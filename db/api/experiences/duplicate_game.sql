create function api.duplicate_game(p_game_id uuid, p_new_name text default null, p_copy_venues boolean default true)
returns jsonb
language plpgsql
as $$
declare
  v_organization uuid;
  v_name text;
  v_id uuid;
  v_links int := 0;
begin
  select g.organization_id, g.name into v_organization, v_name from games g where g.id = p_game_id and g.deleted_at is null;
  if not found or not app.works_for(v_organization, 'games', 'read') then
    perform app.fail(404, 'There is no such game.', 'p_game_id');
  end if;
  perform app.require_work(v_organization, 'games', 'create');
  if length(p_new_name) > 200 then
    perform app.fail(400, 'A name has at most 200 characters.', 'p_new_name');
  end if;
  insert into games (organization_id, name, tagline, description, category, difficulty, duration_minutes, buffer_minutes,
                     slot_interval_minutes, min_players, max_players, min_age, booking_mode, price_model, price, ticket_types, tax_rate,
                     deposit_percent, min_notice_minutes, max_advance_days, requires_waiver, image_url, images, settings, is_active)
  select g.organization_id, coalesce(nullif(trim(p_new_name), ''), left(g.name, 193) || ' (copy)'), g.tagline, g.description, g.category,
         g.difficulty, g.duration_minutes, g.buffer_minutes, g.slot_interval_minutes, g.min_players, g.max_players, g.min_age, g.booking_mode,
         g.price_model, g.price, g.ticket_types, g.tax_rate, g.deposit_percent, g.min_notice_minutes, g.max_advance_days,
         g.requires_waiver, g.image_url, g.images, g.settings, false
  from games g where g.id = p_game_id
  returning id into v_id;
  if coalesce(p_copy_venues, false) then
    with copied as (
      insert into game_venues (organization_id, venue_id, game_id, price, ticket_types, display_order, is_active)
      select l.organization_id, l.venue_id, v_id, l.price, l.ticket_types, l.display_order, l.is_active
      from game_venues l where l.game_id = p_game_id
      returning id)
    select count(*) into v_links from copied;
  end if;
  return (select jsonb_build_object('id', g.id, 'name', g.name, 'is_active', g.is_active, 'venues', v_links) from games g where g.id = v_id);
end $$;
comment on function api.duplicate_game(uuid, text, boolean) is
  'Copies a game with all its settings, and its venues unless told otherwise. The copy is inactive until somebody has looked at it.
answers {"id": "uuid", "name": "text", "venues": "int", "is_active": "boolean"}';
grant execute on function api.duplicate_game(uuid, text, boolean) to authenticated, service_role;
