-- Each function says what it answers, and what it says can be read. That it is true the other tests see: answers.sql looks at every answer.
\set unchecked 1
\ir ../start.sql
\ir ../answers.sql
select plan(14);
create temp table f as select p.oid, p.proname::text as name, p.prorettype from pg_proc p where p.pronamespace in ('api'::regnamespace, 'unchecked'::regnamespace);

select is((select string_agg(name, ' ') from f where prorettype in ('json'::regtype, 'jsonb'::regtype) and oid not in (select function from app.answer_shapes() where says = 'answers')
    and exists (select from pg_proc p where p.oid = f.oid and p.pronamespace = 'unchecked'::regnamespace)), null, 'what answers JSON says its shape: a line `answers …` in its comment');
