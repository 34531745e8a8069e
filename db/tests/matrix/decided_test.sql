-- Columns that functions decide (app.decided_columns): no client writes them through a table, whatever its role; and no column that looks
-- like one stays open without a reason.
\ir ../start.sql
\ir factory.sql
set local client_min_messages = error;
create table tests.decided as
  select d.tab, c.col, a.action
  from app.decided_columns() d, unnest(string_to_array(d.cols, ' ')) c (col), (values ('insert', 'i'), ('update', 'u')) a (action, letter)
  where d.actions ~ a.letter and to_regclass('tenant_alpha.' || d.tab) is not null;
select plan(6);

select is((select string_agg(format('%s.%s', tab, col), ' ') from tests.decided d where not exists (
    select from pg_attribute a where a.attrelid = ('tenant_alpha.' || d.tab)::regclass and a.attname = d.col and not a.attisdropped)), null, 'the list names columns that there are');
select is((select string_agg(format('%s.%s', tab, col), ' ') from tests.decided where has_column_privilege('service_role', 'tenant_alpha.' || tab, col, action) is not true), null,
  'the service role writes them all');

-- With real statements, as each role: nothing is written even where no row would be touched, so the grant alone decides.
create table tests.tried (who text, tab text, col text, action text, said text);
grant select on tests.decided to anon, authenticated;
grant insert on tests.tried to anon, authenticated;
create function tests.try_decided(p_who text) returns void language plpgsql as $$
declare
  v record;
begin
  for v in select * from tests.decided loop
    begin
      execute case v.action when 'update' then format('update tenant_alpha.%I set %I = default where false', v.tab, v.col)
                            else format('insert into tenant_alpha.%I (%I) select null where false', v.tab, v.col) end;
      insert into tests.tried values (p_who, v.tab, v.col, v.action, 'written');
    exception when others then
      insert into tests.tried values (p_who, v.tab, v.col, v.action, sqlstate);
    end;
  end loop;
end $$;
grant execute on function tests.try_decided(text) to anon, authenticated;
do $$
declare
  v_who text;
begin
  foreach v_who in array array['a.super_admin', 'a.owner', 'a.admin', 'a.manager', 'a.finance', 'a.staff', 'a.waiter', 'a.kitchen', 'a.customer', 'b.owner'] loop
    perform tests.as(v_who);
    perform tests.try_decided(v_who);
    perform tests.as_owner();
  end loop;
  perform tests.as_guest(gen_random_uuid(), gen_random_uuid());
  perform tests.try_decided('guest');
  perform tests.as_owner();
  perform tests.as_anon();
  perform tests.try_decided('anon');
  perform tests.as_owner();
end $$;
select is((select string_agg(format(e'\n  %s: %s of %s.%s: %s', who, action, tab, col, said), '') from tests.tried where said <> '42501'), null,
  format('%s columns × %s roles are refused', (select count(*) from tests.decided), (select count(distinct who) from tests.tried)));

-- What stays open although its name says who, how much, what state or when: with the reason.
create table tests.open_columns (col text primary key, why text);
insert into tests.open_columns
select unnest(string_to_array(names, ' ')), why from (values
  ('notifications.read_at', 'the person''s own'),
  ('chalet_bookings.customer_id chalet_bookings.user_id pool_memberships.customer_id pool_memberships.status pool_memberships.user_id pool_tickets.customer_id pool_tickets.status pool_tickets.user_id', 'of a row that an admin writes with a document''s columns: priced or refused by app.price_written_stay() and its kin'),
  ('kitchen_orders.status kitchen_orders.created_by', 'of a ticket that stands alone: pending, says its policy; app.prepare_ticket() says by whom'),
  ('bot_scenarios.status invoices.status staff_schedules.status', 'a word that a person decides; its guard knows the diagram and the steps that take a function'),
  ('chalet_bookings.status', 'the desk confirms (the specification); every other step is refused by app.guard_chalet_booking()'),
  ('chalets.status', 'open, closed for repair: nothing hangs on it but whether it is sold'),
  ('restaurant_tables.status', 'of a new table'),
  ('table_reservations.status waitlist_entries.status', 'of a new row that staff enter'),
  ('orders.status orders.total_amount orders.net_amount orders.tax_amount orders.placed_at', 'app.prepare_order() decides; an open amount is what staff typed'),
  ('table_sessions.status table_sessions.total_amount table_sessions.net_amount table_sessions.tax_amount table_sessions.otp_expires_at table_sessions.service_called_at', 'app.guard_session() decides; the code''s life is the table''s own matter'),
  ('invoices.net_amount invoices.tax_amount invoices.paid_at', 'what the supplier wrote, and when it was paid'),
  ('ical_imports.next_sync_at ical_imports.last_synced_at ical_imports.problem_told_at restaurants.iiko_last_synced_at stores.iiko_last_synced_at suppliers.iiko_last_synced_at', 'import_ical_events() and bridges run with the rights of who asks'),
  ('ingredients.average_cost ingredients.last_cost', 'of a new ingredient'),
  ('notification_settings.user_id', 'held to oneself by its policy'),
  ('system_settings.updated_by', 'stamped by a trigger'),
  ('realtime_messages.inserted_at', 'a message of one''s own topic'),
  ('orders.pickup_at', 'when the guest comes, of an order that staff enter'),
  ('time_breaks.started_at time_breaks.ended_at time_breaks.is_paid', 'managers put a forgotten break right, in their own name (audited)'),
  ('promo_codes.min_amount', 'the rule of the code'),
  ('payment_policies.deposit_amount payment_policies.no_show_amount', 'the rule of the house')) x (names, why);
create table tests.suspects as
  select format('%s.%s', c.relname, a.attname) as col
  from pg_attribute a join pg_class c on c.oid = a.attrelid
  where c.relnamespace = 'tenant_alpha'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    and exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('a', 'w', '*') and 'authenticated'::regrole = any (p.polroles))
    and (has_column_privilege('authenticated', c.oid, a.attnum, 'update') and exists (select from pg_policy p where p.polrelid = c.oid and p.polcmd in ('w', '*') and p.polpermissive and 'authenticated'::regrole = any (p.polroles))
         or has_column_privilege('authenticated', c.oid, a.attnum, 'insert') and exists (select from pg_policy p where p.polrelid = c.oid and p.polcmd in ('a', '*') and p.polpermissive and 'authenticated'::regrole = any (p.polroles)))
    and a.attname ~ '(^status$|^during$|_at$|_by$|^(user|customer)_id$|points|paid|refunded|_amount$|_count$|merged_into|verified|balance|remaining|^taken$|average_cost|last_cost)'
    and a.attname !~ '^(created|updated)_at$' and not (c.relname ~ 'slots|schedules|seasonal' and a.attname ~ '^(starts|ends)_at$');
select is((select string_agg(col, ' ' order by col) from tests.suspects where col not in (select col from tests.open_columns)), null, 'no other column that says who, how much, what state or when is open');
select is((select string_agg(col, ' ' order by col) from tests.open_columns where col not in (select col from tests.suspects) and to_regclass('tenant_alpha.' || split_part(col, '.', 1)) is not null), null,
  'and the reasons name nothing that is closed');

-- A column that a later migration adds is open when the engine is done.
alter table customers add column favourite_dish text;
select app.close_decided_columns() \gset _
select ok(has_column_privilege('authenticated', 'customers', 'favourite_dish', 'update') and not has_column_privilege('authenticated', 'users', 'hashed_password', 'update'),
  'columns added later are open, and secrets stay secret');
select * from finish();
rollback;
