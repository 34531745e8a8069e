-- SECURITY DEFINER: deliveries are written by functions alone; the right is checked here.
create function api.test_webhook_endpoint(p_endpoint_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v record;
begin
  select e.organization_id, e.is_active into v from webhook_endpoints e where e.id = p_endpoint_id;
  if not found or not app.works_for(v.organization_id, 'integration_credentials', 'read') then
    perform app.fail(404, 'There is no such endpoint.', 'p_endpoint_id');
  end if;
  perform app.require_work(v.organization_id, 'integration_credentials', 'update');
  if not v.is_active then
    perform app.fail(409, 'The endpoint is switched off.', 'p_endpoint_id');
  end if;
  perform app.queue_webhooks(v.organization_id, 'webhook', 'test', null, jsonb_build_object('object', 'webhook', 'id', p_endpoint_id), p_endpoint_id);
  return jsonb_build_object('event', 'webhook.test');
end $$;
comment on function api.test_webhook_endpoint(uuid) is 'Sends an event webhook.test to an endpoint, whatever it listens to. What came of it stands in webhook_deliveries.
answers {"event": "text"}';
grant execute on function api.test_webhook_endpoint(uuid) to authenticated, service_role;
