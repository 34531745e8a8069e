-- Tax rates by name and by the day from which they hold: a rate that the law changes is a new row, and what was sold before keeps the old one.
-- up
create table tax_rates (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  code            text not null check (code ~ '^[a-z][a-z0-9_]{0,29}$'),
  name            text check (length(trim(name)) between 1 and 100),
  rate            numeric(5,2) not null check (rate between 0 and 100),
  valid_from      date not null default '2000-01-01' check (valid_from between '1900-01-01' and '2999-12-31'),
  account         text check (length(account) between 1 and 20),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, code, valid_from)
);
comment on table tax_rates is 'What a tax is called, its per cent, and the first day of it. The code "standard" is the house''s own rate wherever an item names none; without a row organizations.default_tax_rate is.';
comment on column tax_rates.code is 'standard, reduced, zero … : what menu_items.tax_code names.';
comment on column tax_rates.rate is 'Per cent.';
comment on column tax_rates.valid_from is 'The first day on which it holds; until the next row of its code.';
comment on column tax_rates.account is 'The key of this tax in the bookkeeping, for exports.';
call app.secure_table('tax_rates', 'settings', p_audit => true);

-- down
drop table tax_rates;
