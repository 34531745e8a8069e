-- SECURITY DEFINER: games are the organization's; of a venue that is shown, everybody hears what is offered there.
create function api.get_venue_games(p_venue_id uuid)
returns table (id uuid, name text, slug text, tagline text, description text, category text, difficulty int, duration_minutes int,
               min_players int, max_players int, min_age int, booking_mode text, price_model text, price numeric, ticket_types jsonb,
               currency text, deposit_percent int, requires_waiver boolean, image_url text, images jsonb, display_order int)
language plpgsql stable security definer
as $$
#variable_conflict use_column
begin
  if not exists (select from venues v where v.id = p_venue_id and v.is_active and v.deleted_at is null) then
    perform app.fail(404, 'There is no such venue.', 'p_venue_id');
  end if;
  return query
  select g.id, g.name, g.slug, g.tagline, g.description, g.category, g.difficulty, g.duration_minutes, g.min_players, g.max_players, g.min_age,
         g.booking_mode, g.price_model, coalesce(l.price, g.price), coalesce(l.ticket_types, g.ticket_types), o.currency, g.deposit_percent,
         g.requires_waiver, g.image_url, g.images, l.display_order
  from game_venues l join games g on g.id = l.game_id join organizations o on o.id = g.organization_id
  where l.venue_id = p_venue_id and l.is_active and g.is_active and g.deleted_at is null
  order by l.display_order, g.name, g.id;
end $$;
comment on function api.get_venue_games(uuid) is 'The games a venue offers, with the prices there, in the organization''s currency. Public.
answers {"slug": "text | null", "tagline": "text | null", "description": "text | null", "category": "text | null", "difficulty": "number | null", "min_age": "number | null",
  "image_url": "text | null", "ticket_types": "json", "price_model": "games.price_model", "booking_mode": "games.booking_mode"}';
grant execute on function api.get_venue_games(uuid) to anon, authenticated, service_role;
