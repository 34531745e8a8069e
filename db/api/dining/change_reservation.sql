-- SECURITY DEFINER: by code, by the customer, or by staff (app.lock_reservation).
create or replace function api.change_reservation(
  p_reservation_id uuid default null, p_confirmation_code text default null, p_date date default null, p_time time default null,
  p_party_size int default null, p_table_ids uuid[] default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_id      uuid;
  v_old     record;
  v_staff   boolean;
  v_minutes int;
  v_tables  uuid[];
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('change_reservation', p_unused => case when p_confirmation_code is null then 'p_confirmation_code' end);
  v_id := app.lock_reservation(p_reservation_id, p_confirmation_code);
  select restaurant_id, organization_id, status, reservation_date, reservation_time, party_size, duration_minutes, table_ids into v_old
  from table_reservations where id = v_id;
  if v_old.status not in ('pending', 'confirmed') then
    perform app.fail(422, format('This reservation is %s.', replace(v_old.status, '_', ' ')), null, jsonb_build_object('from', v_old.status));
  end if;
  v_staff := app.works_for(v_old.organization_id, 'reservations', 'update');
  perform app.refuse_too_late(v_id, 'change');
  if p_table_ids is not null and not v_staff then
    perform app.fail(403, 'The staff choose tables.', 'p_table_ids');
  end if;
  v_minutes := case when p_party_size is null or p_party_size = v_old.party_size then v_old.duration_minutes
                    else app.reservation_minutes(v_old.restaurant_id, greatest(p_party_size, 1)) end;
  v_tables := app.choose_tables(v_old.restaurant_id, coalesce(p_date, v_old.reservation_date), coalesce(p_time, v_old.reservation_time),
    coalesce(p_party_size, v_old.party_size), v_minutes, p_table_ids, v_staff, v_id);
  update table_reservations
  set reservation_date = coalesce(p_date, reservation_date), reservation_time = coalesce(p_time, reservation_time),
      party_size = coalesce(p_party_size, party_size), duration_minutes = v_minutes, table_id = v_tables[1], table_ids = v_tables
  where id = v_id;
  return jsonb_build_object('reservation', app.reservation_json(v_id));
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('change_reservation', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.change_reservation(uuid, text, date, time, int, uuid[]) is 'Moves a reservation or changes its party; what is null stays. 409 with alternatives when that is not to be had; then nothing changes.
answers {"reservation": "reservation"}';
grant execute on function api.change_reservation(uuid, text, date, time, int, uuid[]) to anon, authenticated, service_role;
