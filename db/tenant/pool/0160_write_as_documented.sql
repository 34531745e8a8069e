-- Tickets and memberships written straight into their tables, with the document's columns: admins have full access there.
-- up
create trigger b_price_written_ticket before insert on pool_tickets for each row
  when (current_user in ('authenticated', 'anon')) execute function app.price_written_ticket();
create policy admin_insert on pool_tickets for insert to authenticated
  with check ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin()))
              and (select auth.has_role('owner', 'admin', 'super_admin')));
grant insert (id, organization_id, user_id, customer_id, ticket_date, slot, adults, children, total_price, status, guest_details, source) on pool_tickets to authenticated;

create trigger b_price_written_membership before insert on pool_memberships for each row
  when (current_user in ('authenticated', 'anon')) execute function app.price_written_membership();
-- whoever writes one: a membership has a holder and a first period (start_membership makes both itself, as the owner, under its own key)
create trigger complete_membership after insert on pool_memberships for each row
  when (current_user in ('authenticated', 'service_role')) execute function app.complete_membership();
create policy admin_insert on pool_memberships for insert to authenticated
  with check ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin()))
              and (select auth.has_role('owner', 'admin', 'super_admin')));
grant insert (id, organization_id, user_id, customer_id, type, billing_cycle, status, start_date, end_date, monthly_price, stripe_subscription_id, auto_renew)
  on pool_memberships to authenticated;

-- down
drop policy admin_insert on pool_memberships;
revoke insert on pool_memberships from authenticated;
drop trigger complete_membership on pool_memberships;
drop trigger b_price_written_membership on pool_memberships;
drop policy admin_insert on pool_tickets;
revoke insert on pool_tickets from authenticated;
drop trigger b_price_written_ticket on pool_tickets;
