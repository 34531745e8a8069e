-- A call of an endpoint, from the job worker (src/hooks). No grants: the owner of the database calls these.

-- {"url", "body", "endpoint_id", "sealed": [text]}; null: there is nothing to send any more.
create or replace function app.webhook_delivery(p_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object('url', e.url, 'body', d.body, 'endpoint_id', e.id, 'sealed',
    to_jsonb(array_remove(array[e.secret, case when e.old_signs_until > now() then e.old_secret end], null)))
  from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id
  where d.id = p_id and d.status = 'waiting' and e.is_active;
$$;
comment on function app.webhook_delivery(uuid) is 'What is to be sent, and where; null where nothing is.';

-- The example of the standard: three days and three hours in all.
create or replace function app.webhook_wait(p_attempts int) returns interval
language sql immutable parallel safe
as $$ select (array['5 s', '5 min', '30 min', '2 h', '5 h', '10 h', '14 h', '20 h', '24 h']::interval[])[p_attempts] $$;

-- What became of a call. p_status null: no answer came. p_never: it is of no use to try again. Answers in how many seconds it is tried again; null: not.
create or replace function app.webhook_answered(p_id uuid, p_status int, p_error text, p_milliseconds int, p_retry_after_s int, p_never boolean) returns int
language plpgsql security definer
as $$
declare
  v record;
  v_wait interval;
begin
  -- the endpoint first, as who switches it off does
  perform from webhook_endpoints e where e.id = (select d.endpoint_id from webhook_deliveries d where d.id = p_id) for no key update;
  update webhook_deliveries d set attempts = d.attempts + 1, answered = p_status, last_error = left(p_error, 500)
  where d.id = p_id and d.status = 'waiting' returning d.* into v;
  if not found then
    return null;
  end if;
  insert into webhook_attempts (organization_id, delivery_id, answered, error, milliseconds) values (v.organization_id, p_id, p_status, left(p_error, 500), p_milliseconds);
  if p_status between 200 and 299 then
    update webhook_deliveries d set status = 'delivered', delivered_at = now(), next_at = null, last_error = null where d.id = p_id;
    update webhook_endpoints e set failing_since = null, last_error = null, last_delivered_at = now() where e.id = v.endpoint_id;
    return null;
  end if;
  v_wait := case when not p_never and p_status is distinct from 410 then app.webhook_wait(v.attempts) end * (0.9 + 0.2 * random());
  v_wait := greatest(v_wait, v_wait * 0 + least(make_interval(secs => coalesce(p_retry_after_s, 0)), interval '24 hours'));
  update webhook_deliveries d set status = case when v_wait is null then 'dead' else 'waiting' end, next_at = now() + v_wait where d.id = p_id;
  update webhook_endpoints e set failing_since = coalesce(e.failing_since, now()), last_error = left(p_error, 500) where e.id = v.endpoint_id;
  perform app.disable_webhook(e.id, case when p_status = 410 then 'It answered 410: it does not want to be told any more.' else 'Nothing has arrived for five days.' end)
  from webhook_endpoints e where e.id = v.endpoint_id and e.is_active and (p_status = 410 or e.failing_since < now() - interval '5 days');
  return ceil(extract(epoch from v_wait));
end $$;
comment on function app.webhook_answered(uuid, int, text, int, int, boolean) is 'Writes down how a call went; in how many seconds it is tried again, or null.';

create or replace function app.disable_webhook(p_id uuid, p_reason text) returns void
language plpgsql security definer
as $$
declare
  v record;
begin
  update webhook_endpoints e set is_active = false, disabled_reason = p_reason where e.id = p_id and e.is_active returning e.organization_id, e.url into v;
  if found then
    perform app.tell_roles(v.organization_id, array['owner', 'admin'], 'webhook_disabled',
      jsonb_build_object('host', substring(v.url from '^[a-zA-Z]+://([^/?]+)'), 'reason', p_reason), p_data => jsonb_build_object('endpoint_id', p_id), p_about => 'webhook:' || p_id);
  end if;
end $$;

-- Switched off: what waits is not sent, and a person may send it later. Switched on: a new beginning.
create or replace function app.switch_webhook() returns trigger
language plpgsql security definer
as $$
begin
  if new.is_active then
    update webhook_endpoints e set disabled_reason = null, failing_since = null, last_error = null where e.id = new.id;
  else
    perform app.cancel_jobs('webhook_send', d.id::text) from webhook_deliveries d where d.endpoint_id = new.id and d.status = 'waiting';
    update webhook_deliveries d set status = 'dead', next_at = null, last_error = coalesce(d.last_error, 'The endpoint was switched off.') where d.endpoint_id = new.id and d.status = 'waiting';
  end if;
  return null;
end $$;
grant execute on function app.switch_webhook() to authenticated, service_role;

create or replace function app.forget_webhooks() returns void
language sql security definer
as $$
  delete from webhook_deliveries d where d.created_at < now() - interval '30 days';
  update webhook_endpoints e set old_secret = null, old_signs_until = null where e.old_signs_until < now();
$$;
comment on function app.forget_webhooks() is 'Daily: deliveries of more than thirty days ago are forgotten, old secrets that sign no more, too.';
