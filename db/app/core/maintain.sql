-- What a tenant needs once a day; the job maintain_tenant calls it (maitred.schedules). Modules
-- hear of it by the event "daily" (listeners.sql).
create or replace function app.maintain_tenant() returns jsonb
language plpgsql security definer
as $$
declare
  v_listener record;
  v_done jsonb := '{}';
begin
  v_done := v_done || jsonb_build_object('audit_partitions', app.ensure_audit_partitions());
  delete from rate_limits where expires_at < now();
  delete from idempotency_keys where expires_at < now();
  delete from auth_attempts where greatest(last_at, blocked_until) < now() - interval '2 days';
  delete from one_time_tokens where expires_at < now() - interval '1 day';
  delete from flow_states where expires_at < now() - interval '1 day';
  delete from mfa_challenges where expires_at < now() - interval '1 day';
  delete from mfa_factors where status = 'unverified' and created_at < now() - interval '1 day';
  -- a session that ended, or that nobody used for half a year, takes its tokens with it
  delete from auth_sessions
  where coalesce(ended_at, not_after, refreshed_at + interval '180 days', created_at + interval '180 days') < now() - interval '30 days';
  perform app.forget_hooks();
  delete from realtime_messages where inserted_at < now() - interval '3 days';
  delete from notifications where created_at < now() - case when is_read then interval '90 days' else interval '365 days' end;
  for v_listener in select l.module, l.function from app.listening('daily') l loop
    execute format('select app.%I()', v_listener.function);
    v_done := v_done || jsonb_build_object(v_listener.module, true);
  end loop;
  return v_done;
end $$;
comment on function app.maintain_tenant() is 'Daily work inside a tenant: partitions ahead, what has expired away.';
grant execute on function app.maintain_tenant() to service_role;
