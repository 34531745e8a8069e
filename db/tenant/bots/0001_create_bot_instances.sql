-- Chat bots: an instance, the platforms it speaks on, what it says.
-- up
create table bot_instances (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  name            text not null check (length(trim(name)) between 1 and 200),
  description     text,
  language        text not null default 'en' check (language ~ '^[a-z]{2}(-[A-Z]{2})?$'),
  is_active       boolean not null default true,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id)
);
comment on table bot_instances is 'A chat bot of an organization.';
call app.secure_table('bot_instances', 'bots', p_audit => true);

-- The credentials are sealed by the daemon before they come here and opened by it only: in the database they are bytes,
-- and no role that answers requests reads or writes the column.
create table bot_platform_credentials (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  bot_id          uuid not null,
  platform        text not null check (platform in ('telegram', 'whatsapp', 'web')),
  credentials     bytea not null,
  account_name    text,
  is_active       boolean not null default true,
  webhook_url     text,
  webhook_last_checked timestamptz,
  webhook_auto_refresh boolean not null default true,
  webhook_error   text,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, bot_id) references bot_instances (organization_id, id) on delete cascade
);
create index bot_platform_credentials_bot on bot_platform_credentials (organization_id, bot_id);
create unique index bot_platform_credentials_active on bot_platform_credentials (bot_id, platform) where is_active;
comment on table bot_platform_credentials is 'The account a bot speaks through on a platform.';
comment on column bot_platform_credentials.credentials is 'Sealed by the daemon; never readable through the API.';
comment on column bot_platform_credentials.account_name is 'What the platform calls the account, to tell them apart.';
create trigger fill_organization before insert or update of bot_id on bot_platform_credentials
  for each row execute function app.fill_organization('bot_instances', 'bot_id');
call app.secure_table('bot_platform_credentials', 'bot_credentials', p_actions => array['select', 'delete'],
  p_hidden => array['credentials'], p_audit => true);
grant update (is_active, webhook_auto_refresh) on bot_platform_credentials to authenticated;
create policy staff_update on bot_platform_credentials for update to authenticated
  using ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('bot_credentials', 'update')))
  with check ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('bot_credentials', 'update')));

create table bot_scenarios (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  bot_id          uuid not null,
  name            text not null check (length(trim(name)) between 1 and 200),
  description     text,
  scenario_data   jsonb not null check (jsonb_typeof(scenario_data) = 'object'),
  version         text not null default '1' check (length(version) between 1 and 40),
  status          text not null default 'draft' check (status in ('draft', 'published', 'retired')),
  is_active       boolean not null default true,
  published_at    timestamptz,
  published_by    uuid references users on delete set null,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (bot_id, name, version),
  foreign key (organization_id, bot_id) references bot_instances (organization_id, id) on delete cascade
);
create index bot_scenarios_bot on bot_scenarios (organization_id, bot_id);
create unique index bot_scenarios_published on bot_scenarios (bot_id, name) where status = 'published';
create index bot_scenarios_published_by on bot_scenarios (published_by);
comment on table bot_scenarios is 'What a bot says, step by step. A draft is edited, published as a version, and never changed after that.';
comment on column bot_scenarios.scenario_data is
  '{"start":"hello","steps":{"hello":{"type":"message|input|choice|action|end","text":"…","field":"name","input":"text|number|phone|email|date","options":[{"label":"…","next":"…"}],"action":"…","next":"…"}}}';
create trigger fill_organization before insert or update of bot_id on bot_scenarios
  for each row execute function app.fill_organization('bot_instances', 'bot_id');
create trigger guard_published before insert or update or delete on bot_scenarios for each row execute function app.guard_scenario();
create trigger guard_status before update of status on bot_scenarios for each row
  execute function app.guard_transition('status', 'draft>published', 'published>retired', 'retired>published');
call app.secure_table('bot_scenarios', 'bots', p_audit => true);

create table bot_dialog_states (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  bot_id          uuid not null,
  scenario_id     uuid,
  platform        text not null,
  platform_chat_id text not null,
  customer_id     uuid,
  current_step    text not null,
  collected_data  jsonb not null default '{}' check (jsonb_typeof(collected_data) = 'object'),
  last_update_id  text,
  last_interaction_at timestamptz not null default now(),
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (bot_id, platform, platform_chat_id),
  foreign key (organization_id, bot_id) references bot_instances (organization_id, id) on delete cascade,
  foreign key (organization_id, scenario_id) references bot_scenarios (organization_id, id),
  foreign key (organization_id, customer_id) references customers (organization_id, id)
);
create index ix_bot_dialog_state_bot_id on bot_dialog_states (organization_id, bot_id);
create index ix_bot_dialog_state_platform_chat_id on bot_dialog_states (platform_chat_id);
create index bot_dialog_states_scenario on bot_dialog_states (organization_id, scenario_id);
create index bot_dialog_states_customer on bot_dialog_states (organization_id, customer_id);
create index bot_dialog_states_idle on bot_dialog_states (last_interaction_at);
comment on table bot_dialog_states is 'Where each conversation stands, and what it has learnt.';
comment on column bot_dialog_states.last_update_id is 'The platform''s number of the last message, so that one delivered twice is answered once.';
create trigger fill_organization before insert or update of bot_id on bot_dialog_states
  for each row execute function app.fill_organization('bot_instances', 'bot_id');
call app.secure_table('bot_dialog_states', 'bots', p_actions => array['select', 'delete']);

-- down
drop table bot_dialog_states;
drop table bot_scenarios;
drop table bot_platform_credentials;
drop table bot_instances;
