-- Inserts with a document's own columns (app.fill_clear).
-- up
call app.fill_what_is_clear();

-- down
select 1;
