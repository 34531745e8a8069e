-- SECURITY DEFINER: checks the right on sessions itself.
create or replace function api.remove_participant(p_customer_session_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  v_guest record;
begin
  select organization_id, session_id into v_guest from session_customers where id = p_customer_session_id;
  perform app.require_may(v_guest.organization_id, 'sessions', 'update', 'participant');
  perform app.require_restaurant((select restaurant_id from session_customers where id = p_customer_session_id), 'participant');
  if v_guest.session_id is null then
    perform app.fail(404, 'There is no such participant.', 'p_customer_session_id');
  end if;
  perform app.take_out_participant(p_customer_session_id);
  return jsonb_build_object('version', (select version from table_sessions where id = v_guest.session_id));
end $$;
comment on function api.remove_participant(uuid) is 'Takes somebody out of a session: unsent lines go, their token opens nothing any more.
answers {"version": "int"}';
grant execute on function api.remove_participant(uuid) to authenticated, service_role;
