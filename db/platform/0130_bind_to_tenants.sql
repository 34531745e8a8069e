-- What is kept by the name of a tenant's schema goes with the tenant: a new tenant of the same name trusts nothing old.
-- up
delete from maitred.signing_keys k where not exists (select from public.tenants t where t.schema_name = k.tenant);
delete from maitred.ended_sessions e where not exists (select from public.tenants t where t.schema_name = e.tenant);
delete from maitred.jobs j where j.tenant is not null and not exists (select from public.tenants t where t.schema_name = j.tenant);

alter table maitred.signing_keys
  add constraint signing_keys_tenant foreign key (tenant) references public.tenants (schema_name) on update cascade on delete cascade;
alter table maitred.ended_sessions
  add constraint ended_sessions_tenant foreign key (tenant) references public.tenants (schema_name) on update cascade on delete cascade;
alter table maitred.jobs
  add constraint jobs_tenant foreign key (tenant) references public.tenants (schema_name) on update cascade on delete cascade;
create index signing_keys_tenant on maitred.signing_keys (tenant);
create index ended_sessions_tenant on maitred.ended_sessions (tenant);
create index jobs_tenant on maitred.jobs (tenant) where tenant is not null;

-- A token that is older than its tenant, or than the copy it was restored from, speaks of sessions that nobody knows any more.
alter table maitred.tenant_keys add column trusts_since timestamptz;
update maitred.tenant_keys k set trusts_since = date_trunc('second', t.created_at) from public.tenants t where t.id = k.tenant_id;
alter table maitred.tenant_keys alter column trusts_since set default date_trunc('second', now()), alter column trusts_since set not null;
comment on column maitred.tenant_keys.trusts_since is 'Tokens of people and guests that were issued before this are refused. Keys (anon, service_role) are not tokens of anybody.';

-- down
alter table maitred.tenant_keys drop column trusts_since;
drop index maitred.jobs_tenant, maitred.ended_sessions_tenant, maitred.signing_keys_tenant;
alter table maitred.jobs drop constraint jobs_tenant;
alter table maitred.ended_sessions drop constraint ended_sessions_tenant;
alter table maitred.signing_keys drop constraint signing_keys_tenant;
