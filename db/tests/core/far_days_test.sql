-- Every function that takes a day or an instant, asked for those at the ends of what the calendar can say: an answer or a refusal that names
-- the field, no raw error of the computation, and nothing that counts days until the end of time.
\set unchecked 1
\ir ../start.sql
\ir ../stays/cast.sql
\ir ../experiences/cast.sql
\ir ../pool/cast.sql
insert into restaurants (id, organization_id, name, timezone) values (tests.id('place'), tests.id('a'), 'Place', 'Europe/Berlin');
set local statement_timeout = '60s';
select plan(2);

create function tests.value_of(p_name text, p_type text) returns text language sql stable as $$
  select coalesce(case p_name when 'p_organization_id' then quote_literal(tests.id('a')) when 'p_venue_id' then quote_literal(tests.id('venue.a'))
           when 'p_game_id' then quote_literal(tests.id('vault')) when 'p_customer_id' then quote_literal(tests.id('bob'))
           when 'p_chalet_id' then quote_literal(tests.id('alpine')) when 'p_restaurant_id' then quote_literal(tests.id('place'))
           when 'p_staff_id' then quote_literal(tests.id('a.waiter')) end,
         case p_type when 'date' then 'current_date' when 'timestamp with time zone' then 'now()' when 'time without time zone' then '''12:00'''
           when 'integer' then '2' when 'numeric' then '5' else 'null' end) || '::' || p_type;
$$;
-- one call for each day or instant of each function, alone and with all others of its type
create function tests.calls() returns table (called text, what text) language sql stable as $$
  with parameter as (
    select p.oid, p.proname, a.n, p.proargnames[a.n] as name, a.type::regtype::text as type, a.n <= p.pronargs - p.pronargdefaults as needed
    from pg_proc p, unnest(p.proargtypes::oid[]) with ordinality a(type, n) where p.pronamespace = 'api'::regnamespace and p.prokind = 'f')
  select f.proname || ' ' || d.name || ' ' || v,
         format('select count(*) from (select * from api.%I(%s)) x', f.proname, string_agg(format('%I => %s', f.name,
           case when f.n = d.n or alike and f.type = d.type then quote_literal(v) || '::' || f.type else tests.value_of(f.name, f.type) end), ', '))
  from parameter d
  join parameter f on f.oid = d.oid
  cross join unnest(array[true, false]) alike
  cross join unnest(array['infinity', '-infinity', '4714-11-24 BC', '0001-01-01', '9999-12-31', '290000-01-01', '5874897-12-31']) v
  where d.type in ('date', 'timestamp with time zone') and not (d.type <> 'date' and v in ('5874897-12-31'))
    and (f.needed or f.n = d.n or alike and f.type = d.type or f.name in ('p_organization_id', 'p_venue_id', 'p_game_id'))
  group by f.oid, f.proname, d.n, d.name, d.type, alike, v;
$$;
create function tests.try(p_sql text) returns text language plpgsql as $$
begin
  begin
    execute p_sql;
    raise sqlstate 'MD000';
  exception when sqlstate 'MD000' then
    return null;      -- it answered, and is undone
  end;
exception when others then
  return case when sqlstate not like 'MD%' then sqlstate || ' ' || sqlerrm end;
end $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
create temporary table calls as select * from tests.calls();
grant select on calls to authenticated;
select tests.as('a.owner');
select cmp_ok((select count(*) from calls), '>', 500::bigint, 'they are all asked');
select is((select string_agg(called || ': ' || answer, E'\n' order by called) from (select called, tests.try(what) as answer from calls) t where answer is not null), null,
  'and each answers, or says what is wrong');
select * from finish();
rollback;
