-- Nights of unpaid bookings come back, and calendars of other portals are read when they are due (app.maintain_often).
create or replace function app.often_stays() returns int
language plpgsql security definer
as $$
begin
  if exists (select from ical_imports where is_active and next_sync_at <= now()) then
    perform app.enqueue('sync_ical', '{}', p_key => 'due');
  end if;
  return app.expire_chalet_holds();
end $$;
comment on function app.often_stays() is 'Gives the nights of unpaid bookings back whose hold has run out; returns how many. Orders the reading of calendars that are due.';
grant execute on function app.often_stays() to service_role;
