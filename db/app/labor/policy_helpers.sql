-- Functions that policies of this module call and whose answer depends on nothing but the claims, their arguments and rows of these tables
-- (app.realtime_helpers, app/core/realtime.sql).
select app.know_policy_helpers('labor', $${
  "app.is_my_onboarding": ["onboarding_records"], "app.is_my_time_entry": ["time_entries"]
}$$);
