-- The audit trail.

-- One generic trigger: who, what, old and new values of the columns that changed, request id and address.
-- Argument: the table's name (partitions and moved schemas keep it).
create or replace function app.audit_row() returns trigger
language plpgsql security definer
as $$
declare
  v_old jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  v_new jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  v_row jsonb := coalesce(v_new, v_old);
  v_secret text;
  v_organization uuid := coalesce(v_row ->> 'organization_id', case when tg_argv[0] = 'organizations' then v_row ->> 'id' end);
begin
  foreach v_secret in array array['hashed_password', 'two_factor_secret', 'credentials', 'secret'] loop
    if v_old ? v_secret then v_old := jsonb_set(v_old, array[v_secret], to_jsonb('***' || left(md5(coalesce(v_old ->> v_secret, '')), 4))); end if;
    if v_new ? v_secret then v_new := jsonb_set(v_new, array[v_secret], to_jsonb('***' || left(md5(coalesce(v_new ->> v_secret, '')), 4))); end if;
  end loop;
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, v_new -> o.key)
      into v_old, v_new
    from jsonb_each(v_old) o
    where v_new -> o.key is distinct from o.value and o.key <> 'updated_at';
    if v_old is null then
      return null;   -- nothing that matters changed
    end if;
  end if;
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
