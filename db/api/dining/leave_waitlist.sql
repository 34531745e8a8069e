-- SECURITY DEFINER: by code, or by staff with the right on reservations.
create or replace function api.leave_waitlist(p_code text default null, p_waitlist_id uuid default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_found record;
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('leave_waitlist', p_unused => case when p_code is null then 'p_code' end);
  select id, organization_id into v_found from waitlist_entries where code = lower(btrim(p_code)) or id = p_waitlist_id for update;
  if not found or (p_code is null and not app.works_for(v_found.organization_id, 'reservations', 'update')) then
    perform app.fail(404, 'There is no such party.', case when p_code is null then 'p_waitlist_id' else 'p_code' end);
  end if;
  update waitlist_entries set status = 'left', ended_at = now() where id = v_found.id and status <> 'left';
  return jsonb_build_object('waiting', app.waiting_json(v_found.id));
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('leave_waitlist', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.leave_waitlist(text, uuid) is 'The party does not wait any more. Doing it twice is fine.
answers {"waiting": "waiting"}';
grant execute on function api.leave_waitlist(text, uuid) to anon, authenticated, service_role;
