-- Who stays away pays what the house's policy says, from the card that they left.
-- up
create trigger charge_no_show after update of status on table_reservations for each row
  when (new.status = 'no_show' and old.status <> 'no_show' or old.status = 'no_show' and new.status <> 'no_show')
  execute function app.no_show_is_charged('reservation');

-- down
drop trigger charge_no_show on table_reservations;
