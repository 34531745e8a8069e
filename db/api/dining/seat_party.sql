-- SECURITY DEFINER: seating touches tables, sessions, reservations and the waitlist; the right on sessions is checked here.
create or replace function api.seat_party(
  p_table_id uuid default null, p_reservation_id uuid default null, p_waitlist_id uuid default null,
  p_party_size int default null, p_guest_name text default null, p_force boolean default false) returns jsonb
language plpgsql security definer
as $$
declare
  v_reservation uuid;
  v_booked  record;
  v_wait    record;
  v_place   uuid;
  v_table   record;
  v_other   uuid;
  v_tables  uuid[];
  v_session uuid;
begin
  if p_reservation_id is not null then
    v_reservation := app.lock_reservation(p_reservation_id, null);
    select restaurant_id, organization_id, status, table_id, table_ids, party_size into v_booked from table_reservations where id = v_reservation;
    if v_booked.status not in ('pending', 'confirmed', 'no_show') then
      perform app.fail(422, format('This reservation is %s.', replace(v_booked.status, '_', ' ')), 'p_reservation_id', jsonb_build_object('from', v_booked.status, 'to', 'seated'));
    end if;
    v_tables := case when p_table_id is null or p_table_id = any (v_booked.table_ids) then v_booked.table_ids else array[p_table_id] end;
    p_table_id := v_tables[1];
    p_party_size := coalesce(p_party_size, v_booked.party_size);
    v_place := v_booked.restaurant_id;
  else
    v_tables := array[p_table_id];
  end if;
  if p_waitlist_id is not null then
    select id, restaurant_id, organization_id, status, party_size into v_wait from waitlist_entries where id = p_waitlist_id for update;
    perform app.require_may(v_wait.organization_id, 'reservations', 'update', 'waitlist entry');
    if v_wait.status in ('seated', 'left') then
      perform app.fail(422, format('This party has %s.', case v_wait.status when 'seated' then 'been seated' else 'left' end), 'p_waitlist_id', jsonb_build_object('from', v_wait.status, 'to', 'seated'));
    end if;
    p_party_size := coalesce(p_party_size, v_wait.party_size);
    v_place := coalesce(v_place, v_wait.restaurant_id);
  end if;
  select t.id, t.organization_id, t.restaurant_id into v_table from restaurant_tables t where t.id = p_table_id and t.is_active;
  perform app.require_may(v_table.organization_id, 'sessions', 'create', 'table');
  perform app.require_restaurant(v_table.restaurant_id, 'table');
  if v_table.id is null or v_table.restaurant_id is distinct from coalesce(v_place, v_table.restaurant_id) then
    perform app.fail(404, 'There is no such table.', 'p_table_id');
  end if;
  if p_party_size not between 1 and 500 then
    perform app.fail(400, 'How many people?', 'p_party_size');
  end if;
  -- a table that is pushed against another belongs to the party there
  perform from restaurant_tables where id = any (v_tables) order by id for no key update;
  if exists (select from restaurant_tables t join table_sessions s on s.table_id in (t.id, t.combined_into)
             where t.id = any (v_tables) and s.status in ('active', 'billed') and s.deleted_at is null) then
    perform app.fail(409, 'People are sitting at this table.', 'p_table_id', '{"reason": "occupied"}', 'Choose another table.');
  end if;
  -- somebody else is about to come
  select rt.reservation_id into v_other from reservation_tables rt
  where rt.table_id = any (v_tables) and rt.holds and rt.reservation_id is distinct from v_reservation
    and rt.during && tstzrange(now(), now() + app.reservation_minutes(v_table.restaurant_id, coalesce(p_party_size, 2)) * interval '1 minute')
    and exists (select from table_reservations v where v.id = rt.reservation_id and v.status in ('pending', 'confirmed'))
  order by lower(rt.during) limit 1;
  if v_other is not null and not p_force then
    perform app.fail(409, 'This table is reserved soon.', 'p_table_id',
      jsonb_build_object('reason', 'reserved', 'reservation', app.reservation_json(v_other)), 'Choose another table, or seat them all the same (p_force).');
  end if;

  if exists (select from restaurant_tables where id = any (v_tables) and status = 'out_of_service') then
    perform app.fail(409, 'One of these tables is out of service.', 'p_table_id', '{"reason": "table_unavailable"}', 'Choose another table.');
  end if;
  -- a combination that nobody sits at comes apart for the party that needs one of its tables
  if cardinality(v_tables) > 1 then
    update restaurant_tables set combined_into = null where id = any (v_tables) and combined_into is not null and (combined_into <> all (v_tables) or id = p_table_id);
    update restaurant_tables set combined_into = p_table_id where combined_into = any (v_tables) and id <> all (v_tables);
  end if;
  v_session := app.open_session(p_table_id, p_party_size, v_reservation);
  if cardinality(v_tables) > 1 then
    update restaurant_tables set combined_into = p_table_id, status = 'occupied' where id = any (v_tables) and id <> p_table_id;
  end if;
  if v_reservation is not null then
    update table_reservations set table_id = v_tables[1], table_ids = v_tables, status = 'seated', session_id = v_session where id = v_reservation;
    perform app.reservation_follows(v_session);
  end if;
  if p_waitlist_id is not null then
    update waitlist_entries set status = 'seated', session_id = v_session, ended_at = now() where id = p_waitlist_id;
  end if;
  return app.enter_session(v_session, p_guest_name, null, false)
    || jsonb_build_object('reservation', case when v_reservation is not null then app.reservation_json(v_reservation) end,
                          'waiting', case when p_waitlist_id is not null then app.waiting_json(p_waitlist_id) end);
end $$;
comment on function api.seat_party(uuid, uuid, uuid, int, text, boolean) is 'Seats a walk-in, a reservation or a waiting party and opens the session; returns its OTP.
answers {"...": "entry", "reservation": "reservation | null", "waiting": "waiting | null"}';
grant execute on function api.seat_party(uuid, uuid, uuid, int, text, boolean) to authenticated, service_role;
