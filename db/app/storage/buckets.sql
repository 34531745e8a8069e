-- Buckets as the dialect shows and takes them. Row security of storage_buckets decides who may.

-- What anybody's upload or download must know of a bucket, whether or not they see its row.
create or replace function app.storage_bucket(p_id text) returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object('public', b.public, 'file_size_limit', b.file_size_limit, 'allowed_mime_types', b.allowed_mime_types) from storage_buckets b where b.id = p_id;
$$;
comment on function app.storage_bucket(text) is 'Whether a bucket is public, and its limits; null: there is none.';

create or replace function app.storage_require_bucket(p_id text) returns jsonb
language plpgsql stable
as $$
declare
  v_bucket jsonb := app.storage_bucket(p_id);
begin
  if v_bucket is null then
    perform app.storage_fail('NoSuchBucket', 'Bucket not found');
  end if;
  return v_bucket;
end $$;
comment on function app.storage_require_bucket(text) is 'app.storage_bucket(), or the dialect''s refusal.';

create or replace function app.storage_buckets_json(p_id text, p_limit int, p_offset int, p_search text, p_column text, p_order text) returns jsonb
language plpgsql stable
as $$
declare
  v_list jsonb;
begin
  if coalesce(p_column, 'name') not in ('id', 'name', 'created_at', 'updated_at') or coalesce(lower(p_order), 'asc') not in ('asc', 'desc') then
    perform app.storage_fail('InvalidParameter', 'Buckets are sorted by id, name, created_at or updated_at, asc or desc.');
  end if;
  execute format($q$
    select coalesce(jsonb_agg(x.bucket order by x.n), '[]') from (
      select row_number() over (order by b.%1$I %2$s, b.id) as n, jsonb_build_object('id', b.id, 'name', b.name, 'owner', coalesce(b.owner_id, ''), 'public', b.public, 'type', b.type,
        'file_size_limit', b.file_size_limit, 'allowed_mime_types', b.allowed_mime_types, 'created_at', b.created_at, 'updated_at', b.updated_at) as bucket
      from storage_buckets b
      where ($1 is null or b.id = $1) and ($2 is null or position(lower($2) in lower(b.name)) > 0)
      order by b.%1$I %2$s, b.id limit $3 offset $4) x $q$, coalesce(p_column, 'name'), coalesce(lower(p_order), 'asc'))
  into v_list using p_id, nullif(p_search, ''), p_limit, greatest(coalesce(p_offset, 0), 0);
  if p_id is not null and v_list = '[]' then
    perform app.storage_fail('NoSuchBucket', 'Bucket not found');
  end if;
  return v_list;
end $$;
comment on function app.storage_buckets_json(text, int, int, text, text, text) is 'The buckets the caller sees, or the one named.';

-- "20MB", "1kb" or a number of bytes; 0 and null are no limit.
create or replace function app.storage_bytes(p_limit jsonb) returns bigint
language plpgsql immutable
as $$
declare
  v_text text := lower(trim(p_limit #>> '{}'));
  v_parts text[] := regexp_match(v_text, '^(\d{1,15}(?:\.\d{1,6})?)\s*(b|kb|mb|gb|)$');
  v_bytes numeric;
begin
  if v_text is null or v_text = '' then
    return null;
  end if;
  v_bytes := v_parts[1]::numeric * case v_parts[2] when 'kb' then 1e3 when 'mb' then 1e6 when 'gb' then 1e9 else 1 end;
  if v_bytes is null or v_bytes > 1e15 then
    perform app.storage_fail('InvalidRequest', 'Invalid file size format, hint: use 20GB / 20MB / 30KB / 3B');
  end if;
  return nullif(trunc(v_bytes), 0);
end $$;

create or replace function app.storage_types(p_types jsonb) returns text[]
language plpgsql immutable
as $$
declare
  v_types text[];
begin
  if jsonb_typeof(p_types) = 'array' then
    select array_agg(lower(trim(t))) into v_types from jsonb_array_elements_text(p_types) t;
  elsif jsonb_typeof(p_types) is distinct from 'null' and p_types is not null then
    perform app.storage_fail('InvalidParameter', 'allowed_mime_types is a list.');
  end if;
  if exists (select from unnest(v_types) t where t !~ '^[a-z0-9][a-z0-9!#$&^_.+-]*/([a-z0-9][a-z0-9!#$&^_.+-]*|\*)$') or cardinality(v_types) > 100 then
    perform app.storage_fail('InvalidMimeType', format('mime type %s is not supported', (select left(t, 100) from unnest(v_types) t where t !~ '^[a-z0-9][a-z0-9!#$&^_.+-]*/([a-z0-9][a-z0-9!#$&^_.+-]*|\*)$' limit 1)));
  end if;
  return v_types;
end $$;

create or replace function app.storage_create_bucket(p_bucket jsonb) returns jsonb
language plpgsql
as $$
declare
  v_id text := coalesce(p_bucket ->> 'id', p_bucket ->> 'name');
begin
  if not coalesce(app.storage_is_bucket_id(v_id), false) then
    perform app.storage_fail('InvalidBucketName', 'Bucket name invalid');
  end if;
  if coalesce(p_bucket ->> 'type', 'STANDARD') <> 'STANDARD' then
    perform app.storage_fail('FeatureNotEnabled', 'Buckets here are of type STANDARD.');
  end if;
  insert into storage_buckets (id, name, public, file_size_limit, allowed_mime_types)
  values (v_id, coalesce(p_bucket ->> 'name', v_id), coalesce((p_bucket ->> 'public')::boolean, false),
          app.storage_bytes(p_bucket -> 'file_size_limit'), app.storage_types(p_bucket -> 'allowed_mime_types'));
  return jsonb_build_object('name', v_id);
end $$;

create or replace function app.storage_update_bucket(p_id text, p_bucket jsonb) returns jsonb
language plpgsql
as $$
begin
  update storage_buckets b set
    public = coalesce((p_bucket ->> 'public')::boolean, b.public),
    file_size_limit = case when p_bucket ? 'file_size_limit' then app.storage_bytes(p_bucket -> 'file_size_limit') else b.file_size_limit end,
    allowed_mime_types = case when p_bucket ? 'allowed_mime_types' then app.storage_types(p_bucket -> 'allowed_mime_types') else b.allowed_mime_types end
  where b.id = p_id;
  if not found then
    perform app.storage_fail('NoSuchBucket', 'Bucket not found');
  end if;
  return '{"message": "Successfully updated"}';
end $$;

create or replace function app.storage_delete_bucket(p_id text) returns jsonb
language plpgsql
as $$
begin
  if not exists (select from storage_buckets b where b.id = p_id) then
    perform app.storage_fail('NoSuchBucket', 'Bucket not found');
  end if;
  begin
    delete from storage_buckets b where b.id = p_id;
    if not found then
      perform app.storage_fail('AccessDenied', 'You may not delete this bucket.');
    end if;
  exception when foreign_key_violation then
    perform app.storage_fail('ResourceNotEmpty', 'The bucket you tried to delete is not empty');
  end;
  return '{"message": "Successfully deleted"}';
end $$;

-- The rows go at once, the bytes with the next sweep.
create or replace function app.storage_empty_bucket(p_id text) returns jsonb
language plpgsql
as $$
begin
  if not exists (select from storage_buckets b where b.id = p_id) then
    perform app.storage_fail('NoSuchBucket', 'Bucket not found');
  end if;
  delete from storage_objects o where o.bucket_id = p_id;
  return '{"message": "Successfully emptied"}';
end $$;
comment on function app.storage_create_bucket(jsonb) is 'A bucket as the dialect asks for it.';
comment on function app.storage_update_bucket(text, jsonb) is 'Changes what is named of public, file_size_limit, allowed_mime_types.';
comment on function app.storage_delete_bucket(text) is 'Deletes an empty bucket.';
comment on function app.storage_empty_bucket(text) is 'Deletes every object of a bucket that the caller may delete.';
comment on function app.storage_bytes(jsonb) is 'Bytes of a size as clients write it.';
comment on function app.storage_types(jsonb) is 'Types of files as clients list them.';
grant execute on function app.storage_bucket(text), app.storage_require_bucket(text), app.storage_buckets_json(text, int, int, text, text, text), app.storage_bytes(jsonb),
  app.storage_types(jsonb), app.storage_create_bucket(jsonb), app.storage_update_bucket(text, jsonb), app.storage_delete_bucket(text), app.storage_empty_bucket(text)
  to anon, authenticated, service_role;
