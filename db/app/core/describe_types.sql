-- What a schema's tables, views, functions and types look like to a program, for `maitred types`. A type is in the notation of
-- answers (db/README.md, "What a function answers"), and beside its words {"=": [texts]} for one of these texts, {"enum": name} and {"row": name} for a type of
-- the schema, none for what answers nothing, any for what could be everything.

-- What the functions' comments say of their answers and of JSON that they take: a line that begins with `answers`, `takes` or `shape <name>`, with JSON behind it.
create or replace function app.answer_shapes() returns table (function oid, says text, name text, shape jsonb)
language sql stable
as $$
  select p.oid, w[1], w[2], w[3]::jsonb
  from pg_proc p
  cross join lateral regexp_split_to_table(obj_description(p.oid, 'pg_proc'), '\n(?=(?:answers|takes|shape [a-z0-9_]+) [\[{"])') with ordinality l(line, place)
  cross join lateral regexp_match(l.line, '^(answers|takes|shape)(?: ([a-z0-9_]+))? (.+)$') w
  where l.place > 1 and p.pronamespace in ('api'::regnamespace, 'app'::regnamespace);
$$;
comment on function app.answer_shapes() is 'Shapes by the function whose comment says them: what it answers, what it takes by parameter, and shapes that have a name.';

-- The texts that a CHECK (column in (…)) allows, where it says nothing else; null when it does.
create or replace function app.listed_texts(p_check text) returns jsonb
language sql immutable
as $$
  select case when count(*) > 0 then jsonb_build_object('=', jsonb_agg(replace(v[1], '''''', '''') order by place)) end
  from regexp_match(p_check, '^CHECK \(\(+(?:VALUE|"?[^ ()]+?"?)\)?(?:::text)? = ANY \(+ARRAY\[((?:''(?:[^'']|'''')*''::[a-z ]+(?:, )?)+)\](?:\)*::text\[\])?\)*(?: NOT VALID)?$') list
  cross join lateral regexp_matches(list[1], '''((?:[^'']|'''')*)''::', 'g') with ordinality v(v, place);
$$;
comment on function app.listed_texts(text) is 'The texts that a check constraint lists.';

create or replace function app.type_shape(p_type oid, p_schema name) returns jsonb
language plpgsql stable
as $$
declare
  t pg_type;
  v_own boolean;
begin
  select * into t from pg_type where oid = p_type;
  v_own := t.typnamespace is not distinct from to_regnamespace(quote_ident(p_schema));
  if t.typtype = 'd' then
    return coalesce((select min(app.listed_texts(pg_get_constraintdef(c.oid))::text)::jsonb from pg_constraint c where c.contypid = t.oid and c.contype = 'c'),
      app.type_shape(t.typbasetype, p_schema));
  elsif t.typelem <> 0 and t.typsubscript = 'array_subscript_handler'::regproc then
    return jsonb_build_array(app.type_shape(t.typelem, p_schema));
  elsif p_type in (20, 21, 23, 700, 701, 1700) then
    return '"number"';
  elsif p_type = 16 then
    return '"boolean"';
  elsif p_type in (114, 3802) then
    return '"json"';
  elsif p_type = 2278 then
    return '"none"';
  elsif t.typtype = 'e' then
    return case when v_own then jsonb_build_object('enum', t.typname)
      else (select jsonb_build_object('=', jsonb_agg(e.enumlabel order by e.enumsortorder)) from pg_enum e where e.enumtypid = t.oid) end;
  elsif t.typtype = 'c' and v_own then
    return jsonb_build_object('row', t.typname);
  elsif t.typtype in ('c', 'p') then
    return '"any"';
  -- a type with a cast to json is written by it
  elsif t.oid >= 16384 and exists (select from pg_cast k where k.castsource = t.oid and k.casttarget = 114) then
    return '"json"';
  end if;
  return '"text"';      -- to_json writes every other type as text, oid and money too
end $$;
comment on function app.type_shape(oid, name) is 'A type as answers write it, in their notation; of a type of the schema its name.';

-- Which column of which relation a view's column is, and whether it is never null: of a view that is one query over tables, with no outer join, grouping sets
-- or set operation, PostgreSQL's own tree says it.
create or replace function app.view_origins(p_schema name) returns table (view oid, attnum smallint, base oid, base_attnum smallint, never_null boolean)
language sql stable
as $$
  select v.oid, (o[1])::smallint, (o[2])::oid, (o[3])::smallint, b.attnotnull and tree !~ ':jointype [1-3]' and tree !~ ':groupingSets \('
  from pg_class v
  join pg_rewrite w on w.ev_class = v.oid and w.ev_type = '1'
  cross join lateral (select w.ev_action::text as tree) x
  cross join lateral regexp_matches(tree, ':resno (\d+) :resname (?:\\.|[^ \\])+ :ressortgroupref \d+ :resorigtbl (\d+) :resorigcol (\d+) :resjunk false', 'g') o
  join pg_attribute b on b.attrelid = (o[2])::oid and b.attnum = (o[3])::smallint
  where v.relnamespace = to_regnamespace(quote_ident(p_schema)) and v.relkind in ('v', 'm')
    and tree !~ '\{QUERY.*\{QUERY' and tree !~ ':setOperations \{';
$$;
comment on function app.view_origins(name) is 'Columns of simple views by the columns they show.';

-- Whether a trigger before insert fills the column in: its function assigns it, or the trigger names it among its arguments. Who inserts may leave it out then.
create or replace function app.is_filled(p_table oid, p_column name) returns boolean
language sql stable
as $$
  select exists (select from pg_trigger g join pg_proc p on p.oid = g.tgfoid
    where g.tgrelid = p_table and g.tgtype & 7 = 7 and g.tgenabled <> 'D' and not g.tgisinternal
      and (p.prosrc ~ ('\mnew\.' || p_column || '\M\s*:=') or p.prosrc ~ ('\minto\M[^;]*\mnew\.' || p_column || '\M')
        or p_column = any (string_to_array(encode(g.tgargs, 'escape'), '\000'))));
$$;
comment on function app.is_filled(oid, name) is 'Whether a trigger of the table fills this column in before a row is inserted.';

-- Relations of the schema that some client may reach, their columns and foreign keys. Foreign keys of and to views are those of the tables they show.
create or replace function app.describe_relations(p_schema name) returns jsonb
language sql stable
as $$
  with clients as materialized (select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role')),
  relations as materialized (
    select c.oid, c.relname, c.relkind, pg_relation_is_updatable(c.oid, true) as writable
    from pg_class c
    where c.relnamespace = to_regnamespace(quote_ident(p_schema)) and c.relkind in ('r', 'p', 'f', 'v', 'm') and not c.relispartition
      and exists (select from clients r where has_any_column_privilege(r.rolname, c.oid, 'select, insert, update') or has_table_privilege(r.rolname, c.oid, 'delete'))),
  origins as materialized (select * from app.view_origins(p_schema)),
  listed as materialized (
    select k.conrelid, k.conkey[1] as attnum, min(app.listed_texts(pg_get_constraintdef(k.oid))::text)::jsonb as words
    from pg_constraint k where k.contype = 'c' and cardinality(k.conkey) = 1 and k.conrelid in (select oid from relations) group by 1, 2),
  columns as materialized (
    select r.oid, jsonb_agg(jsonb_build_object('name', a.attname,
        'type', coalesce(l.words, bl.words, app.type_shape(a.atttypid, p_schema)),
        'nullable', not (a.attnotnull or t.typnotnull or coalesce(o.never_null, false)),
        'default', a.atthasdef or a.attidentity <> '' or t.typdefaultbin is not null or t.typdefault is not null
          or a.attnotnull and r.relkind in ('r', 'p') and app.is_filled(r.oid, a.attname),
        'written', a.attgenerated = '' and a.attidentity <> 'a' and (r.relkind in ('r', 'p', 'f') or pg_column_is_updatable(r.oid, a.attnum, true)),
        'inserted', exists (select from clients x where has_column_privilege(x.rolname, r.oid, a.attnum, 'insert')),
        'updated', exists (select from clients x where has_column_privilege(x.rolname, r.oid, a.attnum, 'update')),
        'read', exists (select from clients x where has_column_privilege(x.rolname, r.oid, a.attnum, 'select')))
      order by a.attname collate "C") as list
    from relations r
    join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    left join listed l on l.conrelid = r.oid and l.attnum = a.attnum
    left join origins o on o.view = r.oid and o.attnum = a.attnum
    left join listed bl on bl.conrelid = o.base and bl.attnum = o.base_attnum
    group by r.oid),
  shown as materialized (   -- each relation shows its own columns, a view those of others too
    select r.oid as relation, a.attname, r.oid as base, a.attnum as base_attnum from relations r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    where r.relkind in ('r', 'p', 'f')
    union all
    select o.view, a.attname, o.base, o.base_attnum from origins o join relations r on r.oid = o.view join pg_attribute a on a.attrelid = o.view and a.attnum = o.attnum),
  keys as materialized (
    select k.oid, k.conname, f.relation as source, f.names as source_columns, t.relation as target, t.names as target_columns,
      exists (select from pg_index i where i.indrelid = k.conrelid and i.indisunique and i.indpred is null and not (0 = any (i.indkey::int2[]))
        and (i.indkey::int2[])[0:i.indnkeyatts - 1] <@ k.conkey) as one
    from pg_constraint k
    cross join lateral (select s.relation, array_agg(s.attname order by g.place) as names from unnest(k.conkey) with ordinality g(attnum, place)
      join shown s on s.base = k.conrelid and s.base_attnum = g.attnum group by s.relation having count(*) = cardinality(k.conkey)) f
    cross join lateral (select s.relation, array_agg(s.attname order by g.place) as names from unnest(k.confkey) with ordinality g(attnum, place)
      join shown s on s.base = k.confrelid and s.base_attnum = g.attnum group by s.relation having count(*) = cardinality(k.confkey)) t
    where k.contype = 'f' and k.conparentid = 0 and k.conrelid in (select base from shown))
  select coalesce(jsonb_agg(jsonb_build_object('name', r.relname, 'view', r.relkind in ('v', 'm'),
      'insertable', r.relkind in ('r', 'p', 'f') or r.writable & 8 <> 0, 'updatable', r.relkind in ('r', 'p', 'f') or r.writable & 4 <> 0,
      'columns', coalesce(c.list, '[]'),
      'relationships', coalesce((select jsonb_agg(jsonb_build_object('key', k.conname, 'columns', k.source_columns, 'one', k.one, 'target', t.relname, 'target_columns', k.target_columns)
        order by k.conname collate "C", t.relname collate "C", k.source_columns, k.target_columns) from keys k join relations t on t.oid = k.target where k.source = r.oid), '[]'))
    order by r.relname collate "C"), '[]')
  from relations r left join columns c on c.oid = r.oid;
$$;
comment on function app.describe_relations(name) is 'Tables and views of a schema as a JSON list, for maitred types.';

-- Functions of the schema, and of api those of these modules, that some client may call; with what their comments say.
create or replace function app.describe_functions(p_schema name, p_modules text[]) returns jsonb
language sql stable
as $$
  with routines as (
    select p.*, n.nspname = 'api' as shared from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where p.prokind = 'f' and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
      and exists (select from pg_roles r where r.rolname in ('anon', 'authenticated', 'service_role') and has_function_privilege(r.rolname, p.oid, 'execute'))
      and (n.nspname = p_schema
        or n.nspname = 'api' and p_modules is not null
          and (not exists (select from maitred.functions f where f.kind = 'api' and f.name = p.proname)
            or exists (select from maitred.functions f where f.kind = 'api' and f.name = p.proname
              and f.module = any (p_modules))))),
  parameters as (
    select r.oid, g.place, coalesce(r.proargnames[g.place], '') as name, coalesce(r.proargmodes[g.place], 'i') as mode, app.type_shape(g.type, p_schema) as type,
      count(*) filter (where coalesce(r.proargmodes[g.place], 'i') in ('i', 'b', 'v')) over (partition by r.oid order by g.place) as input
    from routines r cross join lateral unnest(coalesce(r.proallargtypes, r.proargtypes::oid[])) with ordinality g(type, place))
  select coalesce(jsonb_agg(jsonb_build_object('name', r.proname,
      'parameters', coalesce((select jsonb_agg(jsonb_build_object('name', p.name, 'optional', p.input > r.pronargs - r.pronargdefaults or p.mode = 'v',
          'type', coalesce(takes.shape -> p.name, p.type)) order by p.name collate "C") from parameters p where p.oid = r.oid and p.mode in ('i', 'b', 'v')), '[]'),
      'set', r.proretset,
      'row', (select c.relname from pg_type t join pg_class c on c.oid = t.typrelid where t.oid = r.prorettype and c.relnamespace = to_regnamespace(quote_ident(p_schema))
        and c.relkind in ('r', 'p', 'f', 'v', 'm')),
      'single', r.prorows <= 1,
      'columns', (select jsonb_agg(jsonb_build_object('name', p.name, 'type', p.type) order by p.place) from parameters p where p.oid = r.oid and p.mode in ('t', 'o', 'b')
        having count(*) > 1 or bool_or(p.mode = 't')),
      'answer', coalesce(answers.shape, app.type_shape(r.prorettype, p_schema)))
    order by r.proname collate "C", pg_get_function_identity_arguments(r.oid) collate "C"), '[]')
  from routines r
  left join app.answer_shapes() answers on answers.function = r.oid and answers.says = 'answers'
  left join app.answer_shapes() takes on takes.function = r.oid and takes.says = 'takes';
$$;
comment on function app.describe_functions(name, text[]) is 'Functions as a JSON list, for maitred types.';

-- The words in a shape: plain ones, and names of other shapes.
create or replace function app.shape_words(p_shape jsonb) returns setof text
language sql immutable
as $$
  select regexp_replace(word, '(\[\])+$', '')
  from jsonb_path_query(p_shape, 'strict $.** ? (@.type() == "string")') texts(value), regexp_split_to_table(value #>> '{}', ' \| ') word;
$$;
comment on function app.shape_words(jsonb) is 'The words in a shape, lists without their brackets.';

create or replace function app.describe_types(p_schema name, p_modules text[]) returns jsonb
language sql stable
as $$
  with recursive functions as materialized (select app.describe_functions(p_schema, p_modules) as list),
  shapes as materialized (select s.name, s.shape from app.answer_shapes() s where s.says = 'shape'),
  used as (   -- what these functions answer, and what is in it
    select s.name, s.shape from functions f, app.shape_words(f.list) word join shapes s on s.name = word
    union
    select s.name, s.shape from used u, app.shape_words(u.shape) word join shapes s on s.name = word)
  select jsonb_build_object(
    'relations', app.describe_relations(p_schema),
    'functions', (select list from functions),
    'shapes', (select coalesce(jsonb_agg(jsonb_build_object('name', u.name, 'shape', u.shape) order by u.name collate "C"), '[]') from used u),
    'enums', (select coalesce(jsonb_agg(jsonb_build_object('name', t.typname, 'values', (select jsonb_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid))
        order by t.typname collate "C"), '[]') from pg_type t where t.typtype = 'e' and t.typnamespace = to_regnamespace(quote_ident(p_schema))),
    'composites', (select coalesce(jsonb_agg(jsonb_build_object('name', c.relname, 'columns', (select jsonb_agg(jsonb_build_object('name', a.attname, 'type', app.type_shape(a.atttypid, p_schema))
        order by a.attname collate "C") from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)) order by c.relname collate "C"), '[]')
      from pg_class c where c.relkind = 'c' and c.relnamespace = to_regnamespace(quote_ident(p_schema))));
$$;
comment on function app.describe_types(name, text[]) is 'Everything that maitred types writes of a schema; of api the functions of these modules, null: none.';
