-- Words of the documents: the role "superadmin", is_superuser that can be written, codes and keys in upper case.
-- up
alter table users alter column is_superuser drop expression;
alter table users alter column is_superuser set default false, alter column is_superuser set not null;
comment on column users.is_superuser is 'The role super_admin under another name: one follows the other.';
create trigger a_spell_role before insert or update of role, is_superuser on users for each row execute function app.spell_role();
alter table system_settings drop constraint system_settings_key_check, add constraint system_settings_key_check check (key ~ '^[A-Za-z][A-Za-z0-9_.:-]{0,99}$');
alter table security_audit_log drop constraint security_audit_log_event_type_check,
  add constraint security_audit_log_event_type_check check (event_type ~ '^[A-Za-z][A-Za-z0-9_.:-]{1,49}$');
alter table activity_logs drop constraint activity_logs_action_check, add constraint activity_logs_action_check check (action ~ '^[A-Za-z][A-Za-z0-9_.:-]{1,79}$');
alter table notifications drop constraint notifications_type_check, add constraint notifications_type_check check (type ~ '^[A-Za-z][A-Za-z0-9_.:-]{1,59}$');

-- down
alter table notifications drop constraint notifications_type_check, add constraint notifications_type_check check (type ~ '^[a-z][a-z0-9_]{1,59}$') not valid;
alter table activity_logs drop constraint activity_logs_action_check, add constraint activity_logs_action_check check (action ~ '^[a-z][a-z0-9_.]{1,79}$') not valid;
alter table security_audit_log drop constraint security_audit_log_event_type_check,
  add constraint security_audit_log_event_type_check check (event_type ~ '^[a-z][a-z0-9_.]{1,49}$') not valid;
alter table system_settings drop constraint system_settings_key_check, add constraint system_settings_key_check check (key ~ '^[a-z][a-z0-9_.]{0,99}$') not valid;
drop trigger a_spell_role on users;
alter table users drop column is_superuser;
alter table users add column is_superuser boolean generated always as (role = 'super_admin') stored;
grant select (is_superuser) on users to authenticated, service_role;
