-- Calendars: nights that are taken elsewhere come in as iCal feeds, ours go out as one.
-- up
create table ical_imports (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  chalet_id       uuid not null,
  name            text not null check (length(trim(name)) between 1 and 100),
  url             text not null check (length(url) <= 2000 and url ~ '^(https?|webcal)://'),
  is_active       boolean not null default true,
  sync_minutes    int not null default 30 check (sync_minutes between 5 and 1440),
  next_sync_at    timestamptz not null default now(),
  last_synced_at  timestamptz,
  last_error      text,
  events_seen     int,
  etag            text,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (chalet_id, url),
  foreign key (organization_id, chalet_id) references chalets (organization_id, id) on delete cascade
);
create index ical_imports_chalet on ical_imports (organization_id, chalet_id);
create index ical_imports_due on ical_imports (next_sync_at) where is_active;
comment on table ical_imports is 'Calendars of other portals: their events become chalet_blocks.';
comment on column ical_imports.url is 'Where the calendar is read; whoever knows it reads the calendar, so only the desk sees it.';
create trigger fill_organization before insert or update of chalet_id on ical_imports
  for each row execute function app.fill_organization('chalets', 'chalet_id');
call app.secure_table('ical_imports', 'chalets');

create table ical_exports (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  chalet_id       uuid not null,
  name            text not null default 'calendar' check (length(trim(name)) between 1 and 100),
  token           text not null unique default encode(gen_random_bytes(24), 'hex') check (token ~ '^[0-9a-f]{48}$'),
  except_import_id uuid,
  is_active       boolean not null default true,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  foreign key (organization_id, chalet_id) references chalets (organization_id, id) on delete cascade,
  foreign key (organization_id, except_import_id) references ical_imports (organization_id, id) on delete set null (except_import_id)
);
create index ical_exports_chalet on ical_exports (organization_id, chalet_id);
create index ical_exports_except on ical_exports (organization_id, except_import_id);
comment on column ical_exports.except_import_id is 'The portal that reads this calendar does not get its own events back.';
comment on table ical_exports is 'Our nights as a calendar for other portals; the token in its address is the key.';
create trigger fill_organization before insert or update of chalet_id on ical_exports
  for each row execute function app.fill_organization('chalets', 'chalet_id');
call app.secure_table('ical_exports', 'chalets');

create table chalet_blocks (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  chalet_id       uuid not null,
  start_date      date not null check (isfinite(start_date)),
  end_date        date not null check (isfinite(end_date)),
  nights          daterange not null generated always as (daterange(start_date, end_date, '[)')) stored,
  kind            text not null default 'maintenance' check (kind in ('maintenance', 'owner', 'ical')),
  note            text check (length(note) <= 2000),
  import_id       uuid,
  uid             text check (length(uid) <= 1000),
  is_conflict     boolean not null default false,
  created_by      uuid default auth.uid(),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  foreign key (organization_id, chalet_id) references chalets (organization_id, id) on delete cascade,
  foreign key (organization_id, import_id) references ical_imports (organization_id, id) on delete cascade,
  constraint dates_in_order check (end_date > start_date),
  constraint imported_has_uid check ((kind = 'ical') = (import_id is not null) and (import_id is null) = (uid is null))
);
create index chalet_blocks_nights on chalet_blocks using gist (chalet_id, nights);
create index chalet_blocks_chalet on chalet_blocks (organization_id, chalet_id);
create unique index chalet_blocks_uid on chalet_blocks (import_id, uid) where import_id is not null;
create index chalet_blocks_import on chalet_blocks (organization_id, import_id);
comment on table chalet_blocks is 'Nights that cannot be sold: repairs, the owner''s own, or taken on another portal.';
comment on column chalet_blocks.end_date is 'The first night that is free again.';
comment on column chalet_blocks.is_conflict is 'Another portal sold nights that are ours already: somebody has to call a guest.';
create trigger fill_organization before insert or update of chalet_id on chalet_blocks
  for each row execute function app.fill_organization('chalets', 'chalet_id');
create trigger guard_chalet_block before insert or update of chalet_id, start_date, end_date, kind on chalet_blocks
  for each row execute function app.guard_chalet_block();
call app.secure_table('chalet_blocks', 'stays', p_audit => true);

-- down
drop table chalet_blocks;
drop table ical_exports;
drop table ical_imports;
