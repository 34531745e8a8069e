-- A dish names a tax instead of a per cent: the rate of the day on which it is sold.
-- up
alter table menu_items add tax_code text check (tax_code ~ '^[a-z][a-z0-9_]{0,29}$'), add takeaway_tax_code text check (takeaway_tax_code ~ '^[a-z][a-z0-9_]{0,29}$');
comment on column menu_items.tax_code is 'A tax of tax_rates by its code: the rate of the day counts. tax_rate, where it is set, is stronger.';
comment on column menu_items.takeaway_tax_code is 'The same for what is taken away.';
alter table restaurants add takeaway_tax_code text check (takeaway_tax_code ~ '^[a-z][a-z0-9_]{0,29}$');
comment on column restaurants.takeaway_tax_code is 'The tax of what is taken away, where a dish names none.';

-- down
alter table restaurants drop takeaway_tax_code;
alter table menu_items drop tax_code, drop takeaway_tax_code;
