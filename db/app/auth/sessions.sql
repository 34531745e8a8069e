-- Sessions: opened, refreshed, ended. What has to be decided once, whichever worker asks, is decided under the row's lock.

-- The claims of an access token. A role for which the organization asks a second factor comes with that factor only:
-- until then the token opens nothing but the doors under /auth/v1 where one is given.
create or replace function app.auth_claims_of(p_session_id uuid, p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_now bigint := extract(epoch from clock_timestamp())::bigint;
  v_lifetime int := coalesce((p -> 'ctx' ->> 'lifetime_s')::int, 3600);
  v record;
  v_needs_factor boolean;
begin
  select u.id, u.email, u.phone, u.app_metadata, u.user_metadata, u.is_anonymous, u.organization_id, u.role,
         s.aal, s.amr, s.not_after
    into strict v
  from auth_sessions s join users u on u.id = s.user_id
  where s.id = p_session_id;
  v_needs_factor := v.aal = 'aal1' and app.factor_required(v.organization_id, v.role);
  if v.not_after is not null then
    v_lifetime := greatest(1, least(v_lifetime, extract(epoch from v.not_after)::bigint - v_now));
  end if;
  update auth_sessions set token_expires_at = to_timestamp(v_now + v_lifetime) where id = p_session_id;
  return jsonb_build_object(
      'iss', p -> 'ctx' ->> 'base' || '/auth/v1', 'sub', v.id, 'aud', 'authenticated', 'iat', v_now, 'exp', v_now + v_lifetime,
      'email', coalesce(v.email, ''), 'phone', coalesce(ltrim(v.phone, '+'), ''),
      'app_metadata', app.auth_app_metadata(v.id, v.app_metadata), 'user_metadata', v.user_metadata,
      'role', 'authenticated', 'aal', v.aal, 'amr', v.amr, 'session_id', p_session_id, 'is_anonymous', v.is_anonymous,
      'tenant', current_schema(), 'organization_id', v.organization_id,
      'app_role', case when not v_needs_factor then v.role end)
    || case when v_needs_factor then '{"factor_required": true}'::jsonb else '{}' end;
end $$;

-- organizations.settings {"factor_required_for": ["owner", "admin"]}
create or replace function app.factor_required(p_organization_id uuid, p_role text) returns boolean
language sql stable security definer
as $$
  select coalesce((select o.settings -> 'factor_required_for' ? p_role from organizations o where o.id = p_organization_id), false)
      or coalesce(app.auth_settings() -> 'factor_required_for' ? p_role, false);
$$;
comment on function app.factor_required(uuid, text) is 'Whether the organization (or the tenant) asks a second factor of this role.';

-- A token says <session, counter>; the MAC proves that the session's key made it.
create or replace function app.auth_refresh_token(p_session_id uuid, p_counter int, p_key bytea) returns text
language sql immutable
as $$
  select app.auth_base64url(m || substr(public.hmac(m, p_key, 'sha256'), 1, 16))
  from (select uuid_send(p_session_id) || int4send(p_counter) as m) t;
$$;

-- The answer that carries a session: claims to sign, and what stands beside the token.
create or replace function app.auth_session_answer(p_session_id uuid, p jsonb, p_more jsonb default '{}') returns jsonb
language sql
as $$
  select jsonb_build_object('status', 200, 'claims', app.auth_claims_of(s.id, p),
    'body', jsonb_build_object('refresh_token', app.auth_refresh_token(s.id, s.refresh_counter, s.refresh_key),
                               'user', app.auth_user_json(s.user_id)) || p_more)
  from auth_sessions s where s.id = p_session_id;
$$;

create or replace function app.auth_open_session(p_user_id uuid, p_method text, p jsonb, p_more jsonb default '{}') returns jsonb
language plpgsql
as $$
declare
  v_refusal jsonb := app.auth_barred(p_user_id);
  v_settings jsonb := app.auth_settings();
  v_id uuid;
begin
  if v_refusal is not null then
    perform app.auth_event('login_refused', 'warning', 'Sign-in of a disabled user was refused.', p_user_id, jsonb_build_object('method', p_method));
    return v_refusal;
  end if;
  update users set last_sign_in_at = now() where id = p_user_id;
  insert into auth_sessions (user_id, amr, user_agent, ip_address, not_after)
  values (p_user_id, jsonb_build_array(jsonb_build_object('method', p_method, 'timestamp', extract(epoch from now())::bigint)),
          left(nullif(current_setting('request.headers', true), '')::jsonb ->> 'user-agent', 500), app.request_ip(),
          now() + make_interval(secs => (v_settings ->> 'session_max_s')::int))
  returning id into v_id;
  perform app.auth_event('login', 'info', 'Signed in.', p_user_id, jsonb_build_object('method', p_method, 'session_id', v_id));
  return app.auth_session_answer(v_id, p, p_more);
end $$;

-- A token that nobody issued: counted by address, since no session is behind it.
create or replace function app.auth_refresh_unknown(p jsonb) returns jsonb
language sql
as $$
  select coalesce(app.auth_limit('refresh', p) || '{"status": 503}',
                  app.auth_error(400, 'refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found'));
$$;

-- The row's lock decides between two that refresh at once: the second finds the counter moved on and gets the same token.
create or replace function app.auth_refresh(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_bytes bytea := app.auth_from_base64url(p -> 'in' ->> 'refresh_token');
  v_settings jsonb := app.auth_settings();
  v_grace interval := make_interval(secs => (v_settings ->> 'refresh_grace_s')::numeric);
  v_now timestamptz;
  v_counter int;
  v_refusal jsonb;
  v_wait int;
  v record;
begin
  if v_bytes is null or length(v_bytes) is distinct from 36 then
    return app.auth_refresh_unknown(p);
  end if;
  v_counter := ('x' || encode(substr(v_bytes, 17, 4), 'hex'))::bit(32)::int;
  select s.id, s.user_id, s.refresh_key, s.refresh_counter, s.recent_uses, s.refreshed_at, s.created_at, s.not_after, s.ended_at, s.end_reason
    into v
  from auth_sessions s where s.id = encode(substr(v_bytes, 1, 16), 'hex')::uuid
  for update;
  -- compared as digests: how long it takes says nothing about how much was right
  if not found or sha256(substr(v_bytes, 21, 16)) is distinct from sha256(substr(public.hmac(substr(v_bytes, 1, 20), v.refresh_key, 'sha256'), 1, 16)) then
    return app.auth_refresh_unknown(p);
  end if;
  -- counted by session: a mall behind one address is many. 503, because clients take 429 for the end of the session and forget it
  if app.auth_limit_of('refresh') > 0 then
    v_wait := app.rate_limit('auth:refresh:' || v.id, app.auth_limit_of('refresh'), interval '5 minutes');
    if v_wait > 0 then
      return app.auth_wait(v_wait) || '{"status": 503}';
    end if;
  end if;
  v_now := clock_timestamp();       -- after the lock, not when the transaction began
  if v.ended_at is not null then
    return case v.end_reason
      when 'token_reuse' then app.auth_error(400, 'refresh_token_already_used', 'Invalid Refresh Token: Already Used')
      when 'expired' then app.auth_error(400, 'session_expired', 'Invalid Refresh Token: Session Expired')
      else app.auth_error(400, 'refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found') end;
  end if;
  if v.not_after <= v_now
     or coalesce(v.refreshed_at, v.created_at) + make_interval(secs => (v_settings ->> 'session_idle_s')::int) <= v_now then
    update auth_sessions set ended_at = v_now, end_reason = 'expired' where id = v.id;
    return app.auth_error(400, 'session_expired', 'Invalid Refresh Token: Session Expired');
  end if;
  v_refusal := app.auth_barred(v.user_id);
  if v_refusal is not null then
    return v_refusal || '{"status": 400}';
  end if;

  if v_counter = v.refresh_counter then
    update auth_sessions set
      refresh_counter = refresh_counter + 1,
      refreshed_at = v_now,
      recent_uses = array(select u from unnest(array[v_now] || v.recent_uses) with ordinality t(u, n) where u > v_now - v_grace and n <= 50 order by n)
    where id = v.id;
  elsif coalesce(v.recent_uses[v.refresh_counter - v_counter] > v_now - v_grace, false) then
    null;      -- a lost answer, or a second tab: the active token again
  else
    update auth_sessions set ended_at = v_now, end_reason = 'token_reuse' where id = v.id;
    perform app.auth_event('token_reuse', 'critical', 'A used refresh token came again: the session was ended.', v.user_id,
      jsonb_build_object('session_id', v.id));
    return app.auth_error(400, 'refresh_token_already_used', 'Invalid Refresh Token: Already Used');
  end if;
  return app.auth_session_answer(v.id, p);
end $$;

create or replace function app.auth_end_sessions(p_user_id uuid, p_reason text, p_only uuid default null, p_except uuid default null) returns int
language sql
as $$
  with gone as (
    update auth_sessions set ended_at = clock_timestamp(), end_reason = p_reason
    where user_id = p_user_id and ended_at is null
      and (p_only is null or id = p_only) and id is distinct from p_except
    returning 1)
  select count(*)::int from gone;
$$;

create or replace function app.auth_logout(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_session uuid := (auth.claims() ->> 'session_id')::uuid;
  v_scope text := coalesce(nullif(p -> 'ctx' ->> 'scope', ''), 'global');
  v_refusal jsonb := app.auth_caller();
  v_count int;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  if v_scope not in ('global', 'local', 'others') then
    return app.auth_error(400, 'validation_failed', format('Unsupported logout scope "%s"', v_scope));
  end if;
  v_count := app.auth_end_sessions(auth.uid(), 'logout',
    p_only => case v_scope when 'local' then v_session end, p_except => case v_scope when 'others' then v_session end);
  perform app.auth_event('logout', 'info', 'Signed out.', auth.uid(), jsonb_build_object('scope', v_scope, 'sessions', v_count));
  return app.auth_body(null, 204);
end $$;

-- Workers hear of it within seconds and refuse the tokens that are still out there.
create or replace function app.announce_session_end() returns trigger
language plpgsql security definer
as $$
begin
  if tg_op = 'UPDATE' and (new.ended_at is null or old.ended_at is not null) then
    return null;
  end if;
  if old.token_expires_at > now() then
    insert into maitred.ended_sessions (session_id, tenant, expires_at)
    values (old.id, tg_table_schema, old.token_expires_at + interval '1 minute')
    on conflict (session_id) do nothing;
    delete from maitred.ended_sessions where session_id in
      (select e.session_id from maitred.ended_sessions e where e.expires_at < now() - interval '1 day' limit 10 for update skip locked);
  end if;
  return null;
end $$;

create or replace function app.end_sessions_of_changed_user() returns trigger
language plpgsql security definer
as $$
declare
  v_lost boolean := not new.is_active or new.deleted_at is not null or coalesce(new.banned_until > now(), false);
begin
  if v_lost
     -- who joins, or leaves an organization that nobody put them into, loses no right
     or (new.organization_id is distinct from old.organization_id and old.organization_id is not null
         and new.organization_by_default = old.organization_by_default)
     or app.role_rank(new.role) < app.role_rank(old.role) then
    execute format('update %I.auth_sessions set ended_at = clock_timestamp(), end_reason = %L where user_id = $1 and ended_at is null',
                   tg_table_schema, 'access_changed') using new.id;
  end if;
  return null;
end $$;

-- Every few seconds, from every worker: sessions that ended and keys that changed since then. Keys whose time has come move on.
create or replace function app.auth_news(p_since_s bigint)
returns table (kind text, id text, tenant text, status text, public_jwk text, private_key text, at_s bigint)
language plpgsql security definer
as $$
begin
  perform app.auth_turn_keys();
  return query
    select 'now', null::text, null::text, null::text, null::text, null::text, extract(epoch from clock_timestamp())::bigint
    union all
    select 'session', e.session_id::text, e.tenant, null, null, null, extract(epoch from e.expires_at)::bigint
    from maitred.ended_sessions e where e.created_at >= to_timestamp(p_since_s) and e.expires_at > now()
    union all
    select 'keys', null, null, null, null, null, count(*) from maitred.signing_keys k where k.status <> 'revoked'
    union all
    select 'key', k.id::text, t.id::text, k.status, k.public_jwk::text, k.private_key, extract(epoch from k.updated_at)::bigint
    from maitred.signing_keys k join public.tenants t on t.schema_name = k.tenant
    where k.updated_at >= to_timestamp(p_since_s) and (p_since_s > 0 or k.status <> 'revoked');
end $$;

-- Only the auth dialect calls these.
grant execute on function
  app.auth_claims_of(uuid, jsonb),
  app.factor_required(uuid, text),
  app.auth_refresh_token(uuid, int, bytea),
  app.auth_session_answer(uuid, jsonb, jsonb),
  app.auth_open_session(uuid, text, jsonb, jsonb),
  app.auth_refresh_unknown(jsonb),
  app.auth_refresh(jsonb),
  app.auth_end_sessions(uuid, text, uuid, uuid),
  app.auth_logout(jsonb),
  app.announce_session_end(),
  app.end_sessions_of_changed_user(),
  app.auth_news(bigint)
  to maitred_auth;
