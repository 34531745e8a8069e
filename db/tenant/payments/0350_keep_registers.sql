-- Cash registers: who opened one with how much in it, what was put in and taken out, what was counted at the end.
-- up
create table registers (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  name            text not null check (length(trim(name)) between 1 and 100),
  is_active       boolean not null default true,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, name)
);
comment on table registers is 'A drawer with cash in it: the bar''s, the desk''s, a waiter''s purse.';
call app.secure_table('registers', 'settings', p_audit => true);

create table register_shifts (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  register_id     uuid not null,
  business_date   date not null,
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  float_amount    numeric not null check (float_amount >= 0),
  opened_at       timestamptz not null default now(),
  opened_by       uuid references users on delete set null,
  closed_at       timestamptz,
  closed_by       uuid references users on delete set null,
  number          int check (number > 0),
  counted_amount  numeric check (counted_amount >= 0),
  expected_amount numeric,
  note            text check (length(note) <= 1000),
  report          jsonb,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, register_id, number),
  foreign key (organization_id, register_id) references registers (organization_id, id),
  constraint closed_whole check ((closed_at is null) = (number is null) and (number is null) = (counted_amount is null)
    and (number is null) = (expected_amount is null) and (number is null) = (report is null))
);
create unique index register_shifts_open on register_shifts (organization_id, register_id) where closed_at is null;
create index register_shifts_day on register_shifts (organization_id, business_date);
create index register_shifts_opened_by on register_shifts (opened_by) where opened_by is not null;
create index register_shifts_closed_by on register_shifts (closed_by) where closed_by is not null;
comment on table register_shifts is 'A register from its opening to its count. Decimal amounts of cash.';
comment on column register_shifts.business_date is 'The business day on which it was opened; all that it took counts there, after midnight as well.';
comment on column register_shifts.number is 'Of the Z report: one after the other for each register, without a gap.';
comment on column register_shifts.report is 'What close_register answered: the Z report as it was then.';
call app.secure_table('register_shifts', 'payments', p_actions => array['select'], p_audit => true);
create trigger keep_closed before update or delete on register_shifts for each row execute function app.keep_closed_shift();

create table cash_movements (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  shift_id        uuid not null,
  kind            text not null check (kind in ('paid_in', 'paid_out', 'dropped')),
  amount          numeric not null check (amount > 0),
  reason          text check (length(reason) <= 500),
  made_by         uuid references users on delete set null,
  idempotency_key text check (length(idempotency_key) between 1 and 255),
  created_at      timestamptz not null default now(),
  unique (organization_id, idempotency_key),
  foreign key (organization_id, shift_id) references register_shifts (organization_id, id)
);
create index cash_movements_shift on cash_movements (organization_id, shift_id);
create index cash_movements_made_by on cash_movements (made_by) where made_by is not null;
comment on table cash_movements is 'Cash that went into or out of a register without a sale: change that was fetched (paid_in), a bill paid from it (paid_out), what went to the safe (dropped).';
call app.secure_table('cash_movements', 'payments', p_actions => array['select'], p_audit => true);

alter table payments add register_shift_id uuid,
  add foreign key (organization_id, register_shift_id) references register_shifts (organization_id, id);
create index payments_register_shift on payments (organization_id, register_shift_id) where register_shift_id is not null;
comment on column payments.register_shift_id is 'The register that was open where it was taken.';
alter table refunds add register_shift_id uuid,
  add foreign key (organization_id, register_shift_id) references register_shifts (organization_id, id);
create index refunds_register_shift on refunds (organization_id, register_shift_id) where register_shift_id is not null;
comment on column refunds.register_shift_id is 'The register that it was given back from.';
create trigger register before insert or update of status on payments for each row execute function app.take_at_register();
create trigger register before insert or update of status on refunds for each row execute function app.take_at_register();

-- down
drop trigger register on refunds;
drop trigger register on payments;
alter table refunds drop register_shift_id;
alter table payments drop register_shift_id;
drop table cash_movements;
drop table register_shifts;
drop table registers;
