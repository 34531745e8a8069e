-- Who may not write reservations or tickets learns nothing about seats: the right is asked first (triggers run by name).
-- up
create trigger b_refuse_stranger before insert on table_reservations for each row
  when (current_user in ('authenticated', 'anon')) execute function app.refuse_stranger('reservations');
create trigger b_refuse_stranger before insert on kitchen_orders for each row
  when (current_user in ('authenticated', 'anon')) execute function app.refuse_stranger('kitchen');

-- down
drop trigger b_refuse_stranger on kitchen_orders;
drop trigger b_refuse_stranger on table_reservations;
