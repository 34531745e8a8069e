-- Onboarding: what a new colleague has to do and be shown before the first shift alone.
--
--   record   in_progress ──► completed, cancelled; completed ──► in_progress (a task was reopened)
--   task     pending ──► done, skipped; done, skipped ──► pending
-- up
create table onboarding_templates (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  department      text,
  name            text not null check (length(trim(name)) between 1 and 100),
  is_active       boolean not null default true,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id)
);
create unique index onboarding_templates_name on onboarding_templates (organization_id, lower(name));
comment on table onboarding_templates is 'Lists of tasks for new colleagues; department null: for everybody.';
call app.secure_table('onboarding_templates', 'onboarding');

create table onboarding_template_tasks (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  template_id     uuid not null,
  title           text not null check (length(trim(title)) between 1 and 200),
  description     text check (length(description) <= 4000),
  due_after_days  int not null default 7 check (due_after_days between 0 and 365),
  is_required     boolean not null default true,
  position        int not null default 0,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  foreign key (organization_id, template_id) references onboarding_templates (organization_id, id) on delete cascade
);
create index onboarding_template_tasks_template on onboarding_template_tasks (organization_id, template_id, position);
comment on column onboarding_template_tasks.due_after_days is 'Days after the first day.';
create trigger fill_organization before insert or update of template_id on onboarding_template_tasks
  for each row execute function app.fill_organization('onboarding_templates', 'template_id');
call app.secure_table('onboarding_template_tasks', 'onboarding');

create table onboarding_records (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  staff_id        uuid not null references staff on delete cascade,
  template_id     uuid,
  mentor_id       uuid references staff on delete set null,
  status          text not null default 'in_progress' check (status in ('in_progress', 'completed', 'cancelled')),
  started_on      date not null,
  completed_at    timestamptz,
  notes           text check (length(notes) <= 4000),
  created_by      uuid default auth.uid(),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, template_id) references onboarding_templates (organization_id, id) on delete set null (template_id),
  constraint nobody_mentors_themselves check (mentor_id <> staff_id)
);
create unique index onboarding_records_open on onboarding_records (staff_id) where status = 'in_progress';
create index onboarding_records_staff on onboarding_records (staff_id);
create index onboarding_records_organization on onboarding_records (organization_id, status);
create index onboarding_records_template on onboarding_records (organization_id, template_id) where template_id is not null;
create index onboarding_records_mentor on onboarding_records (mentor_id) where mentor_id is not null;
comment on table onboarding_records is 'The onboarding of one member of staff; one at a time.';
create trigger fill_organization before insert or update of staff_id on onboarding_records
  for each row execute function app.fill_organization('staff', 'staff_id');
create trigger guard_status before update of status on onboarding_records
  for each row execute function app.guard_transition('status', 'in_progress>completed', 'in_progress>cancelled', 'completed>in_progress');
call app.secure_table('onboarding_records', 'onboarding', p_actions => array['select'], p_audit => true,
  p_person => 'staff_id = (select auth.uid()) or mentor_id = (select auth.uid())');

create table onboarding_tasks (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  record_id       uuid not null,
  title           text not null check (length(trim(title)) between 1 and 200),
  description     text check (length(description) <= 4000),
  due_on          date,
  is_required     boolean not null default true,
  position        int not null default 0,
  status          text not null default 'pending' check (status in ('pending', 'done', 'skipped')),
  done_at         timestamptz,
  done_by         uuid,
  note            text check (length(note) <= 2000),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  foreign key (organization_id, record_id) references onboarding_records (organization_id, id) on delete cascade
);
create index onboarding_tasks_record on onboarding_tasks (organization_id, record_id, position);
create index onboarding_tasks_due on onboarding_tasks (organization_id, due_on) where status = 'pending';
comment on table onboarding_tasks is 'The tasks of one onboarding, copied from the template.';
create trigger fill_organization before insert or update of record_id on onboarding_tasks
  for each row execute function app.fill_organization('onboarding_records', 'record_id');
create trigger guard_status before update of status on onboarding_tasks
  for each row execute function app.guard_transition('status', 'pending>done', 'pending>skipped', 'done>pending', 'skipped>pending');
call app.secure_table('onboarding_tasks', 'onboarding', p_actions => array['select'], p_person => 'app.is_my_onboarding(record_id)', p_audit => true);

-- down
drop table onboarding_tasks;
drop table onboarding_records;
drop table onboarding_template_tasks;
drop table onboarding_templates;
