-- What may be called how. Any script; nothing that is another path than it looks, that a terminal or a header would take for a command.
create or replace function app.storage_is_bucket_id(p_id text) returns boolean
language sql immutable parallel safe
as $$
  select octet_length(p_id) between 1 and 100 and p_id !~ '[/\\[:cntrl:]]' and p_id !~ '^\s|\s$' and p_id not in ('.', '..');
$$;
comment on function app.storage_is_bucket_id(text) is 'Whether a bucket may be called so.';

create or replace function app.storage_is_key(p_name text) returns boolean
language sql immutable parallel safe
as $$
  select octet_length(p_name) between 1 and 1024 and p_name !~ '[\\[:cntrl:]]' and p_name !~ '(^|/)(\.{0,2})(/|$)';
$$;
comment on function app.storage_is_key(text) is 'Whether an object may be called so: folders with slashes between, none of them empty, "." or "..".';

grant execute on function app.storage_is_bucket_id(text), app.storage_is_key(text) to anon, authenticated, service_role;

-- Refuses in words of the dialect: src/storage/dialect.c has the statuses and short texts of the codes.
create or replace function app.storage_fail(p_code text, p_message text) returns void
language plpgsql
as $$
begin
  raise exception using errcode = 'MD400', message = p_message, detail = jsonb_build_object('code', p_code)::text;
end $$;
comment on function app.storage_fail(text, text) is 'Refuses with a code of the Storage dialect.';
grant execute on function app.storage_fail(text, text) to anon, authenticated, service_role;
