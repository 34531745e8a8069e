-- SECURITY DEFINER: checks the desk's right itself.
create function api.mark_no_show(p_booking_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  b record;
begin
  select * into b from app.stay_at_desk(p_booking_id, 'confirmed', 'no_show', 'become a no-show');
  if b.today < b.check_in then
    perform app.fail(422, 'The guests may still come.', 'p_booking_id', jsonb_build_object('check_in', b.check_in));
  end if;
  update chalet_bookings set status = 'no_show' where id = b.id;
  return app.chalet_booking_json(b.id);
end $$;
comment on function api.mark_no_show(uuid) is 'The guests did not come: from the day of arrival on. Frees the nights; what was paid stays.
answers "chalet_booking"';
grant execute on function api.mark_no_show(uuid) to authenticated, service_role;
