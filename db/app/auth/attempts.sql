-- Guessing. An attempt is counted before its outcome is known and settled afterwards, so that a hundred parallel guesses are a
-- hundred attempts. After lock_after failures each further one doubles the wait.

create or replace function app.auth_attempt_begin(p_subject text, p_lock_after int) returns int
language plpgsql
as $$
declare
  v record;
begin
  insert into auth_attempts as a (subject, pending, last_at) values (p_subject, 1, clock_timestamp())
  on conflict (subject) do update set
    -- a worker that died settles nothing: its attempts are forgotten after a minute, old failures after a day
    pending  = case when a.last_at < clock_timestamp() - interval '1 minute' then 1 else a.pending + 1 end,
    failures = case when a.last_at < clock_timestamp() - interval '1 day' then 0 else a.failures end,
    last_at  = case when a.blocked_until > clock_timestamp() then a.last_at else clock_timestamp() end
  returning failures, pending, blocked_until into v;
  if v.blocked_until > clock_timestamp() then
    update auth_attempts set pending = greatest(0, pending - 1) where subject = p_subject;
    return greatest(1, ceil(extract(epoch from v.blocked_until - clock_timestamp())))::int;
  end if;
  -- so many may sign in to one account at the same instant (a house where every tablet shares one); as guesses they lock it for an hour
  if v.failures + v.pending > p_lock_after + 50 then
    update auth_attempts set pending = greatest(0, pending - 1) where subject = p_subject;
    return 1;
  end if;
  return 0;
end $$;
comment on function app.auth_attempt_begin(text, int) is 'Counts an attempt: 0 when it may go on, else the seconds to wait. Settle it with auth_attempt_end().';

-- Returns the end of the lock that this failure brought, or null. An attempt that comes out right while the subject is locked
-- does not unlock it: p_ok is then not honoured, see auth_attempt_locked().
create or replace function app.auth_attempt_end(p_subject text, p_ok boolean, p_lock_after int, p_reset boolean default true) returns timestamptz
language plpgsql
as $$
declare
  v_settings jsonb := app.auth_settings();
  v timestamptz;
begin
  if p_ok then
    update auth_attempts set pending = greatest(0, pending - 1), failures = case when p_reset then 0 else failures end,
      blocked_until = case when p_reset then null else blocked_until end
    where subject = p_subject;
    delete from auth_attempts where subject = p_subject and pending = 0 and failures = 0;
    return null;
  end if;
  update auth_attempts set
    pending = greatest(0, pending - 1),
    failures = failures + 1,
    blocked_until = case when failures + 1 >= p_lock_after then clock_timestamp() + make_interval(secs =>
      least((v_settings ->> 'lock_most_s')::numeric,
            (v_settings ->> 'lock_first_s')::numeric * power(2, least(failures + 1 - p_lock_after, 30)))) end
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

-- Only the auth dialect calls these.
grant execute on function
  app.auth_attempt_begin(text, int),
  app.auth_attempt_end(text, boolean, int, boolean),
  app.auth_attempt_locked(text),
  app.auth_login_subject_of(text, text),
  app.auth_login_subject(jsonb),
  app.auth_address_subject(jsonb)
  to maitred_auth;
