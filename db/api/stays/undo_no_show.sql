-- SECURITY DEFINER: checks the desk's right itself.
create function api.undo_no_show(p_booking_id uuid) returns jsonb
language plpgsql security definer
as $$
declare
  b record;
begin
  select * into b from app.stay_at_desk(p_booking_id, 'no_show', 'confirmed', 'be expected again');
  update chalet_bookings set status = 'confirmed' where id = b.id;
  return app.chalet_booking_json(b.id);
end $$;
comment on function api.undo_no_show(uuid) is 'Takes a no-show back: the guests come after all. Their nights have to be free still (409) and not all past (410).
answers "chalet_booking"';
grant execute on function api.undo_no_show(uuid) to authenticated, service_role;
