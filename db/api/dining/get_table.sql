-- SECURITY DEFINER: a visitor who holds the table's code may know what it belongs to, and nothing else about it. Never the OTP.
create or replace function api.get_table(p_table text) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_id uuid := app.find_table(p_table);
  v_answer jsonb;
begin
  if v_id is null then
    perform app.fail(404, 'There is no such table.', 'p_table', '{}', 'Scan the code on the table again.');
  end if;
  select jsonb_build_object(
    'restaurant', app.restaurant_json(t.restaurant_id),
    'table', app.table_json(t.id),
    'session', jsonb_build_object('is_active', coalesce(s.status = 'active', false), 'is_billed', coalesce(s.status = 'billed', false),
      'can_open', s.id is null and r.guests_may_open and t.status <> 'out_of_service' and app.takes_guests(r.id, 'start')))
    into v_answer
  from restaurant_tables t
  join restaurants r on r.id = t.restaurant_id
  left join table_sessions s on s.table_id = coalesce(t.combined_into, t.id) and s.status in ('active', 'billed') and s.deleted_at is null
  where t.id = v_id;
  return v_answer;
end $$;
comment on function api.get_table(text) is 'The table behind a QR link (its code, or its uuid): restaurant, table, and whether a session is running. Never the OTP.
answers {"restaurant": "restaurant", "table": "table", "session": {"is_active": "boolean", "is_billed": "boolean", "can_open": "boolean"}}';
grant execute on function api.get_table(text) to anon, authenticated, service_role;
