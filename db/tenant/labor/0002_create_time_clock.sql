-- The time clock: who was here, from when to when, with which breaks.
-- up
-- Whose hours they are, and who runs the payroll: nobody else reads them.
insert into role_permissions values ('manager', 'timesheets', '*'), ('finance', 'timesheets', 'read') on conflict do nothing;

create table time_entries (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  staff_id        uuid not null references staff on delete cascade,
  schedule_id     uuid,
  clock_in_at     timestamptz not null,
  clock_out_at    timestamptz,
  worked          tstzrange not null generated always as (tstzrange(clock_in_at, clock_out_at, '[)')) stored,
  business_date   date not null,
  hourly_rate     numeric(10,2) check (hourly_rate >= 0),
  notes           text check (length(notes) <= 2000),
  amended_by      uuid,
  amended_at      timestamptz,
  amend_reason    text check (length(amend_reason) <= 2000),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, schedule_id) references staff_schedules (organization_id, id) on delete set null (schedule_id),
  constraint out_after_in check (clock_out_at >= clock_in_at),
  constraint time_entries_no_overlap exclude using gist (staff_id with =, worked with &&)
);
create unique index time_entries_open on time_entries (staff_id) where clock_out_at is null;
create index time_entries_staff on time_entries (staff_id, clock_in_at);
create index time_entries_date on time_entries (organization_id, business_date);
create index time_entries_schedule on time_entries (organization_id, schedule_id) where schedule_id is not null;
comment on table time_entries is 'Times people clocked in and out; one open entry a person, and no two that overlap.';
comment on column time_entries.business_date is 'The business day they clocked in on.';
comment on column time_entries.hourly_rate is 'What the hour cost when they clocked in; only for those who read payroll.';
comment on column time_entries.amend_reason is 'Why somebody corrected it; the audit trail has the old times.';
create trigger fill_organization before insert or update of staff_id on time_entries
  for each row execute function app.fill_organization('staff', 'staff_id');
call app.secure_table('time_entries', 'timesheets', p_actions => array['select'], p_person => 'staff_id = (select auth.uid())', p_hidden => array['hourly_rate'], p_audit => true);

create table time_breaks (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  entry_id        uuid not null,
  started_at      timestamptz not null,
  ended_at        timestamptz,
  is_paid         boolean not null default false,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  foreign key (organization_id, entry_id) references time_entries (organization_id, id) on delete cascade,
  constraint end_after_start check (ended_at >= started_at),
  constraint time_breaks_no_overlap exclude using gist (entry_id with =, tstzrange(started_at, ended_at, '[)') with &&)
);
create unique index time_breaks_open on time_breaks (entry_id) where ended_at is null;
create index time_breaks_entry on time_breaks (organization_id, entry_id);
comment on table time_breaks is 'Breaks inside a time entry; one open break at a time.';
create trigger fill_organization before insert or update of entry_id on time_breaks
  for each row execute function app.fill_organization('time_entries', 'entry_id');
call app.secure_table('time_breaks', 'timesheets', p_actions => array['select'], p_person => 'app.is_my_time_entry(entry_id)', p_audit => true);

-- down
drop table time_breaks;
drop table time_entries;
delete from role_permissions where resource = 'timesheets';
