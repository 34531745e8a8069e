-- Most tenants are one house. What a document's own columns leave open (which organization?) is clear there.

create or replace function app.only_organization() returns uuid
language sql stable security definer
as $$ select case when count(*) = 1 then (array_agg(id))[1] end from organizations $$;
comment on function app.only_organization() is 'The organization of a tenant that has one; null where there are several.';

-- Who registers belongs to the only organization, so that its people see and help them. Where there are several, nobody's guess decides.
create or replace function app.join_only_organization() returns trigger
language plpgsql security definer
as $$
begin
  if new.organization_id is null and new.role <> 'super_admin' then
    new.organization_id := app.only_organization();
    new.organization_by_default := new.organization_id is not null;
  end if;
  return new;
end $$;

-- A second organization: whom nobody put into the first one belongs to the whole tenant again, and may buy at both.
create or replace function app.release_members_by_default() returns trigger
language plpgsql security definer
as $$
begin
  update users set organization_id = null, organization_by_default = false where organization_by_default and role = 'customer';
  return null;
end $$;

grant execute on function app.only_organization() to anon, authenticated, service_role, maitred_auth;
grant execute on function app.join_only_organization(), app.release_members_by_default()
  to anon, authenticated, service_role, maitred_auth;
