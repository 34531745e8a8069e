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

-- What a used token brings about. Null, or why it cannot be. p_same: who uses it is where the password was typed that waits in it;
-- p_later: a code is exchanged next, which only that browser can do.
drop function if exists app.auth_apply_token(jsonb);
create or replace function app.auth_apply_token(p_token jsonb, p_same boolean, p_later boolean, p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_user uuid := (p_token ->> 'user_id')::uuid;
  v_kind text := p_token ->> 'kind';
  v_to text := p_token ->> 'relates_to';
  v_metadata jsonb := p_token -> 'metadata';
begin
  if v_kind in ('confirmation', 'magiclink', 'invite', 'recovery') then
    if not exists (select from users where id = v_user and email = v_to) then
      return app.auth_error(403, 'otp_expired', 'Email link is invalid or has expired');
    end if;
    perform app.auth_prove(v_user, 'email', p_same and v_kind = 'confirmation');
    -- an account that somebody prepared under this address without owning it keeps nothing that they put there
    delete from one_time_tokens where user_id = v_user and kind in ('confirmation', 'invite');
  elsif v_kind = 'phone_confirmation' then
    if not exists (select from users where id = v_user and phone = v_to) then
      return app.auth_error(403, 'otp_expired', 'Token has expired or is invalid');
    end if;
    perform app.auth_prove(v_user, 'phone', p_same);
  elsif v_kind in ('email_change_new', 'email_change_current') then
    if exists (select from one_time_tokens where user_id = v_user and kind in ('email_change_new', 'email_change_current')) then
      update one_time_tokens set metadata = metadata || '{"half": true}' where user_id = v_user and kind in ('email_change_new', 'email_change_current');
      return jsonb_build_object('status', 200, 'body', jsonb_build_object('code', 200,
        'msg', 'Confirmation link accepted. Please proceed to confirm link sent to the other email'));
    elsif (v_metadata ->> 'both')::boolean and v_metadata -> 'half' is null then
      -- the other link has run out unused and was swept away: that is no consent, however often this one was sent again
      return app.auth_error(403, 'otp_expired', 'Email link is invalid or has expired');
    end if;
    perform app.auth_prove(v_user, 'email', p_same);
    update users set email = v_metadata ->> 'new_email', email_confirmed_at = now(), is_anonymous = false where id = v_user;
    perform app.auth_event('email_changed', 'warning', 'The sign-in address was changed.', v_user, jsonb_build_object('new', v_metadata ->> 'new_email'));
  elsif v_kind = 'phone_change' then
    perform app.auth_prove(v_user, 'phone', p_same);
    update users set phone = v_to, phone_confirmed_at = now(), is_anonymous = false where id = v_user;
    perform app.auth_event('phone_changed', 'warning', 'The phone number was changed.', v_user);
  end if;
  if v_kind in ('confirmation', 'phone_confirmation') and p_same then
    perform app.auth_take_sign_up(v_user, v_metadata);
  elsif v_kind = 'confirmation' and v_metadata ->> 'hashed_password' is not null and not p_later then
    -- the address is theirs, the password may be a stranger's: they choose one
    perform app.auth_send_token(v_user, 'recovery', v_to, p, '{"occasion": "choose_password"}');
    perform app.auth_event('password_dropped', 'info', 'The address was confirmed elsewhere than it was typed; a link to choose a password was sent.', v_user);
  end if;
  return null;
exception when unique_violation then
  return case when v_kind like '%phone%' then app.auth_error(422, 'phone_exists', 'A user with this phone number has already been registered')
              else app.auth_error(422, 'email_exists', 'A user with this email address has already been registered') end;
end $$;

-- What was typed at sign-up takes effect.
create or replace function app.auth_take_sign_up(p_user_id uuid, p_metadata jsonb) returns void
language sql
as $$
  update users set
    user_metadata = case when jsonb_typeof(p_metadata -> 'data') = 'object' then user_metadata || (p_metadata -> 'data') else user_metadata end,
    full_name = coalesce(full_name, left(coalesce(p_metadata -> 'data' ->> 'full_name', p_metadata -> 'data' ->> 'name'), 255)),
    last_password_change = case when hashed_password is null then now() else last_password_change end,
    hashed_password = coalesce(hashed_password, p_metadata ->> 'hashed_password')
  where id = p_user_id;
$$;

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
  v_settings jsonb := app.auth_settings();
  v_subject text := 'code:' || encode(app.auth_hash(coalesce(v_to, '')), 'hex');
  v_wait int;
  v_locked timestamptz;
  v_later boolean;
  v_token jsonb;
  v_code text;
begin
  if v_refusal is not null then
    return v_refusal || v_goes;
  end if;
  if v_kinds is null or (v_link is null and (v_to is null or coalesce(v_in ->> 'token', '') = '')) then
    return app.auth_error(400, 'validation_failed', 'Verify requires a type, and a token_hash or an email or phone with its token') || v_goes;
  end if;
  if coalesce(v_in ->> 'phone', '') <> '' and v_to is null then
    return app.auth_error(400, 'validation_failed', 'Invalid phone number format (E.164 required)') || v_goes;
  end if;
  if v_link is null then
    -- six digits: a new code each minute brings no new tries
    v_wait := app.auth_attempt_begin(v_subject, (v_settings ->> 'code_lock_after')::int);
    if v_wait > 0 then
      return app.auth_wait(v_wait) || v_goes;
    end if;
  end if;
  -- A link that is opened elsewhere than it was asked for may be opened by a mail server that looks into every link, and would be used up before its
  -- owner sees it: a page with a button, which servers do not press.
  if v_link is not null and v_goes <> '{}' and not p -> 'ctx' ? 'pressed' and exists (
       select from one_time_tokens where token_hash = app.auth_hash(v_link) and kind = any (v_kinds) and expires_at > now()
         and metadata ->> 'place' <> app.auth_place(p)) then
    return jsonb_build_object('status', 200, 'button', jsonb_build_object('tenant', app.tenant_name(), 'token', v_link, 'type', v_type,
      'redirect_to', coalesce(p -> 'ctx' ->> 'redirect_to', '')));
  end if;
  v_token := app.auth_take_token(v_kinds, v_link, v_to, v_in ->> 'token');
  if v_link is null then
    v_locked := app.auth_attempt_end(v_subject, v_token is not null, (v_settings ->> 'code_lock_after')::int);
    if v_locked is not null then
      perform app.auth_event('account_locked', 'error', 'Too many wrong codes.', null, jsonb_build_object('until', v_locked, 'to', v_to));
    end if;
  end if;
  if v_token is null then
    return app.auth_error(403, 'otp_expired', case when v_link is null then 'Token has expired or is invalid'
                                                   else 'Email link is invalid or has expired' end) || v_goes;
  end if;
  if v_goes <> '{}' then
    v_goes := jsonb_build_object('redirect', coalesce(v_token ->> 'redirect_to', v_goes ->> 'redirect'));
  end if;
  v_later := v_goes <> '{}' and v_token ->> 'code_challenge' is not null;
  v_refusal := coalesce(app.auth_apply_token(v_token, coalesce((v_token -> 'metadata' ->> 'vouched')::boolean, false)
                                                      or coalesce(v_token -> 'metadata' ->> 'place', '') = app.auth_place(p), v_later, p),
                        app.auth_barred((v_token ->> 'user_id')::uuid));
  if v_refusal is not null then
    return v_refusal || v_goes;
  end if;
  if v_later then
    v_code := gen_random_uuid();
    insert into flow_states (user_id, authentication_method, auth_code_hash, code_challenge, code_challenge_method, auth_code_issued_at, metadata)
    values ((v_token ->> 'user_id')::uuid, case v_type when 'email' then 'otp' else v_type end, app.auth_hash(v_code),
            v_token ->> 'code_challenge', coalesce(v_token ->> 'code_challenge_method', 'plain'), now(),
            case when v_token ->> 'kind' = 'confirmation' then jsonb_build_object('sign_up', v_token -> 'metadata') else '{}' end);
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
  if v.metadata ? 'sign_up' then
    perform app.auth_take_sign_up(v.user_id, v.metadata -> 'sign_up');       -- this browser typed it
  end if;
  return app.auth_open_session(v.user_id, v.authentication_method, p, v.metadata - 'sign_up');
end $$;

-- Only the auth dialect calls these.
grant execute on function
  app.auth_kinds_of(text),
  app.auth_take_token(text[], text, text, text, uuid),
  app.auth_apply_token(jsonb, boolean, boolean, jsonb),
  app.auth_take_sign_up(uuid, jsonb),
  app.auth_verify(jsonb),
  app.auth_pkce(jsonb)
  to maitred_auth;
