-- What a fresh tenant starts with: one organization, one owner, and what each module brings along
-- (app.seed_<module>(p_organization_id uuid), a function or a procedure).

create or replace function app.seed_organization(p_name text, p_facts jsonb default '{}') returns uuid
language plpgsql security definer
as $$
declare
  v_organization uuid;
  v_module text;
  v_kind "char";
begin
  insert into organizations (name, slug, currency, locale, timezone)
  values (p_name, nullif(trim(both '-' from left(regexp_replace(lower(p_name), '[^a-z0-9]+', '-', 'g'), 60)), ''),
          coalesce(p_facts ->> 'currency', 'EUR'), coalesce(p_facts ->> 'locale', 'en'), coalesce(p_facts ->> 'timezone', 'UTC'))
  returning id into v_organization;
  for v_module in
    select m.name from maitred.modules m join public.tenants t on m.name = any (t.modules)
    where t.schema_name = current_schema() order by m.position
  loop
    select p.prokind into v_kind from pg_proc p
    where p.oid = to_regprocedure(format('app.%I(uuid)', 'seed_' || v_module));
    continue when v_kind is null;
    execute format(case v_kind when 'p' then 'call app.%I($1)' else 'select app.%I($1)' end, 'seed_' || v_module) using v_organization;
  end loop;
  return v_organization;
end $$;
comment on function app.seed_organization(text, jsonb) is
  'An organization with the default data of the tenant''s modules. p_facts: currency, timezone, locale.';

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
