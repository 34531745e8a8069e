-- 32 random bytes, as the standard writes them.
create or replace function app.new_webhook_secret() returns text
language sql volatile
as $$ select 'whsec_' || encode(public.gen_random_bytes(32), 'base64') $$;

-- The organization of an endpoint that the caller may set up; p_calls: and that is switched on.
create or replace function app.require_webhook_endpoint(p_endpoint_id uuid, p_calls boolean) returns uuid
language plpgsql stable security definer
as $$
declare
  v record;
begin
  select e.organization_id, e.is_active into v from webhook_endpoints e where e.id = p_endpoint_id;
  if not found or not app.works_for(v.organization_id, 'integration_credentials', 'read') then
    perform app.fail(404, 'There is no such endpoint.', 'p_endpoint_id');
  end if;
  perform app.require_work(v.organization_id, 'integration_credentials', 'update');
  if p_calls and not v.is_active then
    perform app.fail(409, 'The endpoint is switched off.', 'p_endpoint_id');
  end if;
  return v.organization_id;
end $$;
comment on function app.require_webhook_endpoint(uuid, boolean) is 'Refuses with 404, 403 or 409 what is no endpoint for the caller to work on; answers its organization.';
