-- Broadcasts of bytes from SQL: realtime.send_binary().
-- up
alter table realtime_messages add column binary_payload bytea;
comment on column realtime_messages.binary_payload is 'Bytes instead of payload; clients of serializer version 2 get them as they are.';
grant select (binary_payload), insert (binary_payload) on realtime_messages to authenticated;

-- down
alter table realtime_messages drop column binary_payload;
