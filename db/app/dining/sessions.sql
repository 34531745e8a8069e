-- Opening and joining sessions, shared by the public functions.

-- By the code in the QR link, or by uuid. Null when there is none.
create or replace function app.find_table(p_table text) returns uuid
language plpgsql stable security definer
as $$
begin
  return (
    select t.id from restaurant_tables t join restaurants r on r.id = t.restaurant_id
    where t.is_active and r.is_active
      and (t.code = lower(p_table)
           or t.id = case when p_table ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then p_table::uuid end));
end $$;

-- Opens a session at a free table, with an OTP no other active session of the restaurant has.
create or replace function app.open_session(p_table_id uuid, p_party_size int default null, p_reservation_id uuid default null) returns uuid
language plpgsql security definer
as $$
declare
  v_table  record;
  v_id     uuid;
  v_rule   text;
begin
  -- the table's row is where parallel openings queue up
  select t.id, t.restaurant_id, t.status, t.table_number, coalesce(t.combined_into, t.id) as main_id, r.session_otp_minutes into v_table
  from restaurant_tables t join restaurants r on r.id = t.restaurant_id
  where t.id = p_table_id and t.is_active for no key update of t;
  if not found then
    perform app.fail(404, 'There is no such table.', 'p_table');
  end if;
  if v_table.main_id <> v_table.id then
    return app.open_session(v_table.main_id, p_party_size, p_reservation_id);
  end if;
  if exists (select from table_sessions where table_id = p_table_id and status in ('active', 'billed') and deleted_at is null) then
    perform app.fail(409, 'This table has a session already.', 'p_table', '{"reason": "session_active"}', 'Join it with the six digits that somebody at the table has.');
  end if;
  if v_table.status = 'out_of_service' then
    perform app.fail(409, 'This table is out of service.', 'p_table', '{"reason": "table_unavailable"}', 'Ask the staff for another one.');
  end if;
  loop
    begin
      insert into table_sessions (table_id, restaurant_id, session_otp, otp_expires_at, party_size, reservation_id, opened_by)
      values (p_table_id, v_table.restaurant_id, app.random_otp(), now() + v_table.session_otp_minutes * interval '1 minute',
              p_party_size, p_reservation_id, app.acting_user())
      returning id into v_id;
      return v_id;
    exception when unique_violation then
      get stacked diagnostics v_rule = constraint_name;
      if v_rule <> 'table_sessions_otp_key' then
        raise;      -- somebody else's session sits at the table: 409
      end if;       -- the number is taken: draw again
    end;
  end loop;
end $$;

-- Adds a participant and makes the answer of open and join: with a token when somebody takes part, without when staff only open.
create or replace function app.enter_session(p_session_id uuid, p_name text, p_phone text, p_take_part boolean) returns jsonb
language plpgsql security definer
as $$
declare
  v_session  record;
  v_customer uuid;
  v_name     text := app.clean_text(p_name, 255, 'p_name');
  v_phone    text := app.clean_phone(p_phone, 'p_phone');
  v_expires  timestamptz := date_trunc('second', now()) + interval '12 hours';      -- longer than any dinner
  v_token    text;
begin
  perform from table_sessions where id = p_session_id for no key update;
  -- the last guest may just have left, or the waiter cleared the table
  if exists (select from table_sessions where id = p_session_id and status = 'cleared') then
    perform app.fail(410, 'This session is over.', null, '{"reason": "session_over"}', 'Scan the code on the table to start a new one.');
  end if;
  if p_take_part then
    v_name := coalesce(v_name, 'Guest ' || (select count(*) + 1 from session_customers where session_id = p_session_id));
    insert into session_customers (session_id, name, phone, user_id)
    values (p_session_id, v_name, v_phone, case when auth.has_role('customer') then app.acting_user() end)
    returning id into v_customer;
    v_token := app.sign_token(jsonb_build_object(
      'iss', 'maitred', 'aud', 'authenticated', 'role', 'authenticated', 'app_role', 'guest', 'tenant', current_schema(),
      'table_session_id', p_session_id, 'customer_session_id', v_customer, 'is_anonymous', true,
      'iat', extract(epoch from v_expires)::bigint - 43200, 'exp', extract(epoch from v_expires)::bigint));
  end if;
  select s.*, t.table_number, t.code into v_session from table_sessions s join restaurant_tables t on t.id = s.table_id where s.id = p_session_id;
  return jsonb_build_object(
    'session', jsonb_build_object('id', v_session.id, 'otp', v_session.session_otp, 'otp_expires_at', v_session.otp_expires_at, 'status', v_session.status,
      'restaurant_id', v_session.restaurant_id, 'table_id', v_session.table_id, 'table_number', v_session.table_number, 'table_code', v_session.code,
      'total_amount', v_session.total_amount, 'version', v_session.version),
    'customer', case when v_customer is not null then jsonb_build_object('id', v_customer, 'name', v_name) end,
    'access_token', v_token,
    'token_type', case when v_token is not null then 'bearer' end,
    'expires_at', case when v_token is not null then extract(epoch from v_expires)::bigint end,
    'expires_in', case when v_token is not null then 43200 end);
end $$;

create or replace function app.take_out_participant(p_customer_session_id uuid) returns void
language plpgsql security definer
as $$
declare
  v_session uuid;
begin
  select session_id into v_session from session_customers where id = p_customer_session_id;
  perform from table_sessions where id = v_session for no key update;
  update order_lines set deleted_at = now() where customer_session_id = p_customer_session_id and status = 'draft' and deleted_at is null;
  update session_customers set deleted_at = now() where id = p_customer_session_id and deleted_at is null;
end $$;
