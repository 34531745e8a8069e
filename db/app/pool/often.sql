-- Places of unpaid tickets come back, tickets and pauses end on time (app.maintain_often).
create or replace function app.often_pool() returns int
language sql security definer
as $$ select app.maintain_pool() $$;
comment on function app.often_pool() is 'Expires tickets, holds, pauses and memberships whose time has come; returns how many.';
grant execute on function app.often_pool() to service_role;
