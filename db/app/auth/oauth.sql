-- Sign-in with a provider (OpenID Connect). The daemon talks to the provider; what the answer means for users is decided here.

create or replace function app.auth_provider(p_name text) returns jsonb
language sql stable
as $$
  select jsonb_build_object('name', name, 'issuer', issuer, 'client_id', client_id, 'client_secret', client_secret, 'scopes', scopes,
    'audiences', audiences, 'authorize_params', authorize_params)
  from auth_providers where name = p_name and enabled;
$$;

create or replace function app.auth_oauth_begin(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_in jsonb := p -> 'in';
  v_refusal jsonb := app.auth_limit('oauth', p);
  v_provider jsonb := app.auth_provider(v_in ->> 'provider');
begin
  if v_refusal is null and p -> 'ctx' ? 'linking' then
    v_refusal := coalesce(app.auth_caller(), case
      when not (app.auth_settings() ->> 'manual_linking')::boolean then app.auth_error(404, 'manual_linking_disabled', 'Manual linking is disabled')
      when app.auth_factor_unproven() then app.auth_error(403, 'insufficient_aal', 'AAL2 required to link an identity') end);
  end if;
  if v_refusal is not null then
    return v_refusal;
  end if;
  if v_provider is null then
    return app.auth_error(400, 'validation_failed', 'Unsupported provider: provider is not enabled');
  end if;
  if v_in ? 'code_challenge' and coalesce(lower(v_in ->> 'code_challenge_method'), 'plain') not in ('s256', 'plain') then
    return app.auth_error(400, 'validation_failed', 'code_challenge_method must be s256 or plain');
  end if;
  return jsonb_build_object('provider', v_provider);
end $$;

create or replace function app.auth_oauth_start(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_in jsonb := p -> 'in';
begin
  if p -> 'work' ? 'error' then
    perform app.auth_event('provider_failed', 'warning', left(p -> 'work' ->> 'error', 500), null, jsonb_build_object('provider', v_in ->> 'provider'));
    return app.auth_error(500, 'unexpected_failure', 'The provider cannot be reached');
  end if;
  delete from flow_states where id in (select id from flow_states where expires_at < now() - interval '1 hour' limit 20 for update skip locked);
  insert into flow_states (provider, state_hash, code_challenge, code_challenge_method, redirect_to, nonce, provider_verifier, linking_user_id)
  values (v_in ->> 'provider', app.auth_hash(p -> 'work' ->> 'state'), nullif(v_in ->> 'code_challenge', ''),
          case when nullif(v_in ->> 'code_challenge', '') is not null then coalesce(lower(v_in ->> 'code_challenge_method'), 'plain') end,
          app.auth_redirect(p), p -> 'work' ->> 'nonce', p -> 'work' ->> 'verifier',
          case when p -> 'ctx' ? 'linking' then auth.uid() end);
  if v_in ->> 'skip_http_redirect' = 'true' then
    return app.auth_body(jsonb_build_object('url', p -> 'work' ->> 'url', 'provider', v_in ->> 'provider'));
  end if;
  return jsonb_build_object('status', 302, 'location', p -> 'work' ->> 'url');
end $$;

-- The provider sends the browser back. The state is used up, whatever comes of it.
create or replace function app.auth_callback_begin(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_in jsonb := p -> 'in';
  v_refusal jsonb := app.auth_limit('oauth', p);
  v record;
  v_goes jsonb := jsonb_build_object('redirect', app.auth_redirect(p - 'in'));
begin
  if v_refusal is not null then
    return v_refusal || v_goes;
  end if;
  delete from flow_states where state_hash = app.auth_hash(coalesce(v_in ->> 'state', '')) and auth_code_hash is null returning * into v;
  if v.id is null then
    return app.auth_error(400, 'bad_oauth_state', 'OAuth state not found or expired') || v_goes;
  end if;
  v_goes := jsonb_build_object('redirect', v.redirect_to);
  if v.expires_at < now() then
    return app.auth_error(400, 'bad_oauth_state', 'OAuth state has expired') || v_goes;
  end if;
  if v_in ? 'error' then
    return app.auth_error(400, 'bad_oauth_callback', left(coalesce(v_in ->> 'error_description', v_in ->> 'error'), 300)) || v_goes;
  end if;
  if coalesce(v_in ->> 'code', '') = '' then
    return app.auth_error(400, 'bad_oauth_callback', 'OAuth callback with missing authorization code') || v_goes;
  end if;
  return v_goes || jsonb_build_object('provider', app.auth_provider(v.provider), 'nonce', v.nonce, 'verifier', v.provider_verifier,
    'code_challenge', v.code_challenge, 'code_challenge_method', v.code_challenge_method, 'linking_user_id', v.linking_user_id);
end $$;

-- Whose account this is. An address joins an existing account only when the provider says that it is verified.
create or replace function app.auth_provider_user(p_provider text, p_person jsonb, p_linking uuid) returns jsonb
language plpgsql
as $$
declare
  v_email text := app.auth_email(p_person ->> 'email');
  v_verified boolean := coalesce((p_person ->> 'email_verified')::boolean, false)
                        and (select trust_email from auth_providers where name = p_provider);
  v_id uuid;
  v_user record;
begin
  perform pg_advisory_xact_lock(hashtextextended(concat_ws('/', 'identity', current_schema(), p_provider, p_person ->> 'sub'), 0));
  select user_id into v_id from auth_identities where provider = p_provider and provider_id = p_person ->> 'sub';
  if p_linking is not null then
    if v_id is not null then
      return app.auth_error(422, 'identity_already_exists', case when v_id = p_linking then 'Identity is already linked'
        else 'Identity is already linked to another user' end);
    end if;
    v_id := p_linking;
    update users set is_anonymous = false where id = p_linking and is_anonymous;
  elsif v_id is null then
    select id, email_verified as confirmed into v_user from users where email = v_email and deleted_at is null for update;
    if v_user.id is not null and not v_verified then
      return app.auth_error(422, 'provider_email_needs_verification', 'The provider has not verified this address');
    end if;
    if v_user.id is not null then
      v_id := v_user.id;
      if not v_user.confirmed then
        -- somebody typed this address without owning it: nothing of theirs stays
        if exists (select from one_time_tokens where user_id = v_id and kind = 'confirmation') then
          update users set user_metadata = '{}' where id = v_id;
          delete from one_time_tokens where user_id = v_id;
        end if;
        perform app.auth_prove(v_id, 'email');
      end if;
    else
      if not (app.auth_settings() ->> 'signup')::boolean then
        return app.auth_error(422, 'signup_disabled', 'Signups not allowed for this instance');
      end if;
      insert into users (email, email_confirmed_at, email_verified, full_name, user_metadata)
      values (v_email, case when v_verified then now() end, v_verified, left(p_person ->> 'name', 255),
              jsonb_strip_nulls(jsonb_build_object('full_name', p_person -> 'name', 'name', p_person -> 'name', 'avatar_url', p_person -> 'picture',
                'email', v_email, 'email_verified', v_verified, 'iss', p_person -> 'iss', 'sub', p_person -> 'sub')))
      returning id into v_id;
      perform app.auth_event('signup', 'info', 'Signed up with a provider.', v_id, jsonb_build_object('provider', p_provider));
    end if;
  end if;
  insert into auth_identities (user_id, provider, provider_id, identity_data, last_sign_in_at)
  values (v_id, p_provider, p_person ->> 'sub', p_person, now())
  on conflict (provider, provider_id) do update set identity_data = excluded.identity_data, last_sign_in_at = now();
  if found and p_linking is not null then
    perform app.auth_event('identity_linked', 'warning', 'An identity was added.', v_id, jsonb_build_object('provider', p_provider));
  end if;
  return jsonb_build_object('user_id', v_id);
end $$;

create or replace function app.auth_callback_finish(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_begin jsonb := p -> 'begin';
  v_goes jsonb := jsonb_build_object('redirect', v_begin ->> 'redirect');
  v_provider text := v_begin -> 'provider' ->> 'name';
  v_tokens jsonb := jsonb_strip_nulls(jsonb_build_object('provider_token', p -> 'work' -> 'provider_token',
                                                          'provider_refresh_token', p -> 'work' -> 'provider_refresh_token'));
  v_user jsonb;
  v_code text;
begin
  if p -> 'work' ? 'error' then
    perform app.auth_event('provider_failed', 'warning', left(p -> 'work' ->> 'error', 500), null, jsonb_build_object('provider', v_provider));
    return app.auth_error(400, 'bad_oauth_callback', 'The provider''s answer could not be used') || v_goes;
  end if;
  v_user := app.auth_provider_user(v_provider, p -> 'work' -> 'person', (v_begin ->> 'linking_user_id')::uuid);
  if v_user ? 'error' then
    return v_user || v_goes;
  end if;
  if v_begin ->> 'code_challenge' is not null then
    v_code := gen_random_uuid();
    insert into flow_states (user_id, provider, auth_code_hash, code_challenge, code_challenge_method, auth_code_issued_at, metadata)
    values ((v_user ->> 'user_id')::uuid, v_provider, app.auth_hash(v_code), v_begin ->> 'code_challenge', v_begin ->> 'code_challenge_method', now(), v_tokens);
    return jsonb_build_object('status', 302, 'body', '{}'::jsonb, 'query', 'code=' || v_code) || v_goes;
  end if;
  return app.auth_open_session((v_user ->> 'user_id')::uuid, 'oauth', p, v_tokens) || v_goes;
end $$;

create or replace function app.auth_id_token_finish(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_provider text := p -> 'begin' -> 'provider' ->> 'name';
  v_user jsonb;
begin
  if p -> 'work' ? 'error' then
    perform app.auth_event('provider_failed', 'warning', left(p -> 'work' ->> 'error', 500), null, jsonb_build_object('provider', v_provider));
    return app.auth_error(400, 'bad_jwt', 'Bad ID token');
  end if;
  v_user := app.auth_provider_user(v_provider, p -> 'work' -> 'person',
    case when p -> 'ctx' ? 'linking' then auth.uid() end);
  return case when v_user ? 'error' then v_user else app.auth_open_session((v_user ->> 'user_id')::uuid, 'oauth', p) end;
end $$;

-- Only the auth dialect calls these.
grant execute on function
  app.auth_provider(text),
  app.auth_oauth_begin(jsonb),
  app.auth_oauth_start(jsonb),
  app.auth_callback_begin(jsonb),
  app.auth_provider_user(text, jsonb, uuid),
  app.auth_callback_finish(jsonb),
  app.auth_id_token_finish(jsonb)
  to maitred_auth;
