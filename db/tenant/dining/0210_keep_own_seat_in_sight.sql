-- A guest sees their own seat (session_customers) when they were taken out or the table was cleared, too: that is how their page hears of it at once.
-- The token says whose seat it is; what the session holds stays closed to them.
-- up
drop policy guest_select on session_customers;
create policy guest_select on session_customers for select to authenticated
  using ((select auth.app_role()) = 'guest' and id = (select auth.customer_session_id()));

-- down
drop policy guest_select on session_customers;
create policy guest_select on session_customers for select to authenticated using (id = (select app.guest_customer_id()));
