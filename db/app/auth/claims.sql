-- Who asks. The daemon puts the verified token into request.jwt.claims; psql users may set
-- request.jwt.claims.sub alone, as the booking spec shows.

create or replace function auth.claims() returns jsonb
language sql stable parallel safe
as $$
  select coalesce(
    nullif(current_setting('request.jwt.claims', true), '')::jsonb,
    jsonb_strip_nulls(jsonb_build_object('sub', nullif(current_setting('request.jwt.claims.sub', true), ''))));
$$;
comment on function auth.claims() is 'The verified claims of this request; an empty object when there are none.';

create or replace function auth.jwt() returns jsonb
language sql stable parallel safe
as $$ select auth.claims() $$;
comment on function auth.jwt() is 'The claims, under the name Supabase policies use.';

create or replace function auth.uid() returns uuid
language sql stable parallel safe
as $$ select nullif(auth.claims() ->> 'sub', '')::uuid $$;
comment on function auth.uid() is 'The user who asks; null for anonymous requests.';

create or replace function auth.role() returns text
language sql stable parallel safe
as $$ select coalesce(auth.claims() ->> 'role', current_user::text) $$;
comment on function auth.role() is 'The database role the request runs as.';

create or replace function auth.email() returns text
language sql stable parallel safe
as $$ select auth.claims() ->> 'email' $$;

-- Tokens that this daemon issued carry organization and role; without them (psql) the user's row is asked.
create or replace function auth.user_organization_id() returns uuid
language plpgsql stable security definer parallel safe
as $$
declare
  v_claims jsonb := auth.claims();
begin
  if v_claims ? 'organization_id' then
    return nullif(v_claims ->> 'organization_id', '')::uuid;
  end if;
  if v_claims ? 'sub' then
    return (select organization_id from users
            where id = (v_claims ->> 'sub')::uuid and is_active and deleted_at is null);
  end if;
  return null;
end $$;
comment on function auth.user_organization_id() is 'The organization of the user who asks; null for guests, anonymous requests and super admins without one.';

create or replace function auth.app_role() returns text
language plpgsql stable security definer parallel safe
as $$
declare
  v_claims jsonb := auth.claims();
begin
  if v_claims ? 'app_role' then
    return v_claims ->> 'app_role';
  end if;
  if v_claims ? 'sub' then
    return (select role from users
            where id = (v_claims ->> 'sub')::uuid and is_active and deleted_at is null);
  end if;
  return null;
end $$;
comment on function auth.app_role() is 'super_admin, owner, admin, manager, finance, staff, waiter, kitchen, customer or guest; null for anonymous requests.';

create or replace function auth.is_super_admin() returns boolean
language sql stable parallel safe
as $$ select coalesce(auth.app_role() = 'super_admin', false) $$;

create or replace function auth.has_role(variadic p_roles text[]) returns boolean
language sql stable parallel safe
as $$ select coalesce(auth.app_role() = any (p_roles), false) $$;
comment on function auth.has_role(text[]) is 'Whether the user who asks has one of these roles.';

-- What holds for every organization of the tenant (the permission table, settings) is not for those who run one of several.
create or replace function auth.runs_tenant() returns boolean
language sql stable security definer parallel safe
as $$
  select auth.is_super_admin()
      or auth.has_role('owner', 'admin') and (select count(*) = 1 and bool_and(id = auth.user_organization_id()) from organizations);
$$;
comment on function auth.runs_tenant() is 'Whether the user who asks decides for the whole tenant: a super admin, or owner and admins of its only organization.';

create or replace function auth.belongs_to_organization(p_organization_id uuid) returns boolean
language sql stable parallel safe
as $$ select auth.is_super_admin() or coalesce(auth.user_organization_id() = p_organization_id, false) $$;
comment on function auth.belongs_to_organization(uuid) is 'Whether the user who asks works for this organization; a super admin works for all.';

create or replace function auth.table_session_id() returns uuid
language sql stable parallel safe
as $$ select nullif(auth.claims() ->> 'table_session_id', '')::uuid $$;
comment on function auth.table_session_id() is 'The group session a table guest''s token was made for, whatever its state.';

create or replace function auth.customer_session_id() returns uuid
language sql stable parallel safe
as $$ select nullif(auth.claims() ->> 'customer_session_id', '')::uuid $$;
comment on function auth.customer_session_id() is 'The participant a table guest''s token was made for.';

-- The permission table is data (role_permissions); staff.permissions may hold "-resource:action" to narrow one person.
create or replace function auth.may(p_resource text, p_action text) returns boolean
language plpgsql stable security definer parallel safe
as $$
declare
  v_claims jsonb := auth.claims();
  v_role   text := coalesce(v_claims ->> 'app_role', auth.app_role());
begin
  if v_role is null then
    return false;
  elsif v_role in ('owner', 'super_admin') then
    return true;   -- nobody may narrow these two (role_permissions' own policy)
  end if;
  -- One statement: every policy of every request comes through here.
  return exists (select from role_permissions p
                 where p.role = v_role
                   and p.resource in (p_resource, '*')
                   and p.action in (p_action, '*'))
     and not exists (select from staff s
                     where s.id = (v_claims ->> 'sub')::uuid
                       and s.permissions ?| array['-' || p_resource || ':' || p_action, '-' || p_resource || ':*']);
end $$;
comment on function auth.may(text, text) is 'Whether the user who asks may do this: action is read, create, update or delete.';

grant execute on all functions in schema auth to anon, authenticated, service_role, maitred_auth;
