-- What the dining room needs every few minutes (app.maintain_often).
create or replace function app.often_dining() returns int
language sql security definer
as $$ select app.end_waitlist() $$;
comment on function app.often_dining() is 'Ends the waiting lists of earlier business days; returns how many parties left them.';
grant execute on function app.often_dining() to service_role;
