-- Codes that a gate can check without a network: body and HMAC-SHA256, in base64url. The gate's key is derived from the
-- tenant's secret, so that a stolen gate opens the pool and nothing else.
--
--   MTP1.<ticket>.<YYYYMMDD>.<slot>.<adults>.<children>.<expiry, Unix seconds>.<signature>    a ticket
--   MTM1.<member>.<membership>.<expiry, Unix seconds>.<signature>                              a member's card

-- SECURITY DEFINER: nobody else reads tenant_keys.
create or replace function app.pool_gate_key() returns bytea
language sql stable security definer
as $$
  select hmac(convert_to('maitred pool gate 1', 'utf8'), convert_to(k.jwt_secret, 'utf8'), 'sha256')
  from maitred.tenant_keys k join public.tenants t on t.id = k.tenant_id
  where t.schema_name = current_schema();
$$;

create or replace function app.sign_pool_code(p_body text) returns text
language sql stable security definer
as $$
  select p_body || '.' || rtrim(translate(encode(hmac(convert_to(p_body, 'utf8'), app.pool_gate_key(), 'sha256'), 'base64'), E'+/\n', '-_'), '=');
$$;

create or replace function app.pool_code_is_ours(p_code text) returns boolean
language sql stable security definer
as $$ select coalesce(app.sign_pool_code(regexp_replace(p_code, '\.[^.]*$', '')) = p_code, false) $$;
comment on function app.pool_code_is_ours(text) is 'Whether the signature of a ticket or card is right.';
