-- The gate's page: who is inside against what the pool holds, the list of the day, the last tries.
\ir ../start.sql
\ir cast.sql
select * from no_plan();
create function tests.ticket(p_name text, p_adults int, p_status text default 'confirmed', p_o text default 'a') returns text language sql security definer set search_path = tenant_alpha, api, app, public as $$
  insert into pool_tickets (organization_id, user_id, ticket_date, slot, adults, children, total_price, currency, status, guest_details)
  values (tests.id(p_o), tests.id(p_o || '.customer'), app.organization_today(tests.id(p_o)), 'morning', p_adults, 1, 30, 'EUR', p_status, jsonb_build_object('full_name', p_name)) returning reference $$;
create function tests.gate_of(p_name text) returns jsonb language sql as $$ select t from jsonb_array_elements(get_pool_gate() -> 'tickets') t where t ->> 'guest_name' = p_name $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
-- slots around the clock, so that the story holds at any hour: the business day begins at four
update pool_slots set starts_at = '04:00', ends_at = '03:59:59', early_minutes = 0 where slot = 'morning';
select tests.keep('ken', to_jsonb(tests.ticket('Ken', 2))), tests.keep('open', to_jsonb(tests.ticket('Not paid', 1, 'pending'))), tests.keep('far', to_jsonb(tests.ticket('Far away', 1, 'confirmed', 'b'))) \gset _

select tests.as('a.customer');
select is(tests.refused('select get_pool_gate()'), 'MD403', 'a guest sees no list of names');
select tests.as('a.waiter');
select is(tests.refused('select get_pool_gate()'), 'MD403', 'nor has a waiter a gate');
select tests.as_anon();
select is(tests.refused('select get_pool_gate()') like '42501%', true, 'nor a visitor');
select tests.as('a.staff');
select is(get_pool_gate() - 'tickets' - 'log' - 'slots' - 'now' - 'date' - 'organization_id', '{"inside": 0, "members": 0, "capacity": 10, "timezone": "Europe/Berlin", "currency": "EUR"}', 'nobody is in yet');
select is((select string_agg(t ->> 'guest_name', ', ' order by t ->> 'guest_name') from jsonb_array_elements(get_pool_gate() -> 'tickets') t), 'Ken, Not paid', 'the day''s list, of this house alone');
select is(tests.gate_of('Ken') -> 'balance', '30.00', 'with what the desk has to take');
select is(tests.gate(tests.kept('ken') #>> '{}'), 'entered', 'Ken comes in');
select is(get_pool_gate() -> 'inside', '3', 'two and a child');
select is(tests.gate_of('Ken') -> 'inside', '3', 'on the list, too');
select is(tests.gate(tests.kept('ken') #>> '{}'), 'used', 'the same ticket opens nothing again');
select is(tests.gate(tests.kept('open') #>> '{}'), 'unpaid', 'nor one that was not paid');
select is(tests.gate(tests.kept('far') #>> '{}'), 'unknown', 'nor another house''s');
select is((select jsonb_object_agg(coalesce(e ->> 'reason', e ->> 'result'), 1) from jsonb_array_elements(get_pool_gate() -> 'log') e), '{"entered": 1, "used": 1, "unpaid": 1, "unknown": 1}', 'every try is told');
select leave_pool(tests.kept('ken') #>> '{}', 1) \gset _
select is(get_pool_gate() -> 'inside', '2', 'who went home is not inside');
select tests.as('b.staff');
select is(get_pool_gate() -> 'log', '[]', 'another house''s gate saw nothing');
select is(get_pool_gate() -> 'inside', '0', 'and has nobody inside');
select * from finish();
rollback;
