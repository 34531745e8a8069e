create function api.create_venue(
  p_organization_id uuid,
  p_name text,
  p_description text default null,
  p_address text default null,
  p_city text default null,
  p_state text default null,
  p_timezone text default null,
  p_operating_hours jsonb default null,
  p_capacity int default null,
  p_phone text default null,
  p_email text default null)
returns jsonb
language plpgsql
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_zone text := coalesce(nullif(trim(p_timezone), ''), (select o.timezone from organizations o where o.id = v_organization));
  v_id uuid;
begin
  if not app.works_for(v_organization, 'venues', 'create') then
    if auth.belongs_to_organization(v_organization) then
      perform app.fail(403, 'You may not create venues.');
    end if;
    perform app.fail(404, 'There is no such organization.', 'p_organization_id');
  end if;
  if nullif(trim(p_name), '') is null or length(p_name) > 200 then
    perform app.fail(400, 'A venue has a name of at most 200 characters.', 'p_name');
  end if;
  if not app.is_zone(v_zone) then
    perform app.fail(400, format('%s is no IANA timezone.', left(v_zone, 60)), 'p_timezone', '{}', 'Write it like Europe/Berlin.');
  end if;
  if app.hours_problem(p_operating_hours) is not null and p_operating_hours is not null then
    perform app.fail(400, app.hours_problem(p_operating_hours), 'p_operating_hours');
  end if;
  if p_capacity < 1 then
    perform app.fail(400, 'A venue holds at least one person.', 'p_capacity');
  end if;
  if p_capacity > 100000 then
    perform app.fail(400, 'A venue holds at most 100000 people.', 'p_capacity', '{"max": 100000}');
  end if;
  if length(p_description) > 10000 then
    perform app.fail(400, 'A description has at most 10000 characters.', 'p_description');
  end if;
  if length(trim(p_phone)) > 32 then
    perform app.fail(400, 'A phone number has at most 32 characters.', 'p_phone');
  end if;
  if app.normalize_email(p_email) !~ '^[^@\s]+@[^@\s]+$' then
    perform app.fail(400, 'This is no e-mail address.', 'p_email');
  end if;
  insert into venues (organization_id, name, description, address, city, state, timezone, operating_hours, capacity, phone, email)
  values (v_organization, trim(p_name), p_description, p_address, p_city, p_state, v_zone, coalesce(p_operating_hours, app.default_hours()),
          p_capacity, nullif(trim(p_phone), ''), app.normalize_email(p_email))
  returning id into v_id;
  return (select jsonb_build_object('id', v.id, 'name', v.name, 'embed_key', v.embed_key, 'timezone', v.timezone,
                                    'operating_hours', v.operating_hours) from venues v where v.id = v_id);
end $$;
comment on function api.create_venue(uuid, text, text, text, text, text, text, jsonb, int, text, text) is
  'Makes a venue with an embed key of its own, open every day from 10:00 to 22:00 unless told otherwise.
answers {"...": "venues(id, name, timezone, embed_key)", "operating_hours": {"*": "day_hours | day_hours[]"}}
shape day_hours {"open": "time", "close": "time"}';
grant execute on function api.create_venue(uuid, text, text, text, text, text, text, jsonb, int, text, text) to authenticated, service_role;
