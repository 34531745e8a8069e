create function api.update_venue_schedule(p_venue_id uuid, p_operating_hours jsonb default null, p_special_days jsonb default null, p_timezone text default null)
returns jsonb
language plpgsql
as $$
declare
  v_venue record;
  v_outside jsonb;
begin
  select v.organization_id, v.timezone into v_venue from venues v where v.id = p_venue_id and v.deleted_at is null;
  if not found or not app.works_for(v_venue.organization_id, 'venues', 'read') then
    perform app.fail(404, 'There is no such venue.', 'p_venue_id');
  end if;
  perform app.require_work(v_venue.organization_id, 'venues', 'update');
  if p_operating_hours is not null and app.hours_problem(p_operating_hours) is not null then
    perform app.fail(400, app.hours_problem(p_operating_hours), 'p_operating_hours');
  end if;
  if p_special_days is not null and app.special_days_problem(p_special_days) is not null then
    perform app.fail(400, app.special_days_problem(p_special_days), 'p_special_days');
  end if;
  if p_timezone is not null and not app.is_zone(p_timezone) then
    perform app.fail(400, format('%s is no IANA timezone.', left(p_timezone, 60)), 'p_timezone');
  end if;
  if p_timezone is distinct from v_venue.timezone and p_timezone is not null and exists (
       select from bookings b where b.venue_id = p_venue_id and b.starts_at > now() and b.status in ('pending', 'confirmed')) then
    perform app.fail(409, 'Bookings lie ahead: their wall clock would change.', 'p_timezone');
  end if;
  update venues v set operating_hours = coalesce(p_operating_hours, v.operating_hours), special_days = coalesce(p_special_days, v.special_days),
                      timezone = coalesce(p_timezone, v.timezone)
  where v.id = p_venue_id;
  -- bookings stay; whoever changes the hours learns which ones now lie outside
  select jsonb_agg(jsonb_build_object('id', b.id, 'reference_number', b.reference_number, 'starts_at', b.starts_at) order by b.starts_at)
    into v_outside
  from venues v join bookings b on b.venue_id = v.id
  where v.id = p_venue_id and b.starts_at > now() and b.status in ('pending', 'confirmed')
    and not app.is_open(v.operating_hours, v.special_days, v.timezone, b.starts_at, b.ends_at);
  return (select jsonb_build_object('venue_id', v.id, 'timezone', v.timezone, 'operating_hours', v.operating_hours, 'special_days', v.special_days,
                                    'bookings_outside', coalesce(v_outside, '[]')) from venues v where v.id = p_venue_id);
end $$;
comment on function api.update_venue_schedule(uuid, jsonb, jsonb, text) is
  'Changes opening hours, special days or timezone; what is null stays. Answers with the bookings that now lie outside the hours (they stay).
answers {"venue_id": "uuid", "timezone": "text", "operating_hours": {"*": "day_hours | day_hours[]"}, "special_days": "json",
  "bookings_outside": [{"id": "uuid", "reference_number": "text", "starts_at": "instant"}]}';
grant execute on function api.update_venue_schedule(uuid, jsonb, jsonb, text) to authenticated, service_role;
