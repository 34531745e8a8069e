-- The audit trail is cut by month (UTC), so that old months leave in one stroke and an index stays small.
create or replace function app.ensure_audit_partitions(p_months_ahead int default 2) returns int
language plpgsql security definer
as $$
declare
  v_schema text := current_schema();
  v_month timestamp;
  v_from timestamptz;
  v_to timestamptz;
  v_name text;
  v_late boolean;
  v_made int := 0;
begin
  for v_month in
    select generate_series(date_trunc('month', now() at time zone 'UTC'),
                           date_trunc('month', now() at time zone 'UTC') + make_interval(months => p_months_ahead), interval '1 month')
  loop
    v_name := 'audit_logs_' || to_char(v_month, 'YYYY_MM');
    continue when to_regclass(format('%I.%I', v_schema, v_name)) is not null;
    perform set_config('maitred.engine', 'on', true);   -- nobody's own tables (app.object_was_changed)
    v_from := v_month at time zone 'UTC';
    v_to := (v_month + interval '1 month') at time zone 'UTC';
    execute format('create table %I.%I (like %1$I.audit_logs including defaults including constraints)', v_schema, v_name);
    execute format('select exists (select from %I.audit_logs_default where created_at >= %L and created_at < %L)', v_schema, v_from, v_to) into v_late;
    if v_late then   -- rows that came while nobody had made the month are in the default partition: they move
      execute format('alter table %I.audit_logs_default disable trigger user', v_schema);
      execute format('with moved as (delete from %1$I.audit_logs_default where created_at >= %3$L and created_at < %4$L returning *)
                      insert into %1$I.%2$I select * from moved', v_schema, v_name, v_from, v_to);
      execute format('alter table %I.audit_logs_default enable trigger user', v_schema);
    end if;
    execute format('alter table %1$I.audit_logs attach partition %1$I.%2$I for values from (%3$L) to (%4$L)', v_schema, v_name, v_from, v_to);
    call app.secure_table(v_name, 'audit', p_actions => array['select']);
    execute format('revoke insert, update, delete, truncate on %I.%I from service_role, authenticated, anon', v_schema, v_name);
    v_made := v_made + 1;
  end loop;
  -- the first partitions are made while the tenant is: the migration engine ends that with all tables at once
  if (select relrowsecurity from pg_class where oid = to_regclass(format('%I.audit_logs', v_schema))) then
    perform app.enable_row_security();
  end if;
  return v_made;
end $$;
comment on function app.ensure_audit_partitions(int) is
  'Makes the audit partitions of this month and the next ones where they are missing; returns how many it made.';
