-- Functions that policies of this module call and whose answer depends on nothing but the claims, their arguments and rows of these tables
-- (app.realtime_helpers, app/core/realtime.sql).
select app.know_policy_helpers('pool', $${
  "app.is_my_membership": ["pool_memberships", "customers"],
  "app.is_my_pool_entry": ["pool_tickets", "membership_members", "pool_memberships", "customers"]
}$$);
