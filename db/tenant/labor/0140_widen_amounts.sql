-- Wages carry the digits of their currency.
-- up
alter table staff_schedules alter hourly_rate type numeric;
create trigger round_amounts before insert or update of hourly_rate on staff_schedules for each row execute function app.round_amounts('hourly_rate');
alter table time_entries alter hourly_rate type numeric;
create trigger round_amounts before insert or update of hourly_rate on time_entries for each row execute function app.round_amounts('hourly_rate');

-- down
drop trigger round_amounts on time_entries;
alter table time_entries alter hourly_rate type numeric(10,2);
drop trigger round_amounts on staff_schedules;
alter table staff_schedules alter hourly_rate type numeric(10,2);
