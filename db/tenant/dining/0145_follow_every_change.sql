-- A reservation that gets another table or hour through the table moves what it holds, and its guest hears of it: the columns that were written (table_id,
-- reservation_time) are not those that a trigger derives from them (table_ids, during), and "update of" looks at the former only.
-- up
drop trigger hold_tables on table_reservations;
create trigger hold_tables after insert or update on table_reservations for each row execute function app.hold_reservation_tables();
drop trigger announce_reservation on table_reservations;
create trigger announce_reservation after insert or update on table_reservations for each row execute function app.announce_reservation();
drop trigger order_changed on orders;
create trigger order_changed after insert or update on orders for each row
  when (not new.has_lines and new.session_id is not null) execute function app.order_changed();
-- what went astray before: the rows say where, as far as nobody else was promised it meanwhile
update reservation_tables h set during = v.during
from table_reservations v
where v.id = h.reservation_id and h.holds and h.during <> v.during and upper(v.during) > now()
  and not exists (select from reservation_tables o where o.table_id = h.table_id and o.reservation_id <> h.reservation_id and o.holds and o.during && v.during);

-- down
drop trigger order_changed on orders;
create trigger order_changed after insert or update of session_id, total_amount, status, deleted_at on orders
  for each row when (not new.has_lines and new.session_id is not null) execute function app.order_changed();
drop trigger announce_reservation on table_reservations;
create trigger announce_reservation after insert or update of status, during on table_reservations
  for each row execute function app.announce_reservation();
drop trigger hold_tables on table_reservations;
create trigger hold_tables after insert or update of status, table_ids, during on table_reservations
  for each row execute function app.hold_reservation_tables();
