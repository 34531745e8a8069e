-- SECURITY DEFINER: no role that answers requests reads or writes the secrets; the right is checked here.
create function api.set_payment_account(p_provider text, p_secrets jsonb, p_use boolean default true, p_organization_id uuid default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_provider record;
  v_id uuid := gen_random_uuid();
  v_mode text;
  v_hook jsonb;
begin
  perform app.require_work(v_organization, 'integration_credentials', 'update');
  select * into v_provider from app.payment_providers() p where p.provider = p_provider;
  if not found then
    perform app.fail(400, format('%s is no payment provider here.', coalesce(p_provider, 'Nothing')), 'p_provider',
      jsonb_build_object('providers', (select jsonb_agg(p.provider) from app.payment_providers() p)));
  end if;
  if jsonb_typeof(p_secrets) is distinct from 'object' or length(p_secrets::text) > 5000
     or exists (select from unnest(v_provider.secrets) s where coalesce(trim(p_secrets ->> s), '') = '')
     or exists (select from jsonb_object_keys(p_secrets) k where k <> all (v_provider.secrets)) then
    perform app.fail(400, format('%s needs: %s.', p_provider, array_to_string(v_provider.secrets, ', ')), 'p_secrets', jsonb_build_object('needs', to_jsonb(v_provider.secrets)));
  end if;
  -- pasted with a line's end, a secret fits nothing and nobody sees why
  select jsonb_object_agg(e.key, btrim(e.value, E' \t\r\n')) into p_secrets from jsonb_each_text(p_secrets) e;
  v_mode := case when p_secrets ->> 'secret_key' ~ v_provider.live_key then 'live' when p_secrets ->> 'secret_key' ~ v_provider.test_key then 'test' end;
  if v_mode is null then
    perform app.fail(400, 'This is no secret key: it begins with sk_live_, sk_test_, rk_live_ or rk_test_.', 'p_secrets');
  end if;
  v_hook := api.set_hook_endpoint(p_provider, p_secrets ->> 'webhook_secret', 'Payments',
    (select a.endpoint_id from payment_accounts a where a.organization_id = v_organization and a.provider = p_provider), v_organization);
  insert into payment_accounts as a (id, organization_id, provider, mode, secrets, endpoint_id)
  values (v_id, v_organization, p_provider, v_mode, app.seal_secret((p_secrets - 'webhook_secret')::text, 'payment_accounts.secrets', v_id::text), (v_hook ->> 'id')::uuid)
  on conflict (organization_id, provider) do update set mode = excluded.mode,
    secrets = app.seal_secret((p_secrets - 'webhook_secret')::text, 'payment_accounts.secrets', a.id::text), endpoint_id = excluded.endpoint_id, is_active = true, status = 'unknown', status_reason = null, checked_at = null
  returning a.id into v_id;
  if p_use then
    update organizations o set settings = jsonb_set(o.settings, '{payments}', coalesce(o.settings -> 'payments', '{}') || jsonb_build_object('provider', p_provider))
    where o.id = v_organization and o.settings #>> '{payments,provider}' is distinct from p_provider;
  end if;
  perform app.log_security_event('credentials_set', 'info', format('The account at %s was set.', p_provider), null, jsonb_build_object('provider', p_provider, 'mode', v_mode), v_organization);
  return (select jsonb_build_object('id', a.id, 'provider', a.provider, 'mode', a.mode, 'status', a.status, 'webhook_path', v_hook -> 'path')
          from payment_accounts a where a.id = v_id);
end $$;
comment on function api.set_payment_account(text, jsonb, boolean, uuid) is
  'Owners: stores the organization''s account at a payment provider, sealed (stripe: {"secret_key", "webhook_secret"}); it is never shown again. p_use: online payments go through it from now on. Answers with the path for the provider''s webhook.
answers {"id": "uuid", "provider": "text", "mode": "payment_accounts.mode", "status": "payment_accounts.status", "webhook_path": "text"}';
grant execute on function api.set_payment_account(text, jsonb, boolean, uuid) to authenticated, service_role;
