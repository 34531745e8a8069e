-- Who may not write stays learns nothing about nights: the right is asked before the nights are (triggers run by name).
-- up
drop trigger price_written_stay on chalet_bookings;
create trigger g_price_written_stay before insert on chalet_bookings for each row
  when (current_user in ('authenticated', 'anon')) execute function app.price_written_stay();

-- down
drop trigger g_price_written_stay on chalet_bookings;
create trigger price_written_stay before insert on chalet_bookings for each row
  when (current_user in ('authenticated', 'anon')) execute function app.price_written_stay();
