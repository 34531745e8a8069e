-- Who takes money sees what they took; all payments are for those who read the books (owner, admin, manager, finance).
-- up
drop policy staff_select on payments;
create policy staff_select on payments for select to authenticated
  using ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('payments', 'read'))
         and ((select auth.may('ledger', 'read')) or received_by = (select auth.uid())));
drop policy staff_select on refunds;
create policy staff_select on refunds for select to authenticated
  using ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('payments', 'read'))
         and ((select auth.may('ledger', 'read')) or requested_by = (select auth.uid())));

-- down
drop policy staff_select on refunds;
create policy staff_select on refunds for select to authenticated
  using ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('payments', 'read')));
drop policy staff_select on payments;
create policy staff_select on payments for select to authenticated
  using ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('payments', 'read')));
