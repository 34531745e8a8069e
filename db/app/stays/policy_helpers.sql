-- Functions that policies of this module call and whose answer depends on nothing but the claims, their arguments and rows of these tables
-- (app.realtime_helpers, app/core/realtime.sql).
select app.know_policy_helpers('stays', $${
  "app.chalet_is_shown": ["chalets"], "app.is_my_chalet_booking": ["chalet_bookings", "customers"]
}$$);
