-- Promo codes: a discount with a limit that holds under concurrency (used_count is changed under its row lock only).
-- up
create table promo_codes (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  code            text not null check (code = upper(code) and code ~ '^[A-Z0-9][A-Z0-9_-]{1,39}$'),
  description     text,
  discount_type   text not null check (discount_type in ('percent', 'amount')),
  discount_value  numeric(10,2) not null check (discount_value > 0),
  min_amount      numeric(10,2) not null default 0 check (min_amount >= 0),
  game_id         uuid,
  valid_from      date,
  valid_to        date,
  max_uses        int check (max_uses > 0),
  used_count      int not null default 0 check (used_count >= 0),
  is_active       boolean not null default true,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, code),
  unique (organization_id, id),
  foreign key (organization_id, game_id) references games (organization_id, id) on delete cascade,
  constraint percent_at_most_100 check (discount_type <> 'percent' or discount_value <= 100),
  constraint dates_in_order check (valid_from <= valid_to),
  constraint never_oversold check (used_count <= max_uses)
);
create index promo_codes_game on promo_codes (organization_id, game_id) where game_id is not null;
comment on table promo_codes is 'Discount codes. Cancelling a booking gives its use back.';
comment on column promo_codes.discount_value is 'Percent, or an amount in the organization''s currency.';
comment on column promo_codes.game_id is 'The only game it is good for; null: all.';
comment on column promo_codes.valid_to is 'Last booking date it is good for.';
comment on column promo_codes.used_count is 'Kept by bookings: live bookings that carry the code.';

call app.secure_table('promo_codes', 'games', p_audit => true);

-- down
drop table promo_codes;
