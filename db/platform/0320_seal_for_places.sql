-- Sealed texts belong to a place, and are opened by the daemon alone: what opened them in SQL goes, and what sealed without a place.
-- up
drop function if exists app.open_secret(bytea);
drop function if exists app.seal_secret(text);
drop function if exists app.open_integration(uuid, text);
drop function if exists app.store_bot_credentials(uuid, text, bytea, text, text);
drop function if exists app.read_bot_credentials(uuid, text);
drop function if exists app.store_integration_credentials(uuid, text, bytea, text, jsonb);
drop function if exists app.read_integration_credentials(uuid, text);
drop function if exists app.auth_box_key();
drop function if exists app.auth_key_rotate(text, text, text);
drop function if exists app.payment_account(uuid, text);
drop function if exists app.hook_secret(text, uuid);

-- down
drop function if exists app.seal_secret(text, text, text);
