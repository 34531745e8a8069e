-- Shifts: who works when. Nobody works two shifts at once.
--
--   scheduled ──► confirmed ──► completed        scheduled, confirmed ──► cancelled, no_show; scheduled ──► completed
-- up
create table staff_schedules (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  staff_id        uuid not null references staff on delete cascade,
  venue_id        uuid,
  shift_date      date not null check (isfinite(shift_date)),
  start_time      time not null,
  end_time        time not null,
  timezone        text not null,
  starts_at       timestamptz not null,
  ends_at         timestamptz not null,
  shift           tstzrange not null generated always as (tstzrange(starts_at, ends_at, '[)')) stored,
  break_minutes   int not null default 0 check (break_minutes between 0 and 480),
  role            text check (length(role) <= 100),
  status          text not null default 'scheduled' check (status in ('scheduled', 'confirmed', 'completed', 'cancelled', 'no_show')),
  hourly_rate     numeric(10,2) check (hourly_rate >= 0),
  notes           text check (length(notes) <= 2000),
  created_by      uuid default auth.uid(),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  constraint shift_has_length check (ends_at > starts_at and ends_at <= starts_at + interval '24 hours'),
  constraint break_within_shift check (make_interval(mins => break_minutes) < ends_at - starts_at),
  constraint staff_schedules_no_overlap exclude using gist (staff_id with =, shift with &&) where (status not in ('cancelled', 'no_show'))
);
create index staff_schedules_staff on staff_schedules (staff_id, starts_at);
create index staff_schedules_date on staff_schedules (organization_id, shift_date);
create index staff_schedules_venue on staff_schedules (venue_id, shift_date) where venue_id is not null;
comment on table staff_schedules is 'Shifts of the staff. Wall clock and instants are both kept; the instants decide.';
comment on column staff_schedules.venue_id is 'The venue or restaurant; null: the organization as a whole.';
comment on column staff_schedules.end_time is 'Wall clock; not after start_time: on the next day.';
comment on column staff_schedules.break_minutes is 'Unpaid break inside the shift.';
comment on column staff_schedules.hourly_rate is 'What the hour cost when the shift was planned; only for those who read payroll.';
create trigger fill_organization before insert or update of staff_id on staff_schedules
  for each row execute function app.fill_organization('staff', 'staff_id');
create trigger guard_status before update of status on staff_schedules
  for each row execute function app.guard_transition('status', 'scheduled>confirmed', 'scheduled>completed', 'scheduled>cancelled', 'scheduled>no_show',
    'confirmed>completed', 'confirmed>cancelled', 'confirmed>no_show');
-- Shifts are made and moved by functions, which keep clock and instants in step; colleagues see each other's shifts.
call app.secure_table('staff_schedules', 'schedules', p_actions => array['select'], p_person => 'staff_id = (select auth.uid())', p_hidden => array['hourly_rate'], p_audit => true);
create policy manager_update on staff_schedules for update to authenticated
  using ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('schedules', 'update')))
  with check ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('schedules', 'update')));
grant update (status, role, notes, break_minutes) on staff_schedules to authenticated;

-- down
drop table staff_schedules;
