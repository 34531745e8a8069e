-- An amount that staff type in (corkage, a cake somebody brought) is sold with tax like everything else.
-- up
alter table orders add tax_rate numeric(5,2) check (tax_rate between 0 and 100);
comment on column orders.tax_rate is 'Of an order without lines: percent of tax inside total_amount; the organization''s default when it is not given. null: the lines say.';

-- down
alter table orders drop tax_rate;
