-- The documents' tables under their own names (db/app/spec_names/views.sql). The engine takes the views away before it changes a tenant's tables
-- and puts them back afterwards, so that none of them stands in a migration's way.
-- up
-- (as the last step of a run: app.enable_row_security)

-- down
select app.forget_documented_names();
