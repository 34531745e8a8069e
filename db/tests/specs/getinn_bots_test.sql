-- GET INN: bots, integrations and stores under the names of data-model.md: columns, defaults, constraints, indexes of the spec.
\ir ../start.sql
select plan(11);
create function tests.columns_of(p_table text) returns text[] language sql as $$
  select array_agg(column_name::text) from information_schema.columns where table_schema = 'tenant_alpha' and table_name = p_table $$;
select ok(tests.columns_of('organizations') @> array['id', 'name', 'description', 'is_active', 'created_at', 'updated_at'], 'account');
select ok(tests.columns_of('users') @> array['id', 'email', 'hashed_password', 'full_name', 'organization_id', 'is_active', 'is_superuser'], 'user');
select ok(tests.columns_of('bot_instances') @> array['id', 'organization_id', 'name', 'description', 'is_active', 'created_at', 'updated_at'], 'bot_instance');
select ok(tests.columns_of('bot_platform_credentials') @> array['bot_id', 'platform', 'credentials', 'is_active', 'webhook_url', 'webhook_last_checked', 'webhook_auto_refresh'], 'bot_platform_credential');
select ok(tests.columns_of('bot_scenarios') @> array['bot_id', 'name', 'description', 'scenario_data', 'version', 'is_active'], 'bot_scenario');
select ok(tests.columns_of('bot_dialog_states') @> array['bot_id', 'platform', 'platform_chat_id', 'current_step', 'collected_data', 'last_interaction_at'], 'bot_dialog_state');
select ok(tests.columns_of('integration_credentials') @> array['organization_id', 'integration_type', 'credentials', 'base_url', 'is_active', 'last_connected_at', 'connection_status', 'connection_error'], 'account_integration_credentials');
select tests.as('a.owner');
select set_integration_credentials('iiko', '{"login": "x"}', 'https://api-ru.iiko.services') \gset _
select tests.as_owner();
select throws_ok($$insert into integration_credentials (organization_id, integration_type, credentials) values (tests.id('a'), 'iiko', 'x')$$,
  '23505', null, 'uix_account_integration_type');
select is((select tests.opened(r.sealed, 'integration_credentials.credentials', r.id) from app.read_integration_credentials(tests.id('a'), 'iiko') r), '{"login": "x"}', 'credentials are sealed');
select ok((select count(*) = 2 from pg_indexes where schemaname = 'tenant_alpha' and indexname in ('ix_bot_dialog_state_bot_id', 'ix_bot_dialog_state_platform_chat_id')), 'the indexes of the spec');
select ok(tests.columns_of('stores') @> array['iiko_id', 'iiko_sync_status', 'iiko_last_synced_at', 'iiko_sync_error'], 'stores carry the iiko fields');
select * from finish();
rollback;
