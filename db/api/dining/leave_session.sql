-- SECURITY DEFINER: a guest takes themselves out, with what they had not sent.
create or replace function api.leave_session() returns jsonb
language plpgsql security definer
as $$
declare
  v_me uuid := app.guest_customer_id();
begin
  if v_me is null then
    perform app.fail(410, 'This session is over.', null, '{"reason": "session_over"}');
  end if;
  perform app.take_out_participant(v_me);
  return jsonb_build_object('left', true);
end $$;
comment on function api.leave_session() is 'The guest leaves; their unsent lines go, what was sent stays on the bill. Their token opens nothing any more.
answers {"left": "boolean"}';
grant execute on function api.leave_session() to anon, authenticated, service_role;
