-- A call is seen by somebody, and a bill can be read after the table is free.
-- up
alter table table_sessions
  add column service_seen_call text,
  add column service_seen_at timestamptz,
  add column service_seen_by uuid references users on delete set null,
  add column receipt_code text check (receipt_code ~ '^[2-9a-z]{20}$');
create index table_sessions_seen_by on table_sessions (service_seen_by) where service_seen_by is not null;
create unique index table_sessions_receipt on table_sessions (receipt_code) where receipt_code is not null;
comment on column table_sessions.service_seen_call is 'The last call that somebody of the staff answered; null again when the guests call anew.';
comment on column table_sessions.service_seen_by is 'Who answered it.';
comment on column table_sessions.receipt_code is 'Opens the receipt (get_receipt) to whoever holds the link, also after the table was cleared. Made with the bill.';

-- down
drop index table_sessions_receipt;
drop index table_sessions_seen_by;
alter table table_sessions drop column receipt_code, drop column service_seen_by, drop column service_seen_at, drop column service_seen_call;
