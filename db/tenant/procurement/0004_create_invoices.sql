-- What was delivered, and what it cost.
-- up
create table invoices (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  supplier_id     uuid not null,
  store_id        uuid not null,
  number          text not null check (length(trim(number)) between 1 and 100),
  invoice_date    date not null,
  due_date        date,
  status          text not null default 'draft' check (status in ('draft', 'received', 'paid', 'cancelled')),
  net_amount      numeric not null default 0,
  tax_amount      numeric not null default 0,
  total_amount    numeric not null generated always as (net_amount + tax_amount) stored,
  currency        text check (currency ~ '^[A-Z]{3}$'),
  notes           text,
  received_at     timestamptz,
  received_by     uuid references users on delete set null,
  paid_at         timestamptz,
  media_id        uuid,
  created_by      uuid default auth.uid() references users on delete set null,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (supplier_id, number),
  foreign key (organization_id, supplier_id) references suppliers (organization_id, id),
  foreign key (organization_id, store_id) references stores (organization_id, id),
  foreign key (organization_id, media_id) references media (organization_id, id)
);
create index invoices_supplier on invoices (organization_id, supplier_id, invoice_date desc);
create index invoices_store on invoices (organization_id, store_id);
create index invoices_media on invoices (organization_id, media_id);
create index invoices_due on invoices (organization_id, due_date) where status = 'received';
create index invoices_received_by on invoices (received_by);
create index invoices_created_by on invoices (created_by);
comment on table invoices is 'Invoices of suppliers. receive_invoice() puts the goods into stock.';
comment on column invoices.net_amount is 'Decimal, computed from the lines.';
comment on column invoices.media_id is 'The scanned paper.';
create trigger fill_organization before insert or update of supplier_id on invoices
  for each row execute function app.fill_organization('suppliers', 'supplier_id');
create trigger guard_invoice before insert or update or delete on invoices for each row execute function app.guard_invoice();
create trigger guard_status before update of status on invoices for each row
  execute function app.guard_transition('status', 'draft>received', 'draft>cancelled', 'received>paid', 'paid>received');
call app.secure_table('invoices', 'procurement', p_audit => true);

create table invoice_lines (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  invoice_id      uuid not null,
  ingredient_id   uuid,
  description     text,
  quantity        numeric not null check (quantity > 0 and quantity < 1000000000),
  unit            text not null,
  unit_price      numeric not null check (unit_price >= 0 and unit_price < 100000000),
  tax_rate        numeric(5,2) not null default 0 check (tax_rate between 0 and 100),
  net_amount      numeric not null generated always as (round(quantity * unit_price, 2)) stored,
  tax_amount      numeric not null generated always as (round(round(quantity * unit_price, 2) * tax_rate / 100, 2)) stored,
  base_quantity   numeric,
  price_change_percent numeric,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, invoice_id) references invoices (organization_id, id) on delete cascade,
  foreign key (organization_id, ingredient_id) references ingredients (organization_id, id),
  constraint says_what_it_is check (ingredient_id is not null or description is not null)
);
create index invoice_lines_invoice on invoice_lines (organization_id, invoice_id);
create index invoice_lines_ingredient on invoice_lines (organization_id, ingredient_id, created_at desc);
comment on column invoice_lines.ingredient_id is 'null: something that is not kept in stock (delivery, deposit).';
comment on column invoice_lines.unit_price is 'Decimal, without tax, for one unit.';
comment on column invoice_lines.price_change_percent is 'Against the invoice before; filled when the invoice is received.';
create trigger fill_organization before insert or update of invoice_id on invoice_lines
  for each row execute function app.fill_organization('invoices', 'invoice_id');
create trigger known_unit before insert or update of unit, ingredient_id on invoice_lines for each row execute function app.require_unit();
create trigger guard_invoice before insert or update or delete on invoice_lines for each row execute function app.guard_invoice_line();
create trigger total_up after insert or update or delete on invoice_lines for each row execute function app.total_invoice();
call app.secure_table('invoice_lines', 'procurement');

-- down
drop table invoice_lines;
drop table invoices;
