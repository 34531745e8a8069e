-- Idempotency-Key: a write that arrives twice is done once. The daemon calls claim before the write and keep behind it, in one
-- transaction; answer reads what was kept. SECURITY DEFINER: no client role may touch the table itself. Which key belongs
-- to whom is in the scope, which the daemon derives from the verified token.
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
language sql security definer
as $$
  update idempotency_keys
     set status = coalesce(nullif(current_setting('response.status', true), '')::int, 0),
         headers = jsonb_strip_nulls(jsonb_build_object(
           'rows', p_rows,
           'headers', nullif(current_setting('response.headers', true), ''),
           'updated', nullif(current_setting('pgrst.updated', true), '')::int)),
         body = convert_to(p_body, 'UTF8')
   where scope = p_scope and key = p_key and status is null
$$;
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

grant execute on function app.idempotency_claim(text, text, text, text, bytea),
  app.idempotency_keep(text, text, text, bigint), app.idempotency_answer(text, text)
  to anon, authenticated, service_role;
