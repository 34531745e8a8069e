-- Accounts at payment providers. Their secrets are sealed here and opened by the daemon alone (src/pay/kinds.c).

-- What the secrets of each provider are called, and how a key tells its mode. A provider is a row here, a row in src/pay/providers.c and a file.
create or replace function app.payment_providers() returns table (provider text, secrets text[], live_key text, test_key text)
language sql immutable parallel safe
as $$
  values ('stripe', array['secret_key', 'webhook_secret'], '^(sk|rk)_live_', '^(sk|rk)_test_')
$$;
comment on function app.payment_providers() is 'Providers that the daemon talks to: names of their secrets, and patterns that tell a live secret_key from a test one.';

create or replace function app.payment_account(p_organization_id uuid, p_provider text,
  out account_id uuid, out mode text, out sealed text)
language sql stable security definer
as $$
  select a.id, a.mode, a.secrets from payment_accounts a
  where a.organization_id = p_organization_id and a.provider = p_provider and a.is_active;
$$;
comment on function app.payment_account(uuid, text) is 'For the job worker alone (no grants): the account, its secrets sealed.';

create or replace function app.payment_account_answered(p_account_id uuid, p_works boolean, p_reason text default null) returns void
language sql security definer
as $$
  update payment_accounts set status = case when p_works then 'works' else 'broken' end, status_reason = left(p_reason, 500), checked_at = now()
  where id = p_account_id and (status, status_reason) is distinct from (case when p_works then 'works' else 'broken' end, left(p_reason, 500));
$$;
comment on function app.payment_account_answered(uuid, boolean, text) is 'The provider took the account''s key, or refused it and why.';
grant execute on function app.payment_account_answered(uuid, boolean, text) to service_role;
