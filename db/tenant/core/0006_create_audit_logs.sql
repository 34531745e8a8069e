-- What changed: written by app.audit_row(), by month, never changed or deleted row by row.
-- up
create table audit_logs (
  id              uuid not null default gen_random_uuid(),
  organization_id uuid,
  table_name      text not null,
  record_id       uuid,
  action          text not null check (action in ('INSERT', 'UPDATE', 'DELETE')),
  old_data        jsonb,
  new_data        jsonb,
  user_id         uuid,
  user_role       text,
  request_id      text,
  ip_address      inet,
  created_at      timestamptz not null default now(),
  primary key (created_at, id)
) partition by range (created_at);
create table audit_logs_default partition of audit_logs default;
create index audit_logs_table on audit_logs (table_name, created_at desc);
create index audit_logs_record on audit_logs (record_id, created_at desc);
create index audit_logs_user on audit_logs (user_id, created_at desc);
comment on table audit_logs is 'Who changed what: old and new values of the changed columns. Append-only, one partition a month.';

call app.secure_table('audit_logs', 'audit', p_actions => array['select']);
call app.secure_table('audit_logs_default', 'audit', p_actions => array['select']);
revoke insert, update, delete, truncate on audit_logs, audit_logs_default from service_role, authenticated, anon;
create trigger refuse_change before update or delete on audit_logs for each row execute function app.refuse_change();

-- down
drop table audit_logs;
