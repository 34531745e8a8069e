-- Which job comes first, and which ones wait for each other.
-- up
update maitred.jobs set finished_at = run_at where status in ('done', 'dead', 'cancelled') and finished_at is null;
update maitred.jobs set priority = least(greatest(priority, 0), 60) where priority not between 0 and 60;
alter table maitred.jobs
  add column seq bigint generated always as identity,
  add column lane text check (length(lane) between 1 and 200),
  add column turn_at timestamp generated always as ((run_at at time zone 'UTC') - priority * interval '1 minute') stored,
  add constraint jobs_priority check (priority between 0 and 60),
  -- whoever takes sixty of them holds sixty of them in memory
  add constraint jobs_payload_size check (pg_column_size(payload) <= 1048576) not valid;
comment on column maitred.jobs.lane is 'Jobs of a tenant with the same lane (a chat, a payment) run one after another, in the order of seq; lanes run side by side. The first one of a lane that waits for a later try holds up the others until it is done or dead.';
comment on column maitred.jobs.priority is 'Minutes of head start over jobs that were due at the same time: nothing waits for ever behind what is more urgent.';
comment on column maitred.jobs.turn_at is 'Where it stands among the jobs that are due (UTC).';

drop index maitred.jobs_ready;
create index jobs_ready on maitred.jobs (turn_at, seq) where status = 'waiting';
create index jobs_lane on maitred.jobs (lane, coalesce(tenant, ''), seq) where lane is not null and status in ('waiting', 'running');
-- What holds the order when two workers look at the same moment.
create unique index jobs_lane_busy on maitred.jobs (lane, coalesce(tenant, '')) where lane is not null and status = 'running';
-- Rows come and go all day: their traces go soon, too.
alter table maitred.jobs set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.1, fillfactor = 80);

-- Workers are woken for what is due before they look again by themselves (every 5 s), and for nothing else: a notification makes
-- commits stand in line.
create or replace function maitred.announce_job() returns trigger language plpgsql as $$
begin
  if exists (select from fresh where status = 'waiting' and run_at <= clock_timestamp() + interval '6 seconds') then
    perform pg_notify('maitred_jobs', '');
  end if;
  return null;
end $$;
drop trigger announce_job on maitred.jobs;
create trigger announce_job after insert on maitred.jobs referencing new table as fresh
  for each statement execute function maitred.announce_job();
create function maitred.announce_sooner() returns trigger language plpgsql as $$
begin
  perform pg_notify('maitred_jobs', '');
  return null;
end $$;
create trigger announce_sooner after update of run_at on maitred.jobs for each row
  when (new.status = 'waiting' and new.run_at <= clock_timestamp() + interval '6 seconds' and (new.run_at < old.run_at or old.status <> 'waiting'))
  execute function maitred.announce_sooner();

-- down
drop trigger announce_sooner on maitred.jobs;
drop function maitred.announce_sooner();
drop trigger announce_job on maitred.jobs;
create or replace function maitred.announce_job() returns trigger language plpgsql as $$
begin
  perform pg_notify('maitred_jobs', '');
  return null;
end $$;
create trigger announce_job after insert on maitred.jobs
  for each statement execute function maitred.announce_job();
drop index maitred.jobs_lane_busy, maitred.jobs_lane, maitred.jobs_ready;
create index jobs_ready on maitred.jobs (priority desc, run_at) where status = 'waiting';
alter table maitred.jobs reset (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor, fillfactor);
alter table maitred.jobs drop constraint jobs_payload_size, drop constraint jobs_priority, drop column turn_at, drop column lane, drop column seq;
