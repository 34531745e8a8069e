-- SECURITY DEFINER: customers pause their own memberships without a right on the tables.
create function api.pause_membership(p_membership_id uuid, p_resumes_on date default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_reach record;
  v_status text;
  v_today date;
  v_first date;
begin
  select * into v_reach from app.reach_membership(p_membership_id, 'update');
  select status into v_status from pool_memberships where id = p_membership_id;
  v_today := app.organization_today(v_reach.organization_id);
  if v_status <> 'active' then
    perform app.fail(422, format('A membership that is %s cannot be paused.', v_status), 'status', jsonb_build_object('from', v_status, 'to', 'paused'));
  end if;
  if p_resumes_on <= v_today or p_resumes_on > v_today + 366 then
    perform app.fail(400, 'A pause ends after today and within a year.', 'p_resumes_on', jsonb_build_object('today', v_today));
  end if;
  -- a day on which somebody of them came in is used
  v_first := v_today + case when exists (
    select from pool_entries e join membership_members c on c.id = e.member_id join organizations o on o.id = e.organization_id
    where c.membership_id = p_membership_id and e.result = 'entered' and e.scanned_at > now() - interval '2 days'
      and app.business_date(e.scanned_at, o.timezone, o.business_day_cutoff) = v_today) then 1 else 0 end;
  if p_resumes_on <= v_first then
    perform app.fail(400, 'Today is used: somebody came in. The pause begins tomorrow and ends later.', 'p_resumes_on', jsonb_build_object('begins', v_first));
  end if;
  update pool_memberships set status = 'paused', paused_on = v_first, paused_at = now(), resumes_on = p_resumes_on, pause_reason = 'asked' where id = p_membership_id;
  return app.membership_json(p_membership_id);
end $$;
comment on function api.pause_membership(uuid, date) is 'Pauses from today (from tomorrow, where somebody came in today) until p_resumes_on (null: until resumed). The days of the pause are added to what is paid.
answers "membership"';
grant execute on function api.pause_membership(uuid, date) to authenticated, service_role;
