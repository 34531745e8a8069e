-- Real statements as each role: select, insert, update, delete of one row, each undone at once.
--
-- An insert repeats a row that is there: a unique violation means that row security let it pass, 42501 that it did not. With triggers off
-- (session_replication_role), what answers is privileges and policies alone.
create table tests.rows (tab text, key text, cols text[], vals text[], cond text, primary key (tab, key));
create table tests.answers (who text, tab text, owner text, action text, allowed boolean, said text);

create function tests.try(p_sql text, out allowed boolean, out said text) language plpgsql as $$
declare
  v_count bigint;
begin
  begin
    execute p_sql;
    get diagnostics v_count = row_count;
    raise exception using errcode = 'MXUND', message = v_count::text;
  exception
    when sqlstate 'MXUND' then
      allowed := sqlerrm <> '0';
      said := sqlerrm || ' rows';
    when insufficient_privilege then
      allowed := false;
      said := sqlerrm;
    -- past row security: constraints are checked after it
    when unique_violation or check_violation or not_null_violation or exclusion_violation or foreign_key_violation then
      allowed := true;
      said := sqlerrm;
    when others then
      allowed := null;
      said := sqlstate || ' ' || sqlerrm;
  end;
end $$;

-- p_who is the current role's name in the story; called under that role.
create function tests.probe(p_who text, p_keys text[], p_owners text[]) returns void language plpgsql as $$
declare
  v_row record;
  v_cols text[];
  v_set text;
  v_said record;
begin
  for v_row in
    select r.tab, o.owner, r.cols, r.vals, r.cond, format('tenant_alpha.%I', r.tab) as name
    from unnest(p_keys, p_owners) o (key, owner) join tests.rows r on r.key = o.key
  loop
    v_said := tests.try(format('select 1 from %s where %s', v_row.name, v_row.cond));
    insert into tests.answers values (p_who, v_row.tab, v_row.owner, 'select', v_said.allowed, v_said.said);

    -- only the columns this role may write: hidden ones would be refused for another reason
    select array_agg(c order by n) into v_cols from unnest(v_row.cols) with ordinality x (c, n)
    where has_column_privilege(v_row.name, c, 'insert');
    if v_cols is null then
      insert into tests.answers values (p_who, v_row.tab, v_row.owner, 'insert', false, 'no privilege on any column');
    else
      v_said := tests.try(format('insert into %s (%s) values (%s)', v_row.name,
        (select string_agg(quote_ident(c), ', ') from unnest(v_cols) c),
        (select string_agg(v_row.vals[array_position(v_row.cols, c)], ', ') from unnest(v_cols) c)));
      insert into tests.answers values (p_who, v_row.tab, v_row.owner, 'insert', v_said.allowed, v_said.said);
    end if;

    select format('%1$I = %1$I', a.attname) into v_set
    from pg_attribute a
    where a.attrelid = v_row.name::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      and has_column_privilege(v_row.name, a.attname, 'update') and has_column_privilege(v_row.name, a.attname, 'select')
    order by a.attnum limit 1;
    if v_set is null then
      insert into tests.answers values (p_who, v_row.tab, v_row.owner, 'update', false, 'no privilege on any column');
    else
      v_said := tests.try(format('update %s set %s where %s', v_row.name, v_set, v_row.cond));
      insert into tests.answers values (p_who, v_row.tab, v_row.owner, 'update', v_said.allowed, v_said.said);
      -- nobody carries a row of theirs into another organization
      if v_row.owner in ('mine', 'own') and 'organization_id' = any (v_row.cols)
         and has_column_privilege(v_row.name, 'organization_id', 'update') then
        v_said := tests.try(format('update %s set organization_id = %L where %s', v_row.name, tests.id('b'), v_row.cond));
        insert into tests.answers values (p_who, v_row.tab, v_row.owner, 'carry off', v_said.allowed, v_said.said);
      end if;
    end if;

    v_said := tests.try(format('delete from %s where %s', v_row.name, v_row.cond));
    insert into tests.answers values (p_who, v_row.tab, v_row.owner, 'delete', v_said.allowed, v_said.said);
  end loop;
end $$;
