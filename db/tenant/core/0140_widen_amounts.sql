-- Wages carry the digits of their currency.
-- up
alter table staff alter hourly_rate type numeric;
create trigger round_amounts before insert or update of hourly_rate on staff for each row execute function app.round_amounts('hourly_rate');

-- down
drop trigger round_amounts on staff;
alter table staff alter hourly_rate type numeric(10,2);
