-- Several nights of one imported event; owners hear of nights that were sold twice and of calendars that cannot be read.
-- up
drop index chalet_blocks_uid;
create unique index chalet_blocks_uid on chalet_blocks (import_id, uid, start_date) where import_id is not null;
comment on column chalet_blocks.uid is 'The event of the other calendar; a recurring one has a block an instance.';
create trigger tell_conflict after insert or update of start_date, end_date, chalet_id, kind on chalet_blocks
  for each row when (new.kind = 'ical') execute function app.tell_block_conflict();

alter table ical_imports add column problem_told_at timestamptz;
comment on column ical_imports.problem_told_at is 'When owners and managers heard that this calendar cannot be read; null while it can.';
create trigger tell_problem before update of last_error, last_synced_at, next_sync_at on ical_imports
  for each row execute function app.tell_import_problem();

-- down
drop trigger tell_problem on ical_imports;
alter table ical_imports drop column problem_told_at;
drop trigger tell_conflict on chalet_blocks;
drop index chalet_blocks_uid;
create unique index chalet_blocks_uid on chalet_blocks (import_id, uid) where import_id is not null;
