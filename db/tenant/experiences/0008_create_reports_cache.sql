-- Results of reports by their parameters. An entry is good until it expires or a row under it changes, whichever is first.
-- up
create table reports_cache (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations on delete cascade,
  report_type     text not null check (length(report_type) between 1 and 100),
  parameters      jsonb not null default '{}' check (jsonb_typeof(parameters) = 'object'),
  data            jsonb not null,
  snapshot        pg_snapshot not null default pg_current_snapshot(),
  made_by         xid8 not null default pg_current_xact_id(),
  created_at      timestamptz not null default now(),
  expires_at      timestamptz not null,
  unique (organization_id, report_type, parameters)
);
create index reports_cache_expires on reports_cache (expires_at);
comment on table reports_cache is 'Cached results of reports; see get_report and cache_report.';
comment on column reports_cache.snapshot is 'Which transactions the result has seen: a change by another one makes it stale, without the writer having to come here.';

call app.secure_table('reports_cache', 'reports', p_actions => array['select', 'delete']);

-- Names stand in results: changing one is rare, so it simply drops the organization's results.
create trigger drop_reports after update of name or delete on games for each row execute function app.drop_reports();
create trigger drop_reports after update of name or delete on venues for each row execute function app.drop_reports();
create trigger drop_reports after update of full_name, email, deleted_at, erased_at, merged_into on customers
  for each row execute function app.drop_reports();

-- down
drop trigger drop_reports on games;
drop trigger drop_reports on venues;
drop trigger drop_reports on customers;
drop table reports_cache;
