-- SECURITY DEFINER: a guest adds to their own session, staff to any of theirs; prices come from the menu.
create or replace function api.add_order_line(
  p_menu_item_id uuid, p_quantity int default 1, p_modifiers jsonb default '[]', p_note text default null,
  p_idempotency_key text default null, p_session_id uuid default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_session uuid := app.lock_session(p_session_id);
  v_me      uuid := app.guest_customer_id();
  v_line    uuid;
begin
  p_idempotency_key := app.own_key(p_idempotency_key);
  if p_idempotency_key is not null then
    select id into v_line from order_lines where session_id = v_session and idempotency_key = p_idempotency_key;
  end if;
  if v_line is null then
    v_session := app.lock_active_session(v_session);
    if v_me is not null then
      perform app.refuse_when_closed((select restaurant_id from table_sessions where id = v_session), 'order', null);
    end if;
    v_line := app.add_line(v_session, v_me, p_menu_item_id, p_quantity, p_modifiers, p_note, p_idempotency_key);
    return jsonb_build_object('line', app.line_json(v_line, v_me), 'version', (select version from table_sessions where id = v_session), 'replayed', false);
  end if;
  return jsonb_build_object('line', app.line_json(v_line, v_me), 'version', (select version from table_sessions where id = v_session), 'replayed', true);
end $$;
comment on function api.add_order_line(uuid, int, jsonb, text, text, uuid) is 'Adds a draft line to a session; everybody in it sees it. The same idempotency key returns the same line.';
grant execute on function api.add_order_line(uuid, int, jsonb, text, text, uuid) to anon, authenticated, service_role;
