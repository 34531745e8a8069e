-- Writing objects. With the caller's rights: row security of storage_objects decides.

-- One row as the daemon kept it. Without p_upsert a name that is taken is 23505, after the policies have agreed.
create or replace function app.storage_write(p_bucket text, p_name text, p_upsert boolean, p_kept jsonb, p_user_metadata jsonb) returns uuid
language plpgsql
as $$
declare
  v_id uuid;
begin
  perform set_config('maitred.storage_kept', p_kept::text, true);
  if p_upsert then
    insert into storage_objects as o (bucket_id, name, user_metadata) values (p_bucket, p_name, p_user_metadata)
    on conflict (bucket_id, name) do update set user_metadata = excluded.user_metadata
    returning o.id into v_id;
  else
    insert into storage_objects as o (bucket_id, name, user_metadata) values (p_bucket, p_name, p_user_metadata) returning o.id into v_id;
  end if;
  perform set_config('maitred.storage_kept', '', true);
  return v_id;
end $$;
comment on function app.storage_write(text, text, boolean, jsonb, jsonb) is 'Writes a row for bytes that are kept: {"version", "metadata", "owner_id"?}.';

-- What there is and what is on its way: an upload that was begun has its place.
create or replace function app.storage_room_taken() returns bigint
language sql stable security definer
as $$
  select (select coalesce(sum(u.bytes), 0) from storage_usage u) + (select coalesce(sum(u.bytes), 0) from storage_uploads u);
$$;
comment on function app.storage_room_taken() is 'Bytes of all files of the tenant, and of those that resumable uploads have announced.';

create or replace function app.storage_check_room(p_quota bigint, p_more bigint) returns void
language plpgsql stable
as $$
begin
  if p_quota is not null and app.storage_room_taken() + p_more > p_quota then
    perform app.storage_fail('EntityTooLarge', 'The storage of this house is full.');
  end if;
end $$;
comment on function app.storage_check_room(bigint, bigint) is 'Refuses where so many bytes more would be above the quota of the tenant, as far as can be seen now.';

-- The same where it counts: whoever comes here has written, and waits until those before have committed or not. Each statement looks anew, so the last one
-- in sees all others; nobody writes behind it.
create or replace function app.storage_hold_room(p_quota bigint, p_more bigint) returns void
language plpgsql
as $$
begin
  if p_quota is not null then
    perform pg_advisory_xact_lock(hashtextextended('storage room/' || current_schema(), 0));
    perform app.storage_check_room(p_quota, p_more);
  end if;
end $$;
comment on function app.storage_hold_room(bigint, bigint) is 'app.storage_check_room() that nobody overtakes: until the transaction ends no other takes room.';

-- What a bucket takes. An empty file of that name is how programs mark a folder that has nothing in it.
create or replace function app.storage_check_object(p_bucket jsonb, p_name text, p_metadata jsonb) returns void
language plpgsql immutable
as $$
declare
  v_type text := lower(trim(split_part(p_metadata ->> 'mimetype', ';', 1)));
  v_size bigint := (p_metadata ->> 'size')::bigint;
  v_types jsonb := p_bucket -> 'allowed_mime_types';
begin
  if v_size > (p_bucket ->> 'file_size_limit')::bigint then
    perform app.storage_fail('EntityTooLarge', 'The object exceeded the maximum allowed size');
  end if;
  if jsonb_typeof(v_types) = 'array' and not (v_size = 0 and p_name ~ '\.emptyFolderPlaceholder$')
     and not coalesce(v_types ? v_type or v_types ? (split_part(v_type, '/', 1) || '/*'), false) then
    perform app.storage_fail('InvalidMimeType', format('mime type %s is not supported', v_type));
  end if;
end $$;
comment on function app.storage_check_object(jsonb, text, jsonb) is 'Refuses an object that is larger than its bucket allows (app.storage_bucket()) or of a type that it does not take.';

-- Whether the bytes are worth reading: the name, the bucket, its limits (as far as they can be known before), the policies. Writes nothing.
create or replace function app.storage_may_put(p_bucket text, p_name text, p_upsert boolean, p_bytes bigint, p_quota bigint) returns jsonb
language plpgsql
as $$
declare
  v_bucket jsonb;
begin
  if not app.storage_is_key(p_name) then
    perform app.storage_fail('InvalidKey', 'Invalid key: ' || left(p_name, 200));
  end if;
  v_bucket := app.storage_require_bucket(p_bucket);
  if p_bytes > (v_bucket ->> 'file_size_limit')::bigint then
    perform app.storage_fail('EntityTooLarge', 'The object exceeded the maximum allowed size');
  end if;
  perform app.storage_check_room(p_quota, greatest(p_bytes, 0));
  begin
    perform app.storage_write(p_bucket, p_name, p_upsert, jsonb_build_object('version', gen_random_uuid(), 'metadata', '{"size": 0}'::jsonb), null);
    raise sqlstate 'MDUND';
  exception when sqlstate 'MDUND' then
    null;
  end;
  return v_bucket;
end $$;
comment on function app.storage_may_put(text, text, boolean, bigint, bigint) is 'Refuses what an upload would be refused for, before its bytes are read; gives the limits of the bucket.';

-- The bytes are kept: the row. Gives the version that it replaces, whose bytes are nobody's any more.
create or replace function app.storage_put(p_bucket text, p_name text, p_upsert boolean, p_kept jsonb, p_user_metadata jsonb, p_quota bigint) returns jsonb
language plpgsql
as $$
declare
  v_version uuid := (p_kept ->> 'version')::uuid;
  v_bucket jsonb := app.storage_require_bucket(p_bucket);
  v_replaced uuid;
  v_id uuid;
begin
  -- a resumable upload whose end was not heard of is ended again
  select o.id into v_id from storage_objects o where o.bucket_id = p_bucket and o.name = p_name and o.version = v_version;
  if found then
    return jsonb_build_object('id', v_id, 'replaced', null);
  end if;
  perform app.storage_check_object(v_bucket, p_name, p_kept -> 'metadata');
  if p_upsert then
    select o.version into v_replaced from storage_objects o where o.bucket_id = p_bucket and o.name = p_name for update;
  end if;
  v_id := app.storage_write(p_bucket, p_name, p_upsert, p_kept, p_user_metadata);
  perform app.storage_end_upload(v_version);
  perform app.storage_hold_room(p_quota, 0);
  return jsonb_build_object('id', v_id, 'replaced', v_replaced);
end $$;
comment on function app.storage_put(text, text, boolean, jsonb, jsonb, bigint) is 'An object for bytes that are kept; {"id", "replaced"}: whose bytes go.';

create or replace function app.storage_move(p_bucket text, p_name text, p_to_bucket text, p_to_name text) returns jsonb
language plpgsql
as $$
declare
  v_object record;
  v_bucket jsonb;
begin
  perform app.storage_require_bucket(p_bucket);
  v_bucket := app.storage_require_bucket(p_to_bucket);
  if not coalesce(app.storage_is_key(p_to_name), false) then
    perform app.storage_fail('InvalidKey', 'Invalid key: ' || left(p_to_name, 200));
  end if;
  select o.id, o.metadata into v_object from storage_objects o where o.bucket_id = p_bucket and o.name = p_name;
  if not found then
    perform app.storage_fail('NoSuchKey', 'Object not found');
  end if;
  perform app.storage_check_object(v_bucket, p_to_name, v_object.metadata);
  update storage_objects o set bucket_id = p_to_bucket, name = p_to_name where o.id = v_object.id;
  if not found then
    perform app.storage_fail('AccessDenied', 'You may not move this object.');
  end if;
  return jsonb_build_object('message', 'Successfully moved', 'Id', v_object.id, 'Key', p_to_name);
end $$;
comment on function app.storage_move(text, text, text, text) is 'Another name, in this bucket or another. The bytes stay where they are.';

-- Those the caller may delete, as they were; the daemon takes their bytes away.
create or replace function app.storage_remove(p_bucket text, p_names text[]) returns jsonb
language plpgsql
as $$
declare
  v_gone jsonb;
begin
  perform app.storage_require_bucket(p_bucket);
  with gone as (delete from storage_objects o where o.bucket_id = p_bucket and o.name = any (p_names)
    returning o.id, o.bucket_id, o.name, o.owner_id, o.version, o.metadata, o.user_metadata, o.created_at, o.updated_at, o.last_accessed_at)
  select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'bucket_id', g.bucket_id, 'name', g.name, 'owner', g.owner_id, 'owner_id', g.owner_id, 'version', g.version, 'metadata', g.metadata,
      'user_metadata', g.user_metadata, 'created_at', g.created_at, 'updated_at', g.updated_at, 'last_accessed_at', g.last_accessed_at) order by g.name), '[]') into v_gone from gone g;
  return v_gone;
end $$;
comment on function app.storage_remove(text, text[]) is 'Deletes these objects of a bucket and gives those that went.';

grant execute on function app.storage_write(text, text, boolean, jsonb, jsonb), app.storage_room_taken(), app.storage_check_room(bigint, bigint),
  app.storage_hold_room(bigint, bigint), app.storage_check_object(jsonb, text, jsonb), app.storage_may_put(text, text, boolean, bigint, bigint),
  app.storage_put(text, text, boolean, jsonb, jsonb, bigint), app.storage_move(text, text, text, text), app.storage_remove(text, text[])
  to anon, authenticated, service_role;

-- What the daemon knows of an object's bytes, out of app.storage_found().
create or replace function app.storage_metadata(p_found jsonb) returns jsonb
language sql stable
as $$
  select jsonb_build_object('eTag', p_found -> 'etag', 'size', p_found -> 'size', 'mimetype', p_found -> 'content_type', 'cacheControl', p_found -> 'cache_control',
    'lastModified', to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'contentLength', p_found -> 'size', 'httpStatusCode', 200);
$$;
comment on function app.storage_metadata(jsonb) is 'The metadata of a copy.';

create or replace function app.storage_may_copy(p_bucket text, p_name text, p_to_bucket text, p_to_name text, p_upsert boolean, p_quota bigint) returns jsonb
language plpgsql
as $$
declare
  v_found jsonb := app.storage_find(p_bucket, p_name, false);
  v_bucket jsonb := app.storage_may_put(p_to_bucket, p_to_name, p_upsert, (v_found ->> 'size')::bigint, p_quota);
begin
  perform app.storage_check_object(v_bucket, p_to_name, app.storage_metadata(v_found));
  return v_found;
end $$;
comment on function app.storage_may_copy(text, text, text, text, boolean, bigint) is 'The object to copy, where the caller may read it and put the copy.';
grant execute on function app.storage_metadata(jsonb), app.storage_may_copy(text, text, text, text, boolean, bigint) to anon, authenticated, service_role;

-- Resumable uploads. One that is begun has its place in the quota until it is an object, is ended or forgotten.
create or replace function app.storage_begin_upload(p_bucket text, p_name text, p_upsert boolean, p_bytes bigint, p_quota bigint, p_id uuid) returns jsonb
language plpgsql
as $$
declare
  v_bucket jsonb := app.storage_may_put(p_bucket, p_name, p_upsert, p_bytes, p_quota);
begin
  perform app.storage_keep_upload(p_id, p_bucket, p_bytes);
  perform app.storage_hold_room(p_quota, 0);
  return v_bucket;
end $$;
comment on function app.storage_begin_upload(text, text, boolean, bigint, bigint, uuid) is 'app.storage_may_put() for an upload that takes its time: its bytes have their place from now on.';

create or replace function app.storage_keep_upload(p_id uuid, p_bucket text, p_bytes bigint) returns void
language sql security definer
as $$
  insert into storage_uploads (id, bucket_id, organization_id, bytes) select p_id, b.id, b.organization_id, p_bytes from storage_buckets b where b.id = p_bucket;
$$;

create or replace function app.storage_end_upload(p_id uuid) returns void
language sql security definer
as $$
  delete from storage_uploads u where u.id = p_id;
$$;
comment on function app.storage_keep_upload(uuid, text, bigint) is 'For the daemon: an upload of so many bytes is under way.';
comment on function app.storage_end_upload(uuid) is 'For the daemon: an upload is under way no more.';

-- Before an upload is ended whose bytes have come over time: the object may be there already, by the same bytes.
create or replace function app.storage_may_resume(p_bucket text, p_name text, p_upsert boolean, p_version uuid) returns jsonb
language plpgsql
as $$
begin
  if exists (select from storage_objects o where o.bucket_id = p_bucket and o.name = p_name and o.version = p_version) then
    return app.storage_require_bucket(p_bucket);
  end if;
  return app.storage_may_put(p_bucket, p_name, p_upsert, 0, null);
end $$;
comment on function app.storage_may_resume(text, text, boolean, uuid) is 'app.storage_may_put() for bytes that are there, whose object may be, too.';
grant execute on function app.storage_begin_upload(text, text, boolean, bigint, bigint, uuid), app.storage_keep_upload(uuid, text, bigint), app.storage_end_upload(uuid),
  app.storage_may_resume(text, text, boolean, uuid) to anon, authenticated, service_role;

-- For the sweep, as the owner: uploads that were begun before then, those after p_after, as many as a page has.
create or replace function app.storage_old_uploads(p_before timestamptz, p_after uuid, p_most int) returns setof uuid
language sql stable
as $$
  select u.id from storage_uploads u where u.created_at < p_before and (p_after is null or u.id > p_after) order by u.id limit p_most;
$$;
comment on function app.storage_old_uploads(timestamptz, uuid, int) is 'Uploads under way that may have been forgotten.';
