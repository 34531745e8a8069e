-- What staff did, in words, and what concerns security. Both outlive the people they speak of: no foreign key to users.
-- up
create table activity_logs (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  user_id         uuid,
  user_name       text,
  action          text not null check (action ~ '^[a-z][a-z0-9_.]{1,79}$'),
  entity_type     text,
  entity_id       uuid,
  description     text not null,
  metadata        jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  ip_address      inet,
  created_at      timestamptz not null default now()
);
create index activity_logs_organization on activity_logs (organization_id, created_at desc);
create index activity_logs_user on activity_logs (user_id, created_at desc);
create index activity_logs_entity on activity_logs (entity_id) where entity_id is not null;
comment on table activity_logs is 'What staff did, in words a person reads: the news of the house. Written by app.log_activity().';
call app.secure_table('activity_logs', 'activity', p_actions => array['select']);
revoke update, delete, truncate on activity_logs from service_role;
create trigger refuse_change before update or delete on activity_logs for each row execute function app.refuse_change();

create table security_audit_log (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid,
  user_id         uuid,
  event_type      text not null check (event_type ~ '^[a-z][a-z0-9_.]{1,49}$'),
  severity        text not null default 'info' check (severity in ('info', 'warning', 'error', 'critical')),
  description     text,
  ip_address      inet,
  user_agent      text,
  request_id      text,
  metadata        jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  created_at      timestamptz not null default now()
);
create index idx_audit_user on security_audit_log (user_id, created_at desc);
create index idx_audit_type on security_audit_log (event_type, created_at desc);
create index security_audit_log_organization on security_audit_log (organization_id, created_at desc);
comment on table security_audit_log is 'Sign-ins, refusals, lock-outs, changes of rights: read by admins, written by the service role and app.log_security_event().';
comment on column security_audit_log.event_type is 'Such as login_failed, account_locked, token_reuse, role_changed, export, erase.';
call app.secure_table('security_audit_log', 'security', p_actions => array['select'], p_auth => true);
revoke update, delete, truncate on security_audit_log from service_role, maitred_auth;
create trigger refuse_change before update or delete on security_audit_log for each row execute function app.refuse_change();

-- down
drop table security_audit_log;
drop table activity_logs;
