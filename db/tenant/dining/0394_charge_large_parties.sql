-- A service charge that large parties pay by house rule.
-- up
alter table restaurants
  add service_charge_percent numeric(6,3) check (service_charge_percent > 0 and service_charge_percent <= 100),
  add service_charge_from int check (service_charge_from between 1 and 500);
comment on column restaurants.service_charge_percent is 'Taken on the bill of a large party by itself; null: never. It is spread over the lines, so each part is taxed as its line.';
comment on column restaurants.service_charge_from is 'From so many people on; null: from all.';
alter table bill_adjustments add is_automatic boolean not null default false;
comment on column bill_adjustments.is_automatic is 'By the house''s rule for large parties, when the bill was made. Taken off, it stays off.';
create unique index bill_adjustments_automatic on bill_adjustments (session_id) where is_automatic;

-- down
drop index bill_adjustments_automatic;
alter table bill_adjustments drop column is_automatic;
alter table restaurants drop column service_charge_percent, drop column service_charge_from;
