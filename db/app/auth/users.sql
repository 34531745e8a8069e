-- Users as the dialect shows them.

-- E-mail and phone are identities as far as a person can sign in with them; the others stand in auth_identities.
create or replace function app.auth_identities_json(p_user_id uuid) returns jsonb
language sql stable
as $$
  select coalesce(jsonb_agg(j order by at), '[]') from (
    select i.created_at as at, jsonb_build_object(
      'identity_id', i.id, 'id', i.provider_id, 'user_id', i.user_id, 'provider', i.provider, 'identity_data', i.identity_data,
      'email', i.email, 'last_sign_in_at', i.last_sign_in_at, 'created_at', i.created_at, 'updated_at', i.updated_at) as j
    from auth_identities i where i.user_id = p_user_id
    union all
    select u.created_at, jsonb_build_object(
      'identity_id', md5(k || ':' || u.id)::uuid, 'id', u.id, 'user_id', u.id, 'provider', k,
      'identity_data', jsonb_strip_nulls(jsonb_build_object('sub', u.id, 'email', u.email, 'phone', ltrim(u.phone, '+'),
         'email_verified', u.email_confirmed_at is not null, 'phone_verified', u.phone_confirmed_at is not null)),
      'email', u.email, 'last_sign_in_at', u.last_sign_in_at, 'created_at', u.created_at, 'updated_at', u.updated_at)
    from users u, unnest(array['email', 'phone']) k
    where u.id = p_user_id
      and case k when 'email' then u.email else u.phone end is not null
      and (u.hashed_password is not null or not exists (select from auth_identities i where i.user_id = u.id))) t;
$$;

create or replace function app.auth_factors_json(p_user_id uuid) returns jsonb
language sql stable
as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'friendly_name', coalesce(friendly_name, ''), 'factor_type', factor_type,
    'status', status, 'created_at', created_at, 'updated_at', updated_at, 'last_challenged_at', last_challenged_at)
    order by created_at), '[]')
  from mfa_factors where user_id = p_user_id;
$$;

create or replace function app.auth_user_json(p_user_id uuid) returns jsonb
language sql stable
as $$
  select jsonb_build_object(
      'id', u.id, 'aud', 'authenticated', 'role', 'authenticated',
      'email', coalesce(u.email, ''), 'phone', coalesce(ltrim(u.phone, '+'), ''),
      'app_metadata', app.auth_app_metadata(u.id, u.app_metadata), 'user_metadata', u.user_metadata,
      'identities', ids.list, 'created_at', u.created_at, 'updated_at', u.updated_at, 'is_anonymous', u.is_anonymous)
    || jsonb_strip_nulls(jsonb_build_object(
      'email_confirmed_at', u.email_confirmed_at, 'phone_confirmed_at', u.phone_confirmed_at,
      'confirmed_at', least(u.email_confirmed_at, u.phone_confirmed_at), 'last_sign_in_at', u.last_sign_in_at,
      'banned_until', u.banned_until, 'deleted_at', u.deleted_at,
      'confirmation_sent_at', (select created_at from one_time_tokens where user_id = u.id and kind = 'confirmation'),
      'recovery_sent_at', (select created_at from one_time_tokens where user_id = u.id and kind = 'recovery'),
      'invited_at', (select created_at from one_time_tokens where user_id = u.id and kind = 'invite'),
      'new_email', (select max(metadata ->> 'new_email') from one_time_tokens where user_id = u.id and kind in ('email_change_new', 'email_change_current')),
      'email_change_sent_at', (select max(created_at) from one_time_tokens where user_id = u.id and kind in ('email_change_new', 'email_change_current')),
      'new_phone', (select ltrim(relates_to, '+') from one_time_tokens where user_id = u.id and kind = 'phone_change'),
      'factors', case when exists (select from mfa_factors where user_id = u.id) then app.auth_factors_json(u.id) end))
  from users u, lateral (select app.auth_identities_json(u.id) as list) ids
  where u.id = p_user_id;
$$;
comment on function app.auth_user_json(uuid) is 'A user in the shape that supabase-js knows.';

create or replace function app.auth_app_metadata(p_user_id uuid, p_app_metadata jsonb) returns jsonb
language sql stable
as $$
  select p_app_metadata || case when count(*) = 0 then '{}' else
    jsonb_build_object('provider', coalesce(p_app_metadata ->> 'provider', min(p)), 'providers', jsonb_agg(distinct p)) end
  from (select i ->> 'provider' as p from jsonb_array_elements(app.auth_identities_json(p_user_id)) i) t;
$$;

-- Somebody has shown that this address or number is theirs. A password that was set before, by whoever typed the address then, does not become
-- theirs, nor does anything else that was put on the account; p_same: it was they who set it.
create or replace function app.auth_prove(p_user_id uuid, p_what text, p_same boolean default false) returns void
language plpgsql
as $$
declare
  v_unproven boolean;
begin
  select password_unproven into v_unproven from users where id = p_user_id for update;
  if v_unproven and not p_same then
    update users set hashed_password = null, user_metadata = '{}', full_name = null, two_factor_enabled = false where id = p_user_id;
    delete from password_history where user_id = p_user_id;
    delete from mfa_factors where user_id = p_user_id;
    delete from mfa_recovery_codes where user_id = p_user_id;
    delete from auth_identities where user_id = p_user_id;
    -- other doors that were left open: keys, changes of address and links to providers that are under way
    delete from webauthn_credentials where user_id = p_user_id;
    delete from webauthn_challenges where user_id = p_user_id;
    delete from one_time_tokens where user_id = p_user_id and kind in ('email_change_new', 'email_change_current', 'phone_change', 'phone_confirmation');
    delete from flow_states where linking_user_id = p_user_id;
    perform app.auth_end_sessions(p_user_id, 'access_changed');
    perform app.auth_event('password_dropped', 'warning', 'The address was proved by somebody; the password that was set before is void.', p_user_id);
  end if;
  update users set
    password_unproven = false,
    email_verified = email_verified or p_what = 'email',
    phone_verified = phone_verified or p_what = 'phone',
    email_confirmed_at = case when p_what = 'email' then coalesce(email_confirmed_at, now()) else email_confirmed_at end,
    phone_confirmed_at = case when p_what = 'phone' then coalesce(phone_confirmed_at, now()) else phone_confirmed_at end
  where id = p_user_id;
end $$;

-- Why a user may not come in, or null.
create or replace function app.auth_barred(p_user_id uuid) returns jsonb
language plpgsql stable
as $$
declare
  v_user record;
begin
  select is_active, banned_until, deleted_at into v_user from users where id = p_user_id;
  if not found or v_user.deleted_at is not null then
    return app.auth_error(403, 'user_not_found', 'User from sub claim in JWT does not exist');
  end if;
  if not v_user.is_active or v_user.banned_until > now() then
    return app.auth_error(403, 'user_banned', 'User is banned');
  end if;
  return null;
end $$;

-- Who asks, as far as the token says, and whether the session still stands. Sets nothing; returns an error or null.
create or replace function app.auth_caller() returns jsonb
language plpgsql stable
as $$
declare
  v_session uuid := (auth.claims() ->> 'session_id')::uuid;
begin
  if auth.uid() is null then
    return app.auth_error(401, 'no_authorization', 'This endpoint requires a valid Bearer token');
  end if;
  if v_session is not null and not exists (select from auth_sessions where id = v_session and user_id = auth.uid() and ended_at is null) then
    return app.auth_error(403, 'session_not_found', 'Session from session_id claim in JWT does not exist');
  end if;
  return app.auth_barred(auth.uid());
end $$;

-- What changes how somebody signs in, and what administrators do, wants the second factor of those who have one: who has stolen the
-- password alone would take the factor away, or leave a way in that outlives the password.
create or replace function app.auth_factor_unproven() returns boolean
language sql stable
as $$
  select auth.claims() ->> 'aal' is distinct from 'aal2'
     and exists (select from mfa_factors where user_id = auth.uid() and status = 'verified');
$$;

-- Only the auth dialect calls these.
grant execute on function
  app.auth_identities_json(uuid),
  app.auth_factors_json(uuid),
  app.auth_user_json(uuid),
  app.auth_app_metadata(uuid, jsonb),
  app.auth_prove(uuid, text, boolean),
  app.auth_barred(uuid),
  app.auth_caller(),
  app.auth_factor_unproven()
  to maitred_auth;
