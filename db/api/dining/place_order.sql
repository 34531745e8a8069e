-- SECURITY DEFINER: guests send what their session has chosen; strangers order takeaway where the restaurant takes such orders.
-- Session before menu items (by id) before the day's counter: that is the order of locks everywhere.
create or replace function api.place_order(
  p_session_id uuid default null,
  p_items jsonb default null,
  p_idempotency_key text default null,
  p_total_amount bigint default null,
  p_notes text default null,
  p_restaurant_id uuid default null,
  p_table_id uuid default null,
  p_customer_name text default null,
  p_customer_phone text default null,
  p_pickup_at timestamptz default null) returns jsonb
language plpgsql security definer set plan_cache_mode = force_generic_plan
as $$
declare
  v_session uuid;
  v_me      uuid := app.guest_customer_id();
  v_guest   boolean := auth.app_role() = 'guest' and not app.is_internal();
  v_place   record;
  v_order   uuid;
  v_left    uuid[] := '{}';
  v_counted boolean := false;
  v_message text;
  v_detail  text;
  v_hint    text;
begin
  p_idempotency_key := app.own_key(p_idempotency_key);
  p_notes := app.clean_text(p_notes, 1000, 'p_notes');
  p_customer_name := app.clean_text(p_customer_name, 255, 'p_customer_name');
  p_customer_phone := app.clean_phone(p_customer_phone, 'p_customer_phone');

  if v_guest or p_session_id is not null then
    v_session := app.lock_session(p_session_id);
    select r.id, r.organization_id, s.table_id into v_place
    from table_sessions s join restaurants r on r.id = s.restaurant_id where s.id = v_session;
  else
    v_counted := true;
    perform app.begin_attempt('place_order');
    select r.id, r.organization_id, r.accepts_takeaway, r.is_active, null::uuid as table_id into v_place from restaurants r where r.id = p_restaurant_id;
    if not found then
      perform app.fail(case when p_restaurant_id is null then 400 else 404 end, 'Which restaurant is this order for?', 'p_restaurant_id');
    end if;
    perform app.lock_key('order', v_place.id || '/' || p_idempotency_key);
  end if;

  -- a repeated tap gets the first answer
  if p_idempotency_key is not null then
    v_order := app.order_of_key(v_place.id, v_place.organization_id, p_idempotency_key, v_session, p_session_id, p_customer_name, p_customer_phone);
    if v_order is not null then
      return app.order_answer(v_order, v_me, true);
    end if;
  end if;

  if v_session is not null then
    perform app.lock_active_session(v_session);
    if v_guest then
      perform app.refuse_when_closed(v_place.id, 'order', null);
    end if;
    select o.order_id, o.left_out into v_order, v_left
    from app.order_of_session(v_place.id, v_session, p_session_id, v_place.table_id, v_me, p_items, p_total_amount, p_notes, p_idempotency_key) o;
  else
    v_order := app.order_of_one(v_place.id, v_place.organization_id, v_place.accepts_takeaway and v_place.is_active, p_table_id, p_items, p_total_amount,
      p_notes, p_customer_name, p_customer_phone, p_pickup_at, p_idempotency_key);
  end if;
  perform app.send_to_kitchen(v_order);
  return app.order_answer(v_order, v_me, false) || case when v_left = '{}' then '{}' else jsonb_build_object('left_out',
    (select jsonb_agg(d.line order by d.created_at, d.id) from app.line_rows(v_left, v_me) d)) end;
exception when others then
  if not v_counted then      -- a session's guests order as often as they like
    raise;
  end if;
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('place_order', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.place_order(uuid, jsonb, text, bigint, text, uuid, uuid, text, text, timestamptz) is
  'Sends all drafts of a session (and p_items) to the kitchen as one order; without a session, one person''s order (p_pickup_at: when it is fetched). What somebody else chose and is sold out stays a draft and is told in left_out; later courses wait for fire_course. Totals in minor units are computed here; p_total_amount is compared with them.
answers {"order": "order", "kitchen_orders": [{"id": "uuid", "station": "text", "order_number": "text", "status": "kitchen_orders.status"}], "version": "int | null",
  "replayed": "boolean", "left_out?": "line[]"}
takes {"p_items": "order_item[]"}
shape order_item {"menu_item_id": "uuid", "quantity?": "int", "modifiers?": ["uuid | choice"], "note?": "text | null", "course?": "int"}';
grant execute on function api.place_order(uuid, jsonb, text, bigint, text, uuid, uuid, text, text, timestamptz) to anon, authenticated, service_role;
