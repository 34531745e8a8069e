-- Passkeys (WebAuthn). The daemon checks signatures (src/auth/webauthn.c); which challenge was used, and whose key it is, is decided here.

-- settings.auth.webauthn {"rp_id", "rp_name", "origins": […]}; by default the tenant's own domain, reached as links in mails reach it.
create or replace function app.webauthn_party(p jsonb) returns jsonb
language sql stable
as $$
  select jsonb_build_object(
    'id', coalesce(s -> 'webauthn' ->> 'rp_id', substring(base from '^[a-z]+://([^/:]+)')),
    'name', coalesce(s -> 'webauthn' ->> 'rp_name', app.tenant_name()),
    'origins', coalesce(s -> 'webauthn' -> 'origins', (
      select jsonb_agg(distinct o) from unnest(array[substring(base from '^[a-z]+://[^/]+'), substring(s ->> 'site_url' from '^[a-z]+://[^/]+')]) o
      where o is not null)))
  from app.auth_settings() s, lateral (select p -> 'ctx' ->> 'base' as base) b;
$$;

create or replace function app.webauthn_handle(p_user_id uuid) returns text
language sql immutable
as $$ select app.auth_base64url(uuid_send(p_user_id)) $$;

-- What navigator.credentials.create() and .get() are given, as JSON.
create or replace function app.webauthn_creation(p_user_id uuid, p_challenge bytea, p_party jsonb, p_discoverable boolean) returns jsonb
language sql stable
as $$
  select jsonb_build_object(
    'challenge', app.auth_base64url(p_challenge), 'rp', jsonb_build_object('id', p_party -> 'id', 'name', p_party -> 'name'),
    'user', jsonb_build_object('id', app.webauthn_handle(u.id), 'name', coalesce(u.email, u.phone, u.id::text),
      'displayName', coalesce(u.full_name, u.email, u.phone, u.id::text)),
    'pubKeyCredParams', '[{"type": "public-key", "alg": -7}, {"type": "public-key", "alg": -8}, {"type": "public-key", "alg": -257}]'::jsonb,
    'timeout', 300000, 'attestation', 'none',
    'authenticatorSelection', case when p_discoverable
      then '{"residentKey": "required", "requireResidentKey": true, "userVerification": "preferred"}'::jsonb
      else '{"residentKey": "preferred", "requireResidentKey": false, "userVerification": "preferred"}' end,
    'excludeCredentials', coalesce((select jsonb_agg(jsonb_build_object('type', 'public-key', 'id', app.auth_base64url(credential_id), 'transports', transports))
      from webauthn_credentials c where c.user_id = u.id and (c.factor_id is null) = p_discoverable), '[]'))
  from users u where u.id = p_user_id;
$$;

create or replace function app.webauthn_request(p_challenge bytea, p_party jsonb, p_factor_id uuid) returns jsonb
language sql stable
as $$
  select jsonb_build_object('challenge', app.auth_base64url(p_challenge), 'rpId', p_party -> 'id', 'timeout', 300000, 'userVerification', 'preferred',
    'allowCredentials', coalesce((select jsonb_agg(jsonb_build_object('type', 'public-key', 'id', app.auth_base64url(credential_id), 'transports', transports))
      from webauthn_credentials where factor_id = p_factor_id), '[]'));
$$;

create or replace function app.passkey_json(p_id uuid) returns jsonb
language sql stable
as $$
  select jsonb_strip_nulls(jsonb_build_object('id', id, 'friendly_name', friendly_name, 'created_at', created_at, 'updated_at', updated_at, 'last_used_at', last_used_at))
  from webauthn_credentials where id = p_id;
$$;

create or replace function app.passkeys_json(p_user_id uuid) returns jsonb
language sql stable
as $$
  select coalesce(jsonb_agg(app.passkey_json(id) order by created_at, id), '[]') from webauthn_credentials where user_id = p_user_id and factor_id is null;
$$;

-- Out of the table with it, used up by the first who brings it, right or wrong.
create or replace function app.webauthn_take_challenge(p_purpose text, p_id text, p_user_id uuid) returns jsonb
language plpgsql
as $$
declare
  v record;
begin
  delete from webauthn_challenges where id::text = p_id and purpose = p_purpose and user_id is not distinct from p_user_id returning * into v;
  if v.id is null then
    return app.auth_error(404, 'webauthn_challenge_not_found', 'Passkey challenge not found');
  end if;
  if v.expires_at <= now() then
    return app.auth_error(422, 'webauthn_challenge_expired', 'Passkey challenge has expired, please try again');
  end if;
  return jsonb_build_object('challenge', app.auth_base64url(v.challenge), 'rp_id', v.rp_id, 'factor_id', v.factor_id);
end $$;

create or replace function app.passkey_refusal(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_refusal jsonb := coalesce(app.auth_caller(), app.auth_limit('factors', p));
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  if (select is_anonymous from users where id = auth.uid()) then
    return app.auth_error(422, 'validation_failed', 'An anonymous user has no passkeys: give the account an address first');
  end if;
  if app.auth_factor_unproven() then
    return app.auth_error(403, 'insufficient_aal', 'AAL2 required to change passkeys');
  end if;
  return null;
end $$;

create or replace function app.passkey_register_options(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_refusal jsonb := app.passkey_refusal(p);
  v_party jsonb := app.webauthn_party(p);
  v record;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  if (select count(*) from webauthn_credentials where user_id = auth.uid() and factor_id is null) >= app.auth_setting_s('factors_max') then
    return app.auth_error(422, 'too_many_passkeys', 'Maximum number of passkeys reached, delete one to continue');
  end if;
  delete from webauthn_challenges where expires_at < now() - interval '1 hour' or (user_id = auth.uid() and purpose = 'register' and expires_at < now());
  insert into webauthn_challenges (purpose, user_id, rp_id) values ('register', auth.uid(), v_party ->> 'id') returning * into v;
  return app.auth_body(jsonb_build_object('challenge_id', v.id, 'expires_at', extract(epoch from v.expires_at)::bigint,
    'options', app.webauthn_creation(auth.uid(), v.challenge, v_party, true)));
end $$;

create or replace function app.passkey_register_begin(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_refusal jsonb := app.passkey_refusal(p);
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  v_refusal := app.webauthn_take_challenge('register', p -> 'in' ->> 'challenge_id', auth.uid());
  return v_refusal || case when v_refusal ? 'error' then '{}' else jsonb_build_object('origins', app.webauthn_party(p) -> 'origins') end;
end $$;

create or replace function app.webauthn_failed(p_user_id uuid, p_reason text, p_code text default 'webauthn_verification_failed') returns jsonb
language plpgsql
as $$
begin
  perform app.auth_event('passkey_failed', 'warning', 'A passkey was not accepted.', p_user_id, jsonb_build_object('reason', left(p_reason, 200)));
  return app.auth_error(400, p_code, 'Passkey verification failed');
end $$;

-- The key that the daemon found sound. Null: somebody has it already.
create or replace function app.webauthn_keep(p jsonb, p_user_id uuid, p_factor_id uuid, p_name text) returns uuid
language sql
as $$
  insert into webauthn_credentials (user_id, factor_id, credential_id, public_key, algorithm, sign_count, transports, rp_id, friendly_name)
  select p_user_id, p_factor_id, app.auth_from_base64url(w ->> 'credential_id'), app.auth_from_base64url(w ->> 'public_key'), (w ->> 'algorithm')::int,
         (w ->> 'sign_count')::bigint,
         array(select left(t, 20) from jsonb_array_elements_text(case when jsonb_typeof(c -> 'response' -> 'transports') = 'array' then c -> 'response' -> 'transports' else '[]' end) t limit 8),
         p -> 'begin' ->> 'rp_id', p_name
  from (select p -> 'work' as w, coalesce(p -> 'in' -> 'credential', p -> 'in' -> 'webauthn' -> 'credential_response') as c) t
  on conflict (credential_id) do nothing
  returning id;
$$;

create or replace function app.passkey_register_finish(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_id uuid;
begin
  if not coalesce((p -> 'work' ->> 'ok')::boolean, false) then
    return app.webauthn_failed(auth.uid(), p -> 'work' ->> 'reason');
  end if;
  perform from users where id = auth.uid() for update;
  v_id := app.webauthn_keep(p, auth.uid(), null, left(nullif(trim(p -> 'in' ->> 'friendly_name'), ''), 100));
  if v_id is null then
    return app.auth_error(422, 'webauthn_credential_exists', 'This passkey is registered already');
  end if;
  perform app.auth_event('passkey_added', 'warning', 'A passkey opens the account from now on.', auth.uid(), jsonb_build_object('passkey_id', v_id));
  return app.auth_body(app.passkey_json(v_id));
end $$;

create or replace function app.passkey_sign_in_options(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_refusal jsonb := app.auth_limit('token', p);
  v_party jsonb := app.webauthn_party(p);
  v record;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  delete from webauthn_challenges where id in (select id from webauthn_challenges where expires_at < now() - interval '1 hour' limit 20 for update skip locked);
  insert into webauthn_challenges (purpose, rp_id) values ('sign_in', v_party ->> 'id') returning * into v;
  return app.auth_body(jsonb_build_object('challenge_id', v.id, 'expires_at', extract(epoch from v.expires_at)::bigint,
    'options', app.webauthn_request(v.challenge, v_party, null)));
end $$;

create or replace function app.passkey_sign_in_begin(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_refusal jsonb := app.auth_limit('token', p);
  v_challenge jsonb;
  v record;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  v_challenge := app.webauthn_take_challenge('sign_in', p -> 'in' ->> 'challenge_id', null);
  if v_challenge ? 'error' then
    return v_challenge;
  end if;
  select c.* into v from webauthn_credentials c join users u on u.id = c.user_id
  where c.credential_id = app.auth_from_base64url(p -> 'in' -> 'credential' ->> 'id') and c.factor_id is null and u.deleted_at is null;
  if v.id is null or coalesce(p -> 'in' -> 'credential' -> 'response' ->> 'userHandle', app.webauthn_handle(v.user_id)) <> app.webauthn_handle(v.user_id) then
    return app.webauthn_failed(null, 'unknown passkey');
  end if;
  return v_challenge || jsonb_build_object('origins', app.webauthn_party(p) -> 'origins', 'key_id', v.id, 'user_id', v.user_id,
    'public_key', app.auth_base64url(v.public_key), 'algorithm', v.algorithm);
end $$;

-- Whether the key may be used at this count; the row's lock decides between two.
create or replace function app.webauthn_count(p_id uuid, p_count bigint) returns boolean
language plpgsql
as $$
begin
  update webauthn_credentials set sign_count = p_count, last_used_at = now() where id = p_id and (p_count > sign_count or (p_count = 0 and sign_count = 0));
  return found;
end $$;

create or replace function app.passkey_sign_in_finish(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_user uuid := (p -> 'begin' ->> 'user_id')::uuid;
begin
  if not coalesce((p -> 'work' ->> 'ok')::boolean, false) then
    return app.webauthn_failed(v_user, p -> 'work' ->> 'reason');
  end if;
  if not app.webauthn_count((p -> 'begin' ->> 'key_id')::uuid, (p -> 'work' ->> 'sign_count')::bigint) then
    perform app.auth_event('passkey_copied', 'critical', 'A passkey''s counter fell back: it may have been copied.', v_user, jsonb_build_object('passkey_id', p -> 'begin' -> 'key_id'));
    return app.webauthn_failed(v_user, 'the counter fell back');
  end if;
  return app.auth_open_session(v_user, 'passkey', p);
end $$;

-- Lists, names, deletion: the user's own; an administrator's by ctx.id and ctx.other_id.
create or replace function app.passkeys_list(p jsonb) returns jsonb
language sql
as $$ select coalesce(app.auth_caller(), app.auth_body(app.passkeys_json(auth.uid()))) $$;

create or replace function app.passkey_change(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_refusal jsonb := app.passkey_refusal(p);
  v_name text := nullif(trim(p -> 'in' ->> 'friendly_name'), '');
  v_id uuid;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  if length(v_name) > 100 then
    return app.auth_error(400, 'validation_failed', 'A friendly name has at most 100 characters');
  end if;
  update webauthn_credentials set friendly_name = v_name
  where id::text = p -> 'ctx' ->> 'id' and user_id = auth.uid() and factor_id is null returning id into v_id;
  if v_id is null then
    return app.auth_error(404, 'webauthn_credential_not_found', 'Passkey not found');
  end if;
  return app.auth_body(app.passkey_json(v_id));
end $$;

create or replace function app.passkey_remove(p_user_id uuid, p_id text) returns jsonb
language plpgsql
as $$
begin
  delete from webauthn_credentials where id::text = p_id and user_id = p_user_id and factor_id is null;
  if not found then
    return app.auth_error(404, 'webauthn_credential_not_found', 'Passkey not found');
  end if;
  perform app.auth_event('passkey_removed', 'warning', 'A passkey was taken away.', p_user_id, jsonb_build_object('passkey_id', p_id, 'by', auth.uid()));
  return app.auth_body(null, 204);
end $$;

create or replace function app.passkey_delete(p jsonb) returns jsonb
language sql
as $$ select coalesce(app.passkey_refusal(p), app.passkey_remove(auth.uid(), p -> 'ctx' ->> 'id')) $$;

create or replace function app.auth_admin_passkeys(p jsonb) returns jsonb
language sql
as $$ select coalesce(app.auth_admin_refusal((p -> 'ctx' ->> 'id')::uuid), app.auth_body(app.passkeys_json((p -> 'ctx' ->> 'id')::uuid))) $$;

create or replace function app.auth_admin_passkey_delete(p jsonb) returns jsonb
language sql
as $$ select coalesce(app.auth_admin_refusal((p -> 'ctx' ->> 'id')::uuid), app.passkey_remove((p -> 'ctx' ->> 'id')::uuid, p -> 'ctx' ->> 'other_id')) $$;

-- --- As a second factor --------------------------------------------------------------------------------------------------

-- The challenge of a factor: the first one makes its key, the others use it.
create or replace function app.webauthn_factor_challenge(p jsonb, p_factor_id uuid) returns jsonb
language plpgsql
as $$
declare
  v_party jsonb := app.webauthn_party(p);
  v_wanted text := p -> 'in' -> 'webauthn' ->> 'rpId';
  v_new boolean := not exists (select from webauthn_credentials where factor_id = p_factor_id);
  v record;
begin
  if v_wanted is not null and v_wanted is distinct from v_party ->> 'id' then
    return app.auth_error(400, 'validation_failed', format('The relying party here is "%s"', v_party ->> 'id'));
  end if;
  delete from webauthn_challenges where factor_id = p_factor_id and expires_at < now();
  insert into webauthn_challenges (purpose, user_id, factor_id, rp_id) values ('factor', auth.uid(), p_factor_id, v_party ->> 'id') returning * into v;
  return app.auth_body(jsonb_build_object('id', v.id, 'type', 'webauthn', 'expires_at', extract(epoch from v.expires_at)::bigint,
    'webauthn', jsonb_build_object('type', case when v_new then 'create' else 'request' end, 'credential_options', jsonb_build_object('publicKey',
      case when v_new then app.webauthn_creation(auth.uid(), v.challenge, v_party, false) else app.webauthn_request(v.challenge, v_party, p_factor_id) end))));
end $$;

create or replace function app.webauthn_factor_begin(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v jsonb := app.webauthn_take_challenge('factor', p -> 'in' ->> 'challenge_id', auth.uid());
  v_key record;
begin
  if v ->> 'factor_id' is distinct from p -> 'ctx' ->> 'id' then
    return app.auth_error(404, 'mfa_factor_not_found', 'MFA factor with the provided challenge ID not found');
  end if;
  select id, public_key, algorithm, credential_id into v_key from webauthn_credentials where factor_id = (v ->> 'factor_id')::uuid;
  if v_key.id is not null and v_key.credential_id is distinct from app.auth_from_base64url(p -> 'in' -> 'webauthn' -> 'credential_response' ->> 'id') then
    return app.webauthn_failed(auth.uid(), 'another key than the factor''s', 'mfa_verification_failed');
  end if;
  return v || jsonb_build_object('origins', app.webauthn_party(p) -> 'origins', 'webauthn', true) || case when v_key.id is null then '{}' else
    jsonb_build_object('key_id', v_key.id, 'public_key', app.auth_base64url(v_key.public_key), 'algorithm', v_key.algorithm) end;
end $$;

-- A challenge that is not there was no attempt at a key.
create or replace function app.webauthn_factor_begin_counted(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v jsonb := app.webauthn_factor_begin(p);
begin
  if v ? 'error' then
    perform app.auth_attempt_back('factor:' || auth.uid());
  end if;
  return v;
end $$;

-- Whether the factor was proved by its key; a new one is kept.
create or replace function app.webauthn_factor_proved(p jsonb) returns boolean
language plpgsql
as $$
begin
  if not coalesce((p -> 'work' ->> 'ok')::boolean, false) then
    return false;
  end if;
  if p -> 'begin' ? 'key_id' then
    return app.webauthn_count((p -> 'begin' ->> 'key_id')::uuid, (p -> 'work' ->> 'sign_count')::bigint);
  end if;
  return app.webauthn_keep(p, auth.uid(), (p -> 'ctx' ->> 'id')::uuid, null) is not null;
end $$;

-- Only the auth dialect calls these.
grant execute on function
  app.webauthn_party(jsonb),
  app.webauthn_handle(uuid),
  app.webauthn_creation(uuid, bytea, jsonb, boolean),
  app.webauthn_request(bytea, jsonb, uuid),
  app.passkey_json(uuid),
  app.passkeys_json(uuid),
  app.webauthn_take_challenge(text, text, uuid),
  app.passkey_refusal(jsonb),
  app.passkey_register_options(jsonb),
  app.passkey_register_begin(jsonb),
  app.webauthn_failed(uuid, text, text),
  app.webauthn_keep(jsonb, uuid, uuid, text),
  app.passkey_register_finish(jsonb),
  app.passkey_sign_in_options(jsonb),
  app.passkey_sign_in_begin(jsonb),
  app.webauthn_count(uuid, bigint),
  app.passkey_sign_in_finish(jsonb),
  app.passkeys_list(jsonb),
  app.passkey_change(jsonb),
  app.passkey_remove(uuid, text),
  app.passkey_delete(jsonb),
  app.auth_admin_passkeys(jsonb),
  app.auth_admin_passkey_delete(jsonb),
  app.webauthn_factor_challenge(jsonb, uuid),
  app.webauthn_factor_begin(jsonb),
  app.webauthn_factor_begin_counted(jsonb),
  app.webauthn_factor_proved(jsonb)
  to maitred_auth;
