-- Names are found without their accents; numbers are read by country.
-- up
create extension if not exists unaccent with schema public;
grant execute on function public.unaccent(regdictionary, text) to anon, authenticated, service_role, maitred_auth;
-- takes a country now (app/core/phones.sql)
drop function if exists app.normalize_phone(text);

-- down
drop function if exists app.normalize_phone(text, text);
drop extension unaccent;
