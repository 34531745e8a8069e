-- POST /token?grant_type=password. Two statements with bcrypt between them; the same steps for known and unknown addresses.

create or replace function app.auth_login_user(p jsonb) returns uuid
language sql stable
as $$
  select id from users u
  where u.deleted_at is null
    and case when p -> 'in' ? 'email' then u.email = app.auth_email(p -> 'in' ->> 'email')
             else u.phone = app.auth_phone(p -> 'in' ->> 'phone') and u.phone_confirmed_at is not null end
  limit 1;
$$;

create or replace function app.auth_password_begin(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_settings jsonb := app.auth_settings();
  v_refusal jsonb := app.auth_limit('token', p);
  v_lock_after int := (v_settings ->> 'lock_after')::int;
  v_address text := app.auth_address_subject(p);
  v_subject text;
  v_wait int;
  v_user uuid;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  if app.auth_email(p -> 'in' ->> 'email') is null and app.auth_phone(p -> 'in' ->> 'phone') is null then
    return app.auth_error(400, 'invalid_credentials', 'Invalid login credentials');
  end if;
  v_user := app.auth_login_user(p);
  -- a known device waits for its own failures alone; when it has too many of them it is a stranger like everybody
  v_subject := app.auth_known_device(v_user, p);
  if v_subject is not null and app.auth_attempt_begin(v_subject, v_lock_after) = 0 then
    v_address := null;
  else
    v_subject := app.auth_login_subject(p);
    v_wait := app.auth_attempt_begin(v_subject, v_lock_after);
    if v_wait > 0 then
      return app.auth_wait(v_wait);
    end if;
    v_wait := app.auth_attempt_begin(v_address, (v_settings ->> 'address_lock_after')::int);
    if v_wait > 0 then
      perform app.auth_attempt_back(v_subject);
      return app.auth_wait(v_wait);
    end if;
  end if;
  return jsonb_build_object('user_id', v_user, 'subject', v_subject, 'address', v_address,
    'verify', (select hashed_password from users where id = v_user));
end $$;

create or replace function app.auth_password_finish(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_settings jsonb := app.auth_settings();
  v_subject text := p -> 'begin' ->> 'subject';
  v_address text := p -> 'begin' ->> 'address';        -- null: a known device
  v_ok boolean := coalesce((p -> 'work' ->> 'ok')::boolean, false) and p -> 'begin' ->> 'user_id' is not null;
  v_id uuid := (p -> 'begin' ->> 'user_id')::uuid;
  v_wait int := app.auth_attempt_locked(v_subject);
  v_locked timestamptz;
  v_address_locked timestamptz;
  v_user record;
begin
  -- guesses that were under way when the lock fell do not slip through it
  v_locked := app.auth_attempt_end(v_subject, v_ok and v_wait = 0, (v_settings ->> 'lock_after')::int);
  if v_address is not null then
    v_address_locked := app.auth_attempt_end(v_address, v_ok, (v_settings ->> 'address_lock_after')::int, p_reset => false);
  end if;
  if not v_ok or v_wait > 0 then
    if v_id is not null then
      update users set failed_login_attempts = failed_login_attempts + 1, locked_until = coalesce(v_locked, locked_until) where id = v_id;
    end if;
    perform app.auth_event('login_failed', 'warning', 'Sign-in with a wrong password or an unknown address.', v_id,
      jsonb_strip_nulls(jsonb_build_object('email', p -> 'in' ->> 'email', 'phone', p -> 'in' ->> 'phone')));
    if v_locked is not null then
      perform app.auth_event('account_locked', 'error', 'Too many failed sign-ins.', v_id,
        jsonb_strip_nulls(jsonb_build_object('until', v_locked, 'email', p -> 'in' ->> 'email')));
    end if;
    if v_address_locked is not null then
      perform app.auth_event('address_locked', 'error', 'Too many failed sign-ins from one address.', null, jsonb_build_object('until', v_address_locked));
    end if;
    if v_wait > 0 then
      return app.auth_wait(v_wait);
    end if;
    return app.auth_error(400, 'invalid_credentials', 'Invalid login credentials');
  end if;

  select email_confirmed_at, phone_confirmed_at, failed_login_attempts, locked_until, email_verified into v_user from users where id = v_id;
  if p -> 'in' ? 'email' and (v_settings ->> 'confirm_email')::boolean and v_user.email_confirmed_at is null and not v_user.email_verified
     and exists (select from one_time_tokens where user_id = v_id and kind in ('confirmation', 'invite')) then
    return app.auth_error(400, 'email_not_confirmed', 'Email not confirmed');
  end if;
  if v_user.failed_login_attempts > 0 or v_user.locked_until is not null then
    update users set failed_login_attempts = 0, locked_until = null where id = v_id;
  end if;
  if p -> 'work' ? 'rehash' then
    update users set hashed_password = p -> 'work' ->> 'rehash' where id = v_id;   -- the cost was raised since
  end if;
  return app.auth_open_session(v_id, 'password', p);
end $$;

-- What a new password must be; the daemon looks, because the database never sees it.
create or replace function app.auth_password_rules() returns jsonb
language sql stable
as $$
  select jsonb_strip_nulls(jsonb_build_object('password_min_length', s -> 'password_min_length',
    'password_required_characters', s -> 'password_required_characters'))
  from app.auth_settings() s;
$$;

-- A new password: into the history, over the old one.
drop function if exists app.auth_set_password(uuid, text);
create or replace function app.auth_set_password(p_user_id uuid, p_hash text, p_unproven boolean default false) returns void
language plpgsql
as $$
begin
  insert into password_history (user_id, hashed_password)
  select id, hashed_password from users where id = p_user_id and hashed_password is not null;
  delete from password_history where user_id = p_user_id and id not in (
    select id from password_history where user_id = p_user_id order by created_at desc, id
    limit (app.auth_settings() ->> 'password_history')::int);
  update users set hashed_password = p_hash, last_password_change = now(), is_anonymous = false,
    password_unproven = p_unproven and not email_verified and not phone_verified
  where id = p_user_id;
end $$;
comment on function app.auth_set_password(uuid, text, boolean) is
  'A new password, the old one into the history. p_unproven: the person sets it, not an administrator; unless an address was proved, whoever proves one later does not inherit it.';

-- The hashes a new password must not match.
create or replace function app.auth_password_history(p_user_id uuid) returns jsonb
language sql stable
as $$
  select coalesce(jsonb_agg(h), '[]') from (
    select hashed_password as h from users where id = p_user_id and hashed_password is not null
    union all
    (select hashed_password from password_history where user_id = p_user_id
     order by created_at desc, id limit (app.auth_settings() ->> 'password_history')::int)) t;
$$;

-- Only the auth dialect calls these.
grant execute on function
  app.auth_login_user(jsonb),
  app.auth_password_begin(jsonb),
  app.auth_password_finish(jsonb),
  app.auth_password_rules(),
  app.auth_set_password(uuid, text, boolean),
  app.auth_password_history(uuid)
  to maitred_auth;
