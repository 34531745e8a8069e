-- Who is alive: each daemon's WAL worker says so every few seconds. See src/realtime/feed.h.
-- up
create table maitred.daemons (
  name       text primary key check (name ~ '^[a-z0-9_]{1,40}$'),
  started_at timestamptz not null default now(),
  seen_at    timestamptz not null default now()
);
comment on table maitred.daemons is
  'The daemons of this database. One reads the WAL through the slot maitred_<name>; a slot whose daemon was not seen for long is dropped by the others. Daemons send broadcasts to each other only while more than one is alive.';
comment on column maitred.daemons.seen_at is 'When its WAL worker last said that it is alive.';

-- down
drop table maitred.daemons;
