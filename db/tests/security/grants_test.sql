-- What stands open, read from the catalogue, so that what is added tomorrow is held to it too. A function with the owner's rights that a
-- request role may execute stands on a list here with its reason; the suite fails on one that does not.
\set unchecked 1
\ir ../start.sql
select plan(25);

-- Schemas, and what is made in them.
select is((select string_agg(format('%s on %s', r, n.nspname), ', ') from pg_namespace n, unnest(array['anon', 'authenticated', 'service_role', 'maitred_auth']) r
  where n.nspname !~ '^(pg_|tests|tap)' and has_schema_privilege(r, n.oid, 'create')), null, 'no request role makes objects anywhere');
select is((select string_agg(r, ', ') from unnest(array['anon', 'authenticated', 'service_role', 'maitred_auth', 'authenticator']) r
  where has_database_privilege(r, current_database(), 'temporary') or has_database_privilege(r, current_database(), 'create')), null, 'nor temporary ones');
select is((select string_agg(r, ', ') from unnest(array['anon', 'authenticated', 'service_role', 'maitred_auth']) r where has_schema_privilege(r, 'maitred', 'usage')),
  null, 'none enters the daemon''s own schema');
select is((select string_agg(format('%s %s', r, c.relname), ', ') from pg_class c, unnest(array['anon', 'authenticated', 'service_role', 'maitred_auth']) r
  where c.relnamespace in ('maitred'::regnamespace, 'public'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm')
    and has_table_privilege(r, c.oid, 'select,insert,update,delete,truncate,references,trigger')), null, 'nor reads or writes a table of the platform');
select is((select string_agg(a.defaclobjtype::text, ', ') from pg_default_acl a, aclexplode(a.defaclacl) x where x.grantee = 0), null, 'nothing new is open to all');
select is((select string_agg(r.rolname, ', ') from pg_roles r where r.rolname in ('anon', 'authenticated', 'service_role', 'maitred_auth', 'authenticator')
  and (r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolbypassrls or r.rolreplication or r.rolinherit)), null, 'no request role has powers of its own');
select is((select string_agg(m.member::regrole::text, ', ') from pg_auth_members m
  where m.member::regrole::text in ('anon', 'authenticated', 'service_role', 'maitred_auth')), null, 'nor those of another role');

-- Tables.
select is((select string_agg(c.relname, ', ') from pg_class c where c.relnamespace = 'tenant_alpha'::regnamespace and c.relkind in ('r', 'p') and not c.relrowsecurity), null,
  'every table has row security, partitions and unlogged ones too');
select is((select string_agg(c.relname, ', ') from pg_class c where c.relnamespace = 'tenant_alpha'::regnamespace and c.relkind in ('r', 'p')
  and not exists (select from pg_policy p where p.polrelid = c.oid and not p.polpermissive and p.polname = 'tenant_guard' and p.polroles = '{0}' and p.polcmd = '*')), null,
  'and the guard of its tenant');
select is((select string_agg(c.relname, ', ') from pg_class c where c.relnamespace = 'tenant_alpha'::regnamespace and c.relkind = 'v'
  and not coalesce(c.reloptions @> '{security_invoker=true}', false)), null, 'a view shows what the one who asks may see');
select is((select string_agg(c.relname, ', ') from pg_class c where c.relnamespace = 'tenant_alpha'::regnamespace and c.relkind in ('m', 'f', 'S')), null,
  'there is nothing that knows no row security');
select is((select string_agg(format('%s.%s', c.relname, p.polname), ', ') from pg_policy p join pg_class c on c.oid = p.polrelid
  where c.relnamespace = 'tenant_alpha'::regnamespace and p.polpermissive and p.polroles @> '{0}'), null, 'no policy is for everybody unnamed');
select is((select string_agg(format('%s.%s', c.relname, p.polname), ', ') from pg_policy p join pg_class c on c.oid = p.polrelid
  where c.relnamespace = 'tenant_alpha'::regnamespace and p.polpermissive and p.polcmd in ('a', 'w', '*') and 'authenticated'::regrole = any (p.polroles)
    and p.polwithcheck is null), null, 'what may be written is checked as it will be');
select is((select string_agg(format('%s %s', r, c.relname), ', ') from pg_class c, unnest(array['anon', 'authenticated', 'service_role']) r
  where c.relnamespace = 'tenant_alpha'::regnamespace and c.relkind in ('r', 'p')
    and (has_table_privilege(r, c.oid, 'trigger,references') or r <> 'service_role' and has_table_privilege(r, c.oid, 'truncate'))), null,
  'nobody truncates past the policies or hangs triggers on a table');
select is((select string_agg(c.relname, ', ') from pg_class c where c.relnamespace = 'tenant_alpha'::regnamespace and c.relkind in ('r', 'p')
  and (has_any_column_privilege('anon', c.oid, 'insert,update') or has_table_privilege('anon', c.oid, 'delete'))), null, 'visitors write through functions only');
-- append-only, whatever the role
select is((select string_agg(format('%s %s', r, t), ', ') from unnest(array['anon', 'authenticated', 'service_role', 'maitred_auth']) r,
    unnest(array['audit_logs', 'audit_logs_default', 'payment_ledger', 'user_credit_transactions', 'stock_movements']) t
  where has_table_privilege(r, t, 'insert,update,delete,truncate') or has_any_column_privilege(r, t, 'insert,update')), null, 'the trail, the ledger and their kin are written by triggers');

-- Secrets. A column that is called like one is hidden, or stands here with who may read it and why.
create table tests.known_columns (col text primary key, why text);
insert into tests.known_columns values
  ('one_time_tokens.redirect_to', 'an address'), ('auth_sessions.token_expires_at', 'a date'),
  ('auth_attempts.blocked_until', 'a date'),
  ('ical_exports.token', 'the address of a calendar, for those who manage chalets'),
  ('table_sessions.session_otp', 'shown at the table it opens'), ('table_sessions.otp_expires_at', 'a date'), ('restaurants.session_otp_minutes', 'a number'),
  ('venues.embed_key', 'stands in every page that shows the widget'),
  ('mfa_factors.last_used_step', 'a number'),
  ('users.last_password_change', 'a date'), ('waiver_submissions.content_hash', 'of a public text'), ('media.sha256', 'of a file'),
  ('pool_tickets.qr_code', 'the ticket itself, for its buyer and the gate'), ('membership_members.qr_code', 'the card itself'),
  ('bookings.idempotency_key', 'chosen by the client'), ('chalet_bookings.idempotency_key', 'chosen by the client'), ('orders.idempotency_key', 'chosen by the client'),
  ('order_lines.idempotency_key', 'chosen by the client'), ('payments.idempotency_key', 'chosen by the client'), ('refunds.idempotency_key', 'chosen by the client'),
  ('pool_tickets.idempotency_key', 'chosen by the client'), ('pool_memberships.idempotency_key', 'chosen by the client'),
  ('table_reservations.idempotency_key', 'chosen by the client'), ('waitlist_entries.idempotency_key', 'chosen by the client'), ('baskets.idempotency_key', 'chosen by the client'), ('cash_movements.idempotency_key', 'chosen by the client'), ('sales_invoices.idempotency_key', 'chosen by the client'), ('party_members.idempotency_key', 'chosen by the client'), ('bill_adjustments.idempotency_key', 'chosen by the client'),
  ('branding_assets.setting_key', 'names a setting'), ('idempotency_keys.request_hash', 'of a body'),
  ('realtime_messages.private', 'a kind of channel');
select is((select string_agg(distinct format('%s.%s', c.relname, a.attname), ', ') from pg_attribute a join pg_class c on c.oid = a.attrelid, unnest(array['anon', 'authenticated', 'service_role']) r
  where c.relnamespace = 'tenant_alpha'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
    and a.attname ~ '(secret|passw|credential|token|hash|otp|private|verifier|nonce|qr_code|embed_key|_key$|refresh_key)'
    and has_column_privilege(r, c.oid, a.attnum, 'select')
    and format('%s.%s', c.relname, a.attname) not in (select col from tests.known_columns)), null, 'no column that is called like a secret is read by a request role');
select is((select string_agg(distinct format('%s.%s', c.relname, a.attname), ', ') from pg_attribute a join pg_class c on c.oid = a.attrelid, unnest(array['anon', 'authenticated', 'service_role']) r
  where c.relnamespace = 'tenant_alpha'::regnamespace and format('%s.%s', c.relname, a.attname) = any (array['users.hashed_password', 'users.two_factor_secret', 'auth_sessions.refresh_key',
      'mfa_factors.secret', 'mfa_challenges.code_hash', 'mfa_recovery_codes.code_hash', 'one_time_tokens.token_hash', 'one_time_tokens.code_hash', 'one_time_tokens.metadata',
      'flow_states.state_hash', 'flow_states.auth_code_hash', 'flow_states.provider_verifier', 'auth_providers.client_secret', 'password_history.hashed_password',
      'bot_platform_credentials.credentials', 'integration_credentials.credentials', 'idempotency_keys.body', 'hook_endpoints.secret', 'received_hooks.body'])
    and has_column_privilege(r, c.oid, a.attnum, 'select,insert,update,references')), null, 'the secrets that there are, nobody reads or writes');
select is((select string_agg(distinct format('%s.%s', c.relname, a.attname), ', ') from pg_attribute a join pg_class c on c.oid = a.attrelid
  where c.relnamespace = 'tenant_alpha'::regnamespace and format('%s.%s', c.relname, a.attname) = any (array['staff_schedules.hourly_rate', 'time_entries.hourly_rate', 'restaurants.settings',
      'table_sessions.session_otp', 'users.email', 'customers.email', 'venues.settings'])
    and has_column_privilege('anon', c.oid, a.attnum, 'select')), null, 'and visitors read nothing of people and settings');

-- Functions with the owner's rights.
select is((select string_agg(p.oid::regprocedure::text, ', ') from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname in ('app', 'api', 'auth', 'maitred') and (p.proacl is null or exists (select from aclexplode(p.proacl) x where x.grantee = 0))), null,
  'no function of the house is open to all');
select is((select string_agg(format('%s %s', r, p.proname), ', ') from pg_proc p, unnest(array['anon', 'authenticated', 'service_role', 'maitred_auth']) r
  where p.pronamespace = 'app'::regnamespace and has_function_privilege(r, p.oid, 'execute')
    and p.proname in ('sign_token', 'sign_pool_code', 'pool_gate_key', 'sign_cards', 'post_ledger', 'make_credit', 'spend_credits', 'return_credits', 'shred_rows', 'seed_tenant',
      'read_bot_credentials', 'read_integration_credentials', 'received_hook', 'hook_handled', 'ensure_audit_partitions', 'secure_table')), null, 'nobody signs tokens or codes, writes the ledger or opens credentials by hand');
select is((select string_agg(p.proname, ', ') from pg_proc p, unnest(array['anon', 'authenticated', 'service_role']) r
  where p.pronamespace = 'app'::regnamespace and (p.proname ~ '^auth_' or p.proname in ('hook_secret', 'receive_hook', 'printer_of_key', 'printer_polls', 'printer_takes', 'printer_tells', 'print_take', 'print_told')) and has_function_privilege(r, p.oid, 'execute')), null, 'the sign-in service''s functions are its own, and the webhooks'' door''s');

-- What visitors may call: each new name here is one more door to the street.
select is((select string_agg(p.proname, ' ' order by p.proname) from pg_proc p where p.pronamespace = 'api'::regnamespace and has_function_privilege('anon', p.oid, 'execute')
  and p.proname <> all (string_to_array('get_menu get_restaurants get_table find_tables get_order get_reservation get_waitlist_entry reserve_table change_reservation cancel_reservation '
    'join_waitlist leave_waitlist place_order open_table_session join_table_session get_session get_session_summary leave_session add_order_line change_order_line remove_order_line '
    'call_waiter cancel_call take_back_bill claim_share get_receipt get_receipt_document renew_session_otp bill_session split_bill create_payment get_payment keep_card get_card get_venue_by_embed_key get_venue_games get_venue_schedule is_venue_open get_available_slots quote_booking '
    'create_widget_booking get_booking get_waiver submit_waiver get_available_chalets quote_stay create_chalet_booking get_ical_feed get_pool_availability buy_pool_ticket start_membership '
    'get_front_page get_stay_calendar get_table_times get_game_calendar quote_parts hold_basket get_basket change_basket release_basket confirm_basket get_my_booking change_my_booking cancel_my_bookings get_my_receipt get_my_calendar open_party get_party join_party change_party_member remove_party_member remind_party', ' '))),
  null, 'visitors call what is meant for them');

-- Private functions with the owner's rights that request roles may execute: triggers aside, each only tells something about the one who asks,
-- something public, or does what its reason says.
create table tests.open_definers (name text primary key, why text);
insert into tests.open_definers
select unnest(string_to_array(names, ' ')), why from (values
  ('is_stranger', 'for policies: whether the one who asks is anybody'),
  ('restaurant_is_shown', 'what every visitor is told'),
  ('works_for pick_organization shops_at is_internal report_organizations check_report_venue session_for my_restaurant staff_name', 'decide for whom a request is made'),
  ('acting_user own_customer_ids guest_session_id guest_customer_id bill_session_ids shares_department is_own_credit is_own_folio is_my_basket is_own_payment is_my_chalet_booking is_my_membership is_my_pool_entry is_my_time_entry is_my_onboarding', 'for policies: what belongs to the one who asks'),
  ('online_provider organization_currency phone_country organization_today restaurant_today report_today terms_for default_cancellation_policy cancellation_refund restaurant_json game_starts slot_alternatives price_booking price_stay chalet_is_free chalet_is_shown pool_free pool_slot_times', 'what every visitor is told'),
  ('ticket_stands_alone only_organization my_restaurants require_restaurant', 'for policies and triggers: what is clear of a house, and where the caller works'),
  ('parent_organization parent_place', 'for triggers that fill a row from its parent; no door leads to schema app'),
  ('listening', 'names functions: which one knows a channel''s topic'),
  ('house_tax_rate tax_rate standard_tax_rate', 'the menu shows it'),
  ('house_locale', 'the pages are in it'),
  ('page_card site_paths', 'what public pages say of themselves, for search engines and messengers'),
  ('seal_secret', 'sealing tells nothing'),
  ('scenario_faults', 'looks at a graph that the caller brings, and at which functions there are'),
  ('idempotency_claim idempotency_keep idempotency_answer', 'the daemon calls them as the role of the request, with a scope from the verified token'),
  ('paid_amount recipe_needs recipe_contains to_base_unit report_is_fresh chalet_guest_name is_own_event', 'a fact about a row that the caller names, for functions and triggers that run with the rights of who asks'),
  ('storage_bucket storage_public_object', 'what everybody is told of a bucket, and what lies in a public one; the daemon calls them'),
  ('storage_room_taken', 'how much of the tenant''s quota is used'),
  ('storage_keep_upload storage_end_upload', 'the place of an upload in the quota, by a number that the daemon makes; it calls them with the rights of who asks'),
  ('mark_entry_corrected', 'for a trigger: whoever may correct timesheets signs the correction'),
  ('printer_problems', 'which printers hold tickets up, on the kitchen''s page'),
  ('next_order_number', 'orders that staff enter by hand are numbered by a trigger'),
  ('lock_chalets claim_nights retake_nights', 'triggers of bookings and blocks that staff write')) x(names, why);
select is((select string_agg(distinct p.proname, ', ') from pg_proc p, unnest(array['anon', 'authenticated']) r
  where p.pronamespace = 'app'::regnamespace and p.prosecdef and p.prorettype <> 'trigger'::regtype and has_function_privilege(r, p.oid, 'execute')
    and p.proname not in (select name from tests.open_definers)), null, 'private functions with the owner''s rights that anybody may execute have a reason');
select is((select string_agg(name, ', ') from tests.open_definers o where not exists (select from pg_proc p where p.pronamespace = 'app'::regnamespace and p.proname = o.name and p.prosecdef)), null,
  'and the list names nothing that is gone');
select * from finish();
rollback;
