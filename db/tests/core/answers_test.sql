-- Each function says what it answers, and what it says can be read. That it is true the other tests see: answers.sql looks at every answer of theirs.
\set unchecked 1
\ir ../start.sql
select plan(15);
create temp table said as select s.*, p.proname, p.pronamespace::regnamespace::text as place, p.prorettype from app.answer_shapes() s join pg_proc p on p.oid = s.function;

select is((select string_agg(p.proname, ' ' order by p.proname) from pg_proc p where p.pronamespace = 'api'::regnamespace and p.prorettype in ('json'::regtype, 'jsonb'::regtype)
    and not exists (select from said s where s.function = p.oid and s.says = 'answers')), null, 'what answers JSON says its shape: a line `answers …` in its comment');
select is((select string_agg(distinct proname, ' ') from said where says <> 'shape' and place <> 'api'), null, 'only functions of clients answer');
select is((select string_agg(name, ' ') from (select name from said where says = 'shape' group by name having count(*) > 1) x), null, 'a shape is said once');
select is((select string_agg(name, ' ') from said s where says = 'shape' and not exists (select from said u, app.shape_words(u.shape) w where w = s.name and u.name is distinct from s.name)), null, 'each is a part of some answer');
create temp table words as select distinct proname, w as word from said, app.shape_words(shape) w;
create temp table columns as select r ->> 'name' as relation, c ->> 'name' as name from jsonb_array_elements(app.describe_relations('tenant_alpha')) r, jsonb_array_elements(r -> 'columns') c;
select is((select string_agg(distinct proname || ': ' || word, ', ') from words where word !~ '^=.' and word !~ '[.(]'
    and word not in ('text', 'uuid', 'instant', 'date', 'time', 'number', 'int', 'boolean', 'true', 'false', 'null', 'json') and word not in (select name from said where says = 'shape')), null, 'no word is unknown');
select is((select string_agg(distinct proname || ': ' || word, ', ') from words where word ~ '^[a-z_0-9]+\.[a-z_0-9]+$' and word !~ '^='
    and not exists (select from columns c where c.relation || '.' || c.name = word)), null, 'each column is there');
select is((select string_agg(distinct proname || ': ' || m[1] || '.' || n, ', ') from words, regexp_match(word, '^([a-z_0-9]+)\((.+)\)$') m, regexp_split_to_table(m[2], ', ') n
    where not exists (select from columns c where c.relation = m[1] and c.name = n)), null, 'and each of those that are picked');
select is((select string_agg(distinct s.proname || ' ' || k, ', ') from said s, jsonb_object_keys(s.shape) k where s.says = 'takes'
    and not exists (select from pg_proc p where p.oid = s.function and k = any (p.proargnames))), null, 'what is taken is a parameter');

-- the judge itself
\ir ../answers.sql
insert into tests.shapes values ('dot', '{"x": "int", "y?": "number | null"}');
select is(tests.misfit('{"a": "text", "b": ["dot"], "*": "boolean"}', '{"a": "", "b": [{"x": 1}, {"x": 2, "y": null}], "c": true}'), null, 'what fits, fits');
select is(tests.misfit('"dot"', '{"x": 1.5}'), '$.x is 1.5, not int', 'a fraction is no int');
select is(tests.misfit('"dot[] | null"', '[{"x": 1}, {}]'), '$[1].x is missing', 'what is missing is told, with its place');
select is(tests.misfit('{"...": "dot", "z": "=a | =b"}', '{"x": 1, "z": "a", "w": 2}'), '$.w is not in the shape', 'so is what is too much');
select is(tests.misfit('{"...": "orders(id, status)"}', '{"id": "x", "status": "EATEN"}'), '$.status is "EATEN", none of ["PENDING", "COOKING", "DONE", "CANCELLED"]', 'and a text that the column does not hold');
select is(tests.misfit('[["time", "time"]]', '[["17:00", "02:00"], ["17:00"]]'), '$[1] is ["17:00"], not a list like ["time", "time"]', 'and a list that is too short');
select throws_like($$select tests.check_shape('f', '{"a": "uuid"}', '{"a": "nobody"}')$$, 'f does not have the shape that its comment says: $.a is "nobody", not uuid', 'a test that meets it fails');
select * from finish();
rollback;
