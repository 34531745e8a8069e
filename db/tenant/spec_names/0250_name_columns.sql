-- Columns of the documents that have another name here (db/app/spec_names/columns.sql), in tables that keep their name.
-- up
-- (as the last step of a run: app.enable_row_security)

-- down
select app.forget_documented_columns();
