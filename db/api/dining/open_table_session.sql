-- SECURITY DEFINER: who sits at the table opens its session. The table's code is what they show for it.
create or replace function api.open_table_session(p_table text, p_name text default null, p_phone text default null) returns jsonb
language plpgsql security definer set plan_cache_mode = force_generic_plan
as $$
declare
  v_table uuid := app.find_table(p_table);
  v_place record;
  v_staff boolean;
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('open_table_session');
  if v_table is null then
    perform app.fail(404, 'There is no such table.', 'p_table', '{}', 'Scan the code on the table again.');
  end if;
  select r.guests_may_open, r.organization_id into v_place
  from restaurant_tables t join restaurants r on r.id = t.restaurant_id where t.id = v_table;
  v_staff := app.works_for(v_place.organization_id, 'sessions', 'create');
  if not v_staff and not v_place.guests_may_open then
    perform app.fail(403, 'The staff open the session here.', null, '{"reason": "staff_open"}', 'Ask the waiter.');
  end if;
  if not v_staff then
    perform app.refuse_when_closed((select restaurant_id from restaurant_tables where id = v_table), 'start', 'p_table');
  end if;
  return app.enter_session(app.open_session(v_table), p_name, p_phone, not v_staff or p_name is not null);
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('open_table_session', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.open_table_session(text, text, text) is 'Opens the session of a free table and returns its OTP; a guest (or staff with a name) also joins it and gets a token. 409 when the table has one, or when the house is closed (restaurants.guest_hours).
answers "entry"
shape seat {"...": "table_sessions(id, status, restaurant_id, table_id, total_amount, version, otp_expires_at)", "otp": "text", "table_number": "int", "table_code": "text"}
shape entry {"session": "seat", "customer": "guest_name | null", "access_token": "text | null", "token_type": "=bearer | null", "expires_at": "int | null",
  "expires_in": "int | null"}
shape guest_name {"id": "uuid", "name": "text"}';
grant execute on function api.open_table_session(text, text, text) to anon, authenticated, service_role;
