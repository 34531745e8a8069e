-- Partitions for this month and the next ones; app.maintain_tenant() makes more as time goes by.
-- up
revoke truncate on audit_logs, audit_logs_default from service_role;
create trigger refuse_truncate before truncate on audit_logs for each statement execute function app.refuse_change();
create index audit_logs_organization on audit_logs (organization_id, created_at desc);
do $$ begin perform app.ensure_audit_partitions(); end $$;

-- down
drop index audit_logs_organization;
drop trigger refuse_truncate on audit_logs;
