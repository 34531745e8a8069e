-- SECURITY DEFINER: table code and OTP together open the session. A wrong OTP, a cleared session's OTP and no session at all
-- get the same answer. Refusals are returned, not raised, so that the attempt stays counted.
create or replace function api.join_table_session(p_table text, p_otp text, p_name text default null, p_phone text default null) returns jsonb
language plpgsql security definer set plan_cache_mode = force_generic_plan
as $$
declare
  v_table   uuid := app.find_table(p_table);
  v_session record;
  v_wait    int;
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('join_table_session');
  if v_table is null then
    perform app.fail(404, 'There is no such table.', 'p_table', '{}', 'Scan the code on the table again.');
  end if;
  perform app.clean_text(p_name, 255, 'p_name'), app.clean_phone(p_phone, 'p_phone');
  v_wait := app.otp_enter(v_table);
  if v_wait > 0 then
    return app.refusal(429, 'Too many wrong codes. Wait a minute.', 'p_otp', jsonb_build_object('retry_after', v_wait));
  end if;
  select s.id, s.status, s.session_otp, s.otp_expires_at into v_session
  from table_sessions s join restaurant_tables t on coalesce(t.combined_into, t.id) = s.table_id
  where t.id = v_table and s.status in ('active', 'billed') and s.deleted_at is null;
  if v_session.id is null or p_otp is null or v_session.session_otp is distinct from btrim(p_otp) then
    return app.refusal(403, 'This code does not open a session at this table.', 'p_otp',
      jsonb_build_object('reason', 'wrong_otp', 'attempts_left', app.otp_failed(v_table)), 'The code is on the phone of whoever opened the session.');
  end if;
  if v_session.status = 'billed' then
    perform app.fail(410, 'The bill has been asked for at this table.', 'p_otp', '{"reason": "billed"}', 'Ask the waiter to reopen the session.');
  end if;
  if v_session.otp_expires_at <= now() then
    perform app.fail(410, 'This code has expired.', 'p_otp', '{"reason": "otp_expired"}', 'Somebody at the table or the waiter can make a new one.');
  end if;
  return app.enter_session(v_session.id, p_name, p_phone, true);
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('join_table_session', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.join_table_session(text, text, text, text) is 'Joins the session of a table with its six-digit OTP and returns a token. Five wrong codes in a minute, for a table or from an address, lock for a minute (429).
answers "entry"';
grant execute on function api.join_table_session(text, text, text, text) to anon, authenticated, service_role;
