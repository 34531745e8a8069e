-- Secrets are sealed for their row, as text, and opened by the daemon alone (src/seal). What was sealed here before is opened one last time; what does not
-- open was sealed in another installation, and stays what it was: of no use to anybody.
-- up
drop trigger guard_address on integration_credentials;      -- it compares the column
alter table bot_platform_credentials alter credentials type text using app.seal_old_bytes(credentials, 'bot_platform_credentials.credentials', id::text);
comment on column bot_platform_credentials.credentials is 'Sealed; never readable through the API.';
alter table integration_credentials alter credentials type text using app.seal_old_bytes(credentials, 'integration_credentials.credentials', id::text);
comment on column integration_credentials.credentials is 'Sealed; never readable through the API.';
create trigger guard_address before update of base_url on integration_credentials for each row
  when (new.base_url is distinct from old.base_url and new.credentials = old.credentials and current_user in ('authenticated', 'anon'))
  execute function app.guard_secret_address();

-- down
drop trigger guard_address on integration_credentials;
-- what stands there is kept, and opens again when the migration is applied again
alter table bot_platform_credentials alter credentials type bytea using convert_to(credentials, 'UTF8');
alter table integration_credentials alter credentials type bytea using convert_to(credentials, 'UTF8');
create trigger guard_address before update of base_url on integration_credentials for each row
  when (new.base_url is distinct from old.base_url and new.credentials = old.credentials and current_user in ('authenticated', 'anon'))
  execute function app.guard_secret_address();
