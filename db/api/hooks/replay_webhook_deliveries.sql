-- SECURITY DEFINER: deliveries are written by functions alone; the right is checked here.
create function api.replay_webhook_deliveries(p_endpoint_id uuid, p_delivery_id uuid default null, p_since timestamptz default null) returns int
language plpgsql security definer
as $$
declare
  v_ids uuid[];
begin
  perform app.require_webhook_endpoint(p_endpoint_id, true);
  with again as (
    update webhook_deliveries d set status = 'waiting', attempts = 0, next_at = null, delivered_at = null
    where d.id = any (array(
      select x.id from webhook_deliveries x
      where x.endpoint_id = p_endpoint_id
        and (x.id = p_delivery_id or (p_delivery_id is null and x.status <> 'delivered' and (p_since is null or x.created_at >= p_since)))
        -- what is under way is left to it
        and not exists (select from maitred.jobs j where j.tenant = current_schema() and j.kind = 'webhook_send' and j.key = x.id::text and j.status in ('waiting', 'running'))
      order by x.sequence limit 10000 for update))
    returning d.id)
  select coalesce(array_agg(again.id), '{}') into v_ids from again;
  perform app.send_webhook(d.id, d.endpoint_id, d.object_id, now())
  from (select x.id, x.endpoint_id, x.object_id from webhook_deliveries x where x.id = any (v_ids) order by x.sequence) d;
  return cardinality(v_ids);
end $$;
comment on function api.replay_webhook_deliveries(uuid, uuid, timestamptz) is
  'Sends what was given up on once more, in its order: all of an endpoint, what happened since an instant, or one delivery, also one that arrived (it has the same webhook-id). Answers how many, ten thousand at most.
answers "int"';
grant execute on function api.replay_webhook_deliveries(uuid, uuid, timestamptz) to authenticated, service_role;
