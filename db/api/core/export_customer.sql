-- SECURITY DEFINER: a person's rows lie in tables of every module. For the person themselves and for staff who may read customers.
create or replace function api.export_customer(p_customer_id uuid) returns jsonb
language plpgsql volatile security definer
as $$
declare
  v_customer record;
  v_result jsonb;
  v_reference record;
  v_rows jsonb;
  v_hidden text[];
begin
  select * into v_customer from customers c where c.id = p_customer_id;
  if not found or v_customer.deleted_at is not null
     or not (coalesce(v_customer.user_id = auth.uid(), false) or app.works_for(v_customer.organization_id, 'customers', 'read')) then
    perform app.fail(404, 'There is no such customer.', 'p_customer_id');
  end if;
  -- everything at once is more than a look at one page
  if v_customer.user_id is distinct from auth.uid() then
    perform app.require_work(v_customer.organization_id, 'customers', 'delete');
  end if;
  v_result := jsonb_build_object('exported_at', now(), 'customers', jsonb_build_array(to_jsonb(v_customer)));
  if v_customer.user_id is not null then
    v_result := v_result || jsonb_build_object('users', (
      select jsonb_agg(to_jsonb(u) - array['hashed_password', 'two_factor_secret']) from users u where u.id = v_customer.user_id));
  end if;
  for v_reference in
    select r.table_name, string_agg(format('%I = %s', r.column_name, case r.target when 'customers' then '$1' else '$2' end), ' or ') as condition
    from app.customer_references() r
    group by r.table_name order by r.table_name
  loop
    -- what not even the service role reads is a secret
    v_hidden := array(select a.attname::text from pg_attribute a
      where a.attrelid = format('%I.%I', current_schema(), v_reference.table_name)::regclass and a.attnum > 0 and not a.attisdropped
        and not has_column_privilege('service_role', a.attrelid, a.attnum, 'select'));
    execute format('select jsonb_agg(to_jsonb(t) - $4)
                    from %I.%I t where (%s) and ($3 is null or to_jsonb(t) ->> ''organization_id'' is null
                                                 or to_jsonb(t) ->> ''organization_id'' = $3::text)',
                   current_schema(), v_reference.table_name, v_reference.condition)
      into v_rows using p_customer_id, v_customer.user_id, v_customer.organization_id, v_hidden;
    if v_rows is not null then
      v_result := v_result || jsonb_build_object(v_reference.table_name, v_rows);
    end if;
  end loop;
  perform app.log_security_event('export', 'info', 'Everything about a customer was exported', auth.uid(),
    jsonb_build_object('customer_id', p_customer_id), v_customer.organization_id);
  return v_result;
end $$;
comment on function api.export_customer(uuid) is
  'Everything this organization keeps about a customer, table by table. For managers, and for customers themselves.
answers {"exported_at": "instant", "*": [{"*": "json"}]}';
grant execute on function api.export_customer(uuid) to authenticated, service_role;
