create or replace function api.get_floor(p_restaurant_id uuid default null) returns jsonb
language plpgsql stable set plan_cache_mode = force_generic_plan
as $$
declare
  v_id    uuid := app.my_restaurant(p_restaurant_id, 'sessions');
  v_place record;
  v_today date;
begin
  select timezone, business_day_cutoff into v_place from restaurants where id = v_id;
  v_today := app.business_date(now(), v_place.timezone, v_place.business_day_cutoff);
  return jsonb_build_object(
    'restaurant', app.restaurant_json(v_id),
    'tables', coalesce((
      with live as (
        select s.* from table_sessions s where s.restaurant_id = v_id and s.status in ('active', 'billed') and s.deleted_at is null
      ), people as (
        select c.session_id, count(*) as n, jsonb_agg(c.name order by c.joined_at, c.id) as names
        from session_customers c join live on live.id = c.session_id where c.deleted_at is null group by 1
      ), drafts as (
        select l.session_id, count(*) as n from order_lines l join live on live.id = l.session_id where l.status = 'draft' and l.deleted_at is null group by 1
      ), sent as (
        select o.session_id, max(o.placed_at) as last from orders o join live on live.id = o.session_id where o.deleted_at is null group by 1
      ), kitchen as (
        select k.session_id, count(*) filter (where k.status = 'pending' and not k.held) as pending, count(*) filter (where k.status = 'pending' and k.held) as held, count(*) filter (where k.status = 'cooking') as cooking,
               count(*) filter (where k.status = 'ready') as ready
        from kitchen_orders k join live on live.id = k.session_id group by 1
      ), coming as (
        select distinct on (rt.table_id) rt.table_id, v.id, lower(v.during) as at
        from reservation_tables rt join table_reservations v on v.id = rt.reservation_id
        where rt.restaurant_id = v_id and rt.holds and v.status in ('pending', 'confirmed')
          and v.business_date between v_today and v_today + 1 and upper(v.during) > now()
        order by rt.table_id, lower(v.during)
      ), told as (
        select r.id, r.reservation from app.reservation_rows(array(select id from coming)) r
      )
      select jsonb_agg(jsonb_build_object(
          'id', t.id, 'code', t.code, 'table_number', t.table_number, 'name', coalesce(t.name, 'Table ' || t.table_number), 'capacity', t.capacity,
          'section', t.section, 'status', t.status, 'shape', t.shape, 'position_x', t.position_x, 'position_y', t.position_y, 'width', t.width,
          'height', t.height, 'rotation', t.rotation, 'features', t.features, 'combined_into', t.combined_into,
          'session', case when s.id is not null then jsonb_build_object('id', s.id, 'otp', s.session_otp, 'status', s.status, 'version', s.version,
              'total_amount', s.total_amount, 'paid_amount', s.paid_amount, 'due_amount', greatest(0, s.total_amount - s.paid_amount),
              'draft_count', coalesce(d.n, 0), 'participant_count', coalesce(p.n, 0), 'party_size', s.party_size, 'names', coalesce(p.names, '[]'),
              'opened_at', s.created_at, 'minutes', (extract(epoch from now() - s.created_at) / 60)::int, 'billed_at', s.billed_at, 'last_order_at', o.last,
              'kitchen', jsonb_build_object('pending', coalesce(k.pending, 0), 'cooking', coalesce(k.cooking, 0), 'ready', coalesce(k.ready, 0), 'held', coalesce(k.held, 0)),
              'service_call', s.service_call, 'service_called_at', s.service_called_at) end,
          'next_reservation', told.reservation, 'late_reservation', coalesce(c.at < now() - interval '10 minutes', false))
        order by t.table_number)
      from restaurant_tables t
      left join live s on s.table_id = t.id
      left join people p on p.session_id = s.id
      left join drafts d on d.session_id = s.id
      left join sent o on o.session_id = s.id
      left join kitchen k on k.session_id = s.id
      left join coming c on c.table_id = t.id
      left join told on told.id = c.id
      where t.restaurant_id = v_id and t.is_active), '[]'),
    'reservations', coalesce((
      select jsonb_agg(r.reservation order by r.starts_at, r.id)
      from app.reservation_rows(array(select id from table_reservations where restaurant_id = v_id and business_date = v_today)) r), '[]'),
    'waitlist', coalesce((
      select jsonb_agg(app.waiting_json(w.id) order by w.joined_at, w.id) from waitlist_entries w
      where w.restaurant_id = v_id and w.status in ('waiting', 'notified') and app.still_waits(w.restaurant_id, w.created_at, w.joined_at)), '[]'),
    'ready', coalesce((
      select jsonb_agg(t.ticket order by t.ticket ->> 'ready_at', t.id)
      from app.ticket_rows(array(select id from kitchen_orders where restaurant_id = v_id and status = 'ready')) t), '[]'),
    'now', now());
end $$;
comment on function api.get_floor(uuid) is 'The floor plan with everything that goes on: tables, sessions with their OTP and bill, tickets, what is ready to be carried, the next reservation, today''s reservations, the waitlist. Minor units.
answers {"restaurant": "restaurant", "tables": "floor_table[]", "reservations": "reservation[]", "waitlist": "waiting[]", "ready": "ticket[]", "now": "instant"}
shape floor_session {"...": "table_sessions(id, status, version, total_amount, paid_amount, party_size, billed_at, service_call, service_called_at)", "otp": "text | null",
  "due_amount": "int", "draft_count": "int", "participant_count": "int", "names": "text[]", "opened_at": "instant", "minutes": "int", "last_order_at": "instant | null",
  "kitchen": {"pending": "int", "cooking": "int", "ready": "int", "held": "int"}}
shape floor_table {"...": "table", "position_x": "restaurant_tables.position_x | null", "position_y": "restaurant_tables.position_y | null", "width": "restaurant_tables.width | null",
  "height": "restaurant_tables.height | null", "rotation": "restaurant_tables.rotation | null", "features": "text[] | null", "combined_into": "uuid | null",
  "session": "floor_session | null", "next_reservation": "reservation | null", "late_reservation": "boolean"}';
grant execute on function api.get_floor(uuid) to authenticated, service_role;
