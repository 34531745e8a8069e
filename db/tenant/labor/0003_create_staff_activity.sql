-- What one member of staff did, in words. Beside activity_logs, which is the house's story.
-- up
create table staff_activity_log (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  staff_id        uuid not null references staff on delete cascade,
  activity_type   text not null check (activity_type ~ '^[a-z][a-z0-9_.]{0,49}$'),
  description     text check (length(description) <= 2000),
  entity_type     text check (length(entity_type) <= 50),
  entity_id       uuid,
  metadata        jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  created_at      timestamptz not null default now()
);
create index staff_activity_log_staff on staff_activity_log (staff_id, created_at desc);
create index staff_activity_log_created on staff_activity_log (organization_id, created_at desc);
create index staff_activity_log_entity on staff_activity_log (entity_id) where entity_id is not null;
comment on table staff_activity_log is 'What members of staff did; append-only.';
create trigger fill_organization before insert on staff_activity_log
  for each row execute function app.fill_organization('staff', 'staff_id');
call app.secure_table('staff_activity_log', 'activity', p_actions => array['select'], p_person => 'staff_id = (select auth.uid())');
revoke update, delete on staff_activity_log from service_role;
create trigger refuse_change before update on staff_activity_log for each row execute function app.refuse_change();

-- down
drop table staff_activity_log;
