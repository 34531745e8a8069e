-- SECURITY DEFINER: no role that answers requests reads or writes the secret; the right is checked here.
create function api.rotate_webhook_secret(p_endpoint_id uuid, p_overlap_hours int default 24) returns jsonb
language plpgsql security definer
as $$
declare
  v_secret text := app.new_webhook_secret();
  v_organization uuid := app.require_webhook_endpoint(p_endpoint_id, false);
begin
  if p_overlap_hours is null or p_overlap_hours not between 0 and 168 then
    perform app.fail(400, 'The old secret may sign along for 0 to 168 hours.', 'p_overlap_hours');
  end if;
  -- both are sealed for the column secret: nobody in SQL opens one to seal it anew
  update webhook_endpoints e set
    old_secret = case when p_overlap_hours > 0 then e.secret end,
    old_signs_until = case when p_overlap_hours > 0 then now() + make_interval(hours => p_overlap_hours) end,
    secret = app.seal_secret(v_secret, 'webhook_endpoints.secret', e.id::text)
  where e.id = p_endpoint_id;
  perform app.log_security_event('credentials_set', 'info', 'The secret of a webhook endpoint was changed.', null, jsonb_build_object('endpoint_id', p_endpoint_id), v_organization);
  return (select jsonb_build_object('id', e.id, 'secret', v_secret, 'old_signs_until', e.old_signs_until) from webhook_endpoints e where e.id = p_endpoint_id);
end $$;
comment on function api.rotate_webhook_secret(uuid, int) is
  'A new secret for an endpoint, shown here and never again; the old one signs beside it for p_overlap_hours (24), so that nothing is refused while the other side changes.
answers {"id": "uuid", "secret": "text", "old_signs_until": "instant | null"}';
grant execute on function api.rotate_webhook_secret(uuid, int) to authenticated, service_role;
