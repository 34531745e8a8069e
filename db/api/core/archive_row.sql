-- SECURITY DEFINER: when something is deleted is not written by hand. Rights are checked here.
create or replace function api.archive_row(p_what text, p_id uuid, p_restore boolean default false) returns jsonb
language plpgsql volatile security definer
as $$
declare
  v_resource text := case p_what when 'customers' then 'customers' when 'games' then 'games' when 'venues' then 'venues' when 'media' then 'media' end;
  v_row jsonb;
begin
  if v_resource is null or to_regclass(format('%I.%I', current_schema(), p_what)) is null then
    perform app.fail(400, 'customers, games, venues and media are archived.', 'p_what');
  end if;
  execute format('select to_jsonb(t) from %I.%I t where id = $1 for update', current_schema(), p_what) into v_row using p_id;
  if v_row is null or not app.works_for((v_row ->> 'organization_id')::uuid, v_resource, 'read') then
    perform app.fail(404, 'There is no such row.', 'p_id');
  end if;
  perform app.require_work((v_row ->> 'organization_id')::uuid, v_resource, 'delete');
  if v_row ->> 'erased_at' is not null or v_row ->> 'merged_into' is not null then
    perform app.fail(422, 'An erased or merged customer stays away.', 'p_id');
  end if;
  begin
    execute format('update %I.%I set deleted_at = case when $2 then null else coalesce(deleted_at, now()) end where id = $1', current_schema(), p_what)
      using p_id, coalesce(p_restore, false);
  exception when unique_violation then
    perform app.fail(409, 'Another one has taken its name or address meanwhile.', 'p_id');
  end;
  execute format('select jsonb_build_object(''id'', id, ''deleted_at'', deleted_at) from %I.%I where id = $1', current_schema(), p_what) into v_row using p_id;
  return v_row;
end $$;
comment on function api.archive_row(text, uuid, boolean) is
  'Managers: takes a row of customers, games, venues or media out of use (deleted_at), or with p_restore brings it back. Bookings that name it stay as they are.
answers {"id": "uuid", "deleted_at": "instant | null"}';
grant execute on function api.archive_row(text, uuid, boolean) to authenticated, service_role;
