-- Codes that a gate can check without a network: body and HMAC-SHA256, in base64url. A gate's key is derived from the tenant's
-- secret and belongs to one organization, so that a stolen gate opens this pool and nothing else.
--
--   MTP1.<ticket>.<YYYYMMDD>.<slot>.<adults>.<children>.<expiry, Unix seconds>.<signature>    a ticket
--   MTM1.<member>.<membership>.<expiry, Unix seconds>.<signature>                              a member's card

-- SECURITY DEFINER: nobody else reads tenant_keys.
create or replace function app.pool_gate_key(p_organization_id uuid) returns bytea
language sql stable security definer
as $$
  select public.hmac(convert_to('maitred pool gate 1/' || p_organization_id, 'utf8'), convert_to(k.jwt_secret, 'utf8'), 'sha256')
  from maitred.tenant_keys k join public.tenants t on t.id = k.tenant_id
  where t.schema_name = current_schema();
$$;

create or replace function app.sign_pool_code(p_body text, p_organization_id uuid) returns text
language sql stable security definer
as $$
  select p_body || '.' || rtrim(translate(encode(public.hmac(convert_to(p_body, 'utf8'), app.pool_gate_key(p_organization_id), 'sha256'), 'base64'), E'+/\n', '-_'), '=');
$$;

create or replace function app.pool_code_is_ours(p_code text, p_organization_id uuid) returns boolean
language sql stable security definer
as $$ select coalesce(app.sign_pool_code(regexp_replace(p_code, '\.[^.]*$', ''), p_organization_id) = p_code, false) $$;
comment on function app.pool_code_is_ours(text, uuid) is 'Whether the signature of a ticket or card of this organization is right.';

-- What every report of a gate is held to, wherever people come or go.
create or replace function app.check_gate(p_gate text, p_at timestamptz) returns void
language plpgsql stable
as $$
begin
  if length(p_gate) > 50 then
    perform app.fail(400, 'The name of a gate has at most 50 characters.', 'p_gate');
  end if;
  if p_at > now() + interval '1 minute' or p_at < now() - interval '1 day' then
    perform app.fail(400, 'A gate reports what it saw within a day.', 'p_scanned_at');
  end if;
end $$;

-- The ticket of a signed code of ours, or of a typed reference; null when there is none.
create or replace function app.ticket_of_code(p_organization_id uuid, p_code text) returns uuid
language plpgsql stable security definer
as $$
begin
  if p_code !~ '^MTP1\.' then
    return (select t.id from pool_tickets t where t.reference = upper(p_code) and t.organization_id = p_organization_id);
  elsif app.pool_code_is_ours(p_code, p_organization_id) then
    return (select t.id from pool_tickets t where t.id = split_part(p_code, '.', 2)::uuid and t.organization_id = p_organization_id);
  end if;
  return null;
end $$;
