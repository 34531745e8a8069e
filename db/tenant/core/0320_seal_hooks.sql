-- Secrets are sealed for their row, as text, and opened by the daemon alone (src/seal). What was sealed here before is opened one last time; what does not
-- open was sealed in another installation, and stays what it was: of no use to anybody.
-- up
alter table hook_endpoints alter secret type text using app.seal_old_bytes(secret, 'hook_endpoints.secret', id::text);
comment on column hook_endpoints.secret is 'Sealed; what the other system signs with. Never readable through the API.';

-- down
-- what stands there is kept, and opens again when the migration is applied again
alter table hook_endpoints alter secret type bytea using convert_to(secret, 'UTF8');
