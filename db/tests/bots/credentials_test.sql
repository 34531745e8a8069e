-- Accounts at other systems: owners store them, nobody reads them, and the address moves only with the secret.
\ir ../start.sql
\ir ../words.sql
grant execute on all functions in schema tests to anon, authenticated, service_role;
select * from no_plan();
insert into bot_instances (id, organization_id, name) values (tests.id('bot'), tests.id('a'), 'Booker'), (tests.id('bot.b'), tests.id('b'), 'Other');
select tests.as('a.owner');
select tests.keep('iiko', set_integration_credentials('iiko', '{"login": "s3cret"}', 'https://api.example.com/v1', '{"menu": "main"}')) is not null;
select is(tests.kept('iiko') ->> 'base_url' || ' ' || (tests.kept('iiko') ? 'credentials') || ' ' || (tests.kept('iiko')::text ~ 's3cret'), 'https://api.example.com/v1 false false', 'an owner stores them');
select throws_ok('select credentials from integration_credentials', '42501', null, 'and does not read them');
select throws_ok('select app.read_integration_credentials(tests.id(''a''), ''iiko'')', '42501', null, 'through any door');
select throws_ok($$update integration_credentials set base_url = 'https://evil.example.net'$$, '42501', null, 'the address does not move without the secret: it is in nobody''s grants');
select lives_ok($$update integration_credentials set settings = '{}', is_active = false$$, 'the rest does');
select lives_ok($$select set_integration_credentials('iiko', '{"login": "n3w"}', 'https://other.example.com')$$, 'both together do');
select is((select string_agg(integration_type || ' ' || base_url || ' ' || is_active || ' ' || settings, ',') from integration_credentials), 'iiko https://other.example.com true {}', 'in the same row');
select lives_ok($$select set_bot_credentials(tests.id('bot'), 'telegram', '{"token": "1:a"}', '@booker', 'https://pizza.example.com/hook')$$, 'a bot''s account');
select is((select account_name || ' ' || platform from bot_platform_credentials), '@booker telegram', 'is seen, without its secret');
select is(tests.refused(q.sql), q.refusal, q.sql) from (values
  ('select set_integration_credentials(''iiko'', ''[]'')', 'MD400 p_credentials'), ('select set_integration_credentials(''iiko'', null)', 'MD400 p_credentials'),
  ('select set_integration_credentials(''Not a word'', ''{"a": 1}'')', 'MD400 p_integration_type'), ('select set_integration_credentials(''iiko'', ''{"a": 1}'', ''ftp://x'')', 'MD400 p_base_url'),
  ('select set_integration_credentials(''iiko'', ''{"a": 1}'', ''https://user:pass@x'')', 'MD400 p_base_url'),
  ('select set_integration_credentials(''iiko'', ''{"a": 1}'', null, null, tests.id(''b''))', 'MD403'),
  ('select set_bot_credentials(tests.id(''bot.b''), ''telegram'', ''{"a": 1}'')', 'MD404 p_bot_id'), ('select set_bot_credentials(tests.id(''bot''), ''pigeon'', ''{"a": 1}'')', 'MD400 p_platform'),
  ('select set_bot_credentials(tests.id(''bot''), ''telegram'', ''{"token": "Done! Use this token: 1:abc"}'')', 'MD400 p_credentials'), ('select set_bot_credentials(tests.id(''bot''), ''whatsapp'', ''{"token": "x"}'')', 'MD400 p_credentials')) q(sql, refusal);
select isnt_empty($$select 1 from security_audit_log where event_type = 'credentials_set'$$, 'the security log knows who did');
select is_empty($$select 1 from security_audit_log where to_jsonb(security_audit_log)::text ~ 's3cret|n3w'$$, 'and no secret');
select is_empty($$select 1 from audit_logs where to_jsonb(audit_logs)::text ~ 's3cret|n3w'$$, 'nor does the trail');
select tests.as('a.manager');
select is(tests.refused('select set_integration_credentials(''iiko'', ''{"a": 1}'')'), 'MD403', 'a manager does not');
select tests.as_anon();
select throws_ok('select set_integration_credentials(''iiko'', ''{"a": 1}'')', '42501', null, 'nor a visitor');
select tests.as_owner();
select is((select tests.opened(r.sealed, 'integration_credentials.credentials', r.id)::jsonb ->> 'login' from app.read_integration_credentials(tests.id('a'), 'iiko') r), 'n3w', 'the daemon opens what was stored');
select is((select tests.opened(r.sealed, 'bot_platform_credentials.credentials', r.id) from app.read_bot_credentials(tests.id('bot'), 'telegram') r), '{"token": "1:a"}', 'a bot''s, too');
select app.store_bot_credentials(tests.id('bot'), 'telegram', '2:b') \gset _
select is((select count(*) || ' ' || tests.opened(min(credentials), 'bot_platform_credentials.credentials', (min(id::text))::uuid) from bot_platform_credentials), '1 2:b', 'a new secret in the same row is sealed for it');
select * from finish();
rollback;
