-- Rights over people.

create or replace function app.shares_department(p_user_id uuid) returns boolean
language sql stable security definer
as $$
  select exists (
    select from staff mine join staff theirs on theirs.department = mine.department
                                            and theirs.organization_id = mine.organization_id
    where mine.id = auth.uid() and theirs.id = p_user_id and mine.is_active);
$$;
comment on function app.shares_department(uuid) is 'Whether this user works in the department of the one who asks.';

-- How much a role may do; nobody hands out more than they have.
create or replace function app.role_rank(p_role text) returns int
language sql immutable parallel safe
as $$
  select coalesce(array_position(array['customer', 'kitchen', 'waiter', 'staff', 'finance', 'manager', 'admin', 'owner', 'super_admin'], p_role), 0);
$$;

-- Users may not raise their own role, leave their organization, or touch the columns that the auth dialect keeps.
create or replace function app.guard_user_role() returns trigger
language plpgsql
as $$
begin
  if current_user not in ('authenticated', 'anon') then
    return new;      -- the auth dialect, provisioning and the service role answer for themselves
  end if;
  if tg_op = 'UPDATE' then
    if new.role is distinct from old.role and
       (old.id = auth.uid() or not auth.has_role('admin', 'owner', 'super_admin')
        or app.role_rank(new.role) > app.role_rank(auth.app_role())
        or app.role_rank(old.role) > app.role_rank(auth.app_role())) then
      perform app.fail(403, 'You may not give this role.', 'role');
    end if;
    if new.organization_id is distinct from old.organization_id and not auth.is_super_admin() then
      perform app.fail(403, 'Only a super admin moves a user to another organization.', 'organization_id');
    end if;
    if (new.email, new.phone, new.is_active, new.email_verified, new.two_factor_enabled, new.failed_login_attempts,
        new.locked_until, new.banned_until, new.app_metadata, new.is_anonymous, new.email_confirmed_at, new.phone_confirmed_at,
        new.last_sign_in_at, new.last_password_change, new.deleted_at, new.id, new.created_at, new.phone_verified, new.password_unproven)
       is distinct from
       (old.email, old.phone, old.is_active, old.email_verified, old.two_factor_enabled, old.failed_login_attempts,
        old.locked_until, old.banned_until, old.app_metadata, old.is_anonymous, old.email_confirmed_at, old.phone_confirmed_at,
        old.last_sign_in_at, old.last_password_change, old.deleted_at, old.id, old.created_at, old.phone_verified, old.password_unproven)
       and not (auth.has_role('admin', 'owner', 'super_admin')
                and app.role_rank(old.role) <= app.role_rank(auth.app_role())) then
      perform app.fail(403, 'This is changed through the sign-in service or by an admin.', 'email');
    end if;
  end if;
  return new;
end $$;

-- What was taken away from one person (staff.permissions) they do not take back, nor do their equals; nobody sets their own pay.
create or replace function app.guard_staff() returns trigger
language plpgsql
as $$
declare
  v_rights boolean := tg_op = 'DELETE';
  v_pay boolean := false;
begin
  if current_user not in ('authenticated', 'anon') or auth.has_role('admin', 'owner', 'super_admin') then
    return coalesce(new, old);
  end if;
  if tg_op = 'UPDATE' then
    v_rights := (new.id, new.permissions, new.restaurant_ids, new.is_active) is distinct from (old.id, old.permissions, old.restaurant_ids, old.is_active);
    v_pay := new.hourly_rate is distinct from old.hourly_rate;
  end if;
  if (v_rights or v_pay) and old.id = auth.uid()
     or v_rights and coalesce(app.role_rank((select u.role from users u where u.id = old.id)) >= app.role_rank(auth.app_role()), true) then
    perform app.fail(403, 'Somebody above decides this.', case when v_rights then 'permissions' else 'hourly_rate' end);
  end if;
  return coalesce(new, old);
end $$;

-- Working here and being let in are one switch, whichever of the two is turned: who is taken off the staff has no way in, and no session left.
create or replace function app.switch_user() returns trigger
language plpgsql security definer
as $$
begin
  if tg_table_name = 'staff' then
    execute format('update %I.users set is_active = $1 where id = $2 and is_active is distinct from $1 and role <> ''customer''', tg_table_schema) using new.is_active, new.id;
  else
    execute format('update %I.staff set is_active = $1 where id = $2 and is_active is distinct from $1', tg_table_schema) using new.is_active, new.id;
  end if;
  return null;
end $$;

grant execute on function app.switch_user(), app.guard_staff() to anon, authenticated, service_role, maitred_auth;
grant execute on function app.shares_department(uuid), app.role_rank(text), app.guard_user_role()
  to anon, authenticated, service_role, maitred_auth;

-- One role, two spellings ("superadmin"), and a flag that means the same (is_superuser). Who may give it is guard_user_role's to say.
create or replace function app.spell_role() returns trigger
language plpgsql
as $$
begin
  if new.role = 'superadmin' then
    new.role := 'super_admin';
  end if;
  if current_user not in ('authenticated', 'anon') then
    if tg_op = 'INSERT' and new.is_superuser then
      new.role := 'super_admin';
    elsif tg_op = 'UPDATE' and new.is_superuser is distinct from old.is_superuser and new.role = old.role then
      -- taken away, somebody is an admin of their organization, or of none
      new.role := case when new.is_superuser then 'super_admin' when new.organization_id is not null then 'admin' else 'customer' end;
    end if;
  elsif tg_op = 'UPDATE' and new.is_superuser is distinct from old.is_superuser and new.is_superuser is distinct from (new.role = 'super_admin') then
    perform app.fail(403, 'You may not give this role.', 'is_superuser');
  end if;
  new.is_superuser := new.role = 'super_admin';
  return new;
end $$;
grant execute on function app.spell_role() to anon, authenticated, service_role, maitred_auth;
