-- A row of storage_objects stands for bytes that the daemon keeps. Who writes one without them, past /storage/v1, is refused; what the
-- daemon saw (version, metadata) it says in a setting of the transaction, which no client reaches.
create or replace function app.storage_decide_object() returns trigger
language plpgsql security definer
as $$
declare
  v_kept jsonb := nullif(current_setting('maitred.storage_kept', true), '')::jsonb;
begin
  if tg_op = 'INSERT' or v_kept is not null then
    if v_kept is null then
      perform app.fail(403, 'Files are written through /storage/v1.');
    end if;
    new.version := (v_kept ->> 'version')::uuid;
    new.metadata := v_kept -> 'metadata';
    new.owner_id := case when v_kept ? 'owner_id' then v_kept ->> 'owner_id' else auth.uid()::text end;
  else
    new.version := old.version;
    new.metadata := old.metadata;
    new.owner_id := old.owner_id;
  end if;
  if tg_op = 'INSERT' or new.bucket_id <> old.bucket_id then
    new.organization_id := (select b.organization_id from storage_buckets b where b.id = new.bucket_id);
  else
    new.organization_id := old.organization_id;
  end if;
  return new;
end $$;

-- Bytes and objects of each bucket follow its rows.
create or replace function app.storage_count() returns trigger
language plpgsql security definer
as $$
begin
  if tg_op = 'UPDATE' then
    insert into storage_usage as u (bucket_id, organization_id, bytes, objects)
      select d.bucket_id, (select b.organization_id from storage_buckets b where b.id = d.bucket_id), sum(d.bytes), sum(d.objects)
      from (select c.bucket_id, (c.metadata ->> 'size')::bigint as bytes, 1 as objects from changed c
            union all select o.bucket_id, -(o.metadata ->> 'size')::bigint, -1 from before o) d
      group by d.bucket_id having sum(d.bytes) <> 0 or sum(d.objects) <> 0 order by d.bucket_id
      on conflict (bucket_id) do update set bytes = u.bytes + excluded.bytes, objects = u.objects + excluded.objects, updated_at = now();
  else
    insert into storage_usage as u (bucket_id, organization_id, bytes, objects)
      select c.bucket_id, (select b.organization_id from storage_buckets b where b.id = c.bucket_id),
        sum((c.metadata ->> 'size')::bigint) * case tg_op when 'DELETE' then -1 else 1 end, count(*) * case tg_op when 'DELETE' then -1 else 1 end
      from changed c group by c.bucket_id order by c.bucket_id
      on conflict (bucket_id) do update set bytes = u.bytes + excluded.bytes, objects = u.objects + excluded.objects, updated_at = now();
  end if;
  return null;
end $$;
