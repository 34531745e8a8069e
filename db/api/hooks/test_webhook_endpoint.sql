-- SECURITY DEFINER: deliveries are written by functions alone; the right is checked here.
create function api.test_webhook_endpoint(p_endpoint_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid := app.require_webhook_endpoint(p_endpoint_id, true);
begin
  perform app.queue_webhooks(v_organization, 'webhook', 'test', null, jsonb_build_object('object', 'webhook', 'id', p_endpoint_id), p_endpoint_id);
  return jsonb_build_object('event', 'webhook.test');
end $$;
comment on function api.test_webhook_endpoint(uuid) is 'Sends an event webhook.test to an endpoint, whatever it listens to. What came of it stands in webhook_deliveries.
answers {"event": "text"}';
grant execute on function api.test_webhook_endpoint(uuid) to authenticated, service_role;
