-- What a function answers in any test of the database has the shape that its comment says (db/README.md, "What a function answers"): every function that says one
-- stands behind a function of its name and parameters that looks at each answer, and at JSON that was taken. Included by start.sql; a test of the catalogue
-- itself says `\set unchecked 1` before.
create schema unchecked;
grant usage on schema unchecked to anon, authenticated, service_role;

create table tests.shapes as select name, shape from app.answer_shapes() where says = 'shape';
create table tests.columns as
  select r ->> 'name' as relation, c ->> 'name' as name, c -> 'type' as shape, (c ->> 'nullable')::boolean as nullable
  from jsonb_array_elements(app.describe_relations('tenant_alpha')) r, jsonb_array_elements(r -> 'columns') c;
create index on tests.columns (relation, name);

-- {"key": shape} of an object's shape; {"?": shape} may be null.
create function tests.members(p_shape jsonb) returns jsonb language plpgsql as $$
declare
  v_all jsonb;
  v_pick text[];
  v jsonb;
begin
  if jsonb_typeof(p_shape) = 'object' then
    v_all := p_shape - '...';
    return case when p_shape ? '...' then tests.members(p_shape -> '...') || v_all else v_all end;
  end if;
  v_pick := regexp_match(p_shape #>> '{}', '^([a-z_0-9]+)\(([a-z_0-9, ]+)\)$');
  if v_pick is not null then
    select jsonb_object_agg(n, case when c.nullable then jsonb_build_object('?', c.shape) else c.shape end) into v
    from unnest(string_to_array(v_pick[2], ', ')) n left join tests.columns c on c.relation = v_pick[1] and c.name = n;
    if jsonb_path_exists(v, '$.* ? (@ == null)') then
      raise exception 'no such columns: %', p_shape;
    end if;
  else
    select tests.members(s.shape) into v from tests.shapes s where s.name = p_shape #>> '{}';
  end if;
  return v;
end $$;

create function tests.misfit_word(p_word text, p jsonb, p_path text) returns text language plpgsql as $$
declare
  v_type text := jsonb_typeof(p);
  v_text text := p #>> '{}';
  v record;
begin
  if p_word like '%[]' then
    if v_type <> 'array' then
      return format('%s is %s, not a list', p_path, v_type);
    end if;
    return (select f from jsonb_array_elements(p) with ordinality e(v, n), tests.misfit_word(left(p_word, -2), e.v, format('%s[%s]', p_path, n - 1)) f where f is not null limit 1);
  elsif p_word in ('json', 'any') then
    return null;
  elsif p_word = 'text' and v_type = 'string'
     or p_word = 'number' and v_type = 'number'
     or p_word = 'int' and v_type = 'number' and v_text !~ '[.]0*[1-9]'
     or p_word = v_type
     or p_word = 'uuid' and v_type = 'string' and v_text ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
     or p_word = 'instant' and v_type = 'string' and v_text ~ '^\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)$'
     or p_word = 'date' and v_type = 'string' and v_text ~ '^\d{4,}-\d\d-\d\d$'
     or p_word = 'time' and v_type = 'string' and v_text ~ '^\d\d:\d\d(:\d\d(\.\d+)?)?$'
     or p_word in ('true', 'false') and v_type = 'boolean' and v_text = p_word
     or p_word like '=%' and v_type = 'string' and v_text = substr(p_word, 2) then
    return null;
  elsif p_word ~ '^[a-z_0-9]+\.[a-z_0-9]+$' then
    select c.* into v from tests.columns c where c.relation = split_part(p_word, '.', 1) and c.name = split_part(p_word, '.', 2);
    if v.name is null then
      raise exception 'no such column: %', p_word;
    end if;
    return case when not (v.nullable and v_type = 'null') then tests.misfit(v.shape, p, p_path) end;
  elsif p_word ~ '\(' then
    return tests.misfit(jsonb_build_object('...', p_word), p, p_path);
  elsif exists (select from tests.shapes s where s.name = p_word) then
    return (select tests.misfit(s.shape, p, p_path) from tests.shapes s where s.name = p_word);
  elsif p_word not in ('text', 'number', 'int', 'boolean', 'null', 'uuid', 'instant', 'date', 'time', 'true', 'false') and p_word not like '=%' then
    raise exception 'no such shape: %', p_word;
  end if;
  return format('%s is %s, not %s', p_path, left(p::text, 100), p_word);
end $$;

-- What does not fit, where; null when all of it does.
create function tests.misfit(p_shape jsonb, p jsonb, p_path text default '$') returns text language plpgsql as $$
declare
  v_words text[];
  v_all jsonb;
  v record;
  v_fault text;
begin
  if jsonb_typeof(p_shape) = 'string' then
    v_words := string_to_array(p_shape #>> '{}', ' | ');
    foreach v_fault in array v_words loop
      v_fault := tests.misfit_word(v_fault, p, p_path);
      exit when v_fault is null;
    end loop;
    return case when v_fault is null then null
      when cardinality(array_remove(v_words, 'null')) = 1 and jsonb_typeof(p) <> 'null' then tests.misfit_word((array_remove(v_words, 'null'))[1], p, p_path)
      else format('%s is %s, none of %s', p_path, left(p::text, 100), p_shape #>> '{}') end;
  elsif jsonb_typeof(p_shape) = 'array' then
    if jsonb_typeof(p) <> 'array' or jsonb_array_length(p_shape) > 1 and jsonb_array_length(p) <> jsonb_array_length(p_shape) then
      return format('%s is %s, not a list like %s', p_path, left(p::text, 100), p_shape);
    end if;
    return (select f from jsonb_array_elements(p) with ordinality e(v, n),
        tests.misfit(p_shape -> case when jsonb_array_length(p_shape) = 1 then 0 else n::int - 1 end, e.v, format('%s[%s]', p_path, n - 1)) f where f is not null limit 1);
  elsif p_shape ? '=' then
    return case when p <@ (p_shape -> '=') and jsonb_typeof(p) = 'string' then null else format('%s is %s, none of %s', p_path, left(p::text, 100), p_shape -> '=') end;
  elsif p_shape ? '?' then
    return case when jsonb_typeof(p) <> 'null' then tests.misfit(p_shape -> '?', p, p_path) end;
  elsif jsonb_typeof(p) <> 'object' then
    return format('%s is %s, not an object', p_path, left(p::text, 100));
  end if;
  v_all := tests.members(p_shape);
  for v in select coalesce(rtrim(s.key, '?'), a.key) as name, s.key, s.value as shape, a.key is not null as there, a.value
    from (select * from jsonb_each(v_all) where key <> '*') s full join jsonb_each(p) a on a.key = rtrim(s.key, '?')
  loop
    if v.key is null and not v_all ? '*' then
      return format('%s.%s is not in the shape', p_path, v.name);
    elsif not v.there and v.key not like '%?' then
      return format('%s.%s is missing', p_path, v.name);
    elsif v.there then
      v_fault := tests.misfit(coalesce(v.shape, v_all -> '*'), v.value, p_path || '.' || v.name);
      if v_fault is not null then
        return v_fault;
      end if;
    end if;
  end loop;
  return null;
end $$;

create function tests.check_shape(p_what text, p_shape jsonb, p jsonb) returns void language plpgsql security definer as $$
declare
  v_fault text;
begin
  -- a refusal whose traces stay (app.refusal) is an error to who asks
  if p ?& array['code', 'message', 'details', 'hint'] and p ->> 'code' like 'MD%' then
    return;
  end if;
  v_fault := tests.misfit(p_shape, p);
  if v_fault is not null then
    raise exception '% does not have the shape that its comment says: %', p_what, v_fault;
  end if;
end $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;

do $$
declare
  r record;
  v_call text;
  v_body text;
  v_role text;
begin
  for r in
    select p.oid, p.proname, p.proretset, p.provolatile, a.shape as answers, t.shape as takes,
      pg_get_function_identity_arguments(p.oid) as identity, pg_get_function_arguments(p.oid) as declared, pg_get_function_result(p.oid) as result,
      (select jsonb_object_agg(n, app.type_shape(ty, 'tenant_alpha')) from unnest(p.proargnames, p.proargmodes, p.proallargtypes) x(n, m, ty) where m in ('t', 'o')) as columns,
      (select array_agg(n order by place) from unnest(p.proargnames, p.proargmodes) with ordinality x(n, m, place) where m = 'i' or m is null) as inputs,
      (select array_agg(n order by place) from unnest(p.proargnames, p.proargmodes) with ordinality x(n, m, place) where m = 'o') as outputs
    from pg_proc p
    left join app.answer_shapes() a on a.function = p.oid and a.says = 'answers'
    left join app.answer_shapes() t on t.function = p.oid and t.says = 'takes'
    where p.pronamespace = 'api'::regnamespace and p.prokind = 'f' and (a.shape is not null or p.proargmodes && '{t,o}')
  loop
    execute format('alter function api.%I(%s) set schema unchecked', r.proname, r.identity);
    select coalesce(string_agg(format('%I => %1$I', n), ', '), '') into v_call from unnest(r.inputs) n;
    if r.proretset then
      v_body := format('return query with a as materialized (select * from unchecked.%I(%s)), c as materialized (select count(tests.check_shape(%L, %L, to_jsonb(a))) from a) select a.* from a, c;',
        r.proname, v_call, r.proname, r.columns || coalesce(r.answers, '{}'));
    elsif r.outputs is not null then
      select format('select * into %s from unchecked.%I(%s); perform tests.check_shape(%L, %L, jsonb_build_object(%s));', string_agg(quote_ident(n), ', '), r.proname, v_call, r.proname,
        r.columns || coalesce(r.answers, '{}'), string_agg(format('%L, %I', n, n), ', ')) into v_body from unnest(r.outputs) n;
    else
      v_body := format('declare v jsonb := unchecked.%I(%s); begin if v is not null then perform tests.check_shape(%L, %L, v); end if; ', r.proname, v_call, r.proname, r.answers);
    end if;
    select v_body || coalesce(string_agg(format('if %1$I is not null then perform tests.check_shape(%2$L, %3$L, to_jsonb(%1$I)); end if; ', key, r.proname || ' ' || key, value), '') , '') into v_body
    from jsonb_each(r.takes);
    execute format('create function api.%I(%s) returns %s language plpgsql %s as %L', r.proname, r.declared, r.result, case r.provolatile when 'v' then 'volatile' else 'stable' end,
      'begin ' || v_body || case when r.columns is not null then ' end' else 'return v; end; end' end);
    execute format('revoke all on function api.%I(%s) from public', r.proname, r.identity);
    foreach v_role in array array['anon', 'authenticated', 'service_role'] loop
      if has_function_privilege(v_role, r.oid, 'execute') then
        execute format('grant execute on function api.%I(%s) to %I', r.proname, r.identity, v_role);
      end if;
    end loop;
  end loop;
end $$;
