-- Prices of chalets and stays carry the digits of their currency: none for the yen, three for the dinar.
-- up
alter table chalets alter base_price type numeric, alter weekend_price type numeric;
create trigger round_amounts before insert or update on chalets for each row execute function app.round_amounts('base_price', 'weekend_price');
alter table chalet_addons alter price type numeric;
create trigger round_amounts before insert or update on chalet_addons for each row execute function app.round_amounts('price');
alter table chalet_bookings alter nights_price type numeric, alter addons_price type numeric, alter change_fee type numeric, alter tax_amount type numeric,
  alter total_price type numeric, alter deposit_due type numeric, alter refund_amount type numeric;
create trigger round_amounts before insert or update on chalet_bookings for each row
  execute function app.round_amounts('nights_price', 'addons_price', 'change_fee', 'tax_amount', 'total_price', 'deposit_due', 'refund_amount');
alter table booking_addons alter price type numeric, alter tax_amount type numeric, alter total_price type numeric;
create trigger round_amounts before insert or update on booking_addons for each row execute function app.round_amounts('price', 'tax_amount', 'total_price');

-- down
drop trigger round_amounts on booking_addons;
alter table booking_addons alter price type numeric(10,2), alter tax_amount type numeric(10,2), alter total_price type numeric(10,2);
drop trigger round_amounts on chalet_bookings;
alter table chalet_bookings alter nights_price type numeric(10,2), alter addons_price type numeric(10,2), alter change_fee type numeric(10,2),
  alter tax_amount type numeric(10,2), alter total_price type numeric(10,2), alter deposit_due type numeric(10,2), alter refund_amount type numeric(10,2);
drop trigger round_amounts on chalet_addons;
alter table chalet_addons alter price type numeric(10,2);
drop trigger round_amounts on chalets;
alter table chalets alter base_price type numeric(10,2), alter weekend_price type numeric(10,2);
