-- Seasons: rules that multiply the price of a night, and the history of every price.
-- up
create table seasonal_pricing_rules (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  chalet_id       uuid,
  name            text not null check (length(trim(name)) between 1 and 100),
  description     text check (length(description) <= 2000),
  start_date      date not null check (isfinite(start_date)),
  end_date        date not null check (isfinite(end_date)),
  multiplier      numeric(4,2) not null check (multiplier > 0),
  apply_to_days   text[] check (apply_to_days <@ '{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[]),
  min_nights      int check (min_nights between 1 and 365),
  is_active       boolean not null default true,
  priority        int not null default 0,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, chalet_id) references chalets (organization_id, id) on delete cascade,
  constraint dates_in_order check (end_date >= start_date)
);
create index seasonal_pricing_rules_dates on seasonal_pricing_rules (organization_id, start_date, end_date) where is_active;
create index seasonal_pricing_rules_chalet on seasonal_pricing_rules (organization_id, chalet_id);
comment on table seasonal_pricing_rules is 'Multiplies the price of the nights it covers. One rule counts a night: highest priority, then the one for the chalet, then the newest.';
comment on column seasonal_pricing_rules.end_date is 'The last night it covers.';
comment on column seasonal_pricing_rules.multiplier is '1.5 = 50 % more, 0.8 = 20 % less.';
comment on column seasonal_pricing_rules.apply_to_days is 'Nights of these weekdays only: monday … sunday; null or empty: all.';
comment on column seasonal_pricing_rules.min_nights is 'Stays that arrive under this rule are at least so long.';
comment on column seasonal_pricing_rules.chalet_id is 'Only this chalet; null: all.';
create trigger spell_days before insert or update of apply_to_days on seasonal_pricing_rules
  for each row execute function app.spell_days();
call app.secure_table('seasonal_pricing_rules', 'chalets', p_public => 'is_active', p_audit => true);

create table price_history (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  chalet_id       uuid,
  rule_id         uuid,
  subject         text not null,
  field           text not null,
  old_value       text,
  new_value       text,
  changed_by      uuid,
  created_at      timestamptz not null default now()
);
create index price_history_organization on price_history (organization_id, created_at desc);
create index price_history_chalet on price_history (chalet_id, created_at desc) where chalet_id is not null;
create index price_history_rule on price_history (rule_id, created_at desc) where rule_id is not null;
comment on table price_history is 'Every change of a price or a season, written by triggers. Outlives the chalet and the rule it speaks of.';
call app.secure_table('price_history', 'chalets', p_actions => array['select']);
revoke insert, update, delete on price_history from service_role;
create trigger refuse_change before update or delete on price_history for each row execute function app.refuse_change();

create trigger keep_price_history after insert or update or delete on seasonal_pricing_rules
  for each row execute function app.keep_price_history('rule_id', 'multiplier', 'start_date', 'end_date', 'apply_to_days', 'priority', 'is_active', 'min_nights', 'chalet_id');
create trigger keep_price_history after insert or update or delete on chalets
  for each row execute function app.keep_price_history('chalet_id', 'base_price', 'weekend_price', 'weekend_days', 'tax_rate', 'deposit_percent');

-- down
drop trigger keep_price_history on chalets;
drop table price_history;
drop table seasonal_pricing_rules;
