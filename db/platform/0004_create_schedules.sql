-- Work that comes again.
-- up
insert into maitred.schedules (name, kind, every, per_tenant) values ('maintain_tenant', 'maintain_tenant', interval '1 day', true)
on conflict (name) do nothing;

-- down
delete from maitred.schedules where name = 'maintain_tenant';
