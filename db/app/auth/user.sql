-- GET and PUT /user, identities.

create or replace function app.auth_user_get(p jsonb) returns jsonb
language sql
as $$ select coalesce(app.auth_caller(), app.auth_body(app.auth_user_json(auth.uid()))) $$;

-- Before the password is hashed: may this session change it, and which must it not be?
create or replace function app.auth_user_begin(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_refusal jsonb := coalesce(app.auth_caller(), app.auth_limit('token', p));
  v record;
  v_subject text;
  v_wait int;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  select u.hashed_password, u.email, u.phone, s.created_at into v
  from users u left join auth_sessions s on s.id = (auth.claims() ->> 'session_id')::uuid
  where u.id = auth.uid();
  if (p -> 'in' ? 'email' or p -> 'in' ? 'phone' or p -> 'ctx' ? 'new_password') and app.auth_factor_unproven() then
    return app.auth_error(401, 'insufficient_aal', 'AAL2 session is required to update email or password when MFA is enabled.');
  end if;
  if not p -> 'ctx' ? 'new_password' then
    return '{}';
  end if;
  if p -> 'ctx' ? 'current_password' then
    -- a session that is signed in waits for its own failures, not for a stranger's at the door
    v_subject := format('known:%s:%s', auth.uid(), auth.claims() ->> 'session_id');
    v_wait := app.auth_attempt_begin(v_subject, app.auth_setting_s('lock_after'));
    if v_wait > 0 then
      return app.auth_wait(v_wait);
    end if;
  end if;
  return jsonb_build_object(
    'subject', v_subject,
    'verify', case when p -> 'ctx' ? 'current_password' then v.hashed_password end,
    'email', v.email,
    'rules', app.auth_password_rules(),
    'history', app.auth_password_history(auth.uid()),
    -- an old session proves little: the code that /reauthenticate sends, or the password itself
    'needs_proof', v.hashed_password is not null and not p -> 'ctx' ? 'current_password'
      and v.created_at < now() - make_interval(secs => app.auth_setting_s('reauthenticate_after_s')));
end $$;

create or replace function app.auth_user_update(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_in jsonb := p -> 'in';
  v_id uuid := auth.uid();
  v_email text := app.auth_email(v_in ->> 'email');
  v_phone text := app.auth_phone(v_in ->> 'phone');
  v_had record;
  v_refusal jsonb;
  v_both boolean;
  v_ok boolean;
  v_wait int;
  v_locked timestamptz;
  v_change jsonb;
begin
  select email, phone, phone_confirmed_at, hashed_password, email_confirmed_at, email_verified, is_anonymous into v_had from users where id = v_id for update;
  if p -> 'work' ? 'hash' then
    if (p -> 'begin' ->> 'needs_proof')::boolean then
      if coalesce(v_in ->> 'nonce', '') = '' then
        return app.auth_error(400, 'reauthentication_needed', 'Password update requires reauthentication');
      end if;
      if app.auth_take_token(array['reauthentication'], null, null, v_in ->> 'nonce', v_id) is null then
        return app.auth_error(422, 'reauthentication_not_valid', 'Nonce has expired or is invalid');
      end if;
    end if;
    if p -> 'ctx' ? 'current_password' then
      v_wait := app.auth_attempt_locked(p -> 'begin' ->> 'subject');
      v_ok := coalesce((p -> 'work' ->> 'ok')::boolean, false) and v_wait = 0;
      v_locked := app.auth_attempt_end(p -> 'begin' ->> 'subject', v_ok, app.auth_setting_s('lock_after'));
      if not v_ok then
        perform app.auth_event('login_failed', 'warning', 'A wrong current password was given to change it.', v_id);
        if v_locked is not null then
          perform app.auth_event('account_locked', 'error', 'Too many wrong passwords.', v_id, jsonb_build_object('until', v_locked));
        end if;
        return case when v_wait > 0 then app.auth_wait(v_wait) else app.auth_error(400, 'invalid_credentials', 'The current password is not right') end;
      end if;
    end if;
    if (p -> 'work' ->> 'reused')::boolean then
      return app.auth_error(422, 'same_password', 'New password should be different from the old password.');
    end if;
    perform app.auth_set_password(v_id, p -> 'work' ->> 'hash', p_unproven => true);
    perform app.auth_end_sessions(v_id, 'password_change', p_except => (auth.claims() ->> 'session_id')::uuid);
    perform app.auth_event('password_changed', 'warning', 'The password was changed; other sessions ended.', v_id);
    if v_had.email_confirmed_at is not null then
      perform app.auth_send('password_changed', v_had.email);
    end if;
  end if;

  if jsonb_typeof(v_in -> 'data') = 'object' then
    -- a null takes a key away
    update users set user_metadata = jsonb_strip_nulls(user_metadata || (v_in -> 'data')) where id = v_id;
  end if;

  if coalesce(v_in ->> 'email', '') <> '' and lower(trim(v_in ->> 'email')) is distinct from v_had.email then
    if v_email is null then
      return app.auth_error(400, 'validation_failed', 'Unable to validate email address: invalid format');
    end if;
    v_refusal := app.auth_may_send(v_email, p);
    if v_refusal is not null then
      return v_refusal;
    end if;
    delete from one_time_tokens where user_id = v_id and kind in ('email_change_new', 'email_change_current');
    v_both := v_had.email is not null and v_had.email_verified;
    v_change := jsonb_build_object('new_email', v_email, 'both', v_both, 'place', app.auth_place(p));
    perform app.auth_send_token(v_id, 'email_change_new', v_email, p, v_change);
    if v_both then
      perform app.auth_send_token(v_id, 'email_change_current', v_had.email, p, v_change);
    end if;
  end if;

  if coalesce(v_in ->> 'phone', '') <> '' and v_phone is distinct from v_had.phone then
    if v_phone is null then
      return app.auth_error(400, 'validation_failed', 'Invalid phone number format (E.164 required)');
    end if;
    v_refusal := app.auth_may_send(v_phone, p);
    if v_refusal is not null then
      return v_refusal;
    end if;
    perform app.auth_send_token(v_id, 'phone_change', v_phone, p, jsonb_build_object('place', app.auth_place(p)));
  end if;
  return app.auth_body(app.auth_user_json(v_id));
end $$;

create or replace function app.auth_identity_delete(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_refusal jsonb := app.auth_caller();
  v_wanted text := p -> 'ctx' ->> 'id';
  v_all jsonb;
  v jsonb;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  if not (app.auth_settings() ->> 'manual_linking')::boolean then
    return app.auth_error(404, 'manual_linking_disabled', 'Manual linking is disabled');
  end if;
  if app.auth_factor_unproven() then
    return app.auth_error(403, 'insufficient_aal', 'AAL2 required to take an identity away');
  end if;
  perform from users where id = auth.uid() for update;
  v_all := app.auth_identities_json(auth.uid());
  select i into v from jsonb_array_elements(v_all) i where i ->> 'identity_id' = v_wanted;
  if v is null then
    return app.auth_error(422, 'identity_not_found', 'Identity doesn''t exist');
  end if;
  if jsonb_array_length(v_all) < 2 then
    return app.auth_error(422, 'single_identity_not_deletable', 'User must have at least 1 identity after unlinking');
  end if;
  if v ->> 'provider' in ('email', 'phone') then
    if not exists (select from auth_identities where user_id = auth.uid()) then
      return app.auth_error(422, 'single_identity_not_deletable', 'E-mail and phone share one password; change the address instead');
    end if;
    update users set hashed_password = null where id = auth.uid();
  else
    delete from auth_identities where id = v_wanted::uuid;
  end if;
  perform app.auth_event('identity_unlinked', 'warning', 'An identity was taken away.', auth.uid(), jsonb_build_object('provider', v ->> 'provider'));
  return app.auth_body('{}');
end $$;

-- Only the auth dialect calls these.
grant execute on function
  app.auth_user_get(jsonb),
  app.auth_user_begin(jsonb),
  app.auth_user_update(jsonb),
  app.auth_identity_delete(jsonb)
  to maitred_auth;
