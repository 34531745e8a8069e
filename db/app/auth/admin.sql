-- What administrators do to users: the service role everything, owners and admins within their organization and up to their own rank.

-- Null when the caller may act on this user (null: on users at large), else the error.
create or replace function app.auth_admin_refusal(p_user_id uuid default null) returns jsonb
language plpgsql stable
as $$
declare
  v record;
begin
  if auth.claims() ->> 'role' = 'service_role' then
    v := null;
  elsif auth.has_role('owner', 'admin', 'super_admin') then
    if app.auth_caller() is not null then
      return app.auth_caller();
    elsif app.auth_factor_unproven() then
      return app.auth_error(403, 'insufficient_aal', 'AAL2 required to administer users');
    end if;
  else
    return app.auth_error(403, 'not_admin', 'User not allowed');
  end if;
  if p_user_id is null then
    return null;
  end if;
  select organization_id, role into v from users where id = p_user_id;
  if not found or not app.auth_admin_sees(v.organization_id) then
    return app.auth_error(404, 'user_not_found', 'User not found');
  end if;
  if not app.auth_admin_outranks(v.role) then
    return app.auth_error(403, 'not_admin', 'This user has a higher role than you');
  end if;
  return null;
end $$;

create or replace function app.auth_admin_sees(p_organization_id uuid) returns boolean
language sql stable
as $$
  -- people of the whole tenant belong to no organization: null is not theirs
  select coalesce(auth.claims() ->> 'role' = 'service_role', false) or auth.is_super_admin() or coalesce(p_organization_id = auth.user_organization_id(), false);
$$;

create or replace function app.auth_admin_outranks(p_role text) returns boolean
language sql stable
as $$ select coalesce(auth.claims() ->> 'role' = 'service_role', false) or app.role_rank(p_role) <= app.role_rank(auth.app_role()) $$;

create or replace function app.auth_admin_list(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_page int := least(1000000, greatest(1, coalesce(nullif(regexp_replace(p -> 'in' ->> 'page', '[^0-9]', '', 'g'), '')::numeric, 1)))::int;
  v_size int := least(1000, greatest(1, coalesce(nullif(regexp_replace(p -> 'in' ->> 'per_page', '[^0-9]', '', 'g'), '')::numeric, 50)))::int;
  v_refusal jsonb := app.auth_admin_refusal();
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  if p -> 'in' ->> 'page' !~ '^[0-9]*$' or p -> 'in' ->> 'per_page' !~ '^[0-9]*$' then
    return app.auth_error(400, 'validation_failed', 'Bad Pagination Parameters: page and per_page are whole numbers');
  end if;
  return (
    with seen as (select id, created_at from users u where deleted_at is null and app.auth_admin_sees(organization_id))
    select app.auth_body(jsonb_build_object('aud', 'authenticated', 'users', coalesce(
             (select jsonb_agg(app.auth_user_json(id) order by created_at desc, id)
              from (select id, created_at from seen order by created_at desc, id limit v_size offset (v_page - 1)::bigint * v_size) t), '[]')))
           || jsonb_build_object('total', (select count(*) from seen), 'page', v_page, 'per_page', v_size));
end $$;

create or replace function app.auth_admin_get(p jsonb) returns jsonb
language sql
as $$
  select coalesce(app.auth_admin_refusal((p -> 'ctx' ->> 'id')::uuid), app.auth_body(app.auth_user_json((p -> 'ctx' ->> 'id')::uuid)));
$$;

create or replace function app.auth_ban_until(p_duration text) returns timestamptz
language plpgsql stable
as $$
begin
  if p_duration = 'none' then
    return null;
  end if;
  return now() + p_duration::interval;
exception when others then
  return '-infinity';
end $$;

-- What cannot be an address is told before the password is judged.
create or replace function app.auth_address_refusal(p jsonb) returns jsonb
language sql stable
as $$
  select case
    when coalesce(p -> 'in' ->> 'email', '') <> '' and app.auth_email(p -> 'in' ->> 'email') is null
      then app.auth_error(400, 'validation_failed', 'Unable to validate email address: invalid format')
    when coalesce(p -> 'in' ->> 'phone', '') <> '' and app.auth_phone(p -> 'in' ->> 'phone') is null
      then app.auth_error(400, 'validation_failed', 'Invalid phone number format (E.164 required)') end;
$$;

-- An administrator's word for address and number, and what goes along with the user. p_in: the request.
create or replace function app.auth_admin_vouch(p_id uuid, p_in jsonb) returns void
language plpgsql
as $$
declare
  v_waiting jsonb;
begin
  update users set
    email_confirmed_at = case when (p_in ->> 'email_confirm')::boolean then coalesce(email_confirmed_at, now()) else email_confirmed_at end,
    email_verified = email_verified or coalesce((p_in ->> 'email_confirm')::boolean, false),
    phone_verified = phone_verified or coalesce((p_in ->> 'phone_confirm')::boolean, false),
    password_unproven = password_unproven and not coalesce((p_in ->> 'email_confirm')::boolean, false) and not coalesce((p_in ->> 'phone_confirm')::boolean, false),
    phone_confirmed_at = case when (p_in ->> 'phone_confirm')::boolean then coalesce(phone_confirmed_at, now()) else phone_confirmed_at end,
    user_metadata = case when jsonb_typeof(p_in -> 'user_metadata') = 'object' then jsonb_strip_nulls(user_metadata || (p_in -> 'user_metadata')) else user_metadata end,
    app_metadata = case when jsonb_typeof(p_in -> 'app_metadata') = 'object' then jsonb_strip_nulls(app_metadata || (p_in -> 'app_metadata')) else app_metadata end
  where id = p_id;
  -- an administrator's word for the address is one for what was typed with it
  for v_waiting in select metadata from one_time_tokens
                   where user_id = p_id and (kind = 'confirmation' and (p_in ->> 'email_confirm')::boolean
                                             or kind = 'phone_confirmation' and (p_in ->> 'phone_confirm')::boolean) loop
    perform app.auth_take_sign_up(p_id, v_waiting);
  end loop;
  if (p_in ->> 'phone_confirm')::boolean then
    delete from one_time_tokens where user_id = p_id and kind = 'phone_confirmation';
  end if;
  if (p_in ->> 'email_confirm')::boolean then
    delete from one_time_tokens where user_id = p_id and kind in ('confirmation', 'invite');
  end if;
end $$;

-- Creates (no id in ctx) or changes a user. work.hash: the password that was given.
create or replace function app.auth_admin_save(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_in jsonb := p -> 'in';
  v_id uuid := (p -> 'ctx' ->> 'id')::uuid;
  v_new boolean := v_id is null;
  v_email text := app.auth_email(v_in ->> 'email');
  v_phone text := app.auth_phone(v_in ->> 'phone');
  v_role text := regexp_replace(coalesce(v_in ->> 'app_role', v_in -> 'app_metadata' ->> 'app_role'), '^superadmin$', 'super_admin');
  v_organization uuid;
  v_had record;
  v_banned timestamptz := case when v_in ? 'ban_duration' then app.auth_ban_until(v_in ->> 'ban_duration') end;
  v_refusal jsonb := app.auth_admin_refusal(v_id);
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  v_refusal := app.auth_address_refusal(p);
  if v_refusal is not null then
    return v_refusal;
  end if;
  -- checked at every sign-in, whoever tries: one of a high cost would keep a processor busy for days
  if v_in ->> 'password_hash' !~ '^\$2[abxy]\$(0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}$' then
    return app.auth_error(400, 'validation_failed', 'password_hash is a bcrypt hash with a cost of 4 to 14');
  end if;
  if v_new and v_email is null and v_phone is null then
    return app.auth_error(400, 'validation_failed', 'Cannot create a user without either an email or phone');
  end if;
  if v_banned = '-infinity' then
    return app.auth_error(400, 'validation_failed', 'ban_duration is a duration such as 24h, or none');
  end if;
  if v_role is not null and app.role_rank(v_role) = 0 then
    return app.auth_error(400, 'validation_failed', 'Unknown app_role');
  end if;
  if v_role is not null and not app.auth_admin_outranks(v_role) then
    return app.auth_error(403, 'not_admin', 'You may not give this role');
  end if;
  v_organization := coalesce((coalesce(v_in ->> 'organization_id', v_in -> 'app_metadata' ->> 'organization_id'))::uuid, auth.user_organization_id(),
                             case when v_role is distinct from 'super_admin' then app.only_organization() end);
  if (v_in ? 'organization_id' or v_in -> 'app_metadata' ? 'organization_id') and not app.auth_admin_sees(v_organization) then
    return app.auth_error(403, 'not_admin', 'This is not your organization');
  end if;
  if v_new and coalesce(v_role, 'customer') not in ('customer', 'super_admin') and v_organization is null then
    return app.auth_error(400, 'validation_failed', 'Staff belong to an organization: organization_id is missing');
  end if;

  if v_new then
    insert into users (id, email, phone, hashed_password, role, organization_id, full_name, last_password_change)
    values (coalesce((v_in ->> 'id')::uuid, gen_random_uuid()), v_email, v_phone,
            coalesce(p -> 'work' ->> 'hash', v_in ->> 'password_hash'),
            coalesce(v_role, 'customer'), v_organization, left(coalesce(v_in ->> 'full_name', v_in -> 'user_metadata' ->> 'full_name'), 255), now())
    returning id into v_id;
  else
    select email, phone, organization_id into v_had from users where id = v_id for update;
    update users set
      -- another address was proved by nobody yet
      email_verified = email_verified and coalesce(v_email, email) = email, phone_verified = phone_verified and coalesce(v_phone, phone) = phone,
      email = coalesce(v_email, email), phone = coalesce(v_phone, phone), role = coalesce(v_role, role),
      organization_id = case when v_in ? 'organization_id' or v_in -> 'app_metadata' ? 'organization_id' then v_organization
                             when v_role is not null then coalesce(organization_id, v_organization) else organization_id end,
      banned_until = case when v_in ? 'ban_duration' then v_banned else banned_until end,
      is_active = coalesce((v_in ->> 'is_active')::boolean, is_active),
      failed_login_attempts = 0, locked_until = null
    where id = v_id;
    if p -> 'work' ? 'hash' then
      perform app.auth_set_password(v_id, p -> 'work' ->> 'hash');
      perform app.auth_end_sessions(v_id, 'password_change');
    end if;
    delete from auth_attempts
    where subject in ('factor:' || v_id, app.auth_login_subject_of(v_had.email, v_had.phone), 'code:' || encode(app.auth_hash(coalesce(v_had.email, v_had.phone, '')), 'hex'))
       or subject ^@ format('known:%s:', v_id);
  end if;
  perform app.auth_admin_vouch(v_id, v_in);
  perform app.auth_event(case when v_new then 'user_created' else 'user_changed' end, 'warning', 'By an administrator.', v_id,
    jsonb_build_object('by', auth.uid(), 'fields', (select coalesce(jsonb_agg(k), '[]') from jsonb_object_keys(v_in) k)));
  return app.auth_body(app.auth_user_json(v_id));
exception
  when unique_violation then
    return case when sqlerrm like '%phone%' then app.auth_error(422, 'phone_exists', 'Phone number already registered by another user')
                else app.auth_error(422, 'email_exists', 'A user with this email address has already been registered') end;
  when invalid_text_representation or check_violation or foreign_key_violation then
    return app.auth_error(400, 'validation_failed', 'A value of the user is not valid');
end $$;

create or replace function app.auth_admin_delete(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_id uuid := (p -> 'ctx' ->> 'id')::uuid;
  v_refusal jsonb := app.auth_admin_refusal(v_id);
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  perform app.auth_event('user_deleted', 'warning', 'By an administrator.', v_id, jsonb_build_object('by', auth.uid()));
  perform app.auth_end_sessions(v_id, 'admin');
  begin
    if coalesce((p -> 'in' ->> 'should_soft_delete')::boolean, false) then
      raise foreign_key_violation;
    end if;
    delete from users where id = v_id;
  exception when foreign_key_violation then
    -- bookings and payments keep pointing to somebody: the row stays, the person goes
    update users set deleted_at = now(), is_active = false, hashed_password = null, phone_confirmed_at = null, user_metadata = '{}' where id = v_id;
    delete from auth_identities where user_id = v_id;
    delete from mfa_factors where user_id = v_id;
    delete from one_time_tokens where user_id = v_id;
  end;
  return app.auth_body('{}');
end $$;

create or replace function app.auth_admin_logout(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_id uuid := (p -> 'ctx' ->> 'id')::uuid;
  v_refusal jsonb := app.auth_admin_refusal(v_id);
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  perform app.auth_end_sessions(v_id, 'admin');
  perform app.auth_event('logout', 'warning', 'Signed out by an administrator.', v_id, jsonb_build_object('by', auth.uid()));
  return app.auth_body(null, 204);
end $$;

create or replace function app.auth_admin_factors(p jsonb) returns jsonb
language sql
as $$
  select coalesce(app.auth_admin_refusal((p -> 'ctx' ->> 'id')::uuid), app.auth_body(app.auth_factors_json((p -> 'ctx' ->> 'id')::uuid)));
$$;

create or replace function app.auth_admin_factor_delete(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_id uuid := (p -> 'ctx' ->> 'id')::uuid;
  v_refusal jsonb := app.auth_admin_refusal(v_id);
  v_factor jsonb;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  select f into v_factor from jsonb_array_elements(app.auth_factors_json(v_id)) f where f ->> 'id' = p -> 'ctx' ->> 'other_id';
  if v_factor is null then
    return app.auth_error(404, 'mfa_factor_not_found', 'Factor not found');
  end if;
  delete from mfa_factors where id = (v_factor ->> 'id')::uuid;
  perform app.auth_factors_changed(v_id);
  perform app.auth_event('factor_removed', 'warning', 'A second factor was taken away by an administrator.', v_id, jsonb_build_object('by', auth.uid()));
  return app.auth_body(v_factor);
end $$;

-- POST /invite: a member of staff (data.app_role, data.department) or a customer gets a link to choose a password.
create or replace function app.auth_invite(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_made jsonb := app.auth_invited(p);
begin
  if v_made ? 'error' then
    return v_made;
  end if;
  perform app.auth_send_token((v_made ->> 'user_id')::uuid, 'invite', app.auth_email(p -> 'in' ->> 'email'), p);
  return app.auth_body(app.auth_user_json((v_made ->> 'user_id')::uuid));
end $$;

create or replace function app.auth_invited(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_in jsonb := p -> 'in';
  v_data jsonb := case when jsonb_typeof(v_in -> 'data') = 'object' then v_in -> 'data' else '{}' end;
  v_saved jsonb;
  v_id uuid;
  v_email text := app.auth_email(v_in ->> 'email');
  v_refusal jsonb := app.auth_admin_refusal();
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  select id into v_id from users where email = v_email and deleted_at is null;
  if v_id is not null then
    if not exists (select from one_time_tokens where user_id = v_id and kind = 'invite') or app.auth_admin_refusal(v_id) is not null then
      return app.auth_error(422, 'email_exists', 'A user with this email address has already been registered');
    end if;
  else
    v_saved := app.auth_admin_save(jsonb_build_object('ctx', (p -> 'ctx') - 'id', 'in', jsonb_strip_nulls(jsonb_build_object(
      'email', v_in -> 'email', 'app_role', v_data -> 'app_role', 'organization_id', v_data -> 'organization_id', 'full_name', v_data -> 'full_name',
      'user_metadata', v_data - 'app_role' - 'organization_id'))));
    if v_saved ? 'error' then
      return v_saved;
    end if;
    v_id := (v_saved -> 'body' ->> 'id')::uuid;
    perform app.auth_make_staff(v_id, v_data);
  end if;
  perform app.auth_event('user_invited', 'info', 'Invited.', v_id, jsonb_build_object('by', auth.uid()));
  return jsonb_build_object('user_id', v_id);
end $$;

create or replace function app.auth_make_staff(p_user_id uuid, p_data jsonb) returns void
language sql security definer
as $$
  insert into staff (id, organization_id, department, position)
  select u.id, u.organization_id, p_data ->> 'department', p_data ->> 'position'
  from users u where u.id = p_user_id and u.role not in ('customer', 'super_admin') and coalesce(p_data ->> 'department', '') <> ''
  on conflict (id) do nothing;
$$;

-- The link and the code that a mail would carry, for programs that send their own.
create or replace function app.auth_generate_link(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_in jsonb := p -> 'in';
  v_type text := v_in ->> 'type';
  v_email text := app.auth_email(v_in ->> 'email');
  v_to text := v_email;
  v_refusal jsonb := app.auth_admin_refusal();
  v_id uuid;
  v_made jsonb;
  v_kind text := case v_type when 'signup' then 'confirmation' else v_type end;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  if v_type is null or v_type not in ('signup', 'invite', 'magiclink', 'recovery', 'email_change_current', 'email_change_new') or v_email is null then
    return app.auth_error(400, 'validation_failed', 'generate_link takes a type and an email');
  end if;
  select id into v_id from users where email = v_email and deleted_at is null;
  if v_id is not null then
    v_refusal := app.auth_admin_refusal(v_id);
    if v_refusal is not null then
      return v_refusal;
    end if;
  end if;
  if v_type = 'invite' then
    v_made := app.auth_invited(p);
    if v_made ? 'error' then
      return v_made;
    end if;
    v_id := (v_made ->> 'user_id')::uuid;
    v_made := app.auth_make_token(v_id, v_kind, v_email, p);
  else
    if v_id is null and v_type in ('signup', 'magiclink') then
      v_made := app.auth_admin_save(jsonb_build_object('ctx', (p -> 'ctx') - 'id', 'in',
        jsonb_build_object('email', v_email, 'user_metadata', coalesce(v_in -> 'data', '{}'))));
      if v_made ? 'error' then
        return v_made;
      end if;
      v_id := (v_made -> 'body' ->> 'id')::uuid;
    elsif v_id is null then
      return app.auth_error(404, 'user_not_found', 'User with this email not found');
    elsif v_type = 'signup' and (select email_confirmed_at is not null from users where id = v_id) then
      return app.auth_error(422, 'email_exists', 'A user with this email address has already been registered');
    end if;
    if v_type like 'email_change%' then
      if app.auth_email(v_in ->> 'new_email') is null then
        return app.auth_error(400, 'validation_failed', 'new_email is missing');
      end if;
      v_to := case v_type when 'email_change_new' then app.auth_email(v_in ->> 'new_email') else v_email end;
    end if;
    v_made := app.auth_make_token(v_id, v_kind, v_to, p, jsonb_strip_nulls(jsonb_build_object(
      'hashed_password', p -> 'work' -> 'hash', 'new_email', app.auth_email(v_in ->> 'new_email'), 'vouched', true)));
  end if;
  return app.auth_body(app.auth_user_json(v_id) || jsonb_build_object(
    'action_link', app.auth_link(v_made ->> 'token', v_kind, p),
    'email_otp', v_made ->> 'code', 'hashed_token', v_made ->> 'token', 'redirect_to', app.auth_redirect(p), 'verification_type', v_type));
end $$;

-- --- Providers -----------------------------------------------------------------------------------------------------------

create or replace function app.auth_provider_json(p_name text) returns jsonb
language sql stable
as $$
  select jsonb_build_object('id', md5(current_schema() || name)::uuid, 'provider_type', 'oidc', 'identifier', name, 'name', name, 'issuer', issuer,
    'client_id', client_id, 'acceptable_client_ids', audiences, 'scopes', scopes, 'pkce_enabled', true, 'authorization_params', authorize_params,
    'enabled', enabled, 'email_optional', true, 'created_at', created_at, 'updated_at', updated_at)
  from auth_providers where name = p_name;
$$;

-- Who may vouch for people, and what signs their tokens, concerns every organization of the tenant: the service role, super admins, and the
-- owner of its only organization.
create or replace function app.auth_owner_refusal() returns jsonb
language sql stable
as $$
  select coalesce(app.auth_admin_refusal(), case when auth.claims() ->> 'role' is distinct from 'service_role'
      and not (auth.has_role('owner', 'super_admin') and auth.runs_tenant())
    then app.auth_error(403, 'not_admin', 'Only an owner may do this') end);
$$;

create or replace function app.auth_providers_list(p jsonb) returns jsonb
language sql
as $$
  select coalesce(app.auth_owner_refusal(), app.auth_body(jsonb_build_object('providers',
    (select coalesce(jsonb_agg(app.auth_provider_json(name) order by name), '[]') from auth_providers))));
$$;

create or replace function app.auth_provider_get(p jsonb) returns jsonb
language sql
as $$
  select coalesce(app.auth_owner_refusal(),
    (select app.auth_body(app.auth_provider_json(name)) from auth_providers where name = p -> 'ctx' ->> 'id'),
    app.auth_error(404, 'validation_failed', 'There is no such provider'));
$$;

create or replace function app.auth_provider_save(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_in jsonb := p -> 'in';
  v_name text := lower(coalesce(p -> 'ctx' ->> 'id', v_in ->> 'identifier'));
  v_refusal jsonb := app.auth_owner_refusal();
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  if v_in ->> 'provider_type' is not null and v_in ->> 'provider_type' <> 'oidc' then
    return app.auth_error(400, 'validation_failed', 'provider_type is oidc: everything is read from the issuer''s discovery document');
  end if;
  if not p -> 'ctx' ? 'id' and exists (select from auth_providers where name = v_name) then
    return app.auth_error(422, 'conflict', 'There is a provider with this identifier already');
  end if;
  if p -> 'ctx' ? 'id' and not exists (select from auth_providers where name = v_name) then
    return app.auth_error(404, 'validation_failed', 'There is no such provider');
  end if;
  if not p -> 'ctx' ? 'id' then
    if v_in ->> 'issuer' is null or v_in ->> 'client_id' is null then
      return app.auth_error(400, 'validation_failed', 'A provider needs identifier, issuer, client_id and client_secret');
    end if;
    insert into auth_providers (name, issuer, client_id) values (v_name, v_in ->> 'issuer', v_in ->> 'client_id');
  end if;
  update auth_providers set
    issuer = coalesce(v_in ->> 'issuer', issuer), client_id = coalesce(v_in ->> 'client_id', client_id),
    client_secret = coalesce(p -> 'ctx' ->> 'sealed', client_secret),
    scopes = case when jsonb_typeof(v_in -> 'scopes') = 'array' then array(select jsonb_array_elements_text(v_in -> 'scopes')) else scopes end,
    audiences = case when jsonb_typeof(v_in -> 'acceptable_client_ids') = 'array'
                     then array(select jsonb_array_elements_text(v_in -> 'acceptable_client_ids')) else audiences end,
    authorize_params = case when jsonb_typeof(v_in -> 'authorization_params') = 'object' then v_in -> 'authorization_params' else authorize_params end,
    enabled = coalesce((v_in ->> 'enabled')::boolean, enabled), trust_email = coalesce((v_in ->> 'trust_email')::boolean, trust_email)
  where name = v_name;
  perform app.auth_event('provider_changed', 'warning', 'A sign-in provider was set up or changed.', null, jsonb_build_object('provider', v_name, 'by', auth.uid()));
  return app.auth_body(app.auth_provider_json(v_name), case when p -> 'ctx' ? 'id' then 200 else 201 end);
exception when check_violation or not_null_violation or invalid_text_representation then
  return app.auth_error(400, 'validation_failed', 'A value of the provider is not valid');
end $$;

create or replace function app.auth_provider_delete(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_refusal jsonb := app.auth_owner_refusal();
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  delete from auth_providers where name = p -> 'ctx' ->> 'id';
  if not found then
    return app.auth_error(404, 'validation_failed', 'There is no such provider');
  end if;
  perform app.auth_event('provider_changed', 'warning', 'A sign-in provider was removed.', null, jsonb_build_object('provider', p -> 'ctx' ->> 'id', 'by', auth.uid()));
  return app.auth_body(null, 204);
end $$;

-- GET /settings: what a sign-in page needs to know. Nothing of it is secret.
create or replace function app.auth_settings_public(p jsonb) returns jsonb
language sql
as $$
  select app.auth_body(jsonb_build_object(
    'external', jsonb_build_object('email', s -> 'email', 'phone', s -> 'phone', 'anonymous_users', s -> 'anonymous')
                || coalesce((select jsonb_object_agg(name, enabled) from auth_providers), '{}'),
    'disable_signup', not (s ->> 'signup')::boolean, 'mailer_autoconfirm', not (s ->> 'confirm_email')::boolean,
    'phone_autoconfirm', not (s ->> 'confirm_phone')::boolean, 'sms_provider', 'queue', 'saml_enabled', false, 'mfa_enabled', true, 'passkeys_enabled', true))
  from app.auth_settings() s;
$$;

-- Only the auth dialect calls these.
grant execute on function
  app.auth_admin_refusal(uuid),
  app.auth_admin_sees(uuid),
  app.auth_admin_outranks(text),
  app.auth_admin_list(jsonb),
  app.auth_admin_get(jsonb),
  app.auth_ban_until(text),
  app.auth_address_refusal(jsonb),
  app.auth_admin_save(jsonb),
  app.auth_admin_vouch(uuid, jsonb),
  app.auth_admin_delete(jsonb),
  app.auth_admin_logout(jsonb),
  app.auth_admin_factors(jsonb),
  app.auth_admin_factor_delete(jsonb),
  app.auth_invite(jsonb),
  app.auth_invited(jsonb),
  app.auth_make_staff(uuid, jsonb),
  app.auth_generate_link(jsonb),
  app.auth_provider_json(text),
  app.auth_owner_refusal(),
  app.auth_providers_list(jsonb),
  app.auth_provider_get(jsonb),
  app.auth_provider_save(jsonb),
  app.auth_provider_delete(jsonb),
  app.auth_settings_public(jsonb)
  to maitred_auth;
