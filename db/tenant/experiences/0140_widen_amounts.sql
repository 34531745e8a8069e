-- Prices of games, bookings and what is summed up of them carry the digits of their currency. Generated columns that read an amount are made anew.
-- up
alter table games alter price type numeric;
create trigger round_amounts before insert or update on games for each row execute function app.round_amounts('price');
alter table game_venues alter price type numeric;
create trigger round_amounts before insert or update on game_venues for each row execute function app.round_amounts('price');
-- discount_value may be a percentage, which has digits of its own
alter table promo_codes alter discount_value type numeric, alter min_amount type numeric;
create trigger round_amounts before insert or update on promo_codes for each row execute function app.round_amounts('min_amount');
alter table bookings drop revenue, drop payment_status;
alter table bookings alter total_amount type numeric, alter discount_amount type numeric, alter tax_amount type numeric, alter final_amount type numeric,
  alter deposit_amount type numeric, alter paid_amount type numeric, alter refunded_amount type numeric;
alter table bookings
  add revenue numeric not null generated always as (app.booking_revenue(status, final_amount, paid_amount, refunded_amount)) stored,
  add payment_status text not null generated always as (app.booking_payment_status(final_amount, paid_amount, refunded_amount)) stored;
comment on column bookings.revenue is 'What it earns: price less refunds once confirmed, what was kept when cancelled or missed, nothing while pending.';
create trigger round_amounts before insert or update on bookings for each row
  execute function app.round_amounts('total_amount', 'discount_amount', 'tax_amount', 'final_amount', 'deposit_amount', 'paid_amount', 'refunded_amount');
alter table booking_days alter gross_amount type numeric, alter discount_amount type numeric, alter tax_amount type numeric, alter net_amount type numeric,
  alter pending_amount type numeric, alter paid_amount type numeric, alter refunded_amount type numeric, alter revenue type numeric;
alter table customer_stats drop spent_hundredths;
alter table customer_stats alter spent type numeric;
alter table customer_stats add spent_hundredths bigint not null generated always as ((spent * 100)::bigint) stored;
comment on column customer_stats.spent_hundredths is 'The same as a whole number, which counts and compares several times faster: RFM runs over all customers.';

-- down
alter table customer_stats drop spent_hundredths;
alter table customer_stats alter spent type numeric(14,2);
alter table customer_stats add spent_hundredths bigint not null generated always as ((spent * 100)::bigint) stored;
alter table booking_days alter gross_amount type numeric(14,2), alter discount_amount type numeric(14,2), alter tax_amount type numeric(14,2),
  alter net_amount type numeric(14,2), alter pending_amount type numeric(14,2), alter paid_amount type numeric(14,2),
  alter refunded_amount type numeric(14,2), alter revenue type numeric(14,2);
drop trigger round_amounts on bookings;
alter table bookings drop revenue, drop payment_status;
alter table bookings alter total_amount type numeric(10,2), alter discount_amount type numeric(10,2), alter tax_amount type numeric(10,2),
  alter final_amount type numeric(10,2), alter deposit_amount type numeric(10,2), alter paid_amount type numeric(10,2), alter refunded_amount type numeric(10,2);
alter table bookings
  add revenue numeric(10,2) not null generated always as (app.booking_revenue(status, final_amount, paid_amount, refunded_amount)) stored,
  add payment_status text not null generated always as (app.booking_payment_status(final_amount, paid_amount, refunded_amount)) stored;
drop trigger round_amounts on promo_codes;
alter table promo_codes alter discount_value type numeric(10,2), alter min_amount type numeric(10,2);
drop trigger round_amounts on game_venues;
alter table game_venues alter price type numeric(10,2);
drop trigger round_amounts on games;
alter table games alter price type numeric(10,2);
