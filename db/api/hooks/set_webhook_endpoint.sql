-- SECURITY DEFINER: no role that answers requests reads or writes the secret; the right is checked here.
create function api.set_webhook_endpoint(
  p_url text default null, p_events text[] default null, p_description text default null, p_endpoint_id uuid default null, p_organization_id uuid default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_id uuid;
  v_secret text;
begin
  perform app.require_work(v_organization, 'integration_credentials', 'update');
  if (p_url is null and p_endpoint_id is null) or length(p_url) not between 10 and 2000 or p_url !~* '^https?://[^[:space:]/?#@\\]+([/?][^[:space:]#]*)?$' then
    perform app.fail(400, 'The address is a whole one, such as https://example.com/hooks, without a name, a password or a #.', 'p_url');
  end if;
  -- where the installation lets requests out to itself at all (net_private); elsewhere the call is refused when it is made
  if p_url ~* '^http://' and p_url !~* '^http://(localhost|127\.0\.0\.1|\[::1\])([:/?]|$)' then
    perform app.fail(400, 'Events go over https only.', 'p_url');
  end if;
  if p_endpoint_id is null then
    if (select count(*) from webhook_endpoints e where e.organization_id = v_organization) >= 50 then
      perform app.fail(409, 'There are fifty endpoints already.');
    end if;
    v_id := gen_random_uuid();
    v_secret := app.new_webhook_secret();
    insert into webhook_endpoints (id, organization_id, url, events, description, secret)
    values (v_id, v_organization, p_url, coalesce(p_events, '{*}'), trim(coalesce(p_description, '')), app.seal_secret(v_secret, 'webhook_endpoints.secret', v_id::text));
  else
    update webhook_endpoints e set url = coalesce(p_url, e.url), events = coalesce(p_events, e.events), description = coalesce(trim(p_description), e.description)
    where e.id = p_endpoint_id and e.organization_id = v_organization returning e.id into v_id;
    if v_id is null then
      perform app.fail(404, 'There is no such endpoint.', 'p_endpoint_id');
    end if;
  end if;
  return (select to_jsonb(e) - '{secret,old_secret}'::text[] || jsonb_build_object('secret', v_secret) from webhook_endpoints e where e.id = v_id);
end $$;
comment on function api.set_webhook_endpoint(text, text[], text, uuid, uuid) is
  'Tells a program at this address of events from now on (webhooks), or with p_endpoint_id changes what is given (whether it is on is its column is_active). A new one''s secret, which its calls are signed with, is in this answer and never again.
answers {"...": "webhook_endpoints(id, organization_id, url, description, events, old_signs_until, is_active, disabled_reason, failing_since, last_error, last_delivered_at, created_at, updated_at)", "secret": "text | null"}';
grant execute on function api.set_webhook_endpoint(text, text[], text, uuid, uuid) to authenticated, service_role;
