-- Prices of tickets and memberships carry the digits of their currency: none for the yen, three for the dinar.
-- up
alter table pool_prices alter price type numeric, alter weekend_price type numeric;
create trigger round_amounts before insert or update on pool_prices for each row execute function app.round_amounts('price', 'weekend_price');
alter table pool_membership_plans alter monthly_price type numeric;
create trigger round_amounts before insert or update on pool_membership_plans for each row execute function app.round_amounts('monthly_price');
alter table pool_memberships alter monthly_price type numeric, alter refund_amount type numeric;
create trigger round_amounts before insert or update on pool_memberships for each row execute function app.round_amounts('monthly_price', 'refund_amount');
alter table membership_periods alter amount type numeric;
create trigger round_amounts before insert or update on membership_periods for each row execute function app.round_amounts('amount');
alter table pool_tickets alter total_price type numeric, alter tax_amount type numeric, alter refund_amount type numeric;
create trigger round_amounts before insert or update on pool_tickets for each row execute function app.round_amounts('total_price', 'tax_amount', 'refund_amount');

-- down
drop trigger round_amounts on pool_tickets;
alter table pool_tickets alter total_price type numeric(10,2), alter tax_amount type numeric(10,2), alter refund_amount type numeric(10,2);
drop trigger round_amounts on membership_periods;
alter table membership_periods alter amount type numeric(10,2);
drop trigger round_amounts on pool_memberships;
alter table pool_memberships alter monthly_price type numeric(10,2), alter refund_amount type numeric(10,2);
drop trigger round_amounts on pool_membership_plans;
alter table pool_membership_plans alter monthly_price type numeric(10,2);
drop trigger round_amounts on pool_prices;
alter table pool_prices alter price type numeric(10,2), alter weekend_price type numeric(10,2);
