-- Asymmetric signing keys: standby (published, so that every worker and client knows it) → in_use → previously_used → revoked.

-- Moves keys whose time has come; the unique indexes let one of many daemons win.
create or replace function app.auth_turn_keys() returns void
language plpgsql security definer
as $$
declare
  v record;
begin
  for v in select k.id, k.tenant, k.created_at, t.settings -> 'auth' ->> 'key_standby_s' as standby_s
           from maitred.signing_keys k join public.tenants t on t.schema_name = k.tenant
           where k.status = 'standby' for update of k skip locked loop
    if v.created_at + make_interval(secs => coalesce(v.standby_s::numeric, 60)) <= now() then
      update maitred.signing_keys set status = 'previously_used', updated_at = clock_timestamp() where tenant = v.tenant and status = 'in_use';
      update maitred.signing_keys set status = 'in_use', updated_at = clock_timestamp() where id = v.id;
    end if;
  end loop;
  -- the longest token lives a week
  update maitred.signing_keys set status = 'revoked', updated_at = clock_timestamp()
  where id in (select id from maitred.signing_keys where status = 'previously_used' and updated_at < now() - interval '8 days' for update skip locked);
end $$;

create or replace function app.auth_key_add(p jsonb) returns jsonb
language plpgsql security definer
as $$
declare
  v_refusal jsonb := app.auth_owner_refusal();
  v_id uuid := (p -> 'ctx' ->> 'kid')::uuid;      -- the daemon's choice: the key is sealed for this row
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  if exists (select from maitred.signing_keys where tenant = current_schema() and status = 'standby') then
    return app.auth_error(422, 'conflict', 'A new key is waiting already');
  end if;
  insert into maitred.signing_keys (id, tenant, public_jwk, private_key)
  values (v_id, current_schema(), (p -> 'ctx' ->> 'public_jwk')::jsonb, p -> 'ctx' ->> 'sealed');
  perform app.auth_event('signing_key_added', 'warning', 'A new signing key will take over.', null, jsonb_build_object('kid', v_id, 'by', auth.uid()));
  return app.auth_body((select jsonb_build_object('id', id, 'algorithm', algorithm, 'status', status, 'public_jwk', public_jwk, 'created_at', created_at)
                        from maitred.signing_keys where id = v_id), 201);
end $$;

create or replace function app.auth_keys_list(p jsonb) returns jsonb
language sql security definer
as $$
  select coalesce(app.auth_owner_refusal(), app.auth_body(jsonb_build_object('keys', coalesce(
    (select jsonb_agg(jsonb_build_object('id', id, 'algorithm', algorithm, 'status', status, 'public_jwk', public_jwk, 'created_at', created_at) order by created_at)
     from maitred.signing_keys where tenant = current_schema() and status <> 'revoked'), '[]'))));
$$;

-- Workers bring a fresh key for each one that has signed for more than a day, now and then; here is decided whether it is wanted.
create or replace function app.auth_key_rotate(p_id text, p_tenant text, p_public_jwk text, p_private_key text) returns boolean
language plpgsql security definer
as $$
begin
  insert into maitred.signing_keys (id, tenant, public_jwk, private_key)
  select p_id::uuid, k.tenant, p_public_jwk::jsonb, p_private_key
  from maitred.signing_keys k join public.tenants t on t.schema_name = k.tenant
  where t.id = p_tenant::uuid and k.status = 'in_use'
    and k.updated_at < now() - make_interval(days => coalesce((t.settings -> 'auth' ->> 'key_days')::int, 90))
  on conflict (tenant) where status = 'standby' do nothing;
  return found;
end $$;

-- Only the auth dialect calls these.
grant execute on function
  app.auth_turn_keys(),
  app.auth_key_add(jsonb),
  app.auth_keys_list(jsonb),
  app.auth_key_rotate(text, text, text, text)
  to maitred_auth;
