-- Secrets are sealed for their row, as text, and opened by the daemon alone (src/seal). What was sealed here before is opened one last time; what does not
-- open was sealed in another installation, and stays what it was: of no use to anybody.
-- up
alter table payment_accounts alter secrets type text using app.seal_old_bytes(secrets, 'payment_accounts.secrets', id::text);
comment on column payment_accounts.secrets is 'Sealed: the key. Never readable through any door.';

-- down
-- what stands there is kept, and opens again when the migration is applied again
alter table payment_accounts alter secrets type bytea using convert_to(secrets, 'UTF8');
