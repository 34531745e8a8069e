-- SECURITY DEFINER: a guest removes their own drafts, staff any draft of their organization.
create or replace function api.remove_order_line(p_line_id uuid) returns jsonb
language plpgsql security definer set plan_cache_mode = force_generic_plan
as $$
declare
  v_session uuid;
begin
  perform app.lock_draft(p_line_id, app.guest_customer_id(), true);
  update order_lines set deleted_at = now() where id = p_line_id and deleted_at is null;
  select session_id into v_session from order_lines where id = p_line_id;
  return jsonb_build_object('line_id', p_line_id, 'version', (select version from table_sessions where id = v_session));
end $$;
comment on function api.remove_order_line(uuid) is 'Takes a draft line away. Doing it twice is fine.
answers {"line_id": "uuid", "version": "int"}';
grant execute on function api.remove_order_line(uuid) to anon, authenticated, service_role;
