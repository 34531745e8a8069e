-- The module of files: buckets and objects. Helpers of policies keep the names that programs for this dialect use.
-- up
insert into maitred.modules values ('storage', 11, '{core}', 'files: buckets, objects, pictures in every size');
insert into maitred.schedules (name, kind, every, per_tenant) values ('storage_sweep', 'storage_sweep', interval '6 hours', true)
on conflict do nothing;

create schema storage;
grant usage on schema storage to anon, authenticated, service_role, maitred_auth;
comment on schema storage is 'Helpers that policies on storage_objects call, under the names that programs know.';
create function storage.foldername(name text) returns text[] language sql immutable parallel safe
as $$ select (string_to_array($1, '/'))[1:cardinality(string_to_array($1, '/')) - 1] $$;
create function storage.filename(name text) returns text language sql immutable parallel safe
as $$ select regexp_replace($1, '^.*/', '') $$;
create function storage.extension(name text) returns text language sql immutable parallel safe
as $$ select coalesce(substring(storage.filename($1) from '\.([^.]*)$'), '') $$;
comment on function storage.foldername(text) is 'The folders of an object''s name, outermost first: {} for one without.';
comment on function storage.filename(text) is 'What stands behind the last slash.';
comment on function storage.extension(text) is 'What stands behind the last dot of the file name.';
revoke execute on function storage.foldername(text), storage.filename(text), storage.extension(text) from public;
grant execute on function storage.foldername(text), storage.filename(text), storage.extension(text) to anon, authenticated, service_role;

-- down
drop schema storage cascade;
delete from maitred.schedules where name = 'storage_sweep';
delete from maitred.modules where name = 'storage';
