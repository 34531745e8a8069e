-- Messages that SQL sends to channels, and the policies that say who may use a private channel.
-- up
create table realtime_messages (
  id          uuid primary key default gen_random_uuid(),
  topic       text not null check (length(topic) between 1 and 200),
  extension   text not null default 'broadcast' check (extension in ('broadcast', 'presence')),
  event       text check (length(event) between 1 and 200),
  payload     jsonb,
  private     boolean not null default true,
  inserted_at timestamptz not null default now(),
  created_at  timestamptz not null default now()
);
create index realtime_messages_topic on realtime_messages (topic, inserted_at desc) where private and extension = 'broadcast';
create index realtime_messages_inserted on realtime_messages (inserted_at);
comment on table realtime_messages is 'Broadcasts from SQL, kept for three days, so that private channels can replay them. Its policies decide who reads and writes a private channel''s topic.';
comment on column realtime_messages.topic is 'The channel''s name, as clients give it to channel().';
comment on column realtime_messages.extension is 'broadcast or presence: which of a channel''s features a policy speaks of.';
comment on column realtime_messages.private is 'Whether it goes to the private channel of that name or to the public one.';
call app.secure_table('realtime_messages', 'realtime', p_organization => null, p_actions => '{}');
grant select, insert on realtime_messages to authenticated;
create policy member_select on realtime_messages for select to authenticated using (app.is_my_topic(topic));
create policy member_insert on realtime_messages for insert to authenticated with check (private and app.is_my_topic(topic));

-- down
drop table realtime_messages;
