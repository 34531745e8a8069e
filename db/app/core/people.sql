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
                     '|^(special_requests?|dietary.*|ip_address|user_agent|emergency_contact.*|platform_chat_id|collected_data|medical.*|answers|form_data|minors|participants)$')
$$;
comment on function app.is_personal(text, text) is 'Whether a column of this name and type holds what identifies a person.';
