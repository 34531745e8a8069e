-- SECURITY DEFINER: guests reserve without an account; tables are chosen here. The restaurant's row is where parallel
-- reservations queue up; the exclusion constraint holds even without it.
create or replace function api.reserve_table(
  p_restaurant_id uuid, p_date date, p_time time, p_party_size int, p_guest_name text,
  p_guest_phone text default null, p_guest_email text default null, p_special_requests text default null,
  p_table_ids uuid[] default null, p_duration_minutes int default null, p_idempotency_key text default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_place   record;
  v_staff   boolean;
  v_name    text;
  v_phone   text;
  v_email   text;
  v_wishes  text;
  v_user    uuid;
  v_id      uuid;
  v_minutes int;
  v_message text;
  v_detail text;
  v_hint text;
begin
  p_idempotency_key := app.own_key(p_idempotency_key);
  perform app.begin_attempt('reserve_table');
  v_name := app.clean_text(p_guest_name, 255, 'p_guest_name');
  v_phone := app.clean_phone(p_guest_phone, 'p_guest_phone');
  v_email := app.clean_email(p_guest_email, 'p_guest_email');
  v_wishes := app.clean_text(p_special_requests, 1000, 'p_special_requests');
  select id, organization_id, is_active, accepts_reservations into v_place from restaurants where id = p_restaurant_id for no key update;
  if not found then
    perform app.fail(404, 'There is no such restaurant.', 'p_restaurant_id');
  end if;
  v_staff := app.works_for(v_place.organization_id, 'reservations', 'create');
  if p_idempotency_key is not null then
    select id into v_id from table_reservations where restaurant_id = p_restaurant_id and idempotency_key = p_idempotency_key;
    if found then
      -- keys are the clients' own: one that somebody guesses or repeats shows them nothing
      if not v_staff and not exists (select from table_reservations where id = v_id
           and (guest_name, guest_phone, guest_email) is not distinct from (v_name, v_phone, v_email)) then
        perform app.refuse_key('reservation');
      end if;
      return jsonb_build_object('reservation', app.reservation_json(v_id), 'replayed', true);
    end if;
  end if;
  if not v_staff then
    if not (v_place.is_active and v_place.accepts_reservations) then
      perform app.fail(403, 'This restaurant takes no reservations here.', 'p_restaurant_id');
    elsif p_table_ids is not null or p_duration_minutes is not null then
      perform app.fail(403, 'The staff choose tables and durations.', case when p_table_ids is not null then 'p_table_ids' else 'p_duration_minutes' end);
    elsif v_phone is null and v_email is null then
      perform app.fail(400, 'How do we reach you?', 'p_guest_phone', '{}', 'A phone number or an e-mail address.');
    end if;
  end if;
  if v_name is null then
    perform app.fail(400, 'Under which name?', 'p_guest_name');
  end if;
  if p_duration_minutes not between 15 and 1440 then
    perform app.fail(400, 'A table is kept for 15 minutes to a day.', 'p_duration_minutes', '{"min": 15, "max": 1440}');
  end if;
  v_minutes := coalesce(p_duration_minutes, app.reservation_minutes(p_restaurant_id, greatest(coalesce(p_party_size, 1), 1)));
  v_user := case when app.shops_at(v_place.organization_id) and not v_staff then auth.uid() end;
  if not v_staff then
    perform app.refuse_too_many_open((select count(*) from table_reservations r
      where r.restaurant_id = p_restaurant_id and r.reservation_date >= current_date - 1 and r.status in ('pending', 'confirmed') and lower(r.during) > now()
        and (r.user_id = v_user or r.guest_email = v_email or r.guest_phone = v_phone)));
  end if;
  p_table_ids := app.choose_tables(p_restaurant_id, p_date, p_time, p_party_size, v_minutes, p_table_ids, v_staff);
  insert into table_reservations (restaurant_id, table_id, table_ids, reservation_date, reservation_time, duration_minutes, party_size,
    guest_name, guest_phone, guest_email, special_requests, user_id, customer_id, idempotency_key)
  values (p_restaurant_id, p_table_ids[1], p_table_ids, p_date, p_time, v_minutes, p_party_size, v_name, v_phone, v_email, v_wishes, v_user,
    case when num_nonnulls(v_phone, v_email, v_user) > 0 then app.find_or_create_customer(v_place.organization_id, v_name, v_email, v_phone, v_user) end,
    p_idempotency_key)
  returning id into v_id;
  return jsonb_build_object('reservation', app.reservation_json(v_id), 'replayed', false);
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('reserve_table', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.reserve_table(uuid, date, time, int, text, text, text, text, uuid[], int, text) is
  'Reserves a table (or several pushed together) at a wall-clock time of the place; duration by party size. 409 with alternatives when full, closed or too many arrive at once.
answers {"reservation": "reservation", "replayed?": "boolean"}';
grant execute on function api.reserve_table(uuid, date, time, int, text, text, text, text, uuid[], int, text) to anon, authenticated, service_role;
