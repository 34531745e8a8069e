-- What a tenant needs every few minutes; the job maintain_often calls it (maitred.schedules). Cheap when there is nothing to
-- do: a thousand tenants ask. A module that has work of its own writes app.often_<module>(), without parameters.
create or replace function app.maintain_often() returns jsonb
language plpgsql security definer
as $$
declare
  v_module text;
  v_count int;
  v_done jsonb := '{}';
begin
  for v_module in select unnest(t.modules) from public.tenants t where t.schema_name = current_schema() loop
    if to_regprocedure(format('app.%I()', 'often_' || v_module)) is not null then
      execute format('select app.%I()', 'often_' || v_module) into v_count;
      v_done := v_done || jsonb_build_object(v_module, v_count);
    end if;
  end loop;
  return v_done;
end $$;
comment on function app.maintain_often() is 'Work of every few minutes inside a tenant: what each module did, as counts.';
grant execute on function app.maintain_often() to service_role;
