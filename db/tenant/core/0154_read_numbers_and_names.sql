-- Numbers are kept one way, names are searched without accents.
-- up
alter table organizations add column country text check (country ~ '^[A-Z]{2}$');
comment on column organizations.country is 'ISO 3166: whose phone numbers people write without a code; null: the country of the time zone.';
create trigger spell_phone before insert or update of phone on customers for each row execute function app.spell_phone();
update customers set phone = phone where phone is not null and erased_at is null;
create index customers_name_search on customers using gin (app.fold_name(full_name) public.gin_trgm_ops) where deleted_at is null;

-- down
drop index customers_name_search;
drop trigger spell_phone on customers;
alter table organizations drop column country;
