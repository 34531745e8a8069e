-- A secret is sent to an address: who changes the address without knowing the secret could have it sent to themselves.
-- up
create trigger guard_address before update of base_url on integration_credentials for each row
  when (new.base_url is distinct from old.base_url and new.credentials = old.credentials and current_user in ('authenticated', 'anon'))
  execute function app.guard_secret_address();

-- down
drop trigger guard_address on integration_credentials;
