-- A no-show is taken back while its nights are free: the guests came at three in the morning.
-- up
drop trigger guard_status on chalet_bookings;
create trigger guard_status before update of status on chalet_bookings
  for each row when (not (old.hold_ran_out and old.status = 'cancelled' and new.status = 'confirmed'))
  execute function app.guard_transition('status', 'pending>confirmed', 'pending>cancelled', 'confirmed>checked_in',
    'confirmed>cancelled', 'confirmed>no_show', 'checked_in>checked_out', 'no_show>confirmed', 'no_show>checked_in');
comment on column seasonal_pricing_rules.min_nights is 'Stays that arrive while this rule covers the night are at least so long, whichever rule makes the price; of several the strictest holds.';

-- down
drop trigger guard_status on chalet_bookings;
create trigger guard_status before update of status on chalet_bookings
  for each row when (not (old.hold_ran_out and old.status = 'cancelled' and new.status = 'confirmed'))
  execute function app.guard_transition('status', 'pending>confirmed', 'pending>cancelled', 'confirmed>checked_in',
    'confirmed>cancelled', 'confirmed>no_show', 'checked_in>checked_out');
comment on column seasonal_pricing_rules.min_nights is 'Stays that arrive under this rule are at least so long.';
