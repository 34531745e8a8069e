-- SECURITY DEFINER: the code is what the party shows for it.
create or replace function api.get_waitlist_entry(p_code text) returns jsonb
language plpgsql security definer
as $$
declare
  v_id uuid;
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('get_waitlist_entry');
  select id into v_id from waitlist_entries where code = lower(btrim(p_code));
  if not found then
    perform app.fail(404, 'There is no such party.', 'p_code');
  end if;
  return jsonb_build_object('waiting', app.waiting_json(v_id));
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('get_waitlist_entry', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.get_waitlist_entry(text) is 'How far a waiting party is.
answers {"waiting": "waiting"}';
grant execute on function api.get_waitlist_entry(text) to anon, authenticated, service_role;
