-- Every block of SQL in the documents that makes something, word for word; what they insert and ask runs in the other files of this folder, what the
-- booking document calls in bookingtms_testing_guide_test.sql. Tables of getinn.md are made beside ours, in the schema that it names, and each is held
-- against the view of module spec_names: the same columns, in the same order, with the same types.
\ir ../start.sql
select * from no_plan();

-- ── getinn.md ────────────────────────────────────────────────────────────────────────────────────────────────────────
create schema getinn_ops;
CREATE TABLE getinn_ops.account (
    id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
    name VARCHAR NOT NULL,
    description TEXT,
    is_active BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL DEFAULT now(),
    updated_at TIMESTAMP WITHOUT TIME ZONE NOT NULL DEFAULT now()
);

CREATE TABLE getinn_ops.user (
    id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
    email VARCHAR NOT NULL UNIQUE,
    hashed_password VARCHAR NOT NULL,
    full_name VARCHAR,
    account_id UUID NOT NULL REFERENCES getinn_ops.account(id),
    is_active BOOLEAN NOT NULL DEFAULT true,
    is_superuser BOOLEAN NOT NULL DEFAULT false,
    created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL DEFAULT now(),
    updated_at TIMESTAMP WITHOUT TIME ZONE NOT NULL DEFAULT now()
);

CREATE TABLE getinn_ops.restaurant (
    id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
    account_id UUID NOT NULL REFERENCES getinn_ops.account(id),
    name VARCHAR NOT NULL,
    address TEXT,
    phone VARCHAR,
    email VARCHAR,
    timezone VARCHAR,
    is_active BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL DEFAULT now(),
    updated_at TIMESTAMP WITHOUT TIME ZONE NOT NULL DEFAULT now(),
    iiko_id VARCHAR,
    iiko_sync_status VARCHAR,
    iiko_last_synced_at TIMESTAMP WITHOUT TIME ZONE,
    iiko_sync_error VARCHAR
);

CREATE TABLE getinn_ops.bot_instance (
    id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
    account_id UUID NOT NULL REFERENCES getinn_ops.account(id),
    name VARCHAR NOT NULL,
    description TEXT,
    is_active BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL DEFAULT now(),
    updated_at TIMESTAMP WITHOUT TIME ZONE NOT NULL DEFAULT now()
);

CREATE TABLE getinn_ops.bot_platform_credential (
    id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
    bot_id UUID NOT NULL REFERENCES getinn_ops.bot_instance(id),
    platform VARCHAR NOT NULL,
    credentials JSONB NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT true,
    webhook_url VARCHAR,
    webhook_last_checked TIMESTAMP WITHOUT TIME ZONE,
    webhook_auto_refresh BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL DEFAULT now(),
    updated_at TIMESTAMP WITHOUT TIME ZONE NOT NULL DEFAULT now()
);

CREATE TABLE getinn_ops.bot_scenario (
    id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
    bot_id UUID NOT NULL REFERENCES getinn_ops.bot_instance(id),
    name VARCHAR NOT NULL,
    description TEXT,
    scenario_data JSONB NOT NULL,
    version VARCHAR NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL DEFAULT now(),
    updated_at TIMESTAMP WITHOUT TIME ZONE NOT NULL DEFAULT now()
);

CREATE TABLE getinn_ops.bot_dialog_state (
    id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
    bot_id UUID NOT NULL REFERENCES getinn_ops.bot_instance(id),
    platform VARCHAR NOT NULL,
    platform_chat_id VARCHAR NOT NULL,
    current_step VARCHAR NOT NULL,
    collected_data JSONB NOT NULL DEFAULT '{}',
    last_interaction_at TIMESTAMP WITHOUT TIME ZONE NOT NULL,
    created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL DEFAULT now(),
    updated_at TIMESTAMP WITHOUT TIME ZONE NOT NULL DEFAULT now()
);

CREATE TABLE getinn_ops.account_integration_credentials (
    id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
    account_id UUID NOT NULL REFERENCES getinn_ops.account(id),
    integration_type VARCHAR NOT NULL,
    credentials JSONB NOT NULL,
    base_url VARCHAR,
    is_active BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL DEFAULT now(),
    updated_at TIMESTAMP WITHOUT TIME ZONE NOT NULL DEFAULT now(),
    last_connected_at TIMESTAMP WITHOUT TIME ZONE,
    connection_status VARCHAR,
    connection_error VARCHAR,
    CONSTRAINT uix_account_integration_type UNIQUE (account_id, integration_type)
);

-- Example indexes
CREATE INDEX ix_bot_dialog_state_bot_id ON getinn_ops.bot_dialog_state(bot_id);
CREATE INDEX ix_bot_dialog_state_platform_chat_id ON getinn_ops.bot_dialog_state(platform_chat_id);
CREATE INDEX ix_restaurant_iiko_id ON getinn_ops.restaurant(iiko_id);

-- Example unique constraint (in the document a line of the table above)
ALTER TABLE getinn_ops.account_integration_credentials DROP CONSTRAINT uix_account_integration_type, ADD
CONSTRAINT uix_account_integration_type UNIQUE (account_id, integration_type);

create function tests.columns_of(p_schema text, p_table text) returns text language sql stable as $$
  select string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' order by a.attnum)
  from pg_attribute a where a.attrelid = format('%I.%I', p_schema, p_table)::regclass and a.attnum > 0 and not a.attisdropped $$;
select is(tests.columns_of('tenant_alpha', t), tests.columns_of('getinn_ops', t), t || ' has the columns of its document')
from unnest(array['account', 'user', 'restaurant', 'bot_instance', 'bot_platform_credential', 'bot_scenario', 'bot_dialog_state', 'account_integration_credentials']) t;

-- ── what a program with models of getinn.md does: rows under the document's names, columns and defaults ───────────────
set local search_path = public, tap;      -- it names the schema in every statement
with made as (insert into tenant_alpha.account (name, description, is_active) values ('Chain', null, true) returning *)
select is((select (id is not null and created_at is not null and updated_at is not null) || ' ' || is_active || ' ' || name from made), 'true true Chain', 'an account, with its defaults');
insert into tenant_alpha."user" (email, hashed_password, full_name, account_id, is_active, is_superuser)
select 'Chef@chain.test', '$2b$12$abcdefghijklmnopqrstuuJ8m0sB3L8Yb0V9f0mN3Q2iYc1dC3xW6', 'The Chef', id, true, false from tenant_alpha.account where name = 'Chain';
select is((select email || ' ' || hashed_password || ' ' || is_superuser from tenant_alpha."user" where full_name = 'The Chef'),
  'chef@chain.test $2b$12$abcdefghijklmnopqrstuuJ8m0sB3L8Yb0V9f0mN3Q2iYc1dC3xW6 false', 'a user; the owner of the database reads the hash');
insert into tenant_alpha.restaurant (account_id, name, address, timezone, iiko_id) select id, 'First', 'Street 1', 'Europe/Moscow', 'iiko-1' from tenant_alpha.account where name = 'Chain';
update tenant_alpha.restaurant set iiko_sync_status = 'synced', iiko_last_synced_at = '2025-01-02 03:04:05', updated_at = now() where iiko_id = 'iiko-1';
select is((select iiko_last_synced_at::text || ' ' || iiko_sync_status from tenant_alpha.restaurant where iiko_id = 'iiko-1'), '2025-01-02 03:04:05 synced', 'times without a zone are UTC, and come back as they were written');
select is((select iiko_last_synced_at from tenant_alpha.restaurants where iiko_id = 'iiko-1'), timestamptz '2025-01-02 03:04:05+00', 'behind them stands the instant');
insert into tenant_alpha.bot_instance (account_id, name) select id, 'Booker' from tenant_alpha.account where name = 'Chain';
insert into tenant_alpha.bot_platform_credential (bot_id, platform, credentials, webhook_url) select id, 'telegram', '{"token": "123:abc"}', 'https://example.com/hook' from tenant_alpha.bot_instance;
select is((select credentials::text || ' ' || webhook_auto_refresh from tenant_alpha.bot_platform_credential), '{"sealed": true} true', 'credentials are sealed on their way in, and shown to nobody');
select is((select tests.opened(credentials, 'bot_platform_credentials.credentials', id::text, 'tenant_alpha') from tenant_alpha.bot_platform_credentials), '{"token": "123:abc"}', 'the daemon opens them');
update tenant_alpha.bot_platform_credential set is_active = false, webhook_last_checked = '2025-01-01';
select is((select tests.opened(credentials, 'bot_platform_credentials.credentials', id::text, 'tenant_alpha') from tenant_alpha.bot_platform_credentials), '{"token": "123:abc"}', 'what is not written stays');
update tenant_alpha.bot_platform_credential set credentials = '{"token": "new"}';
select is((select tests.opened(credentials, 'bot_platform_credentials.credentials', id::text, 'tenant_alpha') from tenant_alpha.bot_platform_credentials), '{"token": "new"}', 'a new secret replaces it');
insert into tenant_alpha.bot_scenario (bot_id, name, scenario_data, version) select id, 'Welcome', '{"start": "a", "steps": {}}', '1.0' from tenant_alpha.bot_instance;
insert into tenant_alpha.bot_dialog_state (bot_id, platform, platform_chat_id, current_step, last_interaction_at) select id, 'telegram', '77', 'a', now() from tenant_alpha.bot_instance;
select is((select collected_data from tenant_alpha.bot_dialog_state), '{}', 'a dialog, with its default');
insert into tenant_alpha.account_integration_credentials (account_id, integration_type, credentials, base_url) select id, 'iiko', '{"login": "x"}', 'https://api.example.com' from tenant_alpha.account where name = 'Chain';
select throws_ok($$insert into tenant_alpha.account_integration_credentials (account_id, integration_type, credentials) select id, 'iiko', '{}' from tenant_alpha.account where name = 'Chain'$$, '23505', null, 'uix_account_integration_type');
delete from tenant_alpha.bot_scenario;
select is((select count(*) from tenant_alpha.bot_scenarios), 0::bigint, 'what is deleted is gone');
set local search_path = tenant_alpha, api, app, public, tap;
select isnt_empty($$select 1 from audit_logs where table_name = 'bot_instances' and action = 'INSERT'$$, 'and the trail knows');

-- row security is the tables' own
select tests.as('a.manager');
select is((select string_agg(name, ' ') from account), 'Organization a', 'a manager sees the own account');
select is((select count(*) from "user" where account_id <> tests.id('a')), 0::bigint, 'and nobody of others');
select is((select count(*) from "user" where hashed_password is not null), 0::bigint, 'nor a password');
select is_empty('select 1 from bot_platform_credential', 'nor what managers do not see');
select throws_ok(format($$insert into restaurant (account_id, name) values (%L, 'Mine')$$, tests.id('b')), '42501', null, 'and writes into no other account');
select lives_ok($$insert into categories (name, rank, restaurant_id) select 'Specials', 3, id from restaurant limit 0$$, 'their own they write');
select tests.as('a.waiter');
update account set name = 'Taken';
select tests.as_anon();
select throws_ok('select 1 from "user"', '42501', null, 'visitors see no people');
select lives_ok('select * from categories', 'and the menu''s categories');
select tests.as_owner();
select is((select count(*) from organizations where name = 'Taken'), 0::bigint, 'who may not rename a house does not');

-- ── indexes of group-ordering.md and v2-resort.md, word for word: ours of the same name make place ────────────────────
do $$ declare v text; begin
  foreach v in array string_to_array('idx_table_sessions_table_id_status idx_table_sessions_session_otp idx_session_customers_session_id idx_orders_session_id idx_users_email idx_users_role idx_bookings_user idx_bookings_chalet idx_bookings_dates idx_bookings_status idx_tickets_date idx_memberships_user idx_reservations_date idx_orders_status idx_audit_user idx_audit_type', ' ') loop
    execute format('drop index if exists %I', v);
  end loop;
end $$;
-- Session lookup by table and status
CREATE INDEX idx_table_sessions_table_id_status ON table_sessions(table_id, status);

-- OTP validation
CREATE INDEX idx_table_sessions_session_otp ON table_sessions(session_otp);

-- Session customer lookup
CREATE INDEX idx_session_customers_session_id ON session_customers(session_id);

-- Order session lookup
CREATE INDEX idx_orders_session_id ON orders(session_id);

-- User lookups
CREATE INDEX idx_users_email ON users(email);
CREATE INDEX idx_users_role ON users(role) WHERE role != 'customer';

-- Booking queries
CREATE INDEX idx_bookings_user ON chalet_bookings(user_id);
CREATE INDEX idx_bookings_chalet ON chalet_bookings(chalet_id);
CREATE INDEX idx_bookings_dates ON chalet_bookings(check_in, check_out);
CREATE INDEX idx_bookings_status ON chalet_bookings(status) WHERE status NOT IN ('cancelled', 'checked_out');

-- Pool queries
CREATE INDEX idx_tickets_date ON pool_tickets(ticket_date);
CREATE INDEX idx_memberships_user ON pool_memberships(user_id) WHERE status = 'active';

-- Restaurant queries
CREATE INDEX idx_reservations_date ON table_reservations(reservation_date, reservation_time);
CREATE INDEX idx_orders_status ON kitchen_orders(status) WHERE status IN ('pending', 'cooking');

-- Audit queries
CREATE INDEX idx_audit_user ON security_audit_log(user_id, created_at DESC);
CREATE INDEX idx_audit_type ON security_audit_log(event_type, created_at DESC);

select is((select count(*) from pg_indexes where schemaname = 'tenant_alpha' and indexname in ('idx_orders_session_id', 'idx_users_role', 'idx_bookings_dates', 'idx_orders_status', 'idx_audit_type')), 5::bigint, 'every index is made');
select * from finish();
rollback;
