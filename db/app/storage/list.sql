-- Listing: what stands at one level of a bucket. By name it hops from entry to entry along the index, so that a page costs what it
-- shows, not what lies below its folders; by time everything under the prefix is looked at.

-- Entries at the level under p_prefix in order of names, from p_from on (behind it when descending).
create or replace function app.storage_level(p_bucket text, p_prefix text, p_from text, p_skip int, p_limit int, p_descending boolean) returns table (entry text, object uuid)
language plpgsql stable
as $$
declare
  v_at text collate "C" := coalesce(p_from, case when p_descending then p_prefix || chr(1114111) else p_prefix end);
  v_row record;
  v_rest text;
  v_slash int;
  v_left int := p_skip;
  v_count int := 0;
begin
  while v_count < p_limit loop
    if p_descending then
      select o.id, o.name into v_row from storage_objects o where o.bucket_id = p_bucket and o.name < v_at and o.name >= p_prefix order by o.name desc limit 1;
    else
      select o.id, o.name into v_row from storage_objects o where o.bucket_id = p_bucket and o.name >= v_at order by o.name limit 1;
    end if;
    exit when not found or not starts_with(v_row.name, p_prefix);
    v_rest := substr(v_row.name, length(p_prefix) + 1);
    v_slash := strpos(v_rest, '/');
    if v_slash > 0 then
      entry := p_prefix || left(v_rest, v_slash);
      object := null;
      v_at := case when p_descending then entry else left(entry, -1) || '0' end;     -- what comes after a slash
    else
      entry := v_row.name;
      object := v_row.id;
      v_at := case when p_descending then entry else entry || chr(1) end;
    end if;
    if v_left > 0 then
      v_left := v_left - 1;
    else
      v_count := v_count + 1;
      return next;
    end if;
  end loop;
end $$;
comment on function app.storage_level(text, text, text, int, int, boolean) is 'Folders (object is null) and objects right under a prefix, by name.';

-- The same by a time; folders come first, by name.
create or replace function app.storage_level_by_time(p_bucket text, p_prefix text, p_column text, p_descending boolean, p_delimiter boolean) returns table (entry text, object uuid, at timestamptz)
language plpgsql stable
as $$
begin
  return query execute format($q$
    select x.entry, x.object, x.at from (
      select case when x.slash > 0 then left(o.name, length($2) + x.slash) else o.name end as entry, case when x.slash = 0 then o.id end as object,
        case when x.slash = 0 then o.%1$I else '-infinity'::timestamptz end as at
      from storage_objects o, lateral (select case when $3 then strpos(substr(o.name, length($2) + 1), '/') else 0 end as slash) x
      where o.bucket_id = $1 and o.name >= $2 and o.name < $2 || chr(1114111) and starts_with(o.name, $2)
      group by 1, 2, 3) x
    order by x.object is not null, x.at %2$s, x.entry %2$s $q$, p_column, case when p_descending then 'desc' else 'asc' end)
  using p_bucket, p_prefix, p_delimiter;
end $$;
comment on function app.storage_level_by_time(text, text, text, boolean, boolean) is 'Folders and objects right under a prefix (p_delimiter), or every object under it, by a time.';

create or replace function app.storage_check_sort(p_column text, p_order text) returns void
language plpgsql immutable
as $$
begin
  if p_column not in ('name', 'created_at', 'updated_at', 'last_accessed_at') or p_order not in ('asc', 'desc') then
    perform app.storage_fail('InvalidParameter', 'Objects are sorted by name, created_at, updated_at or last_accessed_at, asc or desc.');
  end if;
end $$;
comment on function app.storage_check_sort(text, text) is 'Refuses an order that there is not.';

-- list(): the entries of a folder under their own names.
create or replace function app.storage_list(p_bucket text, p_options jsonb) returns jsonb
language plpgsql stable
as $$
declare
  v_prefix text := coalesce(p_options ->> 'prefix', '');
  v_search text := coalesce(p_options ->> 'search', '');
  v_column text := coalesce(p_options #>> '{sortBy,column}', 'name');
  v_order text := lower(coalesce(p_options #>> '{sortBy,order}', 'asc'));
  v_limit int := least(greatest(coalesce((p_options ->> 'limit')::int, 100), 0), 10000);
  v_offset int := greatest(coalesce((p_options ->> 'offset')::int, 0), 0);
  v_list jsonb;
begin
  perform app.storage_require_bucket(p_bucket);
  perform app.storage_check_sort(v_column, v_order);
  v_prefix := regexp_replace(v_prefix, '^/+', '');
  if v_prefix <> '' and right(v_prefix, 1) <> '/' then
    v_prefix := v_prefix || '/';
  end if;
  with level as (
    select l.entry, l.object, row_number() over () as n from app.storage_level(p_bucket, v_prefix, null, v_offset, v_limit, v_order = 'desc') l where v_column = 'name' and v_search = ''
    union all
    select t.entry, t.object, t.n from (
      select x.entry, x.object, row_number() over (order by case when v_column = 'name' and v_order = 'asc' then x.entry collate "C" end, case when v_column = 'name' and v_order = 'desc' then x.entry collate "C" end desc, x.k) as n
      from (select y.entry, y.object, row_number() over () as k from app.storage_level_by_time(p_bucket, v_prefix, case v_column when 'name' then 'created_at' else v_column end, v_order = 'desc', true) y) x
      where (v_column <> 'name' or v_search <> '') and (v_search = '' or position(lower(v_search) in lower(substr(x.entry, length(v_prefix) + 1))) = 1)) t
    where t.n > v_offset and t.n <= v_offset + v_limit)
  select coalesce(jsonb_agg(jsonb_build_object('name', rtrim(substr(l.entry, length(v_prefix) + 1), '/'), 'id', o.id, 'updated_at', o.updated_at, 'created_at', o.created_at,
      'last_accessed_at', o.last_accessed_at, 'metadata', o.metadata) order by l.n), '[]') into v_list
  from level l left join storage_objects o on o.id = l.object;
  return v_list;
end $$;
comment on function app.storage_list(text, jsonb) is 'list(): {prefix, limit, offset, sortBy, search}. Folders have no id.';

-- list-v2: full names, a cursor.
create or replace function app.storage_list_v2(p_bucket text, p_options jsonb) returns jsonb
language plpgsql stable
as $$
declare
  v_prefix text := coalesce(p_options ->> 'prefix', '');
  v_delimiter boolean := coalesce((p_options ->> 'with_delimiter')::boolean, false);
  v_limit int := least(greatest(coalesce((p_options ->> 'limit')::int, 1000), 1), 1000);
  v_cursor jsonb;
  v_column text;
  v_order text;
  v_entries jsonb;
  v_last jsonb;
begin
  perform app.storage_require_bucket(p_bucket);
  begin
    v_cursor := convert_from(decode(nullif(p_options ->> 'cursor', ''), 'base64'), 'utf8')::jsonb;
    if nullif(p_options ->> 'cursor', '') is not null and (jsonb_typeof(v_cursor) <> 'object' or v_cursor ->> 'n' is null) then
      raise data_exception;
    end if;
  exception when data_exception then
    perform app.storage_fail('InvalidParameter', 'Invalid Parameter cursor');
  end;
  v_column := coalesce(v_cursor ->> 'c', p_options #>> '{sortBy,column}', 'name');
  v_order := lower(coalesce(v_cursor ->> 'o', p_options #>> '{sortBy,order}', 'asc'));
  perform app.storage_check_sort(v_column, v_order);
  with entries as (
    select l.entry, l.object, null::timestamptz as at, row_number() over () as k
    from app.storage_level(p_bucket, v_prefix, case when v_cursor is null then null
        when v_order = 'desc' then v_cursor ->> 'n'
        when right(v_cursor ->> 'n', 1) = '/' then left(v_cursor ->> 'n', -1) || '0' else (v_cursor ->> 'n') || chr(1) end, 0, v_limit + 1, v_order = 'desc') l
    where v_column = 'name' and v_delimiter
    union all
    (select o.name, o.id, null, row_number() over (order by case v_order when 'asc' then o.name end, case v_order when 'desc' then o.name end desc)
     from storage_objects o
     where v_column = 'name' and not v_delimiter and o.bucket_id = p_bucket and o.name >= v_prefix and o.name < v_prefix || chr(1114111)
       and (v_cursor is null or case v_order when 'asc' then o.name > (v_cursor ->> 'n') collate "C" else o.name < (v_cursor ->> 'n') collate "C" end)
     order by case v_order when 'asc' then o.name end, case v_order when 'desc' then o.name end desc limit v_limit + 1)
    union all
    (select t.entry, t.object, t.at, row_number() over () from app.storage_level_by_time(p_bucket, v_prefix, case v_column when 'name' then 'created_at' else v_column end, v_order = 'desc', v_delimiter) t
     where v_column <> 'name' and (v_cursor is null or case
         when (v_cursor ->> 'f')::boolean and t.object is null then case v_order when 'asc' then t.entry > v_cursor ->> 'n' else t.entry < v_cursor ->> 'n' end
         when (v_cursor ->> 'f')::boolean then true when t.object is null then false
         when v_order = 'asc' then (t.at, t.entry collate "C") > ((v_cursor ->> 't')::timestamptz, (v_cursor ->> 'n') collate "C")
         else (t.at, t.entry collate "C") < ((v_cursor ->> 't')::timestamptz, (v_cursor ->> 'n') collate "C") end)
     limit v_limit + 1))
  select coalesce(jsonb_agg(jsonb_build_object('e', e.entry, 'o', e.object, 't', e.at) order by e.k), '[]') into v_entries from entries e;
  if jsonb_array_length(v_entries) > v_limit then
    v_entries := v_entries - v_limit;
    v_last := v_entries -> -1;
  end if;
  return jsonb_build_object('hasNext', v_last is not null,
      'folders', (select coalesce(jsonb_agg(jsonb_build_object('name', x ->> 'e', 'key', storage.filename(rtrim(x ->> 'e', '/'))) order by n), '[]')
        from jsonb_array_elements(v_entries) with ordinality y (x, n) where x ->> 'o' is null),
      'objects', (select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name, 'key', case when v_delimiter then storage.filename(o.name) else o.name end, 'updated_at', o.updated_at,
          'created_at', o.created_at, 'last_accessed_at', o.last_accessed_at, 'metadata', o.metadata) order by n), '[]')
        from jsonb_array_elements(v_entries) with ordinality y (x, n) join storage_objects o on o.id = (x ->> 'o')::uuid))
    || case when v_last is null then '{}' else jsonb_build_object('nextCursorKey', v_last ->> 'e', 'nextCursor',
        replace(encode(convert_to(jsonb_build_object('n', v_last ->> 'e', 't', v_last ->> 't', 'f', v_last ->> 'o' is null, 'c', v_column, 'o', v_order)::text, 'utf8'), 'base64'), e'\n', '')) end;
end $$;
comment on function app.storage_list_v2(text, jsonb) is 'list-v2: {prefix, limit, cursor, with_delimiter, sortBy} → {hasNext, nextCursor, folders, objects}.';

grant execute on function app.storage_level(text, text, text, int, int, boolean), app.storage_level_by_time(text, text, text, boolean, boolean), app.storage_check_sort(text, text),
  app.storage_list(text, jsonb), app.storage_list_v2(text, jsonb) to anon, authenticated, service_role;
