-- Functions that SQL written for the Realtime dialect calls: realtime.send(), realtime.broadcast_changes(), realtime.topic().
-- up
create schema if not exists realtime;
grant usage on schema realtime to anon, authenticated, service_role;
alter default privileges in schema realtime revoke execute on functions from public;
comment on schema realtime is 'What SQL has to say to channels, under the dialect''s own names.';

-- down
drop schema realtime cascade;
