-- What cannot wait for the daily round: holds that ran out, calendars of other portals.
-- up
insert into maitred.schedules (name, kind, every, per_tenant) values ('maintain_often', 'maintain_often', interval '3 minutes', true)
on conflict (name) do nothing;

-- down
delete from maitred.schedules where name = 'maintain_often';
