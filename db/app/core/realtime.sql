-- What the realtime doors ask of the database: who may see a change, who may use a topic; and what SQL says to channels.

-- Private topics that belong to somebody without further ado: org:<organization>… its staff, user:<user>… that user;
-- other first words are those of modules (event "topic", listeners.sql). Everything else is for policies that a tenant adds.
create or replace function app.is_my_topic(p_topic text) returns boolean
language plpgsql stable
as $$
declare
  v_owner text := split_part(p_topic, ':', 2);
  v_listener record;
  v_mine boolean;
begin
  case split_part(p_topic, ':', 1)
    when 'org' then
      return auth.has_role('owner', 'admin', 'manager', 'finance', 'staff', 'waiter', 'kitchen') and coalesce(v_owner = auth.user_organization_id()::text, false)
          or auth.is_super_admin();
    when 'user' then
      return not auth.has_role('guest') and coalesce(v_owner = auth.uid()::text, false);
    else
      for v_listener in select l.function from app.listening('topic', split_part(p_topic, ':', 1)) l loop
        execute format('select app.%I($1)', v_listener.function) into v_mine using p_topic;
        if v_mine then
          return true;
        end if;
      end loop;
      return false;
  end case;
end $$;
comment on function app.is_my_topic(text) is 'Whether a private channel''s topic belongs to the one who asks: org:<id>, user:<id>, what modules add (session:<id>), and what stands below them.';
grant execute on function app.is_my_topic(text) to authenticated, service_role;

-- The rule that row security applies for a role, as one expression over the table's columns: permissive policies joined by
-- or, restrictive ones by and. p_action is pg_policy.polcmd; p_new asks for the rule on new rows.
create or replace function app.policy_rule(p_table oid, p_role name, p_action "char", p_new boolean default false) returns text
language sql stable
as $$
  select case when not c.relrowsecurity or r.rolsuper or r.rolbypassrls then 'true' else
    coalesce('(' || string_agg(p.rule, ' or ') filter (where p.polpermissive) || ')', 'false')
    || coalesce(' and ' || string_agg(p.rule, ' and ') filter (where not p.polpermissive), '') end
  from pg_class c
  cross join (select oid, rolsuper, rolbypassrls from pg_roles where rolname = p_role) r
  left join lateral (
    select polpermissive, '(' || coalesce(pg_get_expr(case when p_new then coalesce(polwithcheck, polqual) else polqual end, polrelid), 'true') || ')' as rule
    from pg_policy
    where polrelid = c.oid and polcmd in (p_action, '*')
      and (polroles = '{0}' or exists (select from unnest(polroles) role where pg_has_role(r.oid, role, 'usage')))
    order by polname) p on true
  where c.oid = p_table
  group by c.relrowsecurity, r.rolsuper, r.rolbypassrls;
$$;
comment on function app.policy_rule(oid, name, "char", boolean) is 'The rule row security applies to a role''s action on a table, as one SQL expression.';

-- What a caller may do with a private channel, by the policies on realtime_messages. The policies' own expressions are asked
-- about a message nobody has written: nothing has to be inserted to know.
create or replace function app.realtime_rights(p_topic text, out reads_broadcast boolean, out writes_broadcast boolean,
  out reads_presence boolean, out writes_presence boolean)
language plpgsql
as $$
declare
  v_read  text := case when has_table_privilege(current_user, 'realtime_messages', 'select') then
    app.policy_rule('realtime_messages'::regclass, current_user, 'r') else 'false' end;
  v_write text := case when has_table_privilege(current_user, 'realtime_messages', 'insert') then
    app.policy_rule('realtime_messages'::regclass, current_user, 'a', true) else 'false' end;
  v_ask   text := format('select coalesce((%s), false), coalesce((%s), false) from (select gen_random_uuid() as id, $1 as topic, $2 as extension,'
    || ' null::text as event, null::jsonb as payload, true as private, now() as inserted_at, now() as created_at) realtime_messages', v_read, v_write);
begin
  perform set_config('realtime.topic', p_topic, true);
  execute v_ask into reads_broadcast, writes_broadcast using p_topic, 'broadcast'::text;
  execute v_ask into reads_presence, writes_presence using p_topic, 'presence'::text;
end $$;
comment on function app.realtime_rights(text) is 'What the caller may do with the private channel of this topic.';

-- The latest messages of a private topic that the caller may read, oldest first.
create or replace function app.realtime_replay(p_topic text, p_since_ms bigint, p_limit int) returns json
language plpgsql
as $$
begin
  perform set_config('realtime.topic', p_topic, true);
  return (
    select coalesce(json_agg(json_build_object('id', m.id, 'event', m.event, 'payload', m.payload, 'bytes', m.binary_payload) order by m.inserted_at, m.id), '[]')
    from (select id, event, payload, binary_payload, inserted_at from realtime_messages
          where topic = p_topic and private and extension = 'broadcast' and event is not null
            and inserted_at > to_timestamp(p_since_ms / 1000.0)
          order by inserted_at desc, id desc limit p_limit) m);
end $$;
comment on function app.realtime_replay(text, bigint, int) is 'What was sent to a private topic since then (milliseconds since 1970), for who comes later.';

-- Functions that policies call and whose answer depends on nothing but the claims, their arguments and rows of these tables:
-- a decision that was made with them holds until one of the tables changes. They are stable, so "now" is read there too;
-- the daemon lets no decision live longer than half a minute. A helper that is not in this list is asked every time.
-- Each module lists its own (app/<module>/policy_helpers.sql); db/tests/core/realtime_test.sql compares the lists with the functions' bodies.
create or replace function app.know_policy_helpers(p_module text, p_helpers jsonb) returns void
language sql
as $$
  delete from app.policy_helpers where module = p_module;
  insert into app.policy_helpers (helper, reads, module)
  select key, array(select jsonb_array_elements_text(value)), p_module from jsonb_each(p_helpers);
$$;
comment on function app.know_policy_helpers(text, jsonb) is 'The helpers of one module, instead of those that were known: {"app.is_my_thing": ["tables", "it", "reads"]}.';

-- Whose topic it is, modules are asked, too: it hangs on what their answers hang on.
create or replace function app.realtime_helpers() returns table (helper text, reads text[])
language sql stable security definer
as $$
  select h.helper, case when h.helper = 'app.is_my_topic' then array(
    select unnest(h.reads) union
    select unnest(m.reads) from app.listeners l join app.policy_helpers m on m.helper = 'app.' || l.function where l.event = 'topic') else h.reads end
  from app.policy_helpers h;
$$;
comment on function app.realtime_helpers() is 'Functions of policies whose answer is known to depend on claims, arguments and these tables only.';

-- Whether a role's rule of a table's rows can be asked about a row's values alone ("proved"): it reads the row's own
-- columns and listed helpers, and no clock. Then also which columns, and which tables the helpers read.
create or replace function app.policy_proof(p_table oid, p_role name, out rule text, out proved boolean, out columns int[], out reads text[])
language sql stable
as $$
  with dependency as materialized (
    select d.refclassid, d.refobjid, d.refobjsubid, h.helper, h.reads
    from pg_class c join pg_policy p on p.polrelid = c.oid and p.polcmd in ('r', '*')
      and (p.polroles = '{0}' or exists (select from unnest(p.polroles) role where pg_has_role(p_role, role, 'usage')))
    join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid and d.deptype = 'n'
    left join pg_proc f on d.refclassid = 'pg_proc'::regclass and f.oid = d.refobjid
    left join pg_namespace n on n.oid = f.pronamespace
    left join app.realtime_helpers() h on h.helper = n.nspname || '.' || f.proname
    where c.oid = p_table and c.relrowsecurity
  )
  select r.rule,
    r.rule !~* '\m(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|random|txid_\w+|pg_\w+|gen_random_uuid|current_setting|nextval|lastval|currval)\(|current_date|current_time|localtime'
    and not exists (select from dependency d
      where not (d.refclassid = 'pg_class'::regclass and d.refobjid = p_table and d.refobjsubid > 0)
        and d.helper is null
        and d.refclassid not in ('pg_type'::regclass, 'pg_collation'::regclass)),
    array(select distinct d.refobjsubid from dependency d where d.refclassid = 'pg_class'::regclass and d.refobjid = p_table and d.refobjsubid > 0 order by 1),
    array(select distinct t from dependency d, unnest(d.reads) t order by 1)
  from (select app.policy_rule(p_table, p_role, 'r')) r (rule);
$$;
comment on function app.policy_proof(oid, name) is 'The rule of the rows that a role sees, and whether it hangs on nothing but the row, the claims and the tables that it reads.';

-- All the daemon must know of a table to tell subscribers of its changes: columns, key, and for each role what it may select,
-- the rule of its rows, and whether that rule is proved. Otherwise the row itself is asked for, by its key.
create or replace function app.realtime_table(p_table text) returns jsonb
language sql stable
as $$
  with tab as (
    select c.oid, c.relname from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relname = p_table and c.relkind in ('r', 'p')
  ), col as (
    select a.attnum, a.attname, a.atttypid, a.attgenerated <> '' as computed, format_type(a.atttypid, a.atttypmod) as type, t.typname,
      case t.typtype when 'd' then t.typbasetype else t.oid end as base,
      coalesce(e.typelem, 0::oid) as element,
      array_position(i.indkey::int2[], a.attnum) as key
    from tab join pg_attribute a on a.attrelid = tab.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    left join pg_type e on e.oid = case t.typtype when 'd' then t.typbasetype else t.oid end and e.typcategory = 'A' and e.typelem <> 0
    left join pg_index i on i.indrelid = tab.oid and i.indisprimary
  ), proof as (
    select r.oid, r.rolname, p.rule, p.proved, p.columns, p.reads
    from tab, pg_roles r cross join lateral app.policy_proof((select oid from tab), r.rolname) p
    where r.rolname in ('anon', 'authenticated', 'service_role')
  ), computed as (
    select c.attnum, c.attname, pg_get_expr(d.adbin, d.adrelid) as rule, array(
      select refobjsubid from pg_depend p
      where (p.classid = 'pg_attrdef'::regclass and p.objid = d.oid or p.classid = 'pg_class'::regclass and p.objid = tab.oid and p.objsubid = c.attnum)
        and p.refclassid = 'pg_class'::regclass and p.refobjid = tab.oid and p.refobjsubid not in (0, c.attnum)) as columns
    from tab cross join col c join pg_attrdef d on d.adrelid = tab.oid and d.adnum = c.attnum
    where c.computed
  ), operand as (
    select attname, type, row_number() over (order by attnum) as n from col where attnum in (select unnest(columns) from computed)
  )
  select jsonb_build_object(
    'columns', (select jsonb_agg(jsonb_build_object('name', attname, 'type', typname, 'base', base::bigint, 'element', element::bigint, 'key', key is not null, 'computed', computed) order by attnum) from col),
    'key', coalesce((select jsonb_agg(attname order by key) from col where key is not null), '[]'),
    'row', (select format('from %I where ', tab.relname) || string_agg(format('%I = $%s::%s', attname, key + 1, type), ' and ' order by key) from col where key is not null),
    -- generated columns, which the WAL does not hold
    'computed', (select jsonb_build_object(
      'gives', jsonb_agg(attname order by attnum),
      'needs', coalesce((select jsonb_agg(attname order by n) from operand), '[]'),
      'ask', format('select %s', string_agg(rule, ', ' order by attnum)) || coalesce(
        (select format(' from (select %s) %I', string_agg(format('$%s::%s as %I', n, type, attname), ', ' order by n), tab.relname) from operand), ''))
      from computed having count(*) > 0),
    'roles', (select jsonb_object_agg(proof.rolname, jsonb_build_object(
      'selects', (select coalesce(jsonb_agg(attname order by attnum), '[]') from col where has_column_privilege(proof.oid, tab.oid, attnum, 'select')),
      'proved', proved,
      'reads', to_jsonb(reads),
      'needs', (select coalesce(jsonb_agg(attname order by attnum), '[]') from col where attnum = any (proof.columns)),
      'ask', format('select coalesce((%s), false)', rule) || coalesce(
        (select format(' from (select %s) %I', string_agg(format('$%s::%s as %I', n, type, attname), ', ' order by n), tab.relname)
         from (select attname, type, row_number() over (order by attnum) as n from col where attnum = any (proof.columns)) needed), '')))
      from proof))
  from tab;
$$;
comment on function app.realtime_table(text) is 'What the realtime doors must know of a table of this tenant; null when there is none.';

grant execute on function app.policy_rule(oid, name, "char", boolean), app.realtime_rights(text),
  app.realtime_replay(text, bigint, int) to anon, authenticated, service_role;
grant execute on function app.realtime_helpers(), app.policy_proof(oid, name), app.realtime_table(text) to service_role;

-- --- From SQL to channels ----------------------------------------------------------------------------------------------

create or replace function realtime.topic() returns text
language sql stable
as $$ select nullif(current_setting('realtime.topic', true), '') $$;
comment on function realtime.topic() is 'In a policy on realtime_messages: the topic of the channel that is being joined or written to.';

-- For functions of the house: no policy is asked.
create or replace function app.broadcast(p_topic text, p_event text, p_payload jsonb default '{}', p_private boolean default true) returns uuid
language sql security definer
as $$ insert into realtime_messages (topic, event, payload, private) values (p_topic, p_event, p_payload, p_private) returning id $$;
comment on function app.broadcast(text, text, jsonb, boolean) is 'Sends a message to a channel when the transaction commits.';
grant execute on function app.broadcast(text, text, jsonb, boolean) to service_role;

-- As whoever calls. A message that may not be sent costs no transaction its work: it is warned of, as the dialect does.
create or replace function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void
language plpgsql
as $$
begin
  perform set_config('realtime.topic', topic, true);
  insert into realtime_messages (topic, event, payload, private) values (topic, event, payload, private);
exception when insufficient_privilege or check_violation or undefined_table then
  raise warning 'realtime.send to "%" failed: %', topic, sqlerrm;
end $$;
comment on function realtime.send(jsonb, text, text, boolean) is 'Sends a message to a channel when the transaction commits, if the caller may write there.';

create or replace function realtime.send_binary(payload bytea, event text, topic text, private boolean default true) returns void
language plpgsql
as $$
begin
  perform set_config('realtime.topic', topic, true);
  insert into realtime_messages (topic, event, binary_payload, private) values (topic, event, payload, private);
exception when insufficient_privilege or check_violation or undefined_table then
  raise warning 'realtime.send_binary to "%" failed: %', topic, sqlerrm;
end $$;
comment on function realtime.send_binary(bytea, text, text, boolean) is 'The same for bytes.';

create or replace function realtime.broadcast_changes(topic_name text, event_name text, operation text, table_name text, table_schema text,
  new record, old record, level text default 'ROW') returns void
language plpgsql
as $$
begin
  if level = 'STATEMENT' then
    raise exception 'realtime.broadcast_changes() speaks of rows: use it in a trigger for each row';
  end if;
  -- clients know the schema they are served as "public", whatever it is called here
  perform realtime.send(jsonb_build_object('operation', operation, 'schema', case table_schema when current_schema() then 'public' else table_schema end, 'table', table_name,
    'record', case when operation <> 'DELETE' then to_jsonb(new) end, 'old_record', case when operation <> 'INSERT' then to_jsonb(old) end), event_name, topic_name);
end $$;
comment on function realtime.broadcast_changes(text, text, text, text, text, record, record, text) is 'In a trigger: tells a private channel of the change.';
grant execute on function realtime.topic(), realtime.send(jsonb, text, text, boolean), realtime.send_binary(bytea, text, text, boolean),
  realtime.broadcast_changes(text, text, text, text, text, record, record, text) to anon, authenticated, service_role;
