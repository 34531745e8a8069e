-- Invoices and credit notes: numbered without a gap by organization, kind and year; what stands on one never changes.
-- up
create table invoice_series (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  kind            text not null check (kind in ('invoice', 'credit_note')),
  year            int not null check (year between 2000 and 2999),
  last_number     int not null default 0 check (last_number >= 0),
  last_issued_at  timestamptz,
  created_at      timestamptz not null default now(),
  unique (organization_id, kind, year)
);
comment on table invoice_series is 'The last number that was given. Its row is locked until what took the number is committed: a number of what was rolled back is given again.';
call app.secure_table('invoice_series', 'payments', p_actions => array['select']);

create table sales_invoices (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  kind            text not null check (kind in ('invoice', 'credit_note')),
  year            int not null,
  sequence        int not null check (sequence > 0),
  number          text not null check (length(number) between 1 and 60),
  issued_on       date not null,
  issued_at       timestamptz not null,
  issued_by       uuid references users on delete set null,
  language        text not null check (language ~ '^[a-z]{2}$'),
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  seller          jsonb not null check (jsonb_typeof(seller) = 'object'),
  buyer           jsonb not null default '{}' check (jsonb_typeof(buyer) = 'object'),
  lines           jsonb not null check (jsonb_typeof(lines) = 'array'),
  taxes           jsonb not null check (jsonb_typeof(taxes) = 'array'),
  net_amount      numeric not null,
  tax_amount      numeric not null,
  total_amount    numeric not null,
  paid_amount     numeric not null default 0,
  note            text check (length(note) <= 1000),
  credits_invoice_id uuid,
  refund_id       uuid,
  idempotency_key text check (length(idempotency_key) between 1 and 255),
  created_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, kind, year, sequence),
  unique (organization_id, number),
  unique (organization_id, idempotency_key),
  foreign key (organization_id, credits_invoice_id) references sales_invoices (organization_id, id),
  foreign key (organization_id, refund_id) references refunds (organization_id, id),
  constraint adds_up check (net_amount + tax_amount = total_amount),
  constraint credits_something check ((kind = 'credit_note') = (credits_invoice_id is not null))
);
create index sales_invoices_day on sales_invoices (organization_id, issued_on desc, sequence desc);
create index sales_invoices_credits on sales_invoices (organization_id, credits_invoice_id) where credits_invoice_id is not null;
create unique index sales_invoices_refund on sales_invoices (organization_id, refund_id) where refund_id is not null;
create index sales_invoices_issued_by on sales_invoices (issued_by) where issued_by is not null;
comment on table sales_invoices is 'What was invoiced, frozen, and what was credited of it. Decimal amounts; those of a credit note are what goes back.';
comment on column sales_invoices.number is 'As it stands on the paper: made of the house''s pattern (settings.invoices), the year and the sequence.';
comment on column sales_invoices.buyer is '{"name", "address", "tax_number", "email"}: who asked for it. Kept as long as the books are, also when the customer is erased.';
comment on column sales_invoices.lines is '[{description, quantity, unit_amount, amount, tax_rate, tax_amount, occurred_on}].';
comment on column sales_invoices.taxes is 'By rate: [{tax_rate, tax_code, net_amount, tax_amount, total_amount}]; they are the sums of the lines.';
comment on column sales_invoices.refund_id is 'The refund that a credit note was made for.';
create trigger refuse_change before update or delete on sales_invoices for each row execute function app.keep_invoice();
call app.secure_table('sales_invoices', 'payments', p_actions => array['select'], p_audit => true);

create table sales_invoice_bookings (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  invoice_id      uuid not null,
  booking_type    text not null,
  booking_id      uuid not null,
  is_open         boolean not null default true,
  created_at      timestamptz not null default now(),
  foreign key (organization_id, invoice_id) references sales_invoices (organization_id, id)
);
create unique index invoice_bookings_once on sales_invoice_bookings (booking_type, booking_id) where is_open;
create index invoice_bookings_invoice on sales_invoice_bookings (organization_id, invoice_id);
comment on table sales_invoice_bookings is 'What an invoice is for. A booking stands on one invoice, until that is credited as a whole.';
comment on column sales_invoice_bookings.is_open is 'False: the invoice was credited as a whole; the booking may be invoiced anew.';
call app.secure_table('sales_invoice_bookings', 'payments', p_actions => array['select']);
create trigger credit after insert or update of status on refunds for each row when (new.status = 'succeeded') execute function app.credit_refund();

-- down
drop trigger credit on refunds;
drop table sales_invoice_bookings;
drop table sales_invoices;
drop table invoice_series;
