-- Slots of unpaid bookings come back without somebody asking for them (app.maintain_often).
create or replace function app.often_experiences() returns int
language sql security definer
as $$ select app.expire_holds() $$;
comment on function app.often_experiences() is 'Gives the slots of unpaid bookings back whose hold has run out; returns how many.';
grant execute on function app.often_experiences() to service_role;
