-- SECURITY DEFINER: everybody may ask what is free; nobody learns who sits there.
create or replace function api.find_tables(p_restaurant_id uuid, p_date date, p_time time, p_party_size int, p_duration_minutes int default null) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_place   record;
  v_minutes int;
  v_start   timestamptz;
  v_reason  text;
  v_options jsonb;
begin
  select organization_id, timezone, reservation_buffer_minutes, is_active, accepts_reservations into v_place from restaurants where id = p_restaurant_id;
  if not found or not v_place.is_active then
    perform app.fail(404, 'There is no such restaurant.', 'p_restaurant_id');
  end if;
  if p_date is null or p_time is null or p_party_size is null or p_party_size not between 1 and 500 then
    perform app.fail(400, 'Which day, what time, how many people?', case when p_date is null then 'p_date' when p_time is null then 'p_time' else 'p_party_size' end);
  end if;
  perform app.check_day(p_date, 'p_date');
  if p_duration_minutes not between 15 and 1440 then
    perform app.fail(400, 'A table is kept for 15 minutes to a day.', 'p_duration_minutes', '{"min": 15, "max": 1440}');
  end if;
  v_minutes := coalesce(p_duration_minutes, app.reservation_minutes(p_restaurant_id, p_party_size));
  v_start := app.local_instant(p_date, p_time, v_place.timezone);
  v_reason := case when v_start < now() - interval '1 hour' then 'past' else app.reservation_obstacle(p_restaurant_id, v_start, p_party_size) end;
  select coalesce(jsonb_agg(jsonb_build_object('table_ids', f.table_ids, 'table_numbers', f.table_numbers, 'capacity', f.capacity, 'section', f.section,
                            'is_combination', f.is_combination) order by f.is_combination, f.capacity, f.table_numbers), '[]') into v_options
  from app.free_tables(p_restaurant_id,
    tstzrange(v_start, v_start + (v_minutes + v_place.reservation_buffer_minutes) * interval '1 minute'), p_party_size) f
  where v_reason is null;
  v_reason := coalesce(v_reason, case when v_options = '[]' then 'full' end);
  return jsonb_build_object('available', v_reason is null, 'reason', v_reason, 'starts_at', v_start, 'ends_at', v_start + v_minutes * interval '1 minute',
    'duration_minutes', v_minutes, 'options', v_options,
    'alternatives', case when v_reason is null then '[]' else app.reservation_alternatives(p_restaurant_id, p_date, p_time, p_party_size, v_minutes) end);
end $$;
comment on function api.find_tables(uuid, date, time, int, int) is 'Tables and combinations that are free for a party at a wall-clock time of the place, best fit first; else the reason (past, closed, pacing, full) and other times.
answers {"available": "boolean", "reason": "=past | =closed | =last_seating | =pacing | =full | null", "starts_at": "instant", "ends_at": "instant", "duration_minutes": "int",
  "options": [{"table_ids": "uuid[]", "table_numbers": "int[]", "capacity": "int", "section": "text | null", "is_combination": "boolean"}],
  "alternatives": "other_time[]"}
shape other_time {"date": "date", "time": "time", "starts_at": "instant"}';
grant execute on function api.find_tables(uuid, date, time, int, int) to anon, authenticated, service_role;
