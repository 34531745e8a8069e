-- Guessing. An attempt is counted before its outcome is known and settled afterwards, so that a hundred parallel guesses are a
-- hundred attempts. After lock_after failures each further one doubles the wait, up to lock_most_s. A lock ends when it said it would: a try
-- that is refused moves nothing. Failures fade, lock_after of them in lock_forget_s, so that typing errors of weeks add up to nothing.

-- How many failures are left of these, and from when the next one fades.
create or replace function app.auth_failures_left(p_failures int, p_since timestamptz, p_lock_after int, p_now timestamptz, out failures int, out since timestamptz)
language sql stable
as $$
  select greatest(0, p_failures - faded)::int,
         case when p_failures <= faded then p_now else p_since + faded * step end
  from (select greatest(0, floor(extract(epoch from p_now - p_since) / extract(epoch from s.step)))::bigint as faded, s.step
        from (select make_interval(secs => app.auth_setting_s('lock_forget_s')::numeric / greatest(1, p_lock_after)) as step) s) t;
$$;

create or replace function app.auth_attempt_begin(p_subject text, p_lock_after int) returns int
language plpgsql
as $$
declare
  v_now timestamptz;
  v record;
begin
  insert into auth_attempts (subject, last_at, counted_at, pending_at) values (p_subject, clock_timestamp(), clock_timestamp(), clock_timestamp())
  on conflict (subject) do nothing;
  select pending, blocked_until, pending_at, f.failures, f.since into v
  from auth_attempts a, app.auth_failures_left(a.failures, a.counted_at, p_lock_after, clock_timestamp()) f
  where a.subject = p_subject for update of a;
  v_now := clock_timestamp();       -- after the lock
  if v.blocked_until > v_now then
    return greatest(1, ceil(extract(epoch from v.blocked_until - v_now)))::int;
  end if;
  -- a worker that died settles nothing: its attempts are forgotten after a minute, however many come meanwhile
  if v.pending_at < v_now - interval '1 minute' then
    v.pending := 0;
  end if;
  -- so many may sign in to one account at the same instant (a house where every tablet shares one)
  if v.pending >= p_lock_after + 50 then
    return greatest(1, ceil(extract(epoch from v.pending_at + interval '1 minute' - v_now)))::int;
  end if;
  update auth_attempts set
    pending = v.pending + 1, pending_at = case when v.pending = 0 then v_now else v.pending_at end,
    failures = v.failures, counted_at = v.since, last_at = v_now
  where subject = p_subject;
  return 0;
end $$;
comment on function app.auth_attempt_begin(text, int) is 'Counts an attempt: 0 when it may go on, else the seconds to wait. Settle it with auth_attempt_end().';

-- Returns the end of the lock that this failure brought, or null. An attempt that comes out right while the subject is locked
-- does not unlock it: p_ok is then not honoured, see auth_attempt_locked().
create or replace function app.auth_attempt_end(p_subject text, p_ok boolean, p_lock_after int, p_reset boolean default true) returns timestamptz
language plpgsql
as $$
declare
  v_first constant numeric := greatest(1, app.auth_setting_s('lock_first_s'));
  v_most constant numeric := greatest(v_first, app.auth_setting_s('lock_most_s'));
  v timestamptz;
begin
  if p_ok then
    update auth_attempts set pending = greatest(0, pending - 1), failures = case when p_reset then 0 else failures end,
      blocked_until = case when p_reset then null else blocked_until end
    where subject = p_subject;
    delete from auth_attempts where subject = p_subject and pending = 0 and failures = 0;
    return null;
  end if;
  -- beyond the longest wait there is nothing to count: it would only take longer to fade
  update auth_attempts set
    pending = greatest(0, pending - 1),
    counted_at = case when failures = 0 then clock_timestamp() else counted_at end,
    failures = least(failures + 1, p_lock_after + ceil(log(2, v_most / v_first))::int),
    blocked_until = case when failures + 1 >= p_lock_after
      then clock_timestamp() + make_interval(secs => least(v_most, v_first * power(2, least(failures + 1 - p_lock_after, 30)))) end
  where subject = p_subject
  returning blocked_until into v;
  return v;
end $$;

create or replace function app.auth_attempt_locked(p_subject text) returns int
language sql
as $$
  select coalesce((select greatest(1, ceil(extract(epoch from blocked_until - clock_timestamp())))::int
                   from auth_attempts where subject = p_subject and blocked_until > clock_timestamp() for update), 0);
$$;

-- An attempt that will not be made after all.
create or replace function app.auth_attempt_back(p_subject text) returns void
language sql
as $$ update auth_attempts set pending = greatest(0, pending - 1) where subject = p_subject $$;

-- Both locks of a sign-in: what was typed, and where it comes from.
create or replace function app.auth_login_subject_of(p_email text, p_phone text) returns text
language sql immutable
as $$ select 'login:' || encode(app.auth_hash(coalesce(p_email, p_phone, '')), 'hex') $$;

create or replace function app.auth_login_subject(p jsonb) returns text
language sql stable
as $$ select app.auth_login_subject_of(app.auth_email(p -> 'in' ->> 'email'), app.auth_phone(p -> 'in' ->> 'phone')) $$;

create or replace function app.auth_address_subject(p jsonb) returns text
language sql stable
as $$ select 'address:' || app.auth_place(p) $$;

-- What a stranger cannot be: somebody at a place where this user has signed in before, or with a refresh token of theirs (body member
-- device_token, of a session that was not ended for misuse). They have a lock of their own, so that nobody else can shut them out, and a thief
-- of the house's Wi-Fi guesses no faster. Null: not known.
create or replace function app.auth_known_device(p_user_id uuid, p jsonb) returns text
language plpgsql stable
as $$
declare
  v_bytes bytea := app.auth_from_base64url(p -> 'in' ->> 'device_token');
  v_place text := app.auth_place(p);
  v record;
begin
  if p_user_id is null then
    return null;
  end if;
  if length(v_bytes) = 36 then
    select id, refresh_key into v from auth_sessions
    where id = encode(substr(v_bytes, 1, 16), 'hex')::uuid and user_id = p_user_id and end_reason is distinct from 'token_reuse';
    if found and sha256(substr(v_bytes, 21, 16)) = sha256(substr(public.hmac(substr(v_bytes, 1, 20), v.refresh_key, 'sha256'), 1, 16)) then
      return format('known:%s:%s', p_user_id, v.id);
    end if;
  end if;
  if v_place <> '' and exists (
       select from auth_sessions s
       where s.user_id = p_user_id and s.end_reason is distinct from 'token_reuse'
         and case family(s.ip_address) when 6 then host(network(set_masklen(s.ip_address, 64))) else host(s.ip_address) end = v_place) then
    return format('known:%s:%s', p_user_id, v_place);
  end if;
  return null;
end $$;

-- Only the auth dialect calls these.
grant execute on function
  app.auth_failures_left(int, timestamptz, int, timestamptz),
  app.auth_attempt_begin(text, int),
  app.auth_attempt_end(text, boolean, int, boolean),
  app.auth_attempt_locked(text),
  app.auth_attempt_back(text),
  app.auth_login_subject_of(text, text),
  app.auth_login_subject(jsonb),
  app.auth_address_subject(jsonb),
  app.auth_known_device(uuid, jsonb)
  to maitred_auth;
