-- The bill in parts: shares always add up to the bill, each is paid on its own.
-- up
create table bill_shares (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  restaurant_id   uuid not null references restaurants on delete cascade,
  session_id      uuid not null,
  position        int not null check (position > 0),
  label           text not null check (length(trim(label)) between 1 and 100),
  method          text not null check (method in ('whole', 'equal', 'guest', 'item', 'amount', 'weight')),
  customer_session_id uuid references session_customers on delete set null,
  amount          int not null check (amount >= 0),
  paid_amount     int not null default 0 check (paid_amount >= 0),
  status          text not null default 'open' check (status in ('open', 'paid')),
  items           jsonb not null default '[]' check (jsonb_typeof(items) = 'array'),
  payment_method  text,
  paid_at         timestamptz,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  check (paid_amount <= amount),
  check ((status = 'paid') = (paid_amount = amount)),
  unique (session_id, position),
  foreign key (restaurant_id, session_id) references table_sessions (restaurant_id, id) on delete cascade
);
create index bill_shares_session on bill_shares (restaurant_id, session_id);
create index bill_shares_organization on bill_shares (organization_id);
create index bill_shares_customer_session on bill_shares (customer_session_id) where customer_session_id is not null;
comment on table bill_shares is 'Who pays how much of a session''s bill. Shares add up to the bill to the last minor unit.';
comment on column bill_shares.amount is 'Minor units.';
comment on column bill_shares.items is 'Which lines, and how much of each: [{line_id, name, quantity, fraction, amount}].';
create trigger fill_place before insert on bill_shares for each row execute function app.fill_place('table_sessions', 'session_id');
create trigger share_changed after insert or update or delete on bill_shares for each row execute function app.bill_share_changed();
-- What was paid stands in payments (booking_type session, share_id); app.settle_shares brings it here.
call app.secure_table('bill_shares', 'payments', p_guest => 'session_id = (select app.guest_session_id())',
  p_actions => array['select'], p_audit => true);

-- down
drop table bill_shares;
