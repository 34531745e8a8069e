-- SECURITY DEFINER: the waiter says when the next course is to be cooked; the right on sessions is checked here.
create or replace function api.fire_course(p_session_id uuid, p_course int default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_id    uuid;
  v_fired jsonb;
begin
  perform app.require_staff_session(p_session_id);
  v_id := app.lock_session(p_session_id);
  p_course := coalesce(p_course, (select min(course) from kitchen_orders where session_id = v_id and held and status = 'pending'));
  with fired as (
    update kitchen_orders k
    set held = false, fired_at = now(),
        target_at = now() + (select max(coalesce(m.prep_time_minutes, 10)) from kitchen_order_items i left join menu_items m on m.id = i.menu_item_id
                             where i.kitchen_order_id = k.id) * interval '1 minute'
    where k.session_id = v_id and k.held and k.status = 'pending' and k.course = p_course
    returning k.id)
  select jsonb_agg(app.ticket_json(id) order by id) into v_fired from fired;
  if v_fired is null then
    perform app.fail(409, 'No course is waiting at this table.', 'p_course', '{"reason": "nothing_held"}');
  end if;
  update table_sessions set version = version + 1 where id = v_id;
  return jsonb_build_object('course', p_course, 'tickets', v_fired, 'version', (select version from table_sessions where id = v_id));
end $$;
comment on function api.fire_course(uuid, int) is 'Lets the kitchen cook a course that is held (by default the next one).
answers {"course": "int", "tickets": "ticket[]", "version": "int"}';
grant execute on function api.fire_course(uuid, int) to authenticated, service_role;
