-- SECURITY DEFINER: guests see that a start is taken, not by whom.
create function api.get_game_calendar(p_venue_id uuid, p_from date default null, p_days int default 31, p_game_id uuid default null, p_party_size int default 1, p_starts boolean default true)
returns jsonb
language plpgsql stable security definer
as $$
declare
  v_venue record;
  v_today date;
begin
  select v.id, v.timezone, o.currency into v_venue from venues v join organizations o on o.id = v.organization_id where v.id = p_venue_id and v.is_active and v.deleted_at is null;
  if not found then
    perform app.fail(404, 'There is no such venue.', 'p_venue_id');
  end if;
  if p_days is null or p_days not between 1 and 62 then
    perform app.fail(400, 'Ask for 1 to 62 days.', 'p_days', '{"max": 62}');
  end if;
  if p_party_size is null or p_party_size not between 1 and 10000 then
    perform app.fail(400, 'A party has at least one player.', 'p_party_size');
  end if;
  v_today := (now() at time zone v_venue.timezone)::date;
  p_from := coalesce(p_from, v_today);
  if p_from not between v_today - 62 and v_today + 1830 then
    perform app.fail(400, 'This date is out of range.', 'p_from');
  end if;
  return jsonb_build_object('venue_id', p_venue_id, 'timezone', v_venue.timezone, 'currency', v_venue.currency, 'today', v_today, 'from', p_from, 'days', p_days,
    'games', coalesce((
      select jsonb_agg(jsonb_build_object('game_id', g.game_id, 'days', g.days)) from (
        select d.game_id, jsonb_agg(jsonb_build_object('date', d.day, 'free', d.free, 'starts_total', d.total) || case when p_starts then jsonb_build_object('starts', d.starts) else '{}' end order by d.day) as days
        from (
          select c.game_id, c.day, count(*) as total, count(*) filter (where c.seats_left >= p_party_size) as free,
                 case when p_starts then jsonb_agg(jsonb_build_object('time', to_char(c.start_time, 'HH24:MI'), 'starts_at', c.starts_at, 'seats_left', c.seats_left,
                   'reason', coalesce(c.reason, case when c.seats_left < p_party_size then 'too_few_seats' end)) order by c.starts_at) end as starts
          from app.game_calendar(p_venue_id, p_from, p_from + p_days - 1, p_game_id) c group by 1, 2) d
        group by 1) g), '[]'));
end $$;
comment on function api.get_game_calendar(uuid, date, int, uuid, int, boolean) is
  'Every start of a venue''s games (or of one) day by day (wall clock at the venue), the seats left, and why none: past, too_late, too_early, taken, full, too_few_seats; free counts starts that p_party_size can have. p_starts false: counts alone, for a month. p_from null: today at the venue. Public.
answers {"venue_id": "uuid", "timezone": "text", "currency": "text", "today": "date", "from": "date", "days": "int", "games": [{"game_id": "uuid", "days": "game_day[]"}]}
shape game_day {"date": "date", "free": "int", "starts_total": "int", "starts?": [{"time": "time", "starts_at": "instant", "seats_left": "int",
  "reason": "=past | =too_late | =too_early | =taken | =full | =too_few_seats | null"}]}';
grant execute on function api.get_game_calendar(uuid, date, int, uuid, int, boolean) to anon, authenticated, service_role;
