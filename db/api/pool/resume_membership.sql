-- SECURITY DEFINER: customers resume their own memberships without a right on the tables.
create function api.resume_membership(p_membership_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v_reach record;
  v_status text;
begin
  select * into v_reach from app.reach_membership(p_membership_id, 'update');
  select status into v_status from pool_memberships where id = p_membership_id;
  if v_status <> 'paused' then
    perform app.fail(422, format('A membership that is %s cannot be resumed.', v_status), 'status', jsonb_build_object('from', v_status, 'to', 'active'));
  end if;
  if (select m.pause_reason = 'payment' from pool_memberships m where m.id = p_membership_id) then
    perform app.fail(422, 'It rests because its renewal was not paid: paying brings it back.', 'p_membership_id', '{"reason": "payment"}');
  end if;
  perform app.end_pause(p_membership_id, app.organization_today(v_reach.organization_id));
  return app.membership_json(p_membership_id);
end $$;
comment on function api.resume_membership(uuid) is 'Ends a pause today; the paused days are added to paid_until.
answers "membership"';
grant execute on function api.resume_membership(uuid) to authenticated, service_role;
