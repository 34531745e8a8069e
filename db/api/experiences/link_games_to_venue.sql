create function api.link_games_to_venue(p_venue_id uuid, p_game_ids uuid[], p_replace boolean default false)
returns int
language plpgsql
as $$
declare
  v_organization uuid;
  v_unknown uuid[];
  v_count int;
begin
  select v.organization_id into v_organization from venues v where v.id = p_venue_id and v.deleted_at is null;
  if not found or not app.works_for(v_organization, 'venues', 'read') then
    perform app.fail(404, 'There is no such venue.', 'p_venue_id');
  end if;
  perform app.require_work(v_organization, 'games', 'update');
  if p_game_ids is null or (p_game_ids = '{}' and not coalesce(p_replace, false)) or array_position(p_game_ids, null) is not null then
    perform app.fail(400, 'Name at least one game.', 'p_game_ids');
  end if;
  if cardinality(p_game_ids) > 500 then
    perform app.fail(400, 'At most 500 games at once.', 'p_game_ids', '{"max": 500}');
  end if;
  select array_agg(i) into v_unknown from unnest(p_game_ids) i
  where not exists (select from games g where g.id = i and g.organization_id = v_organization and g.deleted_at is null);
  if v_unknown is not null then
    perform app.fail(404, 'Some of these games do not exist.', 'p_game_ids', jsonb_build_object('unknown', to_jsonb(v_unknown)));
  end if;
  if coalesce(p_replace, false) then
    update game_venues l set is_active = false where l.venue_id = p_venue_id and l.game_id <> all (p_game_ids) and l.is_active;
  end if;
  insert into game_venues as l (venue_id, game_id, organization_id, display_order)
  select p_venue_id, i.id, v_organization, min(i.n) from unnest(p_game_ids) with ordinality i(id, n) group by i.id order by i.id
  on conflict (venue_id, game_id) do update set is_active = true, display_order = excluded.display_order;
  get diagnostics v_count = row_count;
  return v_count;
end $$;
comment on function api.link_games_to_venue(uuid, uuid[], boolean) is
  'Offers games at a venue, shown in the order given; answers how many. p_replace takes all others off the venue (their bookings stay).';
grant execute on function api.link_games_to_venue(uuid, uuid[], boolean) to authenticated, service_role;
