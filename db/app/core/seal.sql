-- Secrets of other systems at rest: sealed under a key of this installation that stands in no tenant's schema and in no tenant's export.
-- They go in through functions that anybody with the right may call; only the owner of the database, which is the daemon, opens them.

create or replace function app.seal_secret(p_text text) returns bytea
language plpgsql security definer
as $$
declare
  v_key text;
begin
  select value into v_key from maitred.secrets where name = 'credentials_key';
  if not found then
    insert into maitred.secrets (name, value) values ('credentials_key', encode(public.gen_random_bytes(32), 'hex')) on conflict (name) do nothing;
    select value into v_key from maitred.secrets where name = 'credentials_key';
  end if;
  return public.pgp_sym_encrypt(p_text, v_key, 'cipher-algo=aes256, compress-algo=0, s2k-mode=1');
end $$;
comment on function app.seal_secret(text) is 'The text under this installation''s key. Sealing tells nothing, so every signed-in role may do it.';

create or replace function app.open_secret(p_sealed bytea) returns text
language sql stable security definer
as $$ select public.pgp_sym_decrypt(p_sealed, value) from maitred.secrets where name = 'credentials_key' $$;
comment on function app.open_secret(bytea) is 'What app.seal_secret() sealed here. No grants: only the owner of the database opens.';
grant execute on function app.seal_secret(text) to authenticated, service_role;
