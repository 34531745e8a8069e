-- Functions that policies of this module call and whose answer depends on nothing but the claims, their arguments and rows of these tables
-- (app.realtime_helpers, app/core/realtime.sql).
select app.know_policy_helpers('payments', $${
  "app.bill_session_ids": ["session_customers", "table_sessions"],
  "app.is_own_payment": ["payments", "customers", "session_customers", "table_sessions"],
  "app.is_own_credit": ["user_credits", "customers"], "app.is_own_folio": ["folios", "customers"]
}$$);
