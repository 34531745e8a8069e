-- Files: a row says who may, the daemon keeps the bytes (src/storage) under the row's version. Written through /storage/v1 alone.
-- up
create table storage_buckets (
  id                 text collate "C" primary key check (app.storage_is_bucket_id(id)),
  organization_id    uuid default coalesce(auth.user_organization_id(), app.only_organization()) references organizations,
  name               text not null check (length(name) between 1 and 100),
  owner_id           text default auth.uid()::text,
  public             boolean not null default false,
  type               text not null default 'STANDARD' check (type in ('STANDARD')),
  file_size_limit    bigint check (file_size_limit > 0),
  allowed_mime_types text[] check (array_to_string(allowed_mime_types, ',') ~ '^([a-z0-9][a-z0-9!#$&^_.+-]*/([a-z0-9][a-z0-9!#$&^_.+-]*|\*)(,|$))+$'),
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now()
);
create unique index storage_buckets_name on storage_buckets (name);
create index storage_buckets_organization on storage_buckets (organization_id);
comment on table storage_buckets is 'Buckets of files. What is in a public one is read by everybody who knows its name.';
comment on column storage_buckets.organization_id is 'Whose staff work with it; null: the whole house''s, for the service role and for policies of your own.';
comment on column storage_buckets.file_size_limit is 'Bytes of its largest file; null: the setting storage_file_max_bytes alone.';
comment on column storage_buckets.allowed_mime_types is 'Types by content, such as image/* or application/pdf; null: all.';
call app.secure_table('storage_buckets', 'media');

create table storage_usage (
  bucket_id       text collate "C" primary key references storage_buckets on update cascade on delete cascade,
  organization_id uuid references organizations,
  bytes           bigint not null default 0,
  objects         bigint not null default 0,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now()
);
create index storage_usage_organization on storage_usage (organization_id);
comment on table storage_usage is 'How much lies in each bucket: kept by triggers, held against the quota of the tenant.';
call app.secure_table('storage_usage', 'media', p_actions => array['select']);

create table storage_objects (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid references organizations,
  bucket_id        text collate "C" not null references storage_buckets on update cascade,
  name             text collate "C" not null check (app.storage_is_key(name)),
  owner_id         text,
  version          uuid not null,
  metadata         jsonb not null check (jsonb_typeof(metadata) = 'object'),
  user_metadata    jsonb check (jsonb_typeof(user_metadata) = 'object' and length(user_metadata::text) <= 1048576),
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  last_accessed_at timestamptz not null default now()
);
create unique index storage_objects_name on storage_objects (bucket_id, name);
create unique index storage_objects_version on storage_objects (version);
create index storage_objects_organization on storage_objects (organization_id);
create index storage_objects_owner on storage_objects (owner_id);
comment on table storage_objects is 'Files by bucket and name. Its policies decide who reads, writes, lists and deletes them.';
comment on column storage_objects.owner_id is 'The user (sub of the token) who put it there; null: the service role, or a signed upload of its.';
comment on column storage_objects.version is 'Under what the daemon keeps the bytes; another with each upload.';
comment on column storage_objects.metadata is 'size, mimetype (by content), eTag, cacheControl, lastModified: what the daemon saw.';
comment on column storage_objects.user_metadata is 'What the client said of it.';
create trigger a_decide_object before insert or update on storage_objects for each row execute function app.storage_decide_object('storage_buckets', 'bucket_id');
create trigger count_in after insert on storage_objects referencing new table as changed for each statement execute function app.storage_count();
create trigger count_out after delete on storage_objects referencing old table as changed for each statement execute function app.storage_count();
create trigger count_change after update on storage_objects referencing old table as before new table as changed for each statement execute function app.storage_count();
call app.secure_table('storage_objects', 'media', p_person => 'owner_id = (select auth.uid())::text');
-- visitors see what a policy of the house's own shows them: nothing at first, and that is no error
grant select on storage_buckets, storage_objects to anon;

-- down
drop table storage_objects;
drop table storage_usage;
drop table storage_buckets;
