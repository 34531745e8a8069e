-- SECURITY DEFINER: games are the organization's; of one that is offered everybody hears when it can be had.
create function api.get_available_slots(p_game_id uuid, p_date date, p_venue_id uuid default null, p_party_size int default 1)
returns table (venue_id uuid, start_time time, end_time time, starts_at timestamptz, ends_at timestamptz,
               available boolean, capacity int, available_spots int, price numeric, reason text)
language plpgsql stable security definer
as $$
#variable_conflict use_column
begin
  if p_date is null or p_date not between date '2000-01-01' and date '2200-01-01' then
    perform app.fail(400, 'Say on which date.', 'p_date');
  end if;
  if p_party_size is null or p_party_size < 1 then
    perform app.fail(400, 'A party has at least one player.', 'p_party_size');
  end if;
  if not exists (select from games g where g.id = p_game_id and g.deleted_at is null
                   and (g.is_active or app.works_for(g.organization_id, 'games', 'read'))) then
    perform app.fail(404, 'There is no such game.', 'p_game_id');
  end if;
  return query
  select s.venue_id, s.start_time, s.end_time, s.starts_at, s.ends_at, s.seats_left >= p_party_size, s.capacity, s.seats_left, s.price,
         coalesce(s.reason, case when s.seats_left < p_party_size then 'too_few_seats' end)
  from app.game_starts(p_game_id, p_date, p_venue_id) s;
end $$;
comment on function api.get_available_slots(uuid, date, uuid, int) is
  'Every start a game offers on a date (wall clock at the venue), whether it can be booked for a party, and why not: taken, full, too_few_seats, past, too_late, too_early. Price per person or group, or the cheapest ticket.
answers {"price": "number | null", "reason": "text | null"}';
grant execute on function api.get_available_slots(uuid, date, uuid, int) to anon, authenticated, service_role;
