create function api.get_venue_schedule(
  p_venue_id uuid,
  p_start_date date default null,
  p_days int default 7,
  out venue_id uuid, out timezone text, out operating_hours jsonb, out special_days jsonb, out is_open boolean, out days jsonb)
language plpgsql stable
as $$
begin
  if p_days is null or p_days not between 1 and 62 then
    perform app.fail(400, 'A schedule shows 1 to 62 days.', 'p_days');
  end if;
  select v.id, v.timezone, v.operating_hours, v.special_days, app.is_open(v.operating_hours, v.special_days, v.timezone, now(), now())
    into venue_id, timezone, operating_hours, special_days, is_open
  from venues v where v.id = p_venue_id and v.deleted_at is null;
  if venue_id is null then
    perform app.fail(404, 'There is no such venue.', 'p_venue_id');
  end if;
  p_start_date := coalesce(p_start_date, (now() at time zone timezone)::date);
  if p_start_date not between date '2000-01-01' and date '2200-01-01' then
    perform app.fail(400, 'This date is out of range.', 'p_start_date');
  end if;
  select jsonb_agg(jsonb_build_object('date', d::date, 'weekday', trim(to_char(d, 'day')),
           'special', special_days ? to_char(d, 'YYYY-MM-DD'), 'name', special_days -> to_char(d, 'YYYY-MM-DD') -> 'name',
           'windows', coalesce((select jsonb_agg(jsonb_build_object('open', to_char(w.opens, 'HH24:MI'), 'close', to_char(w.closes, 'HH24:MI'),
                                  'opens_at', w.opens_at, 'closes_at', w.closes_at) order by w.opens_at)
                                from app.opening_windows(operating_hours, special_days, timezone, d::date) w), '[]')) order by d)
    into days
  from generate_series(p_start_date::timestamp, p_start_date + (p_days - 1) * interval '1 day', interval '1 day') d;
end $$;
comment on function api.get_venue_schedule(uuid, date, int) is
  'Opening hours of a venue: as stored, whether it is open now, and day by day (default: a week from today), wall clock of the venue and instants. Public.';
grant execute on function api.get_venue_schedule(uuid, date, int) to anon, authenticated, service_role;
