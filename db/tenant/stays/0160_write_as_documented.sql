-- Stays written straight into the table, with the document's columns: admins have full access there (app.price_written_stay).
-- up
create trigger fill_terms before insert on chalet_bookings for each row when (new.currency is null) execute function app.fill_currency();
create trigger price_written_stay before insert on chalet_bookings for each row
  when (current_user in ('authenticated', 'anon')) execute function app.price_written_stay();
create policy admin_insert on chalet_bookings for insert to authenticated
  with check ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin()))
              and (select auth.has_role('owner', 'admin', 'super_admin')));
grant insert (id, organization_id, user_id, customer_id, chalet_id, check_in, check_out, guests, total_price, status, payment_status, special_requests,
  guest_details, source) on chalet_bookings to authenticated;

-- down
drop policy admin_insert on chalet_bookings;
revoke insert on chalet_bookings from authenticated;
drop trigger price_written_stay on chalet_bookings;
drop trigger fill_terms on chalet_bookings;
