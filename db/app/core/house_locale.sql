-- SECURITY DEFINER: the locale that a house speaks to readers whose own language the pages do not know. Anybody reads it off the pages.
create or replace function app.house_locale() returns text
language sql stable security definer
as $$ select locale from organizations order by created_at, id limit 1 $$;
comment on function app.house_locale() is 'The locale of the house (its first organization), like de-AT.';
grant execute on function app.house_locale() to anon, authenticated, service_role;
