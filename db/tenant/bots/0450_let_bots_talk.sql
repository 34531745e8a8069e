-- Bots talk (src/bots): who is in which chat, what was said there, how an account stands at its platform.
-- up
drop function if exists app.take_dialog(uuid, text, text, text);
drop function if exists app.move_dialog(uuid, text, jsonb, boolean);

alter table bot_platform_credentials
  add column endpoint_id uuid,
  add column account_id  text check (length(account_id) between 1 and 100),
  add column hears_by    text check (hears_by in ('webhook', 'polling')),
  add column polled_to   bigint not null default 0,
  add column webhook_is_given boolean not null default false,
  add column status      text not null default 'unknown' check (status in ('unknown', 'works', 'broken')),
  add foreign key (organization_id, endpoint_id) references hook_endpoints (organization_id, id);
create index bot_platform_credentials_endpoint on bot_platform_credentials (organization_id, endpoint_id);
comment on column bot_platform_credentials.endpoint_id is 'The address of ours that the platform calls.';
comment on column bot_platform_credentials.account_id is 'The platform''s own name of the account: a bot''s id, a phone number''s id.';
comment on column bot_platform_credentials.hears_by is 'How messages come: the platform calls us, or is asked again and again where we have no public address.';
comment on column bot_platform_credentials.polled_to is 'The number of the update that polling asks for next.';
comment on column bot_platform_credentials.status is 'Whether the platform takes the token; unknown until it was asked.';
comment on column bot_platform_credentials.webhook_url is 'Where the platform calls.';
comment on column bot_platform_credentials.webhook_is_given is 'The owner named webhook_url (a proxy''s that leads to ours); otherwise it follows our public address.';
update bot_platform_credentials set webhook_is_given = true where webhook_url is not null;

create table bot_chats (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  bot_id          uuid not null,
  platform        text not null,
  platform_chat_id text not null check (length(platform_chat_id) between 1 and 200),
  name            text check (length(name) <= 255),
  phone           text check (length(phone) <= 32),
  language        text check (language ~ '^[a-z]{2}$'),
  customer_id     uuid,
  linked_at       timestamptz,
  stopped_at      timestamptz,
  unreachable     text check (length(unreachable) <= 300),
  taken_over_by   uuid references users on delete set null,
  waits_for_person_since timestamptz,
  question        int not null default 0,
  silent_until    timestamptz,
  last_heard_at   timestamptz not null default now(),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (bot_id, platform, platform_chat_id),
  foreign key (organization_id, bot_id) references bot_instances (organization_id, id) on delete cascade,
  foreign key (organization_id, customer_id) references customers (organization_id, id)
);
create index bot_chats_bot on bot_chats (organization_id, bot_id);
create index bot_chats_customer on bot_chats (organization_id, customer_id);
create index bot_chats_heard on bot_chats (last_heard_at);
create index bot_chats_taken_over on bot_chats (taken_over_by);
comment on table bot_chats is 'Somebody who writes to a bot, on one platform. Its row is held while one of their messages is worked on.';
comment on column bot_chats.phone is 'Proved: the platform says that it is the writer''s own. Never what somebody typed.';
comment on column bot_chats.customer_id is 'Who they are: by a one-time link or by their proved number.';
comment on column bot_chats.stopped_at is 'They said /stop: nothing is said but answers to what they write.';
comment on column bot_chats.unreachable is 'What the platform said when it would not deliver: blocked, gone. Null again with their next message.';
comment on column bot_chats.waits_for_person_since is 'A person answers (taken_over_by: who, once somebody has taken it); the bot is silent.';
comment on column bot_chats.question is 'Counts the questions, so that a button of an older one is known as such.';
comment on column bot_chats.silent_until is 'The platform asked us to wait until then.';
create trigger fill_organization before insert or update of bot_id on bot_chats
  for each row execute function app.fill_organization('bot_instances', 'bot_id');
call app.secure_table('bot_chats', 'bots', p_actions => array['select', 'delete']);

create table bot_messages (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  chat_id         uuid not null,
  position        bigint not null,
  direction       text not null check (direction in ('in', 'out')),
  content         jsonb not null check (jsonb_typeof(content) = 'object'),
  status          text not null check (status in ('heard', 'queued', 'sent', 'delivered', 'read', 'failed', 'unclear')),
  said_by         uuid references users on delete set null,
  platform_ref    text check (length(platform_ref) <= 300),
  error           text check (length(error) <= 500),
  created_at      timestamptz not null default now(),
  sent_at         timestamptz,
  unique (organization_id, id),
  foreign key (organization_id, chat_id) references bot_chats (organization_id, id) on delete cascade
);
create index bot_messages_chat on bot_messages (organization_id, chat_id, position);
create index bot_messages_queued on bot_messages (chat_id, position) where status = 'queued';
create index bot_messages_said_by on bot_messages (said_by);
create index bot_messages_ref on bot_messages (platform_ref) where platform_ref is not null;
create index bot_messages_created on bot_messages (created_at);
comment on table bot_messages is 'What was said in a chat. Outgoing ones are written in the transaction that worked on what was heard, and sent by a job, in order.';
comment on column bot_messages.position is 'Counted in each chat.';
comment on column bot_messages.content is
  'In no platform''s words: {"text", "choices": [{"id", "label", "hint"}], "ask": "contact|location", "photo", "location": {"latitude", "longitude"}, "answers": press id}.';
comment on column bot_messages.status is 'unclear: it went out and no answer came. It is not said twice.';
create trigger fill_organization before insert or update of chat_id on bot_messages
  for each row execute function app.fill_organization('bot_chats', 'chat_id');
create trigger number before insert on bot_messages for each row execute function app.number_chat_message();
call app.secure_table('bot_messages', 'bots', p_actions => array['select']);

create table bot_links (
  id              uuid primary key default gen_random_uuid(),
  code_hash       bytea not null unique,
  organization_id uuid not null references organizations,
  bot_id          uuid not null,
  customer_id     uuid not null,
  expires_at      timestamptz not null,
  created_at      timestamptz not null default now(),
  foreign key (organization_id, bot_id) references bot_instances (organization_id, id) on delete cascade,
  foreign key (organization_id, customer_id) references customers (organization_id, id) on delete cascade
);
create index bot_links_bot on bot_links (organization_id, bot_id);
create index bot_links_customer on bot_links (organization_id, customer_id);
create index bot_links_expires on bot_links (expires_at);
comment on table bot_links is 'One-time codes that make a chat a customer''s. A used one is gone.';
create trigger fill_organization before insert or update of bot_id on bot_links
  for each row execute function app.fill_organization('bot_instances', 'bot_id');
call app.secure_table('bot_links', 'bots', p_actions => array['select', 'delete'], p_hidden => array['code_hash']);

alter table bot_dialog_states
  add column chat_id uuid,
  add column stack   jsonb not null default '[]' check (jsonb_typeof(stack) = 'array'),
  add column asked   jsonb not null default '{}' check (jsonb_typeof(asked) = 'object'),
  add column wake_at timestamptz,
  add foreign key (organization_id, chat_id) references bot_chats (organization_id, id) on delete cascade;
create unique index bot_dialog_states_chat on bot_dialog_states (organization_id, chat_id);
comment on column bot_dialog_states.stack is 'Scenarios that wait for one they called: [{"scenario_id", "step"}], the outermost first.';
comment on column bot_dialog_states.asked is 'The open question: {"question", "page", "tries", "options": [{"label", "value", "next"}], "reminded"}.';
comment on column bot_dialog_states.wake_at is 'When the bot speaks of itself: a reminder or the end of waiting.';

-- Whoever is erased is gone from chats, too.
create trigger forget_chats after update of erased_at on customers for each row
  when (new.erased_at is not null and old.erased_at is null) execute function app.forget_chats();

comment on column bot_scenarios.scenario_data is
  'The graph: {"start", "steps": {name: step}}. Kinds of steps and their members: docs/bots.md.';

-- accounts that were stored before get an address of their own and are asked about
select app.open_bot_door(c.id, null) from bot_platform_credentials c where c.is_active and c.platform = 'telegram';

-- down
drop trigger forget_chats on customers;
alter table bot_dialog_states drop column wake_at, drop column asked, drop column stack, drop column chat_id;
drop table bot_links;
drop table bot_messages;
drop table bot_chats;
alter table bot_platform_credentials drop column status, drop column webhook_is_given, drop column polled_to, drop column hears_by, drop column account_id, drop column endpoint_id;
