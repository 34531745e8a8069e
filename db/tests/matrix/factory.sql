-- One row of every table for whoever asks for it. Triggers and foreign keys are off while this runs (session_replication_role),
-- so a row needs no parents; not null, checks and unique constraints hold. Ids are made from the owner's name, so rows of one owner
-- refer to each other.
--
-- Owners of rows, as seen by the member of organization a who asks:
--   mine     organization a, this person          own        organization a, somebody else
--   mine_b   organization b, this person          foreign    organization b, somebody else

-- Values the catalogue does not tell: formats and rules between columns. null: leave the column out.
create table tests.factory_values (tab text, col text, value text, primary key (tab, col));

create function tests.row_id(p_key text, p_table text) returns uuid language sql immutable as
  $$ select case p_table when 'organizations' then tests.id(case when p_key like 'b:%' or p_key = 'foreign' then 'b' else 'a' end)
                         when 'users' then tests.id(case p_key when 'own' then 'a.other' when 'foreign' then 'b.other' else replace(p_key, 'b:', '') end)
                         when 'staff' then tests.row_id(p_key, 'users')
                         else tests.id(p_key || ':' || p_table) end $$;

create function tests.make_row(p_table text, p_key text) returns jsonb language plpgsql as $$
declare
  v_oid oid := quote_ident(p_table)::regclass;
  v_col record;
  v_value text;
  v_cols text[] := '{}';
  v_values text[] := '{}';
  v_pk jsonb;
  v_end constant text := '^(ends?_|check_out|valid_(to|until)|free_from|expires|closes)';
begin
  for v_col in
    select a.attname::text as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull, a.atthasdef,
           fk.target, f.value as forced, f.tab is not null as is_forced,
           a.attnum = any (pk.conkey) as is_key,
           (select substring(pg_get_constraintdef(c.oid) from format('\(?%s\)?(?:::text)? = ANY \(\(?ARRAY\[''([^'']*)''', a.attname))
            from pg_constraint c where c.conrelid = v_oid and c.contype = 'c' and pg_get_constraintdef(c.oid) ~ format('\(?%s\)?(?:::text)? = ANY', a.attname) limit 1) as listed
    from pg_attribute a
    left join pg_constraint pk on pk.conrelid = v_oid and pk.contype = 'p'
    left join tests.factory_values f on f.tab = p_table and f.col = a.attname
    left join lateral (
      select t.relname::text as target
      from pg_constraint c join pg_class t on t.oid = c.confrelid
      cross join lateral unnest(c.conkey, c.confkey) k (own, far)
      join pg_attribute fa on fa.attrelid = c.confrelid and fa.attnum = k.far
      where c.contype = 'f' and c.conrelid = v_oid and k.own = a.attnum and fa.attname = 'id'
        and not (t.relname = p_table and not a.attnotnull)
      order by array_length(c.conkey, 1), t.relname limit 1) fk on true
    where a.attrelid = v_oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    order by a.attnum
  loop
    v_value := null;
    if v_col.is_forced then
      v_value := v_col.forced;
      if v_value is null then continue; end if;
      v_value := format('(%s)', replace(v_value, '$key', quote_literal(p_key)));
    elsif v_col.name = 'organization_id' then
      v_value := quote_literal(tests.row_id(p_key, 'organizations'));
    elsif v_col.name = 'id' and v_col.type = 'uuid' then
      v_value := quote_literal(tests.row_id(p_key, p_table));
    elsif v_col.target is not null then
      v_value := quote_literal(tests.row_id(p_key, v_col.target));
    elsif v_col.name = 'user_id' then
      v_value := quote_literal(tests.row_id(p_key, 'users'));
    elsif v_col.name = 'customer_id' then
      v_value := quote_literal(tests.row_id(p_key, 'customers'));
    elsif v_col.name = 'session_id' and v_col.type = 'uuid' then
      v_value := quote_literal(tests.row_id(p_key, 'table_sessions'));
    elsif v_col.name = 'customer_session_id' and v_col.type = 'uuid' then
      v_value := quote_literal(tests.row_id(p_key, 'session_customers'));
    elsif v_col.atthasdef or not (v_col.attnotnull or v_col.is_key) then
      continue;
    elsif v_col.listed is not null then
      v_value := quote_literal(v_col.listed);
    else
      v_value := case
        when v_col.type = 'uuid' then quote_literal(tests.id(p_key || p_table || v_col.name))
        when v_col.name like '%email%' then quote_literal('x' || left(md5(p_key || p_table), 10) || '@example.com')
        when v_col.name like '%phone%' then quote_literal('0301234567')
        when v_col.name = 'currency' then quote_literal('EUR')
        when v_col.name like '%timezone%' then quote_literal('UTC')
        when v_col.type like 'character varying(%' or v_col.type = 'character varying' then quote_literal('x' || left(md5(p_key || p_table || v_col.name), 8))
        when v_col.type = 'text' then quote_literal('x' || left(md5(p_key || p_table || v_col.name), 12))
        when v_col.type in ('integer', 'bigint', 'smallint') or v_col.type like 'numeric%' or v_col.type like 'double%' then '1'
        when v_col.type = 'boolean' then 'false'
        -- what ends does so later than what begins
        when v_col.type = 'date' then format('date ''2030-01-%s''', case when v_col.name ~ v_end then '18' else '15' end)
        when v_col.type like 'timestamp%' then format('timestamptz ''2030-01-15 %s:00+00''', case when v_col.name ~ v_end then '18' else '12' end)
        when v_col.type like 'time%' then format('time ''%s:00''', case when v_col.name ~ v_end then '18' else '10' end)
        when v_col.type = 'interval' then 'interval ''1 hour'''
        when v_col.type = 'jsonb' then '''{}''::jsonb'
        when v_col.type = 'bytea' then format('decode(%L, ''hex'')', md5(p_key || p_table || v_col.name))
        when v_col.type like '%[]' then '''{}'''
        when v_col.type = 'inet' then '''192.0.2.1'''
        when v_col.type = 'daterange' then 'daterange(''2030-01-15'', ''2030-01-16'')'
        when v_col.type = 'tstzrange' then 'tstzrange(''2030-01-15 12:00+00'', ''2030-01-15 13:00+00'')'
        else 'null' end;
    end if;
    v_cols := v_cols || v_col.name;
    v_values := v_values || v_value;
  end loop;
  execute format('insert into %I (%s) values (%s) on conflict do nothing', p_table,
                 (select string_agg(quote_ident(c), ', ') from unnest(v_cols) c), array_to_string(v_values, ', '));
  select jsonb_agg(quote_ident(a.attname) || ' = ' || v_values[array_position(v_cols, a.attname::text)])
    into v_pk
  from pg_constraint p join pg_attribute a on a.attrelid = v_oid and a.attnum = any (p.conkey)
  where p.conrelid = v_oid and p.contype = 'p' and array_position(v_cols, a.attname::text) is not null;
  return jsonb_build_object('cols', v_cols, 'values', v_values, 'where', (select string_agg(x, ' and ') from jsonb_array_elements_text(v_pk) x));
end $$;
