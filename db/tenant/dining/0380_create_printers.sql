-- Printers of a restaurant and what they have to print: each kitchen ticket once, whatever a printer runs out of.
-- up
create table printers (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  restaurant_id   uuid not null,
  name            text not null check (length(trim(name)) between 1 and 100),
  kind            text not null check (kind in ('raw_tcp', 'cloudprnt', 'epson_sdp')),
  role            text not null default 'station' check (role in ('station', 'receipt')),
  stations        text[] not null default '{}',
  address         inet,
  port            int not null default 9100 check (port between 1 and 65535),
  mac             text check (mac ~ '^([0-9a-f]{2}:){5}[0-9a-f]{2}$'),
  key_hash        text unique,
  width_dots      int not null default 576 check (width_dots between 200 and 832),
  code_page       text check (code_page in ('cp437', 'cp850', 'cp852', 'cp857', 'cp858', 'cp866', 'cp1250', 'cp1251', 'cp1252')),
  columns         int not null default 48 check (columns between 24 and 80),
  cuts            boolean not null default true,
  fallback_id     uuid,
  fallback_seconds int not null default 60 check (fallback_seconds between 5 and 3600),
  is_active       boolean not null default true,
  status          text not null default 'unknown' check (status in ('unknown', 'ready', 'paper_low', 'paper_out', 'cover_open', 'offline', 'error')),
  status_text     text check (length(status_text) <= 300),
  seen_at         timestamptz,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (restaurant_id, id),
  foreign key (organization_id, restaurant_id) references restaurants (organization_id, id) on delete cascade,
  foreign key (restaurant_id, fallback_id) references printers (restaurant_id, id) on delete set null (fallback_id),
  constraint reachable check (kind <> 'raw_tcp' or address is not null),
  constraint not_its_own_fallback check (fallback_id <> id)
);
create index printers_place on printers (organization_id, restaurant_id);
create index printers_fallback on printers (restaurant_id, fallback_id) where fallback_id is not null;
comment on table printers is 'A receipt printer: at a kitchen''s station or for receipts.';
comment on column printers.kind is 'raw_tcp: we reach it at its address; cloudprnt (Star) and epson_sdp (Epson Server Direct Print): it asks us at the address of renew_printer_key.';
comment on column printers.stations is 'Whose tickets it prints; empty: of all stations.';
comment on column printers.address is 'Of raw_tcp, inside the networks that the operator allows (setting print_networks).';
comment on column printers.mac is 'Of a CloudPRNT printer: another one that calls with its key is refused. Null: whichever has the key.';
comment on column printers.code_page is 'Prints letters of this code page where it has all of a ticket''s; null: always dots.';
comment on column printers.columns is 'Letters in a line.';
comment on column printers.fallback_id is 'Prints instead when this one has not for fallback_seconds.';
comment on column printers.status is 'What it said last.';
create trigger fill_organization before insert or update of restaurant_id on printers for each row execute function app.fill_organization('restaurants', 'restaurant_id');
call app.secure_table('printers', 'settings', p_hidden => array['key_hash'], p_audit => true);

create table print_jobs (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  restaurant_id   uuid not null references restaurants on delete cascade,
  printer_id      uuid not null,
  planned_printer_id uuid not null,
  kind            text not null check (kind in ('ticket', 'cancellation', 'receipt', 'test')),
  kitchen_order_id uuid,
  session_id      uuid,
  document        jsonb check (jsonb_typeof(document) = 'object'),
  opens_drawer    boolean not null default false,
  status          text not null default 'queued' check (status in ('queued', 'sending', 'printed', 'failed', 'cancelled')),
  attempts        int not null default 0 check (attempts >= 0),
  problem         text check (length(problem) <= 300),
  queued_at       timestamptz not null default now(),
  sent_at         timestamptz,
  printed_at      timestamptz,
  created_at      timestamptz not null default now(),
  foreign key (restaurant_id, printer_id) references printers (restaurant_id, id) on delete cascade,
  foreign key (restaurant_id, planned_printer_id) references printers (restaurant_id, id) on delete cascade,
  foreign key (restaurant_id, kitchen_order_id) references kitchen_orders (restaurant_id, id) on delete cascade
);
create unique index print_jobs_once on print_jobs (kitchen_order_id, kind, planned_printer_id) where kitchen_order_id is not null;
create index print_jobs_waiting on print_jobs (printer_id, queued_at, id) where status in ('queued', 'sending');
create index print_jobs_restaurant on print_jobs (restaurant_id, queued_at desc);
create index print_jobs_printer on print_jobs (restaurant_id, printer_id);
create index print_jobs_planned on print_jobs (restaurant_id, planned_printer_id);
create index print_jobs_ticket on print_jobs (restaurant_id, kitchen_order_id) where kitchen_order_id is not null;
create index print_jobs_organization on print_jobs (organization_id);
comment on table print_jobs is 'What a printer has to print: queued with the ticket, in its transaction; a ticket is printed once at each printer that it was planned for.';
comment on column print_jobs.printer_id is 'Who prints it: the planned one, or its fallback.';
comment on column print_jobs.document is 'What was sent, frozen at the first sending.';
comment on column print_jobs.attempts is 'How often it was sent; from the second time on it says that it may have been printed before.';
call app.secure_table('print_jobs', 'kitchen', p_actions => array['select']);
create trigger print after insert or update of held, status on kitchen_orders for each row execute function app.print_ticket();

-- down
drop trigger print on kitchen_orders;
drop table print_jobs;
drop table printers;
