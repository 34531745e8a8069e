-- SECURITY DEFINER: a link to an older version leads to the one in force.
create function api.get_waiver(
  p_waiver_id uuid,
  out id uuid, out family_id uuid, out version int, out title text, out content text, out language text,
  out minimum_age int, out adult_age int, out venue_id uuid, out game_id uuid, out organization_name text,
  out timezone text)
language plpgsql stable security definer
as $$
begin
  select w.id, w.family_id, w.version, w.title, w.content, w.language, w.minimum_age, w.adult_age, w.venue_id, w.game_id, o.name, coalesce(v.timezone, o.timezone)
    into id, family_id, version, title, content, language, minimum_age, adult_age, venue_id, game_id, organization_name, timezone
  from waivers w join organizations o on o.id = w.organization_id and o.is_active left join venues v on v.id = w.venue_id
  where w.is_active and w.family_id = (select f.family_id from waivers f where f.id = p_waiver_id);
  if id is null then
    perform app.fail(404, 'There is no such waiver.', 'p_waiver_id');
  end if;
end $$;
comment on function api.get_waiver(uuid) is 'The text to sign: the version in force, and the clock of the place, whose day ages are counted on. Public.
answers {"venue_id": "uuid | null", "game_id": "uuid | null", "minimum_age": "int | null", "adult_age": "int | null"}';
grant execute on function api.get_waiver(uuid) to anon, authenticated, service_role;
