-- Counting attempts, across all daemons. The bucket's row is the lock: parallel attempts are counted one by one.
create or replace function app.rate_limit(p_bucket text, p_limit int, p_window interval) returns int
language sql security definer
as $$
  insert into rate_limits as r (bucket, hits, expires_at)
  values (p_bucket, 1, clock_timestamp() + p_window)
  on conflict (bucket) do update set
    hits       = case when r.expires_at <= clock_timestamp() then 1 else least(r.hits + 1, 1000000000) end,
    expires_at = case when r.expires_at <= clock_timestamp() then clock_timestamp() + p_window else r.expires_at end
  returning case when hits <= p_limit then 0
                 else greatest(1, ceil(extract(epoch from expires_at - clock_timestamp())))::int end;
$$;
comment on function app.rate_limit(text, int, interval) is
  'Counts one attempt in the bucket: 0 when it is within the limit of the window, else the seconds to wait. Refuse with app.refusal(), not app.fail(), or the count is undone.';

create or replace function app.rate_limited(p_bucket text, p_limit int) returns int
language sql stable security definer
as $$
  select coalesce((select greatest(1, ceil(extract(epoch from expires_at - clock_timestamp())))::int
                   from rate_limits
                   where bucket = p_bucket and hits >= p_limit and expires_at > clock_timestamp()), 0);
$$;
comment on function app.rate_limited(text, int) is
  'Looks without counting: seconds to wait once the limit is used up, else 0. For limits that only wrong tries count towards.';

create or replace function app.reset_rate_limit(p_bucket text) returns void
language sql security definer
as $$ delete from rate_limits where bucket = p_bucket $$;

-- A client that counts for others locks them out: only functions of the house do.
grant execute on function app.rate_limit(text, int, interval), app.rate_limited(text, int), app.reset_rate_limit(text) to service_role, maitred_auth;
