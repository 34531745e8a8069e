-- Reading objects. With the caller's rights, except what lies in a public bucket.

create or replace function app.storage_public_object(p_bucket text, p_name text) returns jsonb
language sql stable security definer
as $$
  select app.storage_found(o.id, o.name, o.bucket_id, o.version, o.metadata, o.user_metadata, o.created_at, o.updated_at)
  from storage_objects o join storage_buckets b on b.id = o.bucket_id where b.public and b.id = p_bucket and o.name = p_name;
$$;
comment on function app.storage_public_object(text, text) is 'An object of a public bucket; null: there is none, or the bucket is not public.';

create or replace function app.storage_found(p_id uuid, p_name text, p_bucket text, p_version uuid, p_metadata jsonb, p_user_metadata jsonb, p_created timestamptz, p_updated timestamptz) returns jsonb
language sql stable
as $$
  select jsonb_build_object('id', p_id, 'name', p_name, 'bucket_id', p_bucket, 'version', p_version, 'size', p_metadata -> 'size', 'content_type', p_metadata -> 'mimetype',
    'cache_control', p_metadata -> 'cacheControl', 'etag', p_metadata -> 'eTag', 'metadata', coalesce(p_user_metadata, '{}'), 'last_modified', p_metadata -> 'lastModified',
    'modified_s', extract(epoch from (p_metadata ->> 'lastModified')::timestamptz)::bigint, 'created_at', p_created, 'updated_at', p_updated);
$$;
comment on function app.storage_found(uuid, text, text, uuid, jsonb, jsonb, timestamptz, timestamptz) is 'What the daemon wants to know of an object, and what info() shows of it.';

-- p_public: only what everybody may read.
create or replace function app.storage_find(p_bucket text, p_name text, p_public boolean) returns jsonb
language plpgsql stable
as $$
declare
  v_bucket jsonb := app.storage_require_bucket(p_bucket);
  v_found jsonb;
begin
  if (v_bucket ->> 'public')::boolean then
    v_found := app.storage_public_object(p_bucket, p_name);
  elsif p_public then
    perform app.storage_fail('NoSuchBucket', 'Bucket not found');
  else
    select app.storage_found(o.id, o.name, o.bucket_id, o.version, o.metadata, o.user_metadata, o.created_at, o.updated_at) into v_found
    from storage_objects o where o.bucket_id = p_bucket and o.name = p_name;
  end if;
  if v_found is null then
    perform app.storage_fail('NoSuchKey', 'Object not found');
  end if;
  return v_found;
end $$;
comment on function app.storage_find(text, text, boolean) is 'An object that the caller may read, or the dialect''s refusal.';

-- Which of these names the caller may read.
create or replace function app.storage_readable(p_bucket text, p_names text[]) returns jsonb
language plpgsql stable
as $$
declare
  v_public boolean := (app.storage_require_bucket(p_bucket) ->> 'public')::boolean;
begin
  return (select coalesce(jsonb_agg(case when v_public then app.storage_public_object(p_bucket, n.name) is not null
      else exists (select from storage_objects o where o.bucket_id = p_bucket and o.name = n.name) end order by n.at), '[]')
    from unnest(p_names) with ordinality n (name, at));
end $$;
comment on function app.storage_readable(text, text[]) is 'For each name in turn whether the caller may read it.';

grant execute on function app.storage_public_object(text, text), app.storage_found(uuid, text, text, uuid, jsonb, jsonb, timestamptz, timestamptz),
  app.storage_find(text, text, boolean), app.storage_readable(text, text[]) to anon, authenticated, service_role;

-- For the sweep: which of these versions rows speak of. The daemon asks as the owner.
create or replace function app.storage_in_use(p_versions uuid[]) returns setof uuid
language sql stable
as $$
  select o.version from storage_objects o where o.version = any (p_versions);
$$;
comment on function app.storage_in_use(uuid[]) is 'Those of these versions that a row refers to.';
