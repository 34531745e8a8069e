-- SECURITY DEFINER: a guest changes their own drafts, staff any draft of their organization.
create or replace function api.change_order_line(
  p_line_id uuid, p_quantity int default null, p_modifiers jsonb default null, p_note text default null, p_course int default null) returns jsonb
language plpgsql security definer set plan_cache_mode = force_generic_plan
as $$
declare
  v_me    uuid := app.guest_customer_id();
  v_line  record;
  v_price record;
begin
  perform app.lock_draft(p_line_id, v_me);
  select l.*, s.restaurant_id as place into v_line from order_lines l join table_sessions s on s.id = l.session_id where l.id = p_line_id;
  v_price := app.price_line(v_line.place, v_line.menu_item_id, coalesce(p_quantity, v_line.quantity), coalesce(p_modifiers, v_line.modifiers));
  update order_lines
  set quantity = coalesce(p_quantity, quantity), course = app.checked_course(coalesce(p_course, course)), modifiers = v_price.modifiers, allergens = v_price.allergens, unit_price = v_price.unit_price, name = v_price.item_name,
      tax_rate = v_price.tax_rate, tax_included = v_price.tax_included, station = v_price.station,
      note = case when p_note is null then note else app.clean_text(p_note, 500, 'p_note') end
  where id = p_line_id;
  return jsonb_build_object('line', app.line_json(p_line_id, v_me), 'version', (select version from table_sessions where id = v_line.session_id));
end $$;
comment on function api.change_order_line(uuid, int, jsonb, text, int) is 'Changes a draft line; what is null stays, an empty note is cleared.
answers {"line": "line", "version": "int"}
takes {"p_modifiers": ["uuid | choice"]}';
grant execute on function api.change_order_line(uuid, int, jsonb, text, int) to anon, authenticated, service_role;
