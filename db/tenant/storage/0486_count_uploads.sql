-- Uploads that are under way take room, too; a bucket keeps its name while it holds anything: addresses, tokens and uploads name it.
-- up
create table storage_uploads (
  id              uuid primary key,
  bucket_id       text collate "C" not null references storage_buckets on delete cascade,
  organization_id uuid references organizations,
  bytes           bigint not null check (bytes >= 0),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now()
);
create index storage_uploads_bucket on storage_uploads (bucket_id);
create index storage_uploads_organization on storage_uploads (organization_id);
comment on table storage_uploads is 'Resumable uploads that were begun: the bytes they announced are held against the quota of the tenant. The bytes that came lie with the daemon.';
comment on column storage_uploads.id is 'The version that the object will have.';
call app.secure_table('storage_uploads', 'media', p_actions => array['select']);

alter table storage_objects drop constraint storage_objects_bucket_id_fkey, add foreign key (bucket_id) references storage_buckets;
alter table storage_usage drop constraint storage_usage_bucket_id_fkey, add foreign key (bucket_id) references storage_buckets on delete cascade;

-- down
alter table storage_usage drop constraint storage_usage_bucket_id_fkey, add foreign key (bucket_id) references storage_buckets on update cascade on delete cascade;
alter table storage_objects drop constraint storage_objects_bucket_id_fkey, add foreign key (bucket_id) references storage_buckets on update cascade;
drop table storage_uploads;
