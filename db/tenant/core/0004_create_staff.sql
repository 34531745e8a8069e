-- Employment facts of users who work here: one row a staff user.
-- up
create table staff (
  id              uuid primary key references users on delete cascade,
  organization_id uuid not null references organizations,
  department      text not null,
  position        text,
  hire_date       date,
  hourly_rate     numeric(10,2) check (hourly_rate >= 0),
  is_active       boolean not null default true,
  permissions     jsonb not null default '[]' check (jsonb_typeof(permissions) = 'array'),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now()
);
create index staff_organization on staff (organization_id);
comment on table staff is 'Employment facts of users who work here.';
comment on column staff.permissions is 'Narrows the role: "-payments:read" takes one action away, "-payments:*" all of them.';
comment on column staff.hourly_rate is 'Per hour, in the organization''s currency.';

create trigger fill_organization before insert or update of id on staff
  for each row execute function app.fill_organization('users', 'id');
create trigger guard_staff before update or delete on staff for each row execute function app.guard_staff();
call app.secure_table('staff', 'staff', p_person => 'id = (select auth.uid())', p_audit => true);

-- down
drop table staff;
