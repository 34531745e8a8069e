-- GET and POST /verify: a link or a code comes back. grant_type=pkce: the code that a link was exchanged for.

create or replace function app.auth_kinds_of(p_type text) returns text[]
language sql immutable
as $$
  select case p_type
    when 'signup' then array['confirmation'] when 'invite' then array['invite'] when 'recovery' then array['recovery']
    when 'magiclink' then array['magiclink'] when 'email' then array['confirmation', 'magiclink', 'invite']
    when 'email_change' then array['email_change_new', 'email_change_current']
    when 'sms' then array['phone_confirmation'] when 'phone_change' then array['phone_change'] end;
$$;

-- Takes the token out of the table: whoever gets the row has used it up, nobody else can. A wrong code counts against all that
-- could have been meant.
create or replace function app.auth_take_token(p_kinds text[], p_link text, p_to text, p_code text, p_user_id uuid default null) returns jsonb
language plpgsql
as $$
declare
  v record;
begin
  if p_link is not null then
    delete from one_time_tokens where token_hash = app.auth_hash(p_link) and kind = any (p_kinds) and expires_at > now()
    returning * into v;
    return case when v.id is not null then to_jsonb(v) end;
  end if;
  for v in select * from one_time_tokens
           where kind = any (p_kinds) and (relates_to = p_to or user_id = p_user_id) and expires_at > now() and attempts < 5
           order by kind, id for update loop
    if v.code_hash = app.auth_hash(v.id || coalesce(p_code, '')) then
      delete from one_time_tokens where id = v.id;
      return to_jsonb(v);
    end if;
  end loop;
  update one_time_tokens set attempts = attempts + 1
  where kind = any (p_kinds) and (relates_to = p_to or user_id = p_user_id) and expires_at > now();
  return null;
end $$;

-- What a used token brings about. Null, or why it cannot be.
create or replace function app.auth_apply_token(p_token jsonb) returns jsonb
language plpgsql
as $$
declare
  v_user uuid := (p_token ->> 'user_id')::uuid;
  v_kind text := p_token ->> 'kind';
  v_to text := p_token ->> 'relates_to';
  v_metadata jsonb := p_token -> 'metadata';
begin
  if v_kind in ('confirmation', 'magiclink', 'invite', 'recovery') then
    -- an account that somebody prepared under this address without owning it keeps nothing that they put there
    update users set
      email_confirmed_at = coalesce(email_confirmed_at, now()), email_verified = true,
      user_metadata = case when v_metadata ? 'data' then user_metadata || (v_metadata -> 'data') else user_metadata end
    where id = v_user and email = v_to;
    if not found then
      return app.auth_error(403, 'otp_expired', 'Email link is invalid or has expired');
    end if;
    delete from one_time_tokens where user_id = v_user and kind in ('confirmation', 'invite') and v_kind <> 'recovery';
  elsif v_kind = 'phone_confirmation' then
    update users set phone_confirmed_at = coalesce(phone_confirmed_at, now()) where id = v_user and phone = v_to;
    if not found then
      return app.auth_error(403, 'otp_expired', 'Token has expired or is invalid');
    end if;
  elsif v_kind in ('email_change_new', 'email_change_current') then
    if exists (select from one_time_tokens where user_id = v_user and kind in ('email_change_new', 'email_change_current')) then
      update one_time_tokens set metadata = metadata || '{"half": true}' where user_id = v_user and kind in ('email_change_new', 'email_change_current');
      return jsonb_build_object('status', 200, 'body', jsonb_build_object('code', 200,
        'msg', 'Confirmation link accepted. Please proceed to confirm link sent to the other email'));
    elsif (v_metadata ->> 'both')::boolean and v_metadata -> 'half' is null then
      -- the other link has run out unused and was swept away: that is no consent, however often this one was sent again
      return app.auth_error(403, 'otp_expired', 'Email link is invalid or has expired');
    end if;
    update users set email = v_metadata ->> 'new_email', email_confirmed_at = now(), email_verified = true, is_anonymous = false where id = v_user;
    perform app.auth_event('email_changed', 'warning', 'The sign-in address was changed.', v_user, jsonb_build_object('new', v_metadata ->> 'new_email'));
  elsif v_kind = 'phone_change' then
    update users set phone = v_to, phone_confirmed_at = now(), is_anonymous = false where id = v_user;
    perform app.auth_event('phone_changed', 'warning', 'The phone number was changed.', v_user);
  end if;
  if v_metadata ->> 'hashed_password' is not null then
    update users set hashed_password = v_metadata ->> 'hashed_password', last_password_change = now()
    where id = v_user and hashed_password is null;
  end if;
  return null;
exception when unique_violation then
  return case when v_kind like '%phone%' then app.auth_error(422, 'phone_exists', 'A user with this phone number has already been registered')
              else app.auth_error(422, 'email_exists', 'A user with this email address has already been registered') end;
end $$;

create or replace function app.auth_verify(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_in jsonb := p -> 'in';
  v_type text := v_in ->> 'type';
  v_kinds text[] := app.auth_kinds_of(v_type);
  v_to text := coalesce(app.auth_email(v_in ->> 'email'), app.auth_phone(v_in ->> 'phone'));
  v_link text := coalesce(nullif(v_in ->> 'token_hash', ''), case when v_to is null then nullif(v_in ->> 'token', '') end);
  v_goes jsonb := case when p -> 'ctx' ? 'redirects' then jsonb_build_object('redirect', app.auth_redirect(p)) else '{}' end;
  v_refusal jsonb := app.auth_limit('verify', p);
  v_token jsonb;
  v_code text;
begin
  if v_refusal is not null then
    return v_refusal || v_goes;
  end if;
  if v_kinds is null or (v_link is null and (v_to is null or coalesce(v_in ->> 'token', '') = '')) then
    return app.auth_error(400, 'validation_failed', 'Verify requires a type, and a token_hash or an email or phone with its token') || v_goes;
  end if;
  v_token := app.auth_take_token(v_kinds, v_link, v_to, v_in ->> 'token');
  if v_token is null then
    return app.auth_error(403, 'otp_expired', case when v_link is null then 'Token has expired or is invalid'
                                                   else 'Email link is invalid or has expired' end) || v_goes;
  end if;
  if v_goes <> '{}' then
    v_goes := jsonb_build_object('redirect', coalesce(v_token ->> 'redirect_to', v_goes ->> 'redirect'));
  end if;
  v_refusal := coalesce(app.auth_apply_token(v_token), app.auth_barred((v_token ->> 'user_id')::uuid));
  if v_refusal is not null then
    return v_refusal || v_goes;
  end if;
  if v_goes <> '{}' and v_token ->> 'code_challenge' is not null then
    v_code := gen_random_uuid();
    insert into flow_states (user_id, authentication_method, auth_code_hash, code_challenge, code_challenge_method, auth_code_issued_at)
    values ((v_token ->> 'user_id')::uuid, case v_type when 'email' then 'otp' else v_type end, app.auth_hash(v_code),
            v_token ->> 'code_challenge', coalesce(v_token ->> 'code_challenge_method', 'plain'), now());
    return jsonb_build_object('status', 303, 'body', '{}'::jsonb, 'query', 'code=' || v_code) || v_goes;
  end if;
  return app.auth_open_session((v_token ->> 'user_id')::uuid,
           case when v_type in ('signup', 'invite', 'recovery', 'magiclink', 'email_change') then v_type else 'otp' end, p)
         || jsonb_build_object('type', v_type) || v_goes;
end $$;

create or replace function app.auth_pkce(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_in jsonb := p -> 'in';
  v_verifier text := v_in ->> 'code_verifier';
  v_refusal jsonb := app.auth_limit('token', p);
  v record;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  if coalesce(v_in ->> 'auth_code', '') = '' or coalesce(v_verifier, '') = '' then
    return app.auth_error(400, 'validation_failed', 'invalid request: both auth code and code verifier should be non-empty');
  end if;
  -- used up by the first who brings it, right or wrong
  delete from flow_states where auth_code_hash = app.auth_hash(v_in ->> 'auth_code')
  returning * into v;
  if v.id is null then
    return app.auth_error(404, 'flow_state_not_found', 'invalid flow state, no valid flow state found');
  end if;
  if v.auth_code_issued_at < now() - interval '5 minutes' then
    return app.auth_error(403, 'flow_state_expired', 'invalid flow state, flow state has expired');
  end if;
  if v.code_challenge is distinct from
     (case v.code_challenge_method when 's256' then app.auth_base64url(app.auth_hash(v_verifier)) else v_verifier end) then
    return app.auth_error(400, 'bad_code_verifier', 'code challenge does not match previously saved code verifier');
  end if;
  return app.auth_open_session(v.user_id, v.authentication_method, p, v.metadata);
end $$;

-- Only the auth dialect calls these.
grant execute on function
  app.auth_kinds_of(text),
  app.auth_take_token(text[], text, text, text, uuid),
  app.auth_apply_token(jsonb),
  app.auth_verify(jsonb),
  app.auth_pkce(jsonb)
  to maitred_auth;
