-- A price of 12.50 for a column in minor units became 13 without a word: PostgreSQL rounds what is assigned to an integer. The columns are
-- numeric, so that a trigger sees what was written, and hold whole numbers.
-- up
drop trigger guard_price on menu_items;
alter table menu_items alter column price type numeric, add constraint menu_items_price_whole check (price = trunc(price));
create trigger guard_price before insert or update of price on menu_items for each row execute function app.guard_price();
create trigger whole_price before insert or update of price on menu_items for each row execute function app.whole_price();
drop trigger guard_price on modifiers;
alter table modifiers alter column price type numeric, add constraint modifiers_price_whole check (price = trunc(price));
create trigger guard_price before insert or update of price on modifiers for each row execute function app.guard_price();
create trigger whole_price before insert or update of price on modifiers for each row execute function app.whole_price();

-- down
drop trigger whole_price on modifiers;
drop trigger guard_price on modifiers;
alter table modifiers drop constraint modifiers_price_whole, alter column price type bigint;
create trigger guard_price before insert or update of price on modifiers for each row execute function app.guard_price();
drop trigger whole_price on menu_items;
drop trigger guard_price on menu_items;
alter table menu_items drop constraint menu_items_price_whole, alter column price type bigint;
create trigger guard_price before insert or update of price on menu_items for each row execute function app.guard_price();
