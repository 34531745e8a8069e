-- The queue as functions: each is one step of a job's life (src/jobs/README.md has the diagram). Only the owner of the database calls them.
-- All times are this server's: the clocks of workers are never compared.
-- up

-- $1 runner, $2 kinds it knows, $3 the seconds of its hold on one of each kind, $4 how many more of each kind it may have, $5 how many in all.
-- What it returns is running, and its own until the hold ends. A suspended tenant's jobs wait until it is active again.
create function maitred.job_take(p_runner text, p_kinds text[], p_hold_s int[], p_room int[], p_most int)
returns table (id uuid, kind text, tenant text, lane text, payload jsonb, attempt int, max_attempts int)
language plpgsql as $$
#variable_conflict use_column
declare
  v_suspended text[] := array(select t.schema_name from public.tenants t where t.status <> 'active');
begin
  for v_try in 1 .. 5 loop
    begin
      return query
      with ready as materialized (
        select w.id, w.kind, w.turn_at, w.seq
        from maitred.jobs w
        where w.status = 'waiting' and w.turn_at <= now() at time zone 'UTC' and w.run_at <= now() and w.kind = any (p_kinds)
          and (w.tenant is null or w.tenant <> all (v_suspended))
          and (w.lane is null or not exists (
            select from maitred.jobs e
            where e.lane = w.lane and coalesce(e.tenant, '') = coalesce(w.tenant, '') and e.status in ('waiting', 'running')
              and (e.seq < w.seq or e.status = 'running')))
        order by w.turn_at, w.seq limit p_most for update skip locked),
      placed as (select r.*, row_number() over (partition by r.kind order by r.turn_at, r.seq) as place from ready r),
      taken as (
        update maitred.jobs j set status = 'running', attempts = attempts + 1, locked_by = p_runner,
          locked_until = clock_timestamp() + make_interval(secs => k.hold_s)
        from placed p join unnest(p_kinds, p_hold_s, p_room) k (kind, hold_s, room) on k.kind = p.kind and p.place <= k.room
        where j.id = p.id
        returning j.id, j.kind, j.tenant, j.lane, j.payload, j.attempts, j.max_attempts, j.turn_at, j.seq)
      select t.id, t.kind, t.tenant, t.lane, t.payload, t.attempts, t.max_attempts from taken t order by t.turn_at, t.seq;
      return;
    exception when unique_violation then
      null;  -- another worker took one of the same lane at this moment: look again
    end;
  end loop;
end $$;

-- Waiting again from p_run_at on; or dead when its tries are used up; or cancelled when a newer job with the same key waits, which replaces it.
create function maitred.job_put_back(p_id uuid, p_run_at timestamptz, p_reason text, p_dead boolean) returns void
language plpgsql as $$
begin
  update maitred.jobs j set
    status = case when p_dead then 'dead' else 'waiting' end, run_at = p_run_at, last_error = coalesce(p_reason, j.last_error),
    finished_at = case when p_dead then now() end, locked_by = null, locked_until = null
  where j.id = p_id;
exception when unique_violation then
  update maitred.jobs j set status = 'cancelled', last_error = coalesce(p_reason, j.last_error), finished_at = now(), locked_by = null, locked_until = null
  where j.id = p_id;
end $$;

-- From 5 s, doubled by each try up to an hour, spread by half in both directions, so that what failed together does not come back together.
create function maitred.job_back_off(p_attempt int) returns interval
language sql volatile as $$
  select make_interval(secs => least(3600, 5 * power(2, least(greatest(p_attempt, 1), 20) - 1)) * (0.5 + random()))
$$;

-- $2 is [{"id", "attempt", "result": "done"|"later"|"never", "in_s": seconds or null, "reason"}]. A job that was taken from the runner meanwhile
-- (its hold ended) is no longer its to finish. "later" comes back after its back-off, and not before in_s; it has used up a try.
create function maitred.job_finish(p_runner text, p_finished jsonb) returns void
language plpgsql as $$
declare
  v record;
begin
  -- what was said is gone once it is said: a mail holds links and codes that still open something, and names
  update maitred.jobs j set status = 'done', finished_at = now(), locked_by = null, locked_until = null, last_error = null,
    payload = case j.kind when 'erase_outbox' then '{}' else j.payload - '{text,html,subject,reply_to,title,message,link,code,data,unsubscribe}'::text[] end
  from jsonb_to_recordset(p_finished) as f (id uuid, attempt int, result text)
  where f.result = 'done' and j.id = f.id and j.locked_by = p_runner and j.attempts = f.attempt and j.status = 'running';

  for v in
    select j.id, j.attempts, j.max_attempts, f.result, f.reason,
      make_interval(secs => least(greatest(coalesce(f.in_s, 0), 0), 366 * 86400)) as wait
    from jsonb_to_recordset(p_finished) as f (id uuid, attempt int, result text, in_s float8, reason text)
      join maitred.jobs j on j.id = f.id
    where f.result <> 'done' and j.locked_by = p_runner and j.attempts = f.attempt and j.status = 'running'
    for update of j
  loop
    perform maitred.job_put_back(v.id, clock_timestamp() + greatest(v.wait, maitred.job_back_off(v.attempts)), v.reason,
                                 v.result = 'never' or v.attempts >= v.max_attempts);
  end loop;
end $$;

-- One round of a worker: says what is finished, takes what is next, in one transaction.
create function maitred.job_turn(p_runner text, p_finished jsonb, p_kinds text[], p_hold_s int[], p_room int[], p_most int)
returns table (id uuid, kind text, tenant text, lane text, payload jsonb, attempt int, max_attempts int)
language plpgsql as $$
begin
  if p_finished is not null then
    perform maitred.job_finish(p_runner, p_finished);
  end if;
  if p_most > 0 then
    return query select * from maitred.job_take(p_runner, p_kinds, p_hold_s, p_room, p_most);
  end if;
end $$;

-- The runner lives and is still at these jobs.
create function maitred.job_hold(p_runner text, p_ids uuid[], p_hold_s int) returns void
language sql as $$
  update maitred.jobs set locked_until = clock_timestamp() + make_interval(secs => p_hold_s)
  where id = any (p_ids) and locked_by = p_runner and status = 'running'
$$;

-- Given back as if they had not been taken: these, or all that the runner holds.
create function maitred.job_give_back(p_runner text, p_ids uuid[] default null) returns int
language plpgsql as $$
declare
  v record;
  v_count int := 0;
begin
  for v in
    select j.id from maitred.jobs j where j.status = 'running' and j.locked_by = p_runner and (p_ids is null or j.id = any (p_ids)) for update
  loop
    update maitred.jobs j set attempts = j.attempts - 1 where j.id = v.id;
    perform maitred.job_put_back(v.id, clock_timestamp(), null, false);
    v_count := v_count + 1;
  end loop;
  return v_count;
end $$;

-- Jobs whose runner died go back, or are dead when they have used up their tries (one of them may be what kills runners). They come back at
-- different times, so that one that kills does not take the same company with it again.
create function maitred.job_recover() returns int
language plpgsql as $$
declare
  v record;
  v_count int := 0;
begin
  for v in
    select j.id, j.attempts, j.max_attempts from maitred.jobs j
    where j.status = 'running' and j.locked_until < clock_timestamp() order by j.locked_until limit 1000 for update skip locked
  loop
    perform maitred.job_put_back(v.id, clock_timestamp() + case when v.attempts = 1 then interval '0' else maitred.job_back_off(v.attempts - 1) end,
                                 'The job worker died or the job took too long.', v.attempts >= v.max_attempts);
    v_count := v_count + 1;
  end loop;
  return v_count;
end $$;

-- Puts the jobs of due schedules into the queue. One that was late (the daemon was off) runs once, not once for each time it missed. Counted in
-- seconds: a day of 23 hours is no reason to run twice.
create function maitred.job_schedule(p_now timestamptz default now()) returns void
language sql as $$
  with due as (
    select s.name, s.kind, s.payload, s.per_tenant, s.next_run_at, extract(epoch from s.every) as every_s
    from maitred.schedules s where s.next_run_at <= p_now for update skip locked),
  moved as (
    update maitred.schedules s set last_run_at = p_now,
      next_run_at = due.next_run_at + make_interval(secs => due.every_s * (floor(extract(epoch from p_now - due.next_run_at) / due.every_s) + 1))
    from due where s.name = due.name)
  insert into maitred.jobs (tenant, kind, payload, key)
  select t.schema_name, due.kind, due.payload, 'schedule:' || due.name
  from due left join public.tenants t on due.per_tenant and t.status = 'active'
  where not due.per_tenant or t.id is not null
  on conflict (coalesce(tenant, ''), kind, key) where key is not null and status = 'waiting' do nothing
$$;

-- Forgets finished jobs after a week, dead ones after three months; a few thousand at a time. Returns how many.
create function maitred.job_tidy() returns int
language plpgsql as $$
declare
  v_count int;
begin
  delete from maitred.jobs j where j.id = any (array(
    select x.id from maitred.jobs x
    where x.status in ('done', 'dead', 'cancelled') and x.finished_at < now() - case x.status when 'dead' then interval '90 days' else interval '7 days' end
    order by x.finished_at limit 5000 for update skip locked));
  get diagnostics v_count = row_count;
  return v_count;
end $$;

-- Milliseconds until the next job of these kinds or the next schedule is due, at most p_most_ms.
create function maitred.job_next_ms(p_kinds text[], p_most_ms int) returns int
language sql stable as $$
  select coalesce(least(p_most_ms, greatest(0, ceil(extract(epoch from min(n.at) - clock_timestamp()) * 1000))), p_most_ms)::int
  from (select min(w.run_at) as at from maitred.jobs w
        where w.status = 'waiting' and w.kind = any (p_kinds) and w.run_at > now()
          and w.turn_at <= now() at time zone 'UTC' + p_most_ms * interval '1 millisecond'
        union all select min(s.next_run_at) from maitred.schedules s) n
$$;

-- Kinds that are due and that nobody here knows. Their jobs are never lost: a newer program may know them.
create function maitred.job_unknown(p_kinds text[]) returns table (kind text, jobs bigint)
language sql stable as $$
  select w.kind, count(*) from maitred.jobs w where w.status = 'waiting' and w.run_at <= now() and w.kind <> all (p_kinds) group by w.kind
$$;

-- The queue as people see it, newest first.
create function maitred.job_list(p_status text, p_kind text, p_tenant text, p_most int, p_id uuid default null)
returns table (id uuid, tenant text, kind text, lane text, status text, run_at text, attempts int, max_attempts int, last_error text, created_at text, payload jsonb)
language sql stable as $$
  select j.id, j.tenant, j.kind, j.lane, j.status, to_char(j.run_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), j.attempts, j.max_attempts,
    j.last_error, to_char(j.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), j.payload
  from maitred.jobs j
  where (p_id is null or j.id = p_id) and (p_status is null or j.status = p_status) and (p_kind is null or j.kind = p_kind)
    and (p_tenant is null or j.tenant = p_tenant)
  order by j.created_at desc, j.seq desc limit p_most
$$;

-- A waiting, dead or cancelled job runs now, with all its tries again. False: it is in another state, or not there.
create function maitred.job_retry(p_id uuid) returns boolean
language plpgsql as $$
begin
  update maitred.jobs j set status = 'waiting', attempts = 0, run_at = now(), finished_at = null
  where j.id = p_id and j.status in ('waiting', 'dead', 'cancelled');
  return found;
end $$;

-- A waiting job will not run. False: it is in another state, or not there.
create function maitred.job_cancel(p_id uuid) returns boolean
language plpgsql as $$
begin
  update maitred.jobs j set status = 'cancelled', finished_at = now() where j.id = p_id and j.status = 'waiting';
  return found;
end $$;

-- down
drop function maitred.job_cancel(uuid), maitred.job_retry(uuid), maitred.job_list(text, text, text, int, uuid), maitred.job_unknown(text[]),
  maitred.job_next_ms(text[], int), maitred.job_tidy(), maitred.job_schedule(timestamptz), maitred.job_recover(), maitred.job_give_back(text, uuid[]),
  maitred.job_hold(text, uuid[], int), maitred.job_turn(text, jsonb, text[], int[], int[], int), maitred.job_finish(text, jsonb),
  maitred.job_back_off(int), maitred.job_put_back(uuid, timestamptz, text, boolean), maitred.job_take(text, text[], int[], int[], int);
