-- Erasing a customer, everywhere: one row of every table that could speak of her carries a mark in every column of text; what still carries
-- it afterwards is listed here, and nothing else may.
\ir ../start.sql
set local client_min_messages = error;
\ir factory.sql
\ir expectations.sql
select plan(7);
delete from tests.expected e where to_regclass('tenant_alpha.' || e.tab) is null;

-- Rows of the customer a.customer and of everything that hangs on them.
set local session_replication_role = replica;
create table tests.marked (tab text, col text);
do $$
declare
  v record;
  v_row jsonb;
begin
  for v in select tab from tests.expected order by tab loop
    v_row := tests.make_row(v.tab, 'a.customer');
    continue when v.tab not in (
      select table_name from app.customer_references()
      union select 'customers' union select 'users' union select 'security_audit_log'
      union select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname ~ '^(customer|guest|contact)_.*(name|email|phone)'
            where c.relnamespace = 'tenant_alpha'::regnamespace and c.relname <> 'suppliers');
    for v in
      select v.tab, a.attname as col, case when a.attname ~ 'email$' then '''adamark@example.com''' when a.attname ~ 'phone$' then '''0991 234567'''
               when t.typname = 'jsonb' then '''{"said": "ADAMARK"}''' when t.typname = 'inet' then '''192.0.2.199''' when t.typcategory = 'A' then '''{ADAMARK}'''
               when t.typname = 'date' then '''1815-12-10''' else '''ADAMARK''' end as mark
      from pg_attribute a join pg_type t on t.oid = a.atttypid
      where a.attrelid = ('tenant_alpha.' || v.tab)::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        and (t.typname in ('text', 'varchar', 'jsonb', 'inet', '_text') or a.attname ~ 'birth')
        and not exists (select from pg_constraint f where f.conrelid = a.attrelid and f.contype = 'f' and f.confrelid = to_regclass('tenant_alpha.booking_types') and a.attnum = any (f.conkey))
    loop
      begin
        execute format('update tenant_alpha.%I set %I = %s where %s', v.tab, v.col, v.mark, v_row ->> 'where');
        insert into tests.marked values (v.tab, v.col);
      exception when others then
        null;     -- a status, a currency: not words about a person
      end;
    end loop;
  end loop;
end $$;
update customers set phone = '0991234567' where id = tests.row_id('a.customer', 'customers');
-- a guest at a table, who gave a phone number and no more
update session_customers set user_id = null where id = tests.row_id('a.customer', 'session_customers');
-- the trail remembers what the rows were
insert into audit_logs (organization_id, table_name, record_id, action, new_data)
  select tests.id('a'), 'bookings', tests.row_id('a.customer', 'bookings'), 'INSERT', '{"contact_name": "ADAMARK", "party_size": 4}' where to_regclass('bookings') is not null;
-- copies and free text, where no key leads: the words alone say whom they are about
update customers set full_name = 'Adamark Byron', email = 'adamark@example.com' where id = tests.row_id('a.customer', 'customers');
insert into audit_logs (organization_id, table_name, record_id, action, old_data, new_data) values
  (tests.id('a'), 'venues', gen_random_uuid(), 'UPDATE', '{"description": "see adamark@example.com", "capacity": 4}', '{"description": "Adamark Byron was here", "capacity": 5}');
insert into activity_logs (organization_id, action, description, metadata, user_name) values (tests.id('a'), 'called', 'Called Adamark Byron back', '{"phone": "0991234567"}', 'Waiter a');
insert into security_audit_log (organization_id, event_type, description, metadata) values (tests.id('a'), 'login_failed', null, '{"email": "adamark@example.com"}');
insert into notifications (organization_id, user_id, type, title, message) values (tests.id('a'), tests.id('a.manager'), 'booking_created', 'New booking', 'Adamark Byron, 4 people');
insert into realtime_messages (topic, event, payload) values ('floor', 'called', '{"who": "Adamark Byron"}');
insert into idempotency_keys (scope, key, method, path, request_hash, status, body) values ('x', 'y', 'POST', '/', '', 200, convert_to('{"email": "adamark@example.com"}', 'UTF8'));
insert into maitred.jobs (tenant, kind, payload) values ('tenant_alpha', 'send_mail', '{"to": "adamark@example.com", "subject": "ADAMARK", "text": "Your code: 123456"}');
insert into maitred.jobs (tenant, kind, payload, status) values ('tenant_alpha', 'send_mail', '{"to": "ADAMARK@example.com", "subject": "x", "text": "y"}', 'done');
insert into maitred.jobs (tenant, kind, payload) values ('tenant_alpha', 'send_mail', '{"to": "padamark@example.com.net", "subject": "somebody else", "text": "y"}');
do $$ begin if to_regclass('waiver_submissions') is not null then
  insert into waiver_submissions (organization_id, waiver_id, waiver_version, content_hash, signer_name, signature, date_of_birth, age_at_signing, is_minor)
  select tests.id('a'), waiver_id, waiver_version, content_hash, 'adamark byron', 'data:ADAMARK', '1815-12-10', 20, false from waiver_submissions limit 1;
end if; end $$;
set local session_replication_role = origin;
select app.notify(tests.id('a'), 'reminder', 'ADAMARK', p_customer_id => tests.row_id('a.customer', 'customers')) \gset _

create function tests.carriers() returns text[] language plpgsql as $$
declare
  v record;
  v_found text[];
  v_all text[] := '{}';
begin
  for v in select c.relname as tab from pg_class c where c.relnamespace = 'tenant_alpha'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1 loop
    execute format($q$select array_agg(distinct %L || '.' || e.key) from tenant_alpha.%I t, jsonb_each_text(to_jsonb(t)) e
                      where (e.value || case when e.key = 'body' and e.value ~ '^\\x' then convert_from(decode(substr(e.value, 3), 'hex'), 'UTF8') else '' end) ~* 'adamark|0991 ?234567|1815-12-10|192\.0\.2\.199'$q$, v.tab, v.tab) into v_found;
    v_all := v_all || coalesce(v_found, '{}');
  end loop;
  return v_all;
end $$;
select cmp_ok(cardinality(tests.carriers()), '>', 25, 'she is known in many places');

grant execute on all functions in schema tests to authenticated;
select tests.as('a.manager');
select lives_ok($$select erase_customer(tests.row_id('a.customer', 'customers'), 'asked for it')$$, 'a manager erases her');
select tests.as_owner();

create table tests.stays (col text primary key, why text);
insert into tests.stays values
  -- finance has to keep these
  ('payments.stripe_payment_id', 'the provider''s number'), ('payments.provider_ref', 'the provider''s number'), ('refunds.provider_ref', 'the provider''s number'), ('pool_memberships.provider_ref', 'the provider''s number'), ('payments.stripe_intent_id', 'the provider''s number'),
  ('pool_memberships.stripe_subscription_id', 'the provider''s number'), ('user_credits.booking_type', 'a kind of booking'),
  -- random or technical, they say nothing about anybody
  ('stored_cards.provider_ref', 'the provider''s number'), ('stored_cards.customer_ref', 'the provider''s number'), ('stored_cards.method_ref', 'the provider''s number'),
  ('stored_cards.consent', 'the house''s words'), ('stored_cards.brand', 'a kind of card'), ('stored_cards.return_path', 'of the house'), ('subscriptions.provider_ref', 'the provider''s number'),
  ('subscriptions.return_path', 'of the house'),
  ('user_credits.code', 'random'), ('pool_tickets.qr_code', 'signed ids'), ('membership_members.qr_code', 'signed ids'), ('table_reservations.confirmation_code', 'random'),
  ('waitlist_entries.code', 'random'), ('waiver_submissions.content_hash', 'of the waiver''s text'), 
  ('bookings.timezone', 'the place''s'), ('bot_dialog_states.current_step', 'of the scenario'), ('bot_dialog_states.last_update_id', 'a number'), ('bot_dialog_states.platform', 'telegram'),
  ('orders.order_number', 'a number'), ('kitchen_orders.order_number', 'a number'), ('kitchen_orders.station', 'bar'), 
  ('kitchen_order_items.allergens', 'of the dish'), ('kitchen_order_items.name', 'of the dish'), ('security_audit_log.request_id', 'random'), ('security_audit_log.event_type', 'a code');
select is((select string_agg(c, ' ' order by c) from unnest(tests.carriers()) c
           where c not in (select col from tests.stays)
             and c !~ '\.(cancellation_cause|idempotency_key|iiko_id|source|reference|price_(breakdown|details)|ticket_types|modifiers|items)$'), null,
  'nothing that identifies her is left in any table');
select is((select new_data from audit_logs where table_name = 'bookings' and record_id = tests.row_id('a.customer', 'bookings') and action = 'INSERT'),
  case when to_regclass('bookings') is not null then '{"party_size": 4}'::jsonb end, 'the trail remembers the booking and not the name');
select is((select count(*) from maitred.jobs where payload::text ~ 'ADAMARK'), 0::bigint, 'no message to her is left');

select is((select count(*) from maitred.jobs where payload ->> 'subject' = 'somebody else'), 1::bigint, 'whose address only sounds alike keeps theirs');
select is((select new_data from audit_logs where table_name = 'venues' and new_data ? 'capacity' order by created_at desc limit 1), '{"capacity": 5}'::jsonb, 'the trail of other things loses the words that name her and nothing else');
select * from finish();
rollback;
