-- What a tenant needs every few minutes; the job maintain_often calls it (maitred.schedules). Cheap when there is nothing to
-- do: a thousand tenants ask. Modules hear of it by the event "often" (listeners.sql).
create or replace function app.maintain_often() returns jsonb
language plpgsql security definer
as $$
declare
  v_listener record;
  v_count int;
  v_done jsonb := '{}';
begin
  for v_listener in select l.module, l.function from app.listening('often') l loop
    execute format('select app.%I()', v_listener.function) into v_count;
    v_done := v_done || jsonb_build_object(v_listener.module, coalesce((v_done ->> v_listener.module)::int, 0) + v_count);
  end loop;
  return v_done;
end $$;
comment on function app.maintain_often() is 'Work of every few minutes inside a tenant: what each module did, as counts.';
grant execute on function app.maintain_often() to service_role;
