-- The schemas that every tenant shares, and the roles requests run as.
-- up
create schema if not exists maitred;
create schema if not exists auth;
create schema if not exists app;
create schema if not exists api;

create extension if not exists pgcrypto with schema public;
create extension if not exists btree_gist with schema public;
create extension if not exists pg_trgm with schema public;

-- Roles belong to the cluster: another database of it may have made them already.
do $$
declare
  v_role text;
begin
  foreach v_role in array array['anon', 'authenticated', 'service_role', 'maitred_auth'] loop
    if not exists (select from pg_roles where rolname = v_role) then
      execute format('create role %I nologin noinherit', v_role);
    end if;
  end loop;
  if not exists (select from pg_roles where rolname = 'authenticator') then
    create role authenticator login noinherit;
  end if;
end $$;
grant anon, authenticated, service_role, maitred_auth to authenticator;

-- No name may be hijacked: nobody but the owner makes objects, temporary ones included.
do $$
begin
  execute format('revoke temporary, create on database %I from public', current_database());
end $$;
revoke create on schema public from public;
alter default privileges revoke execute on functions from public;
alter default privileges in schema api revoke execute on functions from public;
alter default privileges in schema app revoke execute on functions from public;
alter default privileges in schema auth revoke execute on functions from public;

grant usage on schema public, auth, app, api to anon, authenticated, service_role, maitred_auth;

comment on schema maitred is 'The daemon''s own: migration ledger, jobs, schedules, tenant keys. No client role reaches it.';
comment on schema auth is 'Helpers that policies call: who asks, for which organization, with which rights.';
comment on schema app is 'Private functions that the public ones share.';
comment on schema api is 'Every function a client may call; one copy serves all tenants.';

-- down
drop schema api cascade;
drop schema app cascade;
drop schema auth cascade;
