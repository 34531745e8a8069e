-- Handing work to the job worker, from inside the transaction that decided it.
create or replace function app.enqueue(
  p_kind text,
  p_payload jsonb default '{}',
  p_run_at timestamptz default now(),
  p_key text default null,
  p_lane text default null) returns uuid
language sql security definer
as $$
  insert into maitred.jobs (tenant, kind, payload, run_at, key, lane)
  values (current_schema(), p_kind, p_payload, p_run_at, p_key, p_lane)
  on conflict (coalesce(tenant, ''), kind, key) where key is not null and status = 'waiting'
  do update set payload = excluded.payload, run_at = excluded.run_at
  returning id;
$$;
comment on function app.enqueue(text, jsonb, timestamptz, text, text) is
  'Queues a job of this tenant. A waiting job with the same kind and key is replaced. Jobs of one lane (a chat, a payment) run one after another, in the order in which they were queued.';

create or replace function app.enqueue_if_none(
  p_kind text,
  p_payload jsonb,
  p_run_at timestamptz,
  p_key text,
  p_lane text default null) returns void
language sql security definer
as $$
  insert into maitred.jobs (tenant, kind, payload, run_at, key, lane)
  values (current_schema(), p_kind, p_payload, p_run_at, p_key, p_lane)
  on conflict (coalesce(tenant, ''), kind, key) where key is not null and status = 'waiting' do nothing;
$$;
comment on function app.enqueue_if_none(text, jsonb, timestamptz, text, text) is
  'As app.enqueue, but a waiting job with the same kind and key stays as it is: for who comes back later and must not put off what somebody wants now.';

create or replace function app.cancel_jobs(p_kind text, p_key text) returns int
language sql security definer
as $$
  with gone as (
    update maitred.jobs set status = 'cancelled', finished_at = now()
    where tenant = current_schema() and kind = p_kind and key = p_key and status = 'waiting'
    returning 1)
  select count(*)::int from gone;
$$;
comment on function app.cancel_jobs(text, text) is 'Takes waiting jobs of this tenant back.';
-- Only functions of the house queue jobs, with the owner's rights: a job does what its kind does, whoever asked for it.
grant execute on function app.enqueue(text, jsonb, timestamptz, text, text), app.cancel_jobs(text, text) to service_role, maitred_auth;
