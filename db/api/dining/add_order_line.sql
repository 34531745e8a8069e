-- SECURITY DEFINER: a guest adds to their own session, staff to any of theirs; prices come from the menu.
create or replace function api.add_order_line(
  p_menu_item_id uuid, p_quantity int default 1, p_modifiers jsonb default '[]', p_note text default null,
  p_idempotency_key text default null, p_session_id uuid default null,
  p_course int default 1) returns jsonb
language plpgsql security definer set plan_cache_mode = force_generic_plan
as $$
declare
  v_session uuid := app.lock_session(p_session_id);
  v_me      uuid := app.guest_customer_id();
  v_line    uuid;
begin
  p_idempotency_key := app.own_key(p_idempotency_key);
  if p_idempotency_key is not null then
    select id into v_line from order_lines
    where coalesce(origin_session_id, session_id) in (coalesce(p_session_id, auth.table_session_id()), v_session) and idempotency_key = p_idempotency_key limit 1;
  end if;
  if v_line is null then
    v_session := app.lock_active_session(v_session);
    if v_me is not null then
      perform app.refuse_when_closed((select restaurant_id from table_sessions where id = v_session), 'order', null);
    end if;
    v_line := app.add_line(v_session, v_me, p_menu_item_id, p_quantity, p_modifiers, p_note, p_idempotency_key, p_course);
    return jsonb_build_object('line', app.line_json(v_line, v_me), 'version', (select version from table_sessions where id = v_session), 'replayed', false);
  end if;
  return jsonb_build_object('line', app.line_json(v_line, v_me), 'version', (select version from table_sessions where id = v_session), 'replayed', true);
end $$;
comment on function api.add_order_line(uuid, int, jsonb, text, text, uuid, int) is 'Adds a draft line to a session; everybody in it sees it. The same idempotency key returns the same line. Later courses wait in the kitchen until fire_course.
answers {"line": "line", "version": "int", "replayed": "boolean"}
takes {"p_modifiers": ["uuid | choice"]}
shape choice {"id": "uuid", "quantity?": "int"}';
grant execute on function api.add_order_line(uuid, int, jsonb, text, text, uuid, int) to anon, authenticated, service_role;
