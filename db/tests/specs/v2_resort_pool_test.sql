-- v2-resort.md: pool_tickets, pool_memberships and their companions as the document describes them.
\ir ../start.sql
select * from no_plan();
select has_column('tenant_alpha'::name, t.tab::name, c::name, t.tab || '.' || c) from (values
  ('pool_tickets', '{id,user_id,ticket_date,slot,adults,children,total_price,status,qr_code,used_at,created_at}'::text[]),
  ('pool_memberships', '{id,user_id,type,billing_cycle,status,start_date,end_date,monthly_price,stripe_subscription_id,auto_renew,guest_passes_remaining,created_at,updated_at}'),
  ('pool_entries', '{id,ticket_id}'), ('membership_members', '{id,membership_id}'), ('guest_pass_usage', '{id,membership_id}')) as t(tab, cols), unnest(t.cols) c;
select col_default_is('tenant_alpha'::name, t.tab::name, t.col::name, t.def, t.tab || '.' || t.col || ' default') from (values
  ('pool_tickets', 'adults', '1'), ('pool_tickets', 'children', '0'), ('pool_tickets', 'status', 'pending'), ('pool_memberships', 'status', 'active'), ('pool_memberships', 'auto_renew', 'true'),
  ('pool_memberships', 'guest_passes_remaining', '0')) as t(tab, col, def);
select col_type_is('tenant_alpha'::name, t.tab::name, t.col::name, t.typ, t.tab || '.' || t.col || ' type') from (values
  ('pool_tickets', 'total_price', 'numeric'), ('pool_tickets', 'ticket_date', 'date'), ('pool_memberships', 'monthly_price', 'numeric'), ('pool_memberships', 'start_date', 'date')) as t(tab, col, typ);
select has_index('tenant_alpha'::name, t.tab::name, t.idx::name, t.idx) from (values ('pool_tickets', 'idx_tickets_date'), ('pool_tickets', 'idx_tickets_user'), ('pool_memberships', 'idx_memberships_user')) as t(tab, idx);
select ok(pg_get_indexdef('tenant_alpha.idx_memberships_user'::regclass) like '%WHERE%active%', 'idx_memberships_user is partial');
select ok(pg_get_constraintdef(oid) ~ v, conname || ' knows ' || v) from pg_constraint c, (values
  ('pool_tickets_slot_check', 'morning'), ('pool_tickets_slot_check', 'afternoon'), ('pool_tickets_slot_check', 'full_day'),
  ('pool_tickets_status_check', 'pending'), ('pool_tickets_status_check', 'confirmed'), ('pool_tickets_status_check', 'used'), ('pool_tickets_status_check', 'cancelled'), ('pool_tickets_status_check', 'expired'),
  ('pool_memberships_type_check', 'individual'), ('pool_memberships_type_check', 'family'), ('pool_memberships_type_check', 'corporate'), ('pool_memberships_type_check', 'vip'),
  ('pool_memberships_billing_cycle_check', 'monthly'), ('pool_memberships_billing_cycle_check', 'quarterly'), ('pool_memberships_billing_cycle_check', 'annually'),
  ('pool_memberships_status_check', 'active'), ('pool_memberships_status_check', 'paused'), ('pool_memberships_status_check', 'cancelled'), ('pool_memberships_status_check', 'expired')) as t(name, v)
where c.conname = t.name and c.connamespace = 'tenant_alpha'::regnamespace;

-- a fresh organization can sell at once
select app.seed_pool(tests.id('a')), app.seed_pool(tests.id('a')) \g /dev/null
select is((select format('%s %s %s', (select count(*) from pool_slots), (select count(*) from pool_prices), (select count(*) from pool_membership_plans)) ), '3 6 12', 'seeding twice seeds once');
select tests.as('a.customer');
select lives_ok('select buy_pool_ticket(current_date + 3, ''full_day'', 2, 2)', 'a user purchases a ticket');
select lives_ok('select start_membership(''family'', ''annually'', p_members => ''[{"full_name": "Kid"}]'')', 'a user subscribes to a membership');
select is((select count(*) from pool_tickets) + (select count(*) from pool_memberships), 2::bigint, 'and sees both');
select is((select user_id from pool_memberships), tests.id('a.customer'), 'as their own');
select * from finish();
rollback;
