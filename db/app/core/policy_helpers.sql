-- Functions that policies of this module call and whose answer depends on nothing but the claims, their arguments and rows of these tables
-- (app.realtime_helpers, app/core/realtime.sql).
select app.know_policy_helpers('core', $${
  "auth.claims": [], "auth.jwt": [], "auth.uid": [], "auth.role": [], "auth.email": [],
  "auth.table_session_id": [], "auth.customer_session_id": [],
  "auth.user_organization_id": ["users"], "auth.app_role": ["users"], "auth.is_super_admin": ["users"], "auth.has_role": ["users"],
  "auth.belongs_to_organization": ["users"], "auth.runs_tenant": ["users", "organizations"],
  "auth.may": ["users", "role_permissions", "staff"],
  "app.only_organization": ["organizations"], "app.my_restaurants": ["users", "staff"],
  "app.is_my_topic": ["users"], "app.is_stranger": ["users"],
  "app.own_customer_ids": ["customers"], "app.shares_department": ["staff", "users"]
}$$);
