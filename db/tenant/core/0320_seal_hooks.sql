-- Secrets are sealed for their row, as text, and opened by the daemon alone (src/seal). What was sealed here before is opened one last time; what does not
-- open was sealed in another installation, and stays what it was: of no use to anybody.
-- up
create or replace function pg_temp.seal_again(p_sealed bytea, p_column text, p_row text) returns text
language plpgsql
as $$
begin
  return app.seal_secret(public.pgp_sym_decrypt(p_sealed, (select value from maitred.secrets where name = 'credentials_key')), p_column, p_row);
exception when others then
  -- migrated down and up again it is text already
  return case when substr(p_sealed, 1, 3) = 'v2.'::bytea then convert_from(p_sealed, 'UTF8') else 'lost.' || encode(p_sealed, 'hex') end;
end $$;
alter table hook_endpoints alter secret type text using pg_temp.seal_again(secret, 'hook_endpoints.secret', id::text);
comment on column hook_endpoints.secret is 'Sealed; what the other system signs with. Never readable through the API.';

-- down
-- what stands there is kept, and opens again when the migration is applied again
alter table hook_endpoints alter secret type bytea using convert_to(secret, 'UTF8');
