-- SECURITY DEFINER: records move through functions only. Checks the right itself.
create function api.cancel_onboarding(p_record_id uuid, p_reason text default null) returns jsonb
language plpgsql security definer
as $$
declare
  r record;
begin
  select * into r from onboarding_records where id = p_record_id for update;
  if r.id is null or not app.works_for(r.organization_id, 'onboarding', 'read') then
    perform app.fail(404, 'There is no such onboarding.', 'p_record_id');
  end if;
  perform app.require_work(r.organization_id, 'onboarding', 'update');
  if length(p_reason) > 2000 then perform app.fail(400, 'A reason has at most 2000 characters.', 'p_reason'); end if;
  if r.status <> 'in_progress' then
    perform app.fail(422, format('An onboarding that is %s cannot be cancelled.', r.status), 'status', jsonb_build_object('from', r.status, 'to', 'cancelled'));
  end if;
  update onboarding_records set status = 'cancelled', notes = coalesce(nullif(trim(p_reason), ''), notes) where id = r.id;
  return app.onboarding_json(r.id);
end $$;
comment on function api.cancel_onboarding(uuid, text) is 'Ends an onboarding without finishing it.
answers "onboarding"';
grant execute on function api.cancel_onboarding(uuid, text) to authenticated, service_role;
