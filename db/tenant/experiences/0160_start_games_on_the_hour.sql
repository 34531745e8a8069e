-- A game that says nothing about resetting its room starts on the hour (app.slot_step); games that exist keep the starts they have.
-- up
update games set slot_interval_minutes = duration_minutes + buffer_minutes where slot_interval_minutes is null and buffer_minutes = 0
  and duration_minutes + buffer_minutes <> app.slot_step(null, duration_minutes, buffer_minutes);
alter table games alter column buffer_minutes set default 0;
comment on column games.slot_interval_minutes is 'Minutes from one offered start to the next; null: duration and buffer where there is a buffer, else on the hour (a whole part of an hour for shorter games).';

-- down
alter table games alter column buffer_minutes set default 15;
comment on column games.slot_interval_minutes is 'Minutes from one offered start to the next; null: duration and buffer.';
