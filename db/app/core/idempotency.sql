-- A request that arrives twice is done once. A client says so by a key, in the header Idempotency-Key or, where a function has it, as
-- p_idempotency_key: the daemon hands the header to such a function, so one key is kept in one place. Functions keep it in
-- the row that they make (app.own_key) and answer with how that row is now; for everything else the daemon calls claim before the write
-- and keep behind it, in one transaction, and answer reads what was kept. SECURITY DEFINER: no client role may touch the
-- table itself.

-- Keys are the clients' own and often no secret ("order-1"), and a whole house has one address: a key is one person's. The one rule for
-- whose it is, for both doors.
create or replace function app.idempotency_scope() returns text
language plpgsql stable
as $$
begin
  return (
    select case
             when person is not null then role || ' ' || person
             when role = 'anon' then 'anon ' || coalesce(nullif(current_setting('request.ip', true), ''), 'here')
             else role
           end
    from (select coalesce(nullif(current_setting('role', true), ''), 'none') as role,
                 coalesce(auth.claims() ->> 'customer_session_id', auth.claims() ->> 'sub', auth.claims() ->> 'session_id') as person) w);
end $$;
comment on function app.idempotency_scope() is 'Whose an idempotency key is: role and person (table guest, user, session), else role and address.';

-- The key of a function, as it is kept in rows: digest of scope and key.
create or replace function app.own_key(p_key text) returns text
language plpgsql stable
as $$
begin
  if p_key is null then
    return null;
  end if;
  if length(p_key) not between 1 and 200 then
    perform app.fail(400, 'An idempotency key has 1 to 200 characters.', 'p_idempotency_key');
  end if;
  return encode(sha256(convert_to(app.idempotency_scope() || chr(10) || p_key, 'UTF8')), 'hex');
end $$;
comment on function app.own_key(text) is 'An idempotency key of the one who asks: nobody else has the same one. Refuses what is no key.';

-- Two requests with one key stand in line; the second finds the first one's row.
create or replace function app.lock_key(p_kind text, p_key text) returns void
language sql
as $$
  select pg_advisory_xact_lock(hashtextextended(current_schema() || ':' || p_kind || ':' || p_key, 0)) where p_key is not null;
$$;
comment on function app.lock_key(text, text) is 'Holds a key (app.own_key) until the transaction ends.';

create or replace function app.refuse_key(p_thing text) returns void
language plpgsql
as $$
begin
  perform app.fail(422, format('This idempotency key belongs to another %s.', p_thing), 'p_idempotency_key');
end $$;
comment on function app.refuse_key(text) is 'The row of this key is not what is asked for now: 422, as the header answers for another request with its key.';

-- Strangers behind one address share a scope. What opens something is told once, to the one who asked first: it is not
-- even kept. Tokens are known by their looks as well as by their name.
create or replace function app.without_secrets(p_answer jsonb) returns jsonb
language plpgsql immutable
as $$
begin
  return case jsonb_typeof(p_answer)
    when 'object' then (
      select coalesce(jsonb_object_agg(key, case
               when key ~* '(token|otp|secret|password|passcode|pin|signature|hash|link|url)$|(^|_)code$' and jsonb_typeof(value) in ('string', 'number')
               then 'null' else app.without_secrets(value) end), '{}')
      from jsonb_each(p_answer))
    when 'array' then (
      select coalesce(jsonb_agg(app.without_secrets(value) order by n), '[]') from jsonb_array_elements(p_answer) with ordinality as e (value, n))
    when 'string' then case when p_answer #>> '{}' ~ '^([0-9]{4,10}|ey[A-Za-z0-9_-]{10,}\..*|[A-Za-z0-9_-]{20,})$' and not app.is_uuid(p_answer #>> '{}') then 'null' else p_answer end
    else p_answer
  end;
end $$;
comment on function app.without_secrets(jsonb) is 'An answer without tokens, codes and other things that open something.';

create or replace function app.idempotency_claim(
  p_scope text,
  p_key text,
  p_method text,
  p_path text,
  p_hash bytea) returns void
language plpgsql security definer
as $$
begin
  -- A second request waits here until the first has committed or rolled back.
  insert into idempotency_keys (scope, key, method, path, request_hash)
  values (p_scope, p_key, p_method, p_path, p_hash)
  on conflict (scope, key) do update
    set method = excluded.method, path = excluded.path, request_hash = excluded.request_hash,
        status = null, headers = null, body = null, created_at = excluded.created_at, expires_at = excluded.expires_at
    where idempotency_keys.expires_at < now();
  if not found then
    raise exception using errcode = 'MDIKR', message = 'This Idempotency-Key has been used.';
  end if;
end $$;
comment on function app.idempotency_claim(text, text, text, text, bytea) is
  'Takes an Idempotency-Key for this transaction; SQLSTATE MDIKR when it was used and has not expired.';

create or replace function app.idempotency_keep(
  p_scope text,
  p_key text,
  p_body text,
  p_rows bigint) returns void
language plpgsql security definer
as $$
begin
  -- a refusal that was not an exception (a wrong code was counted) is no answer for ever: the key is free again
  if coalesce(nullif(current_setting('response.status', true), '')::int, 0) >= 400 then
    delete from idempotency_keys where scope = p_scope and key = p_key and status is null;
    return;
  end if;
  if p_scope like 'anon %' and p_body is not null then
    p_body := app.without_secrets(p_body::jsonb)::text;
  end if;
  update idempotency_keys
     set status = coalesce(nullif(current_setting('response.status', true), '')::int, 0),
         headers = jsonb_strip_nulls(jsonb_build_object(
           'rows', p_rows,
           'headers', nullif(current_setting('response.headers', true), ''),
           'updated', nullif(current_setting('pgrst.updated', true), '')::int)),
         body = convert_to(p_body, 'UTF8')
   where scope = p_scope and key = p_key and status is null;
end $$;
comment on function app.idempotency_keep(text, text, text, bigint) is
  'Keeps the answer of this transaction under its Idempotency-Key; works once for each claim.';

create or replace function app.idempotency_answer(
  p_scope text,
  p_key text) returns table (
    method text, path text, request_hash text, body text, rows bigint, response_status text, response_headers text, updated int)
language sql stable security definer
as $$
  select k.method, k.path, k.request_hash::text, convert_from(k.body, 'UTF8'), (k.headers->>'rows')::bigint,
         nullif(k.status, 0)::text, k.headers->>'headers', (k.headers->>'updated')::int
    from idempotency_keys k
   where k.scope = p_scope and k.key = p_key and k.expires_at >= now()
$$;
comment on function app.idempotency_answer(text, text) is 'What was kept under an Idempotency-Key.';

grant execute on function app.idempotency_scope(), app.idempotency_claim(text, text, text, text, bytea),
  app.idempotency_keep(text, text, text, bigint), app.idempotency_answer(text, text)
  to anon, authenticated, service_role;
