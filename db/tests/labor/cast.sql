create function tests.day(n int) returns date language sql stable as $$ select app.business_date(now(), 'Europe/Berlin') + n $$;
create function tests.monday(n int) returns date language sql stable as $$
  select d::date from generate_series(tests.day(n)::timestamp, tests.day(n + 6)::timestamp, interval '1 day') d where extract(isodow from d) = 1 $$;
create function tests.keep(p_name text, p jsonb) returns jsonb language sql as $$ select set_config('tests.' || p_name, p::text, true)::jsonb $$;
create function tests.kept(p_name text) returns jsonb language sql as $$ select current_setting('tests.' || p_name)::jsonb $$;
create function tests.kept_id(p_name text) returns uuid language sql as $$ select (current_setting('tests.' || p_name)::jsonb ->> 'id')::uuid $$;
create function tests.refused(p_sql text) returns text language plpgsql as $$
declare v_detail text;
begin
  execute p_sql;
  return 'no refusal';
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail;
  return sqlstate || coalesce(' ' || (case when v_detail ~ '^\{' then v_detail::jsonb ->> 'field' end), '') ||
    case when sqlstate not like 'MD%' then ' ' || sqlerrm else '' end;
end $$;
update staff set hourly_rate = 20 where organization_id = tests.id('a');
grant execute on all functions in schema tests to anon, authenticated, service_role;
