-- The words that the stories of stays, pool, games and staff share, after start.sql. Dates are relative: tests.day(n) is n days after the
-- place's business day of now. A story that is told over the casts of two folders includes it twice.
create or replace function tests.day(n int) returns date language sql stable as $$ select app.business_date(now(), 'Europe/Berlin') + n $$;
-- the first Monday at least n days ahead
create or replace function tests.monday(n int) returns date language sql stable as $$
  select d::date from generate_series(tests.day(n)::timestamp, tests.day(n + 6)::timestamp, interval '1 day') d where extract(isodow from d) = 1 $$;
-- what a function answered, for the lines below
create or replace function tests.keep(p_name text, p jsonb) returns jsonb language sql as $$ select set_config('tests.' || p_name, p::text, true)::jsonb $$;
create or replace function tests.kept(p_name text) returns jsonb language sql as $$ select current_setting('tests.' || p_name)::jsonb $$;
create or replace function tests.kept_id(p_name text) returns uuid language sql as $$ select (tests.kept(p_name) ->> 'id')::uuid $$;
-- refusals: SQLSTATE and the field that the detail names; or the whole detail
create or replace function tests.refused(p_sql text) returns text language plpgsql as $$
declare v_detail text;
begin
  execute p_sql;
  return 'no refusal';
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail;
  return sqlstate || coalesce(' ' || (case when v_detail ~ '^\{' then v_detail::jsonb ->> 'field' end), '') ||
    case when sqlstate not like 'MD%' then ' ' || sqlerrm else '' end;
end $$;
create or replace function tests.detail(p_sql text) returns jsonb language plpgsql as $$
declare v text; begin execute p_sql; return null; exception when others then get stacked diagnostics v = pg_exception_detail; return v::jsonb; end $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
