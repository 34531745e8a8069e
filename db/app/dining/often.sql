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

-- As app.announce_tax_rates, for places whose day is not the house's.
create or replace function app.announce_tax_rates_of_places() returns int
language plpgsql security definer
as $$
declare
  v_count int;
begin
  update restaurants r set updated_at = now()
  where exists (select from tax_rates t where t.organization_id = r.organization_id and t.valid_from <= app.business_date(now(), r.timezone, r.business_day_cutoff)
                  and t.valid_from > app.business_date(r.updated_at, r.timezone, r.business_day_cutoff));
  get diagnostics v_count = row_count;
  return v_count;
end $$;
comment on function app.announce_tax_rates_of_places() is 'Touches restaurants of which a tax rate has begun since they changed last; returns how many.';

create or replace function app.often_dining() returns int
language sql security definer
as $$ select app.end_waitlist() + app.expire_table_holds() + app.announce_tax_rates_of_places() $$;
comment on function app.often_dining() is 'Ends the waiting lists of earlier business days and gives tables back whose hold ran out; returns how many parties and tables.';
grant execute on function app.often_dining(), app.expire_table_holds(uuid[]) to service_role;
