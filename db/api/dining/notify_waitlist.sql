-- SECURITY DEFINER: a status is moved by functions only. Rights are checked here.
create or replace function api.notify_waitlist(p_waitlist_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v_found record;
begin
  select id, organization_id, status into v_found from waitlist_entries where id = p_waitlist_id for update;
  perform app.require_may(v_found.organization_id, 'reservations', 'update', 'party');
  perform app.require_restaurant((select restaurant_id from waitlist_entries where id = p_waitlist_id), 'party');
  if v_found.id is null then
    perform app.fail(404, 'There is no such party.', 'p_waitlist_id');
  end if;
  update waitlist_entries set status = 'notified', notified_at = now() where id = p_waitlist_id and status <> 'notified';
  return jsonb_build_object('waiting', app.waiting_json(p_waitlist_id));
end $$;
comment on function api.notify_waitlist(uuid) is 'Tells the party that their table is ready: their page shows it.
answers {"waiting": "waiting"}';
grant execute on function api.notify_waitlist(uuid) to authenticated, service_role;
