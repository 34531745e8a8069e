-- SECURITY DEFINER: no role that answers requests reads or writes the secret; the right is checked here.
create function api.set_hook_endpoint(
  p_provider text, p_secret text, p_name text default null, p_endpoint_id uuid default null, p_organization_id uuid default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_id uuid;
begin
  perform app.require_work(v_organization, 'integration_credentials', 'update');
  if coalesce(p_provider, '') !~ '^[a-z][a-z0-9_]{1,39}$' then
    perform app.fail(400, 'A provider is a short word such as stripe.', 'p_provider');
  end if;
  if length(trim(coalesce(p_secret, ''))) < 8 or length(p_secret) > 1000 then
    perform app.fail(400, 'The secret has 8 to 1,000 characters.', 'p_secret');
  end if;
  if length(trim(p_name)) not between 1 and 200 then
    perform app.fail(400, 'The name has 1 to 200 characters.', 'p_name');
  end if;
  if p_endpoint_id is null then
    v_id := gen_random_uuid();
    insert into hook_endpoints (id, organization_id, provider, name, secret)
    values (v_id, v_organization, p_provider, coalesce(trim(p_name), p_provider), app.seal_secret(p_secret, 'hook_endpoints.secret', v_id::text));
  else
    update hook_endpoints e set secret = app.seal_secret(p_secret, 'hook_endpoints.secret', e.id::text), name = coalesce(trim(p_name), e.name), is_active = true
    where e.id = p_endpoint_id and e.organization_id = v_organization and e.provider = p_provider returning e.id into v_id;
    if v_id is null then
      perform app.fail(404, 'There is no such endpoint of this provider.', 'p_endpoint_id');
    end if;
  end if;
  perform app.log_security_event('credentials_set', 'info', format('The secret of an address that %s calls was set.', p_provider), null,
    jsonb_build_object('provider', p_provider, 'endpoint_id', v_id), v_organization);
  return (select to_jsonb(e) - 'secret' || jsonb_build_object('path', format('/hooks/v1/%s/%s', e.provider, e.id)) from hook_endpoints e where e.id = v_id);
end $$;
comment on function api.set_hook_endpoint(text, text, text, uuid, uuid) is
  'Opens an address that another system (stripe …) calls, or with p_endpoint_id gives it a new secret; answers with its path. The secret is what that system signs its calls with; it is sealed and never shown again.
answers {"...": "hook_endpoints(id, organization_id, provider, name, is_active, created_at, updated_at)", "path": "text"}';
grant execute on function api.set_hook_endpoint(text, text, text, uuid, uuid) to authenticated, service_role;
