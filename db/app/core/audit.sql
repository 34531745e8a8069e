-- The audit trail.

-- One generic trigger: who, what, old and new values of the columns that changed, request id and address.
-- Argument: the table's name (partitions and moved schemas keep it).
-- Its arguments are the table and the columns that no client reads (maitred.hidden_columns): a look-up for each row would cost more than the masking.
create or replace function app.audit_row() returns trigger
language plpgsql security definer
as $$
declare
  v_old jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  v_new jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  v_row jsonb := coalesce(v_new, v_old);
  v_organization uuid := coalesce(v_row ->> 'organization_id', case when tg_argv[0] = 'organizations' then v_row ->> 'id' end);
begin
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, v_new -> o.key)
      into v_old, v_new
    from jsonb_each(v_old) o
    where v_new -> o.key is distinct from o.value and o.key <> 'updated_at';
    if v_old is null then
      return null;   -- nothing that matters changed
    end if;
  end if;
  -- that a secret changed is told, and nothing of it
  for i in 1 .. tg_nargs - 1 loop
    if v_old ? tg_argv[i] then v_old := v_old || jsonb_build_object(tg_argv[i], '***'); end if;
    if v_new ? tg_argv[i] then v_new := v_new || jsonb_build_object(tg_argv[i], '***'); end if;
  end loop;
  if tg_table_schema = current_schema() then -- as in every request: a plan that is kept
    insert into audit_logs (organization_id, table_name, record_id, action, old_data, new_data, user_id, user_role, request_id, ip_address)
    values (v_organization, tg_argv[0], (v_row ->> 'id')::uuid, tg_op, v_old, v_new, auth.uid(), coalesce(auth.app_role(), auth.role()),
            nullif(current_setting('request.id', true), ''), nullif(current_setting('request.ip', true), '')::inet);
  else
    execute format(
      'insert into %I.audit_logs (organization_id, table_name, record_id, action, old_data, new_data, user_id, user_role, request_id, ip_address)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)', tg_table_schema)
    using v_organization, tg_argv[0], (v_row ->> 'id')::uuid, tg_op, v_old, v_new, auth.uid(), coalesce(auth.app_role(), auth.role()),
          nullif(current_setting('request.id', true), ''), nullif(current_setting('request.ip', true), '')::inet;
  end if;
  return null;
end $$;

-- Only erasing or merging a person rewrites a log, inside functions of the house: no client role can, whatever it sets.
create or replace function app.refuse_change() returns trigger
language plpgsql
as $$
begin
  if tg_op = 'UPDATE' and current_setting('app.rewriting_person', true) = 'on'
     and current_user not in ('anon', 'authenticated', 'service_role', 'maitred_auth') then
    return new;
  end if;
  perform app.fail(403, format('%s is append-only.', tg_table_name));
  return null;
end $$;

grant execute on function app.audit_row(), app.refuse_change() to anon, authenticated, service_role, maitred_auth;

-- Triggers of the trail know what their table hides; called when tables have changed (app.enable_row_security).
create or replace function app.tell_audit_what_is_hidden() returns int
language plpgsql
as $$
declare
  v record;
  v_count int := 0;
begin
  for v in
    select t.tgrelid::regclass as place, pg_get_triggerdef(t.oid) as made, h.columns
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
    join (select k.table_name, array_agg(k.column_name order by k.column_name) as columns from maitred.hidden_columns k group by 1) h on h.table_name = c.relname
    where c.relnamespace = current_schema()::regnamespace and t.tgname = 'audit_row' and p.proname = 'audit_row'
      and exists (select from unnest(h.columns) w join pg_attribute a on a.attrelid = c.oid and a.attname = w and not a.attisdropped
                  where position(format('''%s''', w) in pg_get_triggerdef(t.oid)) = 0)
  loop
    execute format('drop trigger audit_row on %s', v.place);
    -- as it was (some hear of a few columns alone), with the names at its end
    execute regexp_replace(v.made, '(audit_row\(''[^'']*'').*$', '\1') || (select string_agg(format(', %L', w), '') from unnest(v.columns) w) || ')';
    v_count := v_count + 1;
  end loop;
  return v_count;
end $$;
comment on function app.tell_audit_what_is_hidden() is 'Gives the triggers of the audit trail the hidden columns of their tables; returns how many did not know.';
