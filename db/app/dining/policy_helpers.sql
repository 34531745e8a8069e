-- Functions that policies of this module call and whose answer depends on nothing but the claims, their arguments and rows of these tables
-- (app.realtime_helpers, app/core/realtime.sql).
select app.know_policy_helpers('dining', $${
  "app.ticket_stands_alone": ["users", "kitchen_orders"],
  "app.guest_session_id": ["users", "session_customers", "table_sessions"],
  "app.guest_customer_id": ["users", "session_customers", "table_sessions"],
  "app.is_my_session_topic": ["users", "session_customers", "table_sessions"]
}$$);
