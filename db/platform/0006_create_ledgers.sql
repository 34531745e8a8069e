-- What the migration engine remembers: which tenant has which migrations, which functions are in place.
-- (maitred.migrations, the ledger of this folder, is made by the engine before the first file runs.)
-- up
create table maitred.tenant_migrations (
  tenant_id  uuid not null references public.tenants on delete cascade,
  module     text not null,
  version    int not null,
  name       text not null,
  checksum   text not null,
  applied_at timestamptz not null default now(),
  primary key (tenant_id, module, version)
);
comment on table maitred.tenant_migrations is 'One row a tenant and migration, written in the transaction that ran it.';

create table maitred.tenant_shapes (
  tenant_id  uuid primary key references public.tenants on delete cascade,
  shape      text not null,
  error      text,
  updated_at timestamptz not null default now()
);
comment on table maitred.tenant_shapes is 'Digest of a tenant''s rows in tenant_migrations: one comparison says whether it is up to date.';
comment on column maitred.tenant_shapes.error is 'Why the last migration of this tenant failed; null when it went well.';

create table maitred.functions (
  kind       text not null check (kind in ('app', 'api')),
  module     text not null,
  name       text not null,
  checksum   text not null,
  applied_at timestamptz not null default now(),
  primary key (kind, module, name)
);
comment on table maitred.functions is 'Files of db/app and db/api as they were applied last; module decides which tenants have a function.';

-- down
drop table maitred.functions;
drop table maitred.tenant_shapes;
drop table maitred.tenant_migrations;
