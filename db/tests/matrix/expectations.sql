-- Who may do what, for a reviewer to hold against the design. The suite tries each cell with a real statement (probe.sql) and fails on
-- every difference, on a table without a line here, and on a permission that is not listed.
--
-- Letters: r select, c insert, u update, d delete. What is missing goes through functions of schema api or not at all.

-- Roles and resources (table role_permissions).
create table tests.expected_permissions (role text, letters text, resources text);
insert into tests.expected_permissions values
  ('super_admin', 'rcud', '*'),
  ('owner', 'rcud', '*'),
  ('admin', 'rcud', '*'),
  ('manager', 'rcud', 'activity bookings bots chalets clock credits customers discounts games kitchen media memberships menu notifications onboarding orders payments pool procurement recipes reports reservations schedules sessions settings staff stays stock tables timesheets venues waivers'),
  ('manager', 'r', 'ledger organizations users'),
  ('finance', 'rcud', 'credits payments procurement stock'),
  ('finance', 'r', 'bookings chalets clock customers discounts games ledger memberships menu orders organizations pool recipes reports reservations schedules sessions settings staff stays tables timesheets users venues'),
  ('staff', 'rcu', 'bookings clock customers kitchen memberships orders pool reservations sessions stays waivers'),
  ('staff', 'rc', 'payments'),
  ('staff', 'r', 'chalets discounts games media menu organizations recipes schedules settings stock tables venues'),
  ('waiter', 'rcu', 'clock kitchen orders reservations sessions tables'),
  ('waiter', 'rc', 'customers payments'),
  ('waiter', 'r', 'discounts media menu organizations schedules settings'),
  ('kitchen', 'rcu', 'clock'),
  ('kitchen', 'rc', 'stock'),
  ('kitchen', 'ru', 'kitchen menu'),
  ('kitchen', 'r', 'media orders organizations recipes schedules settings tables');

-- Tables.
--   resource  whose permission staff need            scope    org: only in their organization (a super admin: in all), tenant: anywhere
--   staff     what the permission opens directly     keeper   what is left to those who may also delete (they run the place)
--   person    the one the row is about: a customer, in every organization; in capitals: staff, who belong to one organization
--   guest     a table guest, rows of the own session
--   public    everybody, without a login too
--   service   role service_role                      auth     role maitred_auth (the sign-in service)
create table tests.expected (tab text primary key, resource text, scope text, staff text, keeper text, person text, guest text, public text, service text, auth text);
insert into tests.expected values
  -- table                      resource                  scope     staff   keeper  person  guest public service auth
  -- core
  ('activity_logs',             'activity',               'org',    'r',    '',     '',     '',   '',   'rc',   ''),
  ('audit_logs',                'audit',                  'org',    'r',    '',     '',     '',   '',   'r',    ''),
  ('auth_attempts',             '-',                      'tenant', '',     '',     '',     '',   '',   'rcud', 'rcud'),
  ('auth_identities',           '-',                      'tenant', '',     '',     'r',    '',   '',   'rcud', 'rcud'),
  ('auth_providers',            '-',                      'tenant', '',     '',     '',     '',   '',   'rcud', 'rcud'),
  ('auth_sessions',             '-',                      'tenant', '',     '',     'r',    '',   '',   'rcud', 'rcud'),
  -- baskets and pictures: one basket over what all modules sell
  ('baskets',                   'bookings',               'org',    'r',    '',     'r',    '',   '',   'rcud', ''),
  ('basket_parts',              'bookings',               'org',    'r',    '',     'r',    '',   '',   'rcud', ''),
  ('booking_parties',           'bookings',               'org',    'r',    '',     '',     '',   '',   'rcud', ''),
  ('party_members',             'bookings',               'org',    'r',    '',     'r',    '',   '',   'rcud', ''),
  ('pictures',                  'media',                  'org',    'rcud', '',     '',     '',   'r',  'rcud', ''),
  ('branding_assets',           'settings',               'org',    'rcud', '',     '',     '',   'r',  'rcud', ''),
  ('customers',                 'customers',              'org',    'rcud', '',     'r',    '',   '',   'rcud', ''),
  ('flow_states',               '-',                      'tenant', '',     '',     '',     '',   '',   'rcud', 'rcud'),
  ('hook_endpoints',            'integration_credentials','org',    'rud',  '',     '',     '',   '',   'rcud', ''),
  ('idempotency_keys',          '-',                      'tenant', '',     '',     '',     '',   '',   'rcud', 'rcud'),
  ('media',                     'media',                  'org',    'rcud', '',     '',     '',   'r',  'rcud', ''),
  ('mfa_challenges',            '-',                      'tenant', '',     '',     '',     '',   '',   'rcud', 'rcud'),
  ('mfa_factors',               '-',                      'tenant', '',     '',     'r',    '',   '',   'rcud', 'rcud'),
  ('mfa_recovery_codes',        '-',                      'tenant', '',     '',     '',     '',   '',   'rcud', 'rcud'),
  ('notification_settings',     '-',                      'tenant', '',     '',     'rcud', '',   '',   'rcud', ''),
  ('notifications',             '-',                      'tenant', '',     '',     'rud',  '',   '',   'rcud', ''),
  ('one_time_tokens',           '-',                      'tenant', '',     '',     '',     '',   '',   'rcud', 'rcud'),
  ('organizations',             'organizations',          'org',    'ru',   '',     '',     '',   '',   'rcud', ''),
  ('password_history',          '-',                      'tenant', '',     '',     '',     '',   '',   'rcud', 'rcud'),
  ('rate_limits',               '-',                      'tenant', '',     '',     '',     '',   '',   'rcud', 'rcud'),
  ('realtime_messages',         '-',                      'tenant', '',     '',     '',     '',   '',   'rcud', ''),
  ('received_hooks',            'integration_credentials','org',    'r',    '',     '',     '',   '',   'rcud', ''),
  ('role_permissions',          'settings',               'tenant', 'r',    '',     '',     '',   '',   'rcud', ''),
  ('security_audit_log',        'security',               'org',    'r',    '',     '',     '',   '',   'rc',   'rc'),
  ('staff',                     'staff',                  'org',    'rcud', '',     'R',    '',   '',   'rcud', ''),
  ('system_settings',           'settings',               'tenant', 'r',    '',     '',     '',   'r',  'rcud', ''),
  ('users',                     'users',                  'org',    'ru',   '',     'RU',   '',   '',   'rcud', 'rcud'),
  ('webauthn_challenges',       '-',                      'tenant', '',     '',     '',     '',   '',   'rcud', 'rcud'),
  ('webauthn_credentials',      '-',                      'tenant', '',     '',     'r',    '',   '',   'rcud', 'rcud'),
  -- payments
  ('cancellation_policies',     'settings',               'org',    'rcud', '',     '',     '',   'r',  'rcud', ''),
  ('registers',                 'settings',               'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('register_shifts',           'payments',               'org',    'r',    '',     '',     '',   '',   'rcud', ''),
  ('cash_movements',            'payments',               'org',    'r',    '',     '',     '',   '',   'rcud', ''),
  ('folio_items',               'payments',               'org',    'r',    '',     'r',    '',   '',   'rcud', ''),
  ('booking_types',             'settings',               'tenant', 'r',    '',     '',     '',   '',   'rcud', ''),
  ('folios',                    'payments',               'org',    'r',    '',     'r',    '',   '',   'rcud', ''),
  ('payment_ledger',            'ledger',                 'org',    'r',    '',     '',     '',   '',   'r',    ''),
  ('payment_accounts',          'integration_credentials','org',    'rd',   '',     '',     '',   '',   'rcud', ''),
  ('payment_disputes',          'ledger',                 'org',    'r',    '',     '',     '',   '',   'rcud', ''),
  ('payments',                  'payments',               'org',    'r',    '',     'r',    'r',  '',   'rcud', ''),
  ('refunds',                   'payments',               'org',    'r',    '',     'r',    'r',  '',   'rcud', ''),
  ('user_credit_transactions',  'credits',                'org',    'r',    '',     'r',    '',   '',   'r',    ''),
  ('user_credits',              'credits',                'org',    'r',    '',     'r',    '',   '',   'rcud', ''),
  -- dining
  ('bill_adjustments',          'discounts',              'org',    'r',    '',     '',     'r',  '',   'rcud', ''),
  ('bill_shares',               'payments',               'org',    'r',    '',     '',     'r',  '',   'rcud', ''),
  ('kitchen_order_items',       'kitchen',                'org',    'r',    '',     '',     '',   '',   'rcud', ''),
  ('kitchen_orders',            'kitchen',                'org',    'r',    '',     '',     '',   '',   'rcud', ''),
  ('menu_categories',           'menu',                   'org',    'rcud', '',     '',     '',   'r',  'rcud', ''),
  ('menu_item_modifier_groups', 'menu',                   'org',    'rcud', '',     '',     '',   'r',  'rcud', ''),
  ('menu_items',                'menu',                   'org',    'rcud', '',     '',     '',   'r',  'rcud', ''),
  ('modifier_groups',           'menu',                   'org',    'rcud', '',     '',     '',   'r',  'rcud', ''),
  ('modifiers',                 'menu',                   'org',    'rcud', '',     '',     '',   'r',  'rcud', ''),
  ('order_counters',            'orders',                 'org',    'r',    '',     '',     '',   '',   'rcud', ''),
  ('order_lines',               'orders',                 'org',    'r',    '',     '',     'r',  '',   'rcud', ''),
  ('orders',                    'orders',                 'org',    'rc',   '',     'r',    'r',  '',   'rcud', ''),
  ('otp_guards',                '-',                      'tenant', '',     '',     '',     '',   '',   'rcud', ''),
  ('reservation_tables',        'reservations',           'org',    'r',    '',     '',     '',   '',   'rcud', ''),
  ('restaurant_tables',         'tables',                 'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('restaurants',               'settings',               'org',    'rcud', '',     '',     '',   'r',  'rcud', ''),
  ('session_customers',         'sessions',               'org',    'rcu',  '',     'r',    'r',  '',   'rcud', ''),
  ('table_combinations',        'tables',                 'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('table_reservations',        'reservations',           'org',    'rcu',  '',     'r',    '',   '',   'rcud', ''),
  ('table_sessions',            'sessions',               'org',    'rcu',  '',     '',     'r',  '',   'rcud', ''),
  ('waitlist_entries',          'reservations',           'org',    'rcu',  '',     '',     '',   '',   'rcud', ''),
  -- stays
  ('booking_addons',            'stays',                  'org',    'r',    '',     'r',    '',   '',   'rcud', ''),
  ('chalet_addons',             'chalets',                'org',    'rcud', '',     '',     '',   'r',  'rcud', ''),
  ('chalet_amenities',          'chalets',                'org',    'rcud', '',     '',     '',   'r',  'rcud', ''),
  ('chalet_blocks',             'stays',                  'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('chalet_bookings',           'stays',                  'org',    'ru',   '',     'r',    '',   '',   'rcud', ''),
  ('chalet_images',             'chalets',                'org',    'rcud', '',     '',     '',   'r',  'rcud', ''),
  ('chalets',                   'chalets',                'org',    'rcud', '',     '',     '',   'r',  'rcud', ''),
  ('ical_exports',              'chalets',                'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('ical_imports',              'chalets',                'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('price_history',             'chalets',                'org',    'r',    '',     '',     '',   '',   'r',    ''),
  ('seasonal_pricing_rules',    'chalets',                'org',    'rcud', '',     '',     '',   'r',  'rcud', ''),
  -- pool
  ('guest_pass_usage',          'memberships',            'org',    'r',    '',     'r',    '',   '',   'rcud', ''),
  ('membership_members',        'memberships',            'org',    'r',    '',     'r',    '',   '',   'rcud', ''),
  ('membership_periods',        'memberships',            'org',    'r',    '',     'r',    '',   '',   'rcud', ''),
  ('pool_capacity',             'pool',                   'org',    'r',    'cu',   '',     '',   '',   'rcud', ''),
  ('pool_entries',              'pool',                   'org',    'r',    '',     'r',    '',   '',   'r',    ''),
  ('pool_membership_plans',     'memberships',            'org',    'r',    'cud',  '',     '',   'r',  'rcud', ''),
  ('pool_memberships',          'memberships',            'org',    'r',    '',     'r',    '',   '',   'rcud', ''),
  ('pool_prices',               'pool',                   'org',    'r',    'cud',  '',     '',   'r',  'rcud', ''),
  ('pool_slots',                'pool',                   'org',    'r',    'cud',  '',     '',   'r',  'rcud', ''),
  ('pool_tickets',              'pool',                   'org',    'r',    '',     'r',    '',   '',   'rcud', ''),
  -- experiences
  ('booking_days',              'reports',                'org',    'r',    '',     '',     '',   '',   'rcud', ''),
  ('bookings',                  'bookings',               'org',    'ru',   '',     'r',    '',   '',   'rcud', ''),
  ('customer_stats',            'customers',              'org',    'r',    '',     '',     '',   '',   'rcud', ''),
  ('game_slots',                'bookings',               'org',    'r',    '',     '',     '',   '',   'rcud', ''),
  ('game_venues',               'games',                  'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('games',                     'games',                  'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('promo_codes',               'games',                  'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('reports_cache',             'reports',                'org',    'rd',   '',     '',     '',   '',   'rcud', ''),
  ('venues',                    'venues',                 'org',    'rcud', '',     '',     '',   'r',  'rcud', ''),
  ('waiver_submissions',        'waivers',                'org',    'r',    '',     'r',    '',   '',   'rcud', ''),
  ('waivers',                   'waivers',                'org',    'rcud', '',     '',     '',   'r',  'rcud', ''),
  -- labor
  ('onboarding_records',        'onboarding',             'org',    'r',    '',     'R',    '',   '',   'rcud', ''),
  ('onboarding_tasks',          'onboarding',             'org',    'r',    '',     'R',    '',   '',   'rcud', ''),
  ('onboarding_template_tasks', 'onboarding',             'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('onboarding_templates',      'onboarding',             'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('staff_activity_log',        'activity',               'org',    'r',    '',     'R',    '',   '',   'rc',   ''),
  ('staff_schedules',           'schedules',              'org',    'r',    'u',    'R',    '',   '',   'rcud', ''),
  ('time_breaks',               'timesheets',             'org',    'rcud', '',     'R',    '',   '',   'rcud', ''),
  ('time_entries',              'timesheets',             'org',    'r',    '',     'R',    '',   '',   'rcud', ''),
  -- procurement
  ('ingredient_units',          'recipes',                'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('ingredients',               'recipes',                'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('invoice_lines',             'procurement',            'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('invoices',                  'procurement',            'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('recipe_lines',              'recipes',                'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('recipes',                   'recipes',                'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('stock_levels',              'stock',                  'org',    'r',    '',     '',     '',   '',   'rcud', ''),
  ('stock_movements',           'stock',                  'org',    'r',    '',     '',     '',   '',   'r',    ''),
  ('stores',                    'stock',                  'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('supplier_prices',           'procurement',            'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('suppliers',                 'procurement',            'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  -- bots
  ('bot_dialog_states',         'bots',                   'org',    'rd',   '',     '',     '',   '',   'rcud', ''),
  ('bot_instances',             'bots',                   'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('bot_platform_credentials',  'bot_credentials',        'org',    'rud',  '',     '',     '',   '',   'rcud', ''),
  ('bot_scenarios',             'bots',                   'org',    'rcud', '',     '',     '',   '',   'rcud', ''),
  ('integration_credentials',   'integration_credentials','org',    'rud',  '',     '',     '',   '',   'rcud', '');

-- What a line cannot say. owner is one of mine, own, mine_b, foreign (factory.sql); null: all of them.
create table tests.expected_deviations (tab text, roles text[], owner text, action text, allowed boolean, why text);
insert into tests.expected_deviations values
  ('role_permissions', '{super_admin}', null, 'insert', true, 'where there are several organizations, a super admin hands out rights'),
  ('role_permissions', '{super_admin}', null, 'update', true, 'where there are several organizations, a super admin hands out rights'),
  ('role_permissions', '{super_admin}', null, 'delete', true, 'where there are several organizations, a super admin hands out rights'),
  ('system_settings',  '{super_admin}', null, 'insert', true, 'and sets up the tenant as a whole'),
  ('system_settings',  '{super_admin}', null, 'update', true, 'and sets up the tenant as a whole'),
  ('system_settings',  '{super_admin}', null, 'delete', true, 'and sets up the tenant as a whole'),
  ('kitchen_orders',   '{super_admin}', null, 'insert', true, 'a ticket without an order; the probe names no organization, which a trigger would fill in');
insert into tests.expected_deviations values
  ('restaurants', '{customer,guest}', 'mine', 'select', false, 'who has proved nothing asks get_restaurants and get_menu'),
  ('restaurants', '{customer,guest}', 'own', 'select', false, 'who has proved nothing asks get_restaurants and get_menu'),
  ('restaurants', '{customer,guest}', 'mine_b', 'select', false, 'who has proved nothing asks get_restaurants and get_menu'),
  ('restaurants', '{customer,guest}', 'foreign', 'select', false, 'who has proved nothing asks get_restaurants and get_menu'),
  ('payments', '{staff,waiter}', 'own', 'select', false, 'who takes money sees what they took; the books are the finance people''s'),
  ('refunds', '{staff,waiter}', 'own', 'select', false, 'who takes money sees what they took; the books are the finance people''s');
insert into tests.expected_deviations
select tab, roles, owner, 'insert', true, 'admins write stays, tickets and memberships straight into the tables; a trigger prices them'
from unnest(array['chalet_bookings', 'pool_tickets', 'pool_memberships']) tab,
     (values ('{owner,admin}'::text[], 'mine'), ('{owner,admin}', 'own'), ('{super_admin}', null)) r(roles, owner);

-- Values a generated row needs (see factory.sql): formats, rules between columns, and what makes a row public.
insert into tests.factory_values values
  ('role_permissions', 'role', '''customer'''),
  ('media', 'is_public', 'true'),
  ('media', 'mime_type', '''image/png'''),
  ('system_settings', 'is_public', 'true'),
  ('auth_providers', 'issuer', '''https://example.com/'' || $key'),
  ('branding_assets', 'kind', '''other'''),
  ('payments', 'booking_type', '''other'''),
  ('folio_items', 'booking_type', '''other'''),
  ('booking_types', 'position', '1000 + abs(hashtext($key)) % 1000000'),
  ('order_lines', 'order_id', null),
  ('bill_adjustments', 'order_id', null),
  ('bill_adjustments', 'percent', '10'),
  ('table_reservations', 'duration_minutes', '90'),
  ('table_combinations', 'table_ids', 'array[gen_random_uuid(), gen_random_uuid()]'),
  ('table_sessions', 'session_otp', 'right(''00000'' || abs(hashtext($key)), 6)'),
  ('chalet_images', 'url', '''https://example.com/'' || $key'),
  ('pictures', 'url', '''https://example.com/'' || $key'),
  ('booking_parties', 'digits', 'lpad((abs(hashtext($key)::bigint) % 1000000)::text, 6, ''0'')'),
  ('ical_imports', 'url', '''https://example.com/'' || $key'),
  ('pool_capacity', 'date', 'date ''2030-01-01'' + abs(hashtext($key)) % 3000'),
  ('pool_membership_plans', 'billing_cycle', '(array[''monthly'', ''quarterly'', ''annually''])[case when $key in (''own'', ''foreign'') then 1 when $key ~ ''guest'' then 2 else 3 end]'),
  ('pool_slots', 'slot', '(array[''morning'', ''afternoon'', ''full_day''])[case when $key in (''own'', ''foreign'') then 1 when $key ~ ''guest'' then 2 else 3 end]'),
  ('pool_slots', 'capacity', 'case when $key ~ ''customer'' then null else 10 end'),
  ('pool_prices', 'slot', '(array[''morning'', ''afternoon'', ''full_day''])[case when $key in (''own'', ''foreign'') then 1 when $key ~ ''guest'' then 2 else 3 end]'),
  ('bookings', 'reference_number', '''AAAA-'' || translate(upper(left(md5($key), 4)), ''01'', ''YZ'')'),
  ('promo_codes', 'code', '''X'' || upper(left(md5($key), 8))'),
  ('waiver_submissions', 'signature', '''data:'''),
  ('onboarding_records', 'mentor_id', null),
  ('time_entries', 'clock_out_at', 'timestamptz ''2030-01-15 18:00+00'''),
  ('recipes', 'ingredient_id', null), ('recipes', 'modifier_id', null),
  ('chalet_blocks', 'import_id', null);
