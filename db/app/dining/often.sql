-- What the dining room needs every few minutes (app.maintain_often).

-- Tables whose time in a basket is up. The rows are theirs alone: nobody was told.
create or replace function app.expire_table_holds(p_restaurant_ids uuid[] default null) returns int
language plpgsql security definer
as $$
declare
  v_count int;
begin
  update table_reservations set status = 'cancelled', cancellation_reason = 'The hold ran out.'
  where status = 'pending' and hold_expires_at <= now() and (p_restaurant_ids is null or restaurant_id = any (p_restaurant_ids));
  get diagnostics v_count = row_count;
  return v_count;
end $$;
comment on function app.expire_table_holds(uuid[]) is 'Gives tables of baskets back whose time is up, of these restaurants or of all; returns how many.';

create or replace function app.often_dining() returns int
language sql security definer
as $$ select app.end_waitlist() + app.expire_table_holds() $$;
comment on function app.often_dining() is 'Ends the waiting lists of earlier business days and gives tables back whose hold ran out; returns how many parties and tables.';
grant execute on function app.often_dining(), app.expire_table_holds(uuid[]) to service_role;
