-- Amounts are bigint: a house in rupiah sells a wedding for thirty million of them, in hundredths. What a price may be depends on the
-- currency (app.largest_price), so a trigger holds it. Generated columns that read an amount are made anew.
-- up
alter table menu_items drop constraint menu_items_price_check, alter price type bigint, add constraint menu_items_price_check check (price >= 0);
create trigger guard_price before insert or update of price on menu_items for each row execute function app.guard_price();
alter table modifiers drop constraint modifiers_price_check, alter price type bigint;
create trigger guard_price before insert or update of price on modifiers for each row execute function app.guard_price();

drop trigger audit_row on table_sessions;
alter table table_sessions alter total_amount type bigint, alter net_amount type bigint, alter tax_amount type bigint, alter paid_amount type bigint;
create trigger audit_row after update of status, table_id, paid_amount, session_otp, merged_into, deleted_at on table_sessions
  for each row when ((old.status, old.table_id, old.paid_amount, old.session_otp, old.merged_into, old.deleted_at)
    is distinct from (new.status, new.table_id, new.paid_amount, new.session_otp, new.merged_into, new.deleted_at))
  execute function app.audit_row('table_sessions');

drop trigger order_changed on orders;
alter table orders alter total_amount type bigint, alter total type bigint, alter net_amount type bigint, alter tax_amount type bigint;
create trigger order_changed after insert or update of session_id, total_amount, status, deleted_at on orders
  for each row when (not new.has_lines and new.session_id is not null) execute function app.order_changed();

alter table order_lines drop total_amount, drop net_amount, drop tax_amount;
alter table order_lines drop constraint order_lines_unit_price_check, alter unit_price type bigint, add constraint order_lines_unit_price_check check (unit_price >= 0);
alter table order_lines
  add total_amount bigint not null generated always as (unit_price * quantity
    + case when tax_included then 0 else round(unit_price * quantity * tax_rate / 100)::bigint end) stored,
  add net_amount bigint not null generated always as (
    case when tax_included then round(unit_price * quantity * 100.0 / (100 + tax_rate))::bigint else unit_price * quantity end) stored,
  add tax_amount bigint not null generated always as (
    case when tax_included then unit_price * quantity - round(unit_price * quantity * 100.0 / (100 + tax_rate))::bigint
         else round(unit_price * quantity * tax_rate / 100)::bigint end) stored;
comment on column order_lines.total_amount is 'Minor units, tax included: always net_amount + tax_amount.';

alter table bill_shares alter amount type bigint, alter paid_amount type bigint;

-- down
alter table bill_shares alter amount type int, alter paid_amount type int;
alter table order_lines drop total_amount, drop net_amount, drop tax_amount;
alter table order_lines drop constraint order_lines_unit_price_check, alter unit_price type int,
  add constraint order_lines_unit_price_check check (unit_price between 0 and 20000000);
alter table order_lines
  add total_amount int not null generated always as (unit_price * quantity
    + case when tax_included then 0 else round(unit_price * quantity * tax_rate / 100)::int end) stored,
  add net_amount int not null generated always as (
    case when tax_included then round(unit_price * quantity * 100.0 / (100 + tax_rate))::int else unit_price * quantity end) stored,
  add tax_amount int not null generated always as (
    case when tax_included then unit_price * quantity - round(unit_price * quantity * 100.0 / (100 + tax_rate))::int
         else round(unit_price * quantity * tax_rate / 100)::int end) stored;
drop trigger order_changed on orders;
alter table orders alter total_amount type int, alter total type int, alter net_amount type int, alter tax_amount type int;
create trigger order_changed after insert or update of session_id, total_amount, status, deleted_at on orders
  for each row when (not new.has_lines and new.session_id is not null) execute function app.order_changed();
drop trigger audit_row on table_sessions;
alter table table_sessions alter total_amount type int, alter net_amount type int, alter tax_amount type int, alter paid_amount type int;
create trigger audit_row after update of status, table_id, paid_amount, session_otp, merged_into, deleted_at on table_sessions
  for each row when ((old.status, old.table_id, old.paid_amount, old.session_otp, old.merged_into, old.deleted_at)
    is distinct from (new.status, new.table_id, new.paid_amount, new.session_otp, new.merged_into, new.deleted_at))
  execute function app.audit_row('table_sessions');
drop trigger guard_price on modifiers;
alter table modifiers alter price type int, add constraint modifiers_price_check check (price between -20000000 and 20000000);
drop trigger guard_price on menu_items;
alter table menu_items drop constraint menu_items_price_check, alter price type int, add constraint menu_items_price_check check (price between 0 and 20000000);
