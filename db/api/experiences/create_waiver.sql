create function api.create_waiver(
  p_title text,
  p_content text,
  p_venue_id uuid default null,
  p_game_id uuid default null,
  p_minimum_age int default 0,
  p_adult_age int default 18,
  p_valid_days int default null,
  p_language text default 'en',
  p_waiver_id uuid default null,
  p_organization_id uuid default null)
returns jsonb
language plpgsql
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_family uuid;
  v_id uuid := gen_random_uuid();
begin
  if not app.works_for(v_organization, 'waivers', 'read') then
    if auth.belongs_to_organization(v_organization) then
      perform app.fail(403, 'You may not write waivers.');
    end if;
    perform app.fail(404, 'There is no such organization.', 'p_organization_id');
  end if;
  perform app.require_work(v_organization, 'waivers', 'create');
  if nullif(trim(p_title), '') is null or length(p_title) > 300 then
    perform app.fail(400, 'A waiver has a title of at most 300 characters.', 'p_title');
  end if;
  if nullif(trim(p_content), '') is null or length(p_content) > 200000 then
    perform app.fail(400, 'A waiver has a text of at most 200000 characters.', 'p_content');
  end if;
  if p_minimum_age is null or p_minimum_age not between 0 and 99 then
    perform app.fail(400, 'The minimum age is between 0 and 99 years.', 'p_minimum_age');
  end if;
  if p_adult_age is null or p_adult_age not between 1 and 30 then
    perform app.fail(400, 'The adult age is between 1 and 30 years.', 'p_adult_age');
  end if;
  if p_valid_days not between 1 and 3660 then
    perform app.fail(400, 'A signature holds 1 to 3660 days.', 'p_valid_days');
  end if;
  if coalesce(p_language, '') !~ '^[a-z]{2}(-[A-Z]{2})?$' then
    perform app.fail(400, 'A language is written like en or pt-BR.', 'p_language');
  end if;
  if p_venue_id is not null and not exists (select from venues v where v.id = p_venue_id and v.organization_id = v_organization) then
    perform app.fail(404, 'There is no such venue.', 'p_venue_id');
  end if;
  if p_game_id is not null and not exists (select from games g where g.id = p_game_id and g.organization_id = v_organization) then
    perform app.fail(404, 'There is no such game.', 'p_game_id');
  end if;
  if p_waiver_id is not null then
    select w.family_id into v_family from waivers w where w.id = p_waiver_id and w.organization_id = v_organization;
    if not found then
      perform app.fail(404, 'There is no such waiver.', 'p_waiver_id');
    end if;
  end if;
  insert into waivers (id, organization_id, family_id, venue_id, game_id, title, content, language, minimum_age, adult_age, valid_days)
  values (v_id, v_organization, coalesce(v_family, v_id), p_venue_id, p_game_id, trim(p_title), p_content, p_language, p_minimum_age,
          p_adult_age, p_valid_days);
  return (select jsonb_build_object('id', w.id, 'family_id', w.family_id, 'version', w.version, 'title', w.title, 'is_active', w.is_active)
          from waivers w where w.id = v_id);
end $$;
comment on function api.create_waiver(text, text, uuid, uuid, int, int, int, text, uuid, uuid) is
  'Makes a waiver, or (p_waiver_id) the next version of one, which takes the place of the version before. Ages in years, p_valid_days in days.
answers {"...": "waivers(id, title, version, family_id, is_active)"}';
grant execute on function api.create_waiver(text, text, uuid, uuid, int, int, int, text, uuid, uuid) to authenticated, service_role;
