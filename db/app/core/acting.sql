-- For whom a SECURITY DEFINER function acts. Inside one, current_user is the owner; what the request runs as stands in
-- the setting "role", which such a function does not change.

-- Staff of the organization with the permission, the service role, or the owner of the database in psql.
create or replace function app.works_for(p_organization_id uuid, p_resource text, p_action text) returns boolean
language plpgsql stable security definer
as $$
begin
  case current_setting('role', true)
    when 'service_role' then return true;
    when 'anon' then return false;
    when 'authenticated' then null;
    else
      -- no role taken on: the owner in psql, who may also speak as a user by setting request.jwt.claims.sub
      if current_setting('role', true) not in ('none', session_user) then return false; end if;
      if session_user is distinct from current_user then return false; end if;
      if auth.claims() = '{}' then return true; end if;
  end case;
  return auth.belongs_to_organization(p_organization_id) and auth.may(p_resource, p_action);
end $$;
comment on function app.works_for(uuid, text, text) is 'Whether the request may do this for the organization: its staff by the permission table, the service role, the owner.';

create or replace function app.require_work(p_organization_id uuid, p_resource text, p_action text) returns void
language plpgsql stable
as $$
begin
  if not app.works_for(p_organization_id, p_resource, p_action) then
    perform app.fail(403, 'You may not do this here.', null, jsonb_build_object('resource', p_resource, 'action', p_action));
  end if;
end $$;
comment on function app.require_work(uuid, text, text) is 'Refuses with 403 unless app.works_for() says yes.';

-- The organization a request means: the one it names, its own, or the only one there is.
create or replace function app.pick_organization(p_organization_id uuid default null) returns uuid
language plpgsql stable security definer
as $$
declare
  v_id uuid := coalesce(p_organization_id, auth.user_organization_id());
begin
  if v_id is null then
    select case when count(*) = 1 then (array_agg(id))[1] end into v_id from organizations where is_active;
    if v_id is null then
      perform app.fail(400, 'Say which organization you mean.', 'p_organization_id');
    end if;
  elsif not exists (select from organizations where id = v_id and is_active) then
    perform app.fail(404, 'There is no such organization.', 'p_organization_id');
  end if;
  return v_id;
end $$;
comment on function app.pick_organization(uuid) is 'The organization a request means: named, the caller''s own, or the only one.';

-- A customer with a login buys for themselves: at their own organization, or anywhere when they belong to the whole tenant.
create or replace function app.shops_at(p_organization_id uuid) returns boolean
language sql stable security definer
as $$
  select current_setting('role', true) is distinct from 'anon' and auth.uid() is not null
     and exists (select from users u where u.id = auth.uid() and u.is_active and u.deleted_at is null
                                       and coalesce(u.organization_id, p_organization_id) = p_organization_id);
$$;
comment on function app.shops_at(uuid) is 'Whether the user who asks may buy at this organization for themselves.';

-- Who may not buy here: visitors are asked to sign in, for others there is nothing here.
create or replace function app.refuse_stranger(
  p_sign_in text, p_message text default 'There is no such organization.', p_field text default 'p_organization_id') returns void
language plpgsql
as $$
begin
  if current_setting('role', true) = 'anon' then
    perform app.fail(401, p_sign_in);
  end if;
  perform app.fail(404, p_message, p_field);
end $$;

-- No 0 O 1 I L 8 B: people read it out over the phone.
create or replace function app.spoken_code(p_prefix text, p_length int default 6) returns text
language sql volatile
as $$
  select p_prefix || string_agg(substr('2345679ACDEFGHJKMNPQRSTUVWXYZ', 1 + get_byte(b, n) % 29, 1), '' order by n)
  from public.gen_random_bytes(p_length) b, generate_series(0, p_length - 1) n;
$$;
comment on function app.spoken_code(text, int) is 'A random code that people can read out.';

create or replace function app.is_uuid(p_text text) returns boolean
language sql immutable parallel safe
as $$ select coalesce(p_text ~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$', false) $$;

grant execute on function app.spoken_code(text, int) to authenticated, service_role;
grant execute on function app.works_for(uuid, text, text), app.require_work(uuid, text, text), app.pick_organization(uuid),
  app.shops_at(uuid), app.is_uuid(text) to anon, authenticated, service_role;
