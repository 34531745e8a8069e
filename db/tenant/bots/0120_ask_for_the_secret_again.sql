-- A secret that is kept goes to the address it was given for: another address needs the secret again (app.store_integration_credentials).
-- up
revoke update (base_url) on integration_credentials from authenticated;

-- down
grant update (base_url) on integration_credentials to authenticated;
