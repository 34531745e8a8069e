-- The paper's own digits: 3 × 0.125 dinar are 0.375. A line freezes how many its currency has; lines of before keep their two.
-- up
alter table suppliers alter minimum_order type numeric;
create trigger round_amounts before insert or update on suppliers for each row execute function app.round_amounts('minimum_order');
alter table invoice_lines add decimals smallint not null default 2 check (decimals between 0 and 4);
comment on column invoice_lines.decimals is 'Digits after the decimal point of the invoice''s currency.';
alter table invoice_lines drop net_amount, drop tax_amount;
alter table invoice_lines
  add net_amount numeric not null generated always as (round(quantity * unit_price, decimals)) stored,
  add tax_amount numeric not null generated always as (round(round(quantity * unit_price, decimals) * tax_rate / 100, decimals)) stored;
alter table invoice_lines drop constraint invoice_lines_unit_price_check,
  add constraint invoice_lines_unit_price_check check (unit_price >= 0 and unit_price < 1000000000000);
create trigger fill_decimals before insert on invoice_lines for each row execute function app.fill_invoice_decimals();

-- down
drop trigger fill_decimals on invoice_lines;
alter table invoice_lines drop net_amount, drop tax_amount, drop decimals;
alter table invoice_lines
  add net_amount numeric not null generated always as (round(quantity * unit_price, 2)) stored,
  add tax_amount numeric not null generated always as (round(round(quantity * unit_price, 2) * tax_rate / 100, 2)) stored;
drop trigger round_amounts on suppliers;
alter table suppliers alter minimum_order type numeric(10,2);
