-- POST /signup: a customer, an anonymous guest, or a taken address that answers like a new one.

-- A login that costs nothing and names nobody: bounded by address in five minutes and in an hour, and for the house.
create or replace function app.auth_limit_throwaway(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_refusal jsonb := app.auth_limit('anonymous', p);
  v_wait int;
begin
  if v_refusal is null and app.auth_limit_of('anonymous_hour') > 0 then
    v_wait := app.rate_limit('auth:anonymous_hour:' || app.auth_place(p), app.auth_limit_of('anonymous_hour'), interval '1 hour');
    v_refusal := case when v_wait > 0 then app.auth_wait(v_wait) end;
  end if;
  if v_refusal is null and app.auth_limit_of('anonymous_tenant') > 0 then
    v_wait := app.rate_limit('auth:anonymous_tenant', app.auth_limit_of('anonymous_tenant'), interval '1 hour');
    v_refusal := case when v_wait > 0 then app.auth_wait(v_wait) end;
  end if;
  return v_refusal;
end $$;

create or replace function app.auth_signup_begin(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_settings jsonb := app.auth_settings();
  v_in jsonb := p -> 'in';
  v_refusal jsonb;
begin
  if coalesce(v_in ->> 'email', '') = '' and coalesce(v_in ->> 'phone', '') = '' then
    v_refusal := app.auth_limit_throwaway(p);
    if v_refusal is null and not (v_settings ->> 'anonymous')::boolean then
      v_refusal := app.auth_error(422, 'anonymous_provider_disabled', 'Anonymous sign-ins are disabled');
    end if;
    return coalesce(v_refusal, '{"anonymous": true}');
  end if;
  v_refusal := app.auth_limit('signup', p);
  return coalesce(v_refusal, case
    when not (v_settings ->> 'signup')::boolean then app.auth_error(422, 'signup_disabled', 'Signups not allowed for this instance')
    when coalesce(v_in ->> 'email', '') <> '' then case
      when not (v_settings ->> 'email')::boolean then app.auth_error(422, 'email_provider_disabled', 'Email signups are disabled')
      when app.auth_email(v_in ->> 'email') is null then app.auth_error(400, 'validation_failed', 'Unable to validate email address: invalid format') end
    when not (v_settings ->> 'phone')::boolean then app.auth_error(422, 'phone_provider_disabled', 'Phone signups are disabled')
    when app.auth_phone(v_in ->> 'phone') is null then app.auth_error(400, 'validation_failed', 'Invalid phone number format (E.164 required)')
  end, jsonb_build_object('rules', app.auth_password_rules()));
end $$;

-- What a sign-up answers when the address is taken: a user in the very shape of a new one, made and undone, message included.
create or replace function app.auth_lookalike(p_email text, p_phone text, p_data jsonb) returns jsonb
language plpgsql
as $$
declare
  v_id uuid := gen_random_uuid();
  v_json jsonb;
begin
  begin
    insert into users (id, email, phone, user_metadata, hashed_password)
    values (v_id, case when p_email is not null then v_id || '@lookalike' end, p_phone, p_data, '');
    insert into one_time_tokens (user_id, kind, token_hash, code_hash, expires_at)
    values (v_id, 'confirmation', public.gen_random_bytes(32), '', now());
    perform app.auth_send(case when p_email is null then 'sms' else 'confirmation' end, coalesce(p_email, p_phone));
    v_json := replace(app.auth_user_json(v_id)::text, v_id || '@lookalike', coalesce(p_email, ''))::jsonb;
    raise exception using errcode = 'MD000';
  exception when sqlstate 'MD000' then
    null;      -- the row is gone, its picture stays
  end;
  return v_json;
end $$;

create or replace function app.auth_signup(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_settings jsonb := app.auth_settings();
  v_in jsonb := p -> 'in';
  v_data jsonb := case when jsonb_typeof(v_in -> 'data') = 'object' then v_in -> 'data' else '{}' end;
  v_email text := app.auth_email(v_in ->> 'email');
  v_phone text := case when v_email is null then app.auth_phone(v_in ->> 'phone') end;
  v_confirm boolean := (v_settings ->> case when v_email is null then 'confirm_phone' else 'confirm_email' end)::boolean;
  v_refusal jsonb;
  v_id uuid;
  v_known record;
begin
  if p -> 'begin' ? 'anonymous' then
    insert into users (is_anonymous, user_metadata) values (true, v_data) returning id into v_id;
    return app.auth_open_session(v_id, 'anonymous', p);
  end if;
  if v_confirm then
    v_refusal := app.auth_may_send(coalesce(v_email, v_phone), p);
    if v_refusal is not null then
      return v_refusal;
    end if;
  end if;

  -- with confirmation, the password counts once the address is confirmed: nobody prepares an account for somebody else
  insert into users (email, phone, hashed_password, password_unproven, email_confirmed_at, phone_confirmed_at, user_metadata, full_name, last_password_change)
  select v_email, v_phone, case when not v_confirm then p -> 'work' ->> 'hash' end, true,
         case when not v_confirm and v_email is not null then now() end, case when not v_confirm and v_phone is not null then now() end, v_data,
         left(coalesce(v_data ->> 'full_name', v_data ->> 'name'), 255), now()
  where v_email is not null or not exists (select from users where phone = v_phone and deleted_at is null)
  on conflict (email) where deleted_at is null do nothing
  returning id into v_id;
  if v_id is null then
    select id, email_confirmed_at is not null or email_verified or phone_confirmed_at is not null
               or hashed_password is not null or role <> 'customer' as confirmed
      into v_known
    from users where deleted_at is null and (email = v_email or (v_email is null and phone = v_phone));
    if not v_confirm then
      return app.auth_error(422, 'user_already_exists', 'User already registered');
    end if;
    if v_known.confirmed then
      if v_email is not null then
        perform app.auth_send('already_registered', v_email);
      end if;
      perform app.auth_event('signup_repeated', 'info', 'Somebody signed up with a taken address.', v_known.id);
      return app.auth_body(app.auth_lookalike(v_email, v_phone, v_data));
    end if;
    v_id := v_known.id;
  end if;

  perform app.auth_event('signup', 'info', 'Signed up.', v_id);
  if not v_confirm then
    return app.auth_open_session(v_id, 'password', p);
  end if;
  perform app.auth_send_token(v_id, case when v_email is null then 'phone_confirmation' else 'confirmation' end, coalesce(v_email, v_phone), p,
    jsonb_build_object('hashed_password', p -> 'work' ->> 'hash', 'data', v_data, 'place', app.auth_place(p)));
  return app.auth_body(app.auth_user_json(v_id));
end $$;

-- Only the auth dialect calls these.
grant execute on function
  app.auth_limit_throwaway(jsonb),
  app.auth_signup_begin(jsonb),
  app.auth_lookalike(text, text, jsonb),
  app.auth_signup(jsonb)
  to maitred_auth;
