-- Erasing a customer, everywhere: one row of every table that could speak of her carries a mark in every column of text; what still carries
-- it afterwards is listed here, and nothing else may.
\ir ../start.sql
set local client_min_messages = error;
\ir factory.sql
\ir expectations.sql
select plan(5);
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
                      where e.value ~* 'adamark|0991 ?234567|1815-12-10|192\.0\.2\.199'$q$, v.tab, v.tab) into v_found;
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
  ('payments.reference', 'the number of a transfer'), ('payments.failure_reason', 'what the bank said'), ('payments.metadata', 'what the provider needs'),
  ('payments.stripe_payment_id', 'the provider''s number'), ('payments.stripe_intent_id', 'the provider''s number'),
  ('pool_memberships.stripe_subscription_id', 'the provider''s number'), ('user_credits.reason', 'why credit was given'), ('user_credits.booking_type', 'a kind of booking'),
  -- random or technical, they say nothing about anybody
  ('user_credits.code', 'random'), ('pool_tickets.qr_code', 'signed ids'), ('membership_members.qr_code', 'signed ids'), ('table_reservations.confirmation_code', 'random'),
  ('waitlist_entries.code', 'random'), ('waiver_submissions.content_hash', 'of the waiver''s text'), ('waiver_submissions.guardian_relationship', 'mother, father'),
  ('bookings.timezone', 'the place''s'), ('bot_dialog_states.current_step', 'of the scenario'), ('bot_dialog_states.last_update_id', 'a number'), ('bot_dialog_states.platform', 'telegram'),
  ('orders.order_number', 'a number'), ('kitchen_orders.order_number', 'a number'), ('kitchen_orders.station', 'bar'), ('kitchen_orders.kitchen_notes', 'the cook''s'),
  ('kitchen_order_items.allergens', 'of the dish'), ('kitchen_order_items.name', 'of the dish'), ('kitchen_order_items.note', 'how the dish is wanted'), ('security_audit_log.request_id', 'random');
select is((select string_agg(c, ' ' order by c) from unnest(tests.carriers()) c
           where c not in (select col from tests.stays)
             and c !~ '\.(cancellation_(reason|cause)|idempotency_key|iiko_id|source|reference|price_(breakdown|details)|ticket_types|metadata|modifiers|items)$'), null,
  'nothing that identifies her is left in any table');
select is((select new_data from audit_logs where table_name = 'bookings' and record_id = tests.row_id('a.customer', 'bookings') and action = 'INSERT'),
  case when to_regclass('bookings') is not null then '{"party_size": 4}'::jsonb end, 'the trail remembers the booking and not the name');
select is((select count(*) from maitred.jobs where payload::text ~ 'ADAMARK'), 0::bigint, 'no message to her is left');

select * from finish();
rollback;
