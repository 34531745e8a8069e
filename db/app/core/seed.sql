-- What a fresh tenant starts with: one organization, one owner, and what each module brings along
-- (listeners of the event "seed", which may be called again).

create or replace function app.seed_organization(p_name text, p_facts jsonb default '{}') returns uuid
language plpgsql security definer
as $$
declare
  v_organization uuid;
begin
  insert into organizations (name, slug, currency, locale, timezone)
  values (p_name, nullif(trim(both '-' from left(regexp_replace(lower(p_name), '[^a-z0-9]+', '-', 'g'), 60)), ''),
          coalesce(p_facts ->> 'currency', 'EUR'), coalesce(p_facts ->> 'locale', 'en'), coalesce(p_facts ->> 'timezone', 'UTC'))
  returning id into v_organization;
  perform app.seed_modules(v_organization);
  return v_organization;
end $$;
comment on function app.seed_organization(text, jsonb) is
  'An organization with the default data of the tenant''s modules. p_facts: currency, timezone, locale.';

create or replace function app.seed_modules(p_organization_id uuid, p_module text default null) returns void
language plpgsql security definer
as $$
declare
  v_listener record;
begin
  for v_listener in select l.function from app.listening('seed') l where l.module = p_module or p_module is null loop
    execute format('select app.%I($1)', v_listener.function) using p_organization_id;
  end loop;
end $$;
comment on function app.seed_modules(uuid, text) is 'Default data of the tenant''s modules, or of one of them, for an organization.';

create or replace function app.seed_new_module(p_module text) returns void
language plpgsql security definer
as $$
declare
  v_listener record;
begin
  perform app.seed_modules(o.id, p_module) from organizations o;
  for v_listener in select l.function from app.listening('modules_changed') l loop
    execute format('select app.%I()', v_listener.function);
  end loop;
end $$;
comment on function app.seed_new_module(text) is 'What a module that the tenant has from now on brings along, for each organization; the others hear that it is there.';

create or replace function app.seed_tenant(p_admin jsonb, p_name text) returns jsonb
language plpgsql security definer
as $$
declare
  v_email text := app.normalize_email(p_admin ->> 'email');
  v_organization uuid;
  v_user uuid;
begin
  if exists (select from users) or exists (select from organizations) then
    perform app.fail(409, 'This tenant has been set up already.');
  end if;
  if v_email is null or v_email !~ '^[^@\s]+@[^@\s]+$' then
    perform app.fail(400, 'The first admin needs an e-mail address.', 'admin.email');
  end if;
  if coalesce(p_admin ->> 'hashed_password', '') !~ '^\$2[aby]\$[0-9]{2}\$.{53}$' then
    perform app.fail(400, 'The first admin needs a password, hashed with bcrypt.', 'admin.password');
  end if;

  v_organization := app.seed_organization(p_name, p_admin);
  insert into users (organization_id, email, phone, full_name, first_name, last_name, role, hashed_password,
                     email_verified, email_confirmed_at, last_password_change)
  values (v_organization, v_email, p_admin ->> 'phone', coalesce(p_admin ->> 'full_name', v_email),
          p_admin ->> 'first_name', p_admin ->> 'last_name', 'owner', p_admin ->> 'hashed_password', true, now(), now())
  returning id into v_user;
  insert into staff (id, organization_id, department, position) values (v_user, v_organization, 'management', 'Owner');
  return jsonb_build_object('organization_id', v_organization, 'user_id', v_user);
end $$;
comment on function app.seed_tenant(jsonb, text) is
  'First organization and owner of a fresh tenant, and the default data of its modules. p_admin: email, hashed_password (bcrypt), full_name, phone, currency, timezone, locale.';
