-- Webhooks that other systems call (src/incoming). The door works as maitred_auth, the daemon's own role, which may call the first two and
-- read neither table; jobs work as the owner of the database.

create or replace function app.hook_secret(p_provider text, p_endpoint_id uuid) returns text
language sql stable security definer
as $$
  select e.secret from hook_endpoints e
  where e.id = p_endpoint_id and e.provider = p_provider and e.is_active;
$$;
comment on function app.hook_secret(text, uuid) is 'What the other system signs its calls to this endpoint with, sealed; null where no such endpoint takes calls.';

-- A call that comes twice at once waits here for the first: it is either seen, or undone.
create or replace function app.receive_hook(p_endpoint_id uuid, p_event_id text, p_body bytea, p_kind text, p_lane text default null) returns boolean
language plpgsql security definer
as $$
declare
  v_id uuid;
begin
  insert into received_hooks (endpoint_id, event_id, body) values (p_endpoint_id, p_event_id, p_body)
  on conflict (endpoint_id, event_id) do nothing returning id into v_id;
  if v_id is null then
    return false;
  end if;
  perform app.enqueue(p_kind, jsonb_build_object('received_id', v_id), p_lane => p_lane);
  return true;
end $$;
comment on function app.receive_hook(uuid, text, bytea, text, text) is
  'Stores an event that was verified and queues its job, both or neither; false: it was here before, and nothing is done.';
grant execute on function app.hook_secret(text, uuid), app.receive_hook(uuid, text, bytea, text, text) to maitred_auth;

-- For the jobs. No grants: the owner of the database calls them.
create or replace function app.received_hook(p_id uuid, out organization_id uuid, out endpoint_id uuid, out provider text, out event_id text, out body bytea)
language sql stable security definer
as $$
  select r.organization_id, r.endpoint_id, e.provider, r.event_id, r.body
  from received_hooks r join hook_endpoints e on e.id = r.endpoint_id
  where r.id = p_id and r.handled_at is null;
$$;
comment on function app.received_hook(uuid) is 'An event that is still to be worked on; nulls where it was, or is gone.';

create or replace function app.hook_handled(p_id uuid) returns boolean
language sql security definer
as $$
  with done as (update received_hooks set handled_at = now(), body = null where id = p_id and handled_at is null returning 1)
  select exists (select from done);
$$;
comment on function app.hook_handled(uuid) is
  'The last statement of an event''s job, in the transaction of its effect: what came is not kept any longer, that it came is. False: it was worked on before.';

-- How long it is remembered that an event came: the tenant's setting hooks.kept_days, never less than providers repeat their calls.
create or replace function app.forget_hooks() returns void
language sql security definer
as $$
  delete from received_hooks
  where received_at < now() - make_interval(days => greatest(7, coalesce(
    (select (t.settings -> 'hooks' ->> 'kept_days')::int from public.tenants t
     where t.schema_name = current_schema() and t.settings -> 'hooks' ->> 'kept_days' ~ '^\d{1,4}$'), 30)));
$$;
comment on function app.forget_hooks() is 'Daily: events older than the tenant''s setting hooks.kept_days (30; at least 7) are forgotten.';
