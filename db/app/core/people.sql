-- What is known about a person, wherever it stands: for merging, exporting and erasing customers. Nothing is listed by hand that the
-- catalogue knows: a table is about a customer when it has a foreign key to customers or to the customer's login.

create or replace function app.customer_references(out table_name text, out column_name text, out target text)
returns setof record
language sql stable
as $$
  select r.relname::text, a.attname::text, t.relname::text
  from pg_constraint c
  join pg_class r on r.oid = c.conrelid
  join pg_class t on t.oid = c.confrelid
  join lateral unnest(c.conkey, c.confkey) as k (own, foreign_) on true
  join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.own
  join pg_attribute f on f.attrelid = c.confrelid and f.attnum = k.foreign_
  where c.contype = 'f' and r.relnamespace = current_schema()::regnamespace and r.relkind in ('r', 'p') and not r.relispartition
    and t.relnamespace = current_schema()::regnamespace
    and (t.relname = 'customers' and f.attname = 'id'
         or t.relname = 'users' and f.attname = 'id' and a.attname in ('user_id', 'id') and r.relname not in ('staff', 'customers'))
    and (r.relname, a.attname) <> ('customers', 'merged_into')
  order by 1, 2;
$$;
comment on function app.customer_references() is 'Tables and columns of this tenant that point at a customer or at a login.';

-- Columns that say who somebody is, by their names. What a module calls otherwise it adds here.
create or replace function app.is_personal(p_column text, p_type text) returns boolean
language sql immutable
as $$
  select p_type in ('text', 'character varying', 'jsonb', 'json', 'inet', 'date', 'bytea')
     and p_column ~ ('^((guest|customer|contact|holder|participant|member|signer|signee|guardian|minor|billing|recipient|player)_)?'
                     '((first_|last_|full_|display_)?names?|emails?|phones?|address|date_of_birth|birth_date|dob|age|details|signature(_data|_image|_svg|_url)?)$'
                     '|^(special_requests?|(internal_|staff_)?notes?|guest_names|dietary.*|ip_address|opened_from|allergies|user_agent|emergency_contact.*|platform_chat_id|collected_data|medical.*|answers|form_data|minors|participants'
                     '|(.*_)?reason|wishes|remarks?|comments?|description|message|metadata|provider_data|kitchen_notes|note|document|guardian_relationship|friendly_name)$')
$$;
comment on function app.is_personal(text, text) is 'Whether a column of this name and type holds what identifies a person, or words that may.';

-- What a person is known by, for looking for it in logs: addresses, numbers as written and as digits, and the name when it is long
-- enough to be one. The pattern matches whole words, whatever their case.
create or replace function app.person_pattern(p_words text[]) returns text
language sql immutable
as $$
  select '(^|[^[:alnum:]])(' || string_agg(regexp_replace(w, '([^[:alnum:][:space:]])', '\\\1', 'g'), '|') || ')($|[^[:alnum:]])'
  from (select distinct trim(w) as w from unnest(p_words) w where length(trim(w)) >= 4) words
$$;
comment on function app.person_pattern(text[]) is 'A pattern that finds these words in a text; null when there are none.';

-- Logs and stores that repeat what was sent: what still says one of the words goes. Called by erase_customer().
create or replace function app.shred_traces(p_pattern text, p_organization_id uuid, p_since timestamptz) returns void
language plpgsql security definer
as $$
begin
  if p_pattern is null then
    return;
  end if;
  update audit_logs l set
    old_data = (select jsonb_object_agg(e.key, e.value) from jsonb_each(l.old_data) e where e.value::text !~* p_pattern),
    new_data = (select jsonb_object_agg(e.key, e.value) from jsonb_each(l.new_data) e where e.value::text !~* p_pattern)
  where l.created_at >= p_since and (l.organization_id is null or l.organization_id = p_organization_id)
    and concat_ws(' ', l.old_data::text, l.new_data::text) ~* p_pattern;
  update activity_logs l set description = 'erased', metadata = '{}', user_name = case when l.user_name ~* p_pattern then null else l.user_name end
  where l.created_at >= p_since and l.organization_id = p_organization_id and concat_ws(' ', l.description, l.metadata::text, l.user_name) ~* p_pattern;
  update security_audit_log l set description = null, metadata = '{}'
  where l.created_at >= p_since and concat_ws(' ', l.description, l.metadata::text) ~* p_pattern;
  delete from notifications n where n.created_at >= p_since and concat_ws(' ', n.title, n.message, n.data::text) ~* p_pattern;
  delete from realtime_messages m where m.payload::text ~* p_pattern;
  delete from idempotency_keys k where coalesce(convert_from(k.body, 'UTF8'), '') ~* p_pattern or coalesce(k.headers::text, '') ~* p_pattern;
  delete from maitred.jobs j where j.tenant = current_schema() and j.status <> 'running' and j.payload::text ~* p_pattern;
  -- one that is under way at this moment has read its payload
  update maitred.jobs j set payload = '{}' where j.tenant = current_schema() and j.status = 'running' and j.payload::text ~* p_pattern;
end $$;
comment on function app.shred_traces(text, uuid, timestamptz) is 'For erase_customer(): takes what a pattern finds out of the trail, the logs, kept answers, messages and jobs.';

-- Shreds columns of the rows that a condition names, in the table and in what the audit trail remembers of them; returns their ids.
-- $1 customers, $2 login, $3 organization, $4 rows of a parent, $5 e-mail and phone.
create or replace function app.shred_rows(
  p_table text,
  p_columns text[],
  p_condition text,
  p_customer_ids uuid[] default null,
  p_user_id uuid default null,
  p_organization_id uuid default null,
  p_parent_ids uuid[] default null,
  p_contacts text[] default null,
  out ids uuid[],
  out rows bigint)
language plpgsql security definer
as $$
declare
  v_table regclass := format('%I.%I', current_schema(), p_table)::regclass;
  v_set text;
begin
  select string_agg(format('%I = %s', a.attname,
           case when a.attname = 'provider_data'      -- what money is found by at its provider stays
                  then 'jsonb_strip_nulls(jsonb_build_object(''payment_id'', provider_data -> ''payment_id''))'
                when not a.attnotnull then 'null'
                when t.typname in ('jsonb', 'json') then '''{}'''
                when t.typname = 'date' then '''1900-01-01'''
                when t.typname = 'inet' then '''0.0.0.0'''
                when t.typcategory = 'A' then '''{}'''
                else '''erased''' end), ', ') into v_set
  from pg_attribute a join pg_type t on t.oid = a.atttypid
  where a.attrelid = v_table and a.attname = any (p_columns) and a.attgenerated = '';
  execute format('with gone as (update %s t set %s where %s returning to_jsonb(t) ->> ''id'' as id)
                  select array_agg(id::uuid) filter (where id is not null), count(*) from gone', v_table, v_set, p_condition)
    into ids, rows using p_customer_ids, p_user_id, p_organization_id, p_parent_ids, p_contacts;
  -- the trail keeps that something changed, when and by whom; not what identified the person
  update audit_logs l set old_data = l.old_data - p_columns, new_data = l.new_data - p_columns
  where l.record_id = any (ids) and (l.old_data ?| p_columns or l.new_data ?| p_columns);
end $$;
comment on function app.shred_rows(text, text[], text, uuid[], uuid, uuid, uuid[], text[]) is 'For erase_customer(): empties columns of some rows, here and in the audit trail.';
