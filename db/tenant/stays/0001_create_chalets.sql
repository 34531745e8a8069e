-- Chalets: what a guest can stay in, what it offers, how it looks, what can be added to a stay.
-- up
create table chalets (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  name            text not null check (length(trim(name)) between 1 and 100),
  description     text check (length(description) <= 10000),
  capacity        int not null check (capacity between 1 and 100),
  bedrooms        int not null default 1 check (bedrooms between 0 and 100),
  bathrooms       int not null default 1 check (bathrooms between 0 and 100),
  base_price      numeric(10,2) not null check (base_price >= 0),
  weekend_price   numeric(10,2) check (weekend_price >= 0),
  weekend_days    int[] not null default '{5,6}' check (weekend_days <@ '{1,2,3,4,5,6,7}'::int[]),
  status          text not null default 'active' check (status in ('active', 'maintenance', 'inactive')),
  is_active       boolean not null default true,
  location        jsonb check (jsonb_typeof(location) = 'object'),
  check_in_time   time not null default '15:00',
  check_out_time  time not null default '11:00',
  min_nights      int not null default 1 check (min_nights >= 1),
  max_nights      int not null default 28 check (max_nights between 1 and 365),
  deposit_percent numeric(5,2) not null default 0 check (deposit_percent between 0 and 100),
  hold_minutes    int not null default 30 check (hold_minutes between 1 and 10080),
  tax_rate        numeric(5,2) check (tax_rate between 0 and 100),
  cancellation_policy_id uuid,
  rank            int not null default 0,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, cancellation_policy_id) references cancellation_policies (organization_id, id) on delete set null (cancellation_policy_id),
  constraint nights_in_order check (max_nights >= min_nights)
);
create index idx_chalets_status on chalets (status);
create index idx_chalets_capacity on chalets (capacity);
create index chalets_organization on chalets (organization_id, rank);
create index chalets_policy on chalets (organization_id, cancellation_policy_id);
comment on table chalets is 'What a guest can stay in.';
comment on column chalets.base_price is 'Per night, in the organization''s currency.';
comment on column chalets.weekend_price is 'Per night on weekend_days; null: base_price.';
comment on column chalets.weekend_days is 'ISO weekdays whose night counts as weekend: 5 Friday, 6 Saturday.';
comment on column chalets.status is 'active: bookable; maintenance: closed for now, stays that are booked remain; inactive: no longer let.';
comment on column chalets.deposit_percent is 'Share of the total that confirms a booking; 0: bookings are confirmed at once.';
comment on column chalets.hold_minutes is 'How long an unpaid booking keeps its nights.';
comment on column chalets.tax_rate is 'Percent; null: the organization''s default.';
call app.secure_table('chalets', 'chalets', p_public => 'is_active', p_audit => true);

create table chalet_amenities (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  chalet_id       uuid not null,
  name            text not null check (length(trim(name)) between 1 and 100),
  icon            text check (length(icon) <= 50),
  rank            int not null default 0,
  created_at      timestamptz not null default now(),
  foreign key (organization_id, chalet_id) references chalets (organization_id, id) on delete cascade
);
create unique index chalet_amenities_name on chalet_amenities (chalet_id, lower(name));
create index chalet_amenities_chalet on chalet_amenities (organization_id, chalet_id);
comment on table chalet_amenities is 'What a chalet offers: sauna, fireplace, dishwasher.';
create trigger fill_organization before insert or update of chalet_id on chalet_amenities
  for each row execute function app.fill_organization('chalets', 'chalet_id');
call app.secure_table('chalet_amenities', 'chalets', p_public => 'app.chalet_is_shown(chalet_id)');

create table chalet_images (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  chalet_id       uuid not null,
  url             text not null check (length(url) between 1 and 2000 and url ~ '^(https?://|/)'),
  alt             text check (length(alt) <= 300),
  is_cover        boolean not null default false,
  rank            int not null default 0,
  created_at      timestamptz not null default now(),
  foreign key (organization_id, chalet_id) references chalets (organization_id, id) on delete cascade
);
create index chalet_images_chalet on chalet_images (organization_id, chalet_id);
create unique index chalet_images_cover on chalet_images (chalet_id) where is_cover;
comment on table chalet_images is 'Pictures of a chalet, one of them the cover.';
create trigger fill_organization before insert or update of chalet_id on chalet_images
  for each row execute function app.fill_organization('chalets', 'chalet_id');
call app.secure_table('chalet_images', 'chalets', p_public => 'app.chalet_is_shown(chalet_id)');

create table chalet_addons (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  chalet_id       uuid,
  name            text not null check (length(trim(name)) between 1 and 100),
  description     text check (length(description) <= 2000),
  price           numeric(10,2) not null check (price >= 0),
  per             text not null default 'stay' check (per in ('stay', 'night', 'guest', 'guest_night')),
  tax_rate        numeric(5,2) check (tax_rate between 0 and 100),
  is_required     boolean not null default false,
  max_quantity    int not null default 1 check (max_quantity between 1 and 100),
  is_active       boolean not null default true,
  rank            int not null default 0,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, chalet_id) references chalets (organization_id, id) on delete cascade
);
create index chalet_addons_chalet on chalet_addons (organization_id, chalet_id);
comment on table chalet_addons is 'What can be added to a stay: breakfast, firewood, final cleaning, tourist tax.';
comment on column chalet_addons.chalet_id is 'Only for this chalet; null: for all.';
comment on column chalet_addons.per is 'What the price counts: stay, night, guest, or guest and night.';
comment on column chalet_addons.is_required is 'Part of every stay, whether chosen or not.';
call app.secure_table('chalet_addons', 'chalets', p_public => 'is_active');

-- down
drop table chalet_addons;
drop table chalet_images;
drop table chalet_amenities;
drop table chalets;
