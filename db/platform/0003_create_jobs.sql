-- The queue: what has to happen outside the request that asked for it.
-- up
create table maitred.jobs (
  id           uuid primary key default gen_random_uuid(),
  tenant       text,                       -- schema name; null: the platform's own
  kind         text not null,
  payload      jsonb not null default '{}',
  key          text,                       -- at most one waiting job a tenant, kind and key
  status       text not null default 'waiting' check (status in ('waiting', 'running', 'done', 'dead', 'cancelled')),
  priority     int not null default 0,     -- higher first
  run_at       timestamptz not null default now(),
  attempts     int not null default 0,
  max_attempts int not null default 12 check (max_attempts > 0),
  locked_by    text,
  locked_until timestamptz,                -- a runner that died loses its job then
  last_error   text,
  created_at   timestamptz not null default now(),
  finished_at  timestamptz
);
create index jobs_ready on maitred.jobs (priority desc, run_at) where status = 'waiting';
create index jobs_running on maitred.jobs (locked_until) where status = 'running';
create unique index jobs_key on maitred.jobs (coalesce(tenant, ''), kind, key) where key is not null and status = 'waiting';
create index jobs_finished on maitred.jobs (finished_at) where status in ('done', 'dead', 'cancelled');
comment on table maitred.jobs is 'Taken with FOR UPDATE SKIP LOCKED by any number of job workers.';

create table maitred.schedules (
  name        text primary key,
  kind        text not null,
  payload     jsonb not null default '{}',
  every       interval not null check (every >= interval '1 second'),
  per_tenant  boolean not null default false,
  next_run_at timestamptz not null default now(),
  last_run_at timestamptz
);
comment on table maitred.schedules is 'Jobs that come again: one row a schedule; per_tenant makes one job for each active tenant.';

create function maitred.announce_job() returns trigger language plpgsql as $$
begin
  perform pg_notify('maitred_jobs', '');
  return null;
end $$;
create trigger announce_job after insert on maitred.jobs
  for each statement execute function maitred.announce_job();

-- down
drop table maitred.schedules;
drop table maitred.jobs;
drop function maitred.announce_job();
