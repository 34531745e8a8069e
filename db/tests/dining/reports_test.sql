-- What the floors and kitchens of other programs were reported for (docs/cases.md): the same steps here.
\ir ../start.sql
\ir cast.sql
select * from no_plan();
create function tests.order_for(p_name text, variadic p_items text[]) returns jsonb language sql as $$
  select api.place_order(tests.session(p_name), (select jsonb_agg(jsonb_build_object('menu_item_id', tests.id(i))) from unnest(p_items) i)) $$;
create function tests.line(p_name text, p_item text) returns uuid language sql as $$
  select id from order_lines where session_id = tests.session(p_name) and menu_item_id = tests.id(p_item) and status <> 'cancelled' order by created_at, id limit 1 $$;
create function tests.on_floor(p_table text) returns jsonb language sql as $$
  select t from jsonb_array_elements(api.get_floor(tests.id('a.restaurant')) -> 'tables') t where t ->> 'id' = tests.id(p_table)::text $$;
-- the open tickets of a board: table, and what is on them
create function tests.board() returns text language sql as $$
  select string_agg(t ->> 'table_number' || ': ' || (select string_agg(i ->> 'quantity' || ' ' || (i ->> 'name') || coalesce(' ' || (i ->> 'status'), ''), ', ' order by i ->> 'name', i ->> 'status') from jsonb_array_elements(t -> 'items') i), '; '
    order by t ->> 'table_number', t ->> 'order_number') from jsonb_array_elements(api.get_kitchen_board(tests.id('a.restaurant'), 'kitchen') -> 'tickets') t $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
select tests.sit('a.t1', 'Ada') \gset _
select tests.sit('a.t2', 'Bob') \gset _
select tests.as('a.manager');

-- A party that is moved to where it sits keeps all it has.
select tests.order_for('Ada', 'a.soup') \gset _
select api.move_party(tests.session('Ada'), tests.id('a.t1')) \gset _
select is(tests.on_floor('a.t1') #>> '{session,id}', tests.session('Ada')::text, 'a party that is moved to its own table stays');
select is(tests.board(), '1: 1 Soup pending', 'with what it has ordered, once');

-- Two waiters write at one table, neither has seen the other's lines.
select tests.order_for('Ada', 'a.cake') \gset _
select tests.order_for('Ada', 'a.soup', 'a.cake') \gset _
select is((select string_agg(m.name || ' ' || n, ', ' order by m.name) from (select menu_item_id, sum(quantity) n from order_lines where session_id = tests.session('Ada') group by 1) l join menu_items m on m.id = l.menu_item_id),
  'Cake 2, Soup 2', 'what two waiters wrote is all there');

-- One order of three is struck out; the others stay.
select api.cancel_order((select order_id from order_lines where id = tests.line('Ada', 'a.soup')), 'twice') \gset _
select is((select total_amount from table_sessions where id = tests.session('Ada')), (333 + 650 + 333)::bigint, 'one order of three is struck out, two are on the bill');
select is((select string_agg(status, ' ' order by status) from orders where session_id = tests.session('Ada')), 'CANCELLED PENDING PENDING', 'and in the kitchen');

-- What is struck out stands on its ticket with its wish, so that the cook knows which one.
select api.place_order(tests.session('Bob'), jsonb_build_array(
  jsonb_build_object('menu_item_id', tests.id('a.soup'), 'note', 'no onions'), jsonb_build_object('menu_item_id', tests.id('a.soup'), 'note', 'extra bread'))) \gset _
select api.cancel_order_line((select id from order_lines where session_id = tests.session('Bob') and note = 'no onions'), 'changed their mind') \gset _
select is((select string_agg(i ->> 'status' || ': ' || (i ->> 'note'), ', ' order by i ->> 'status') from jsonb_array_elements(api.get_kitchen_board(tests.id('a.restaurant'), 'kitchen') -> 'tickets') t,
  jsonb_array_elements(t -> 'items') i where t ->> 'table_number' = '2'), 'cancelled: no onions, pending: extra bread', 'a dish that is struck out is shown with its wish');

-- Joined tables: each says into which, the party's name stands on the first.
select api.combine_tables(array[tests.id('a.t2'), tests.id('a.t3'), tests.id('a.t4')]) \gset _
select is((select string_agg(coalesce(tests.on_floor(t) ->> 'combined_into', 'itself'), ', ') from unnest(array['a.t2', 'a.t3', 'a.t4']) t), 'itself, ' || tests.id('a.t2') || ', ' || tests.id('a.t2'), 'all three joined tables are known as one');
-- All lines go to another table's bill.
select api.move_lines((select array_agg(id) from order_lines where session_id = tests.session('Ada') and status <> 'cancelled'), tests.session('Bob')) \gset _
select is(tests.on_floor('a.t1') #>> '{session,due_amount}', '0', 'a table whose lines went to another bill owes nothing');
select is(tests.on_floor('a.t1') #>> '{session,participant_count}', '1', 'its people still sit there until it is cleared');
select is(tests.on_floor('a.t2') #>> '{session,due_amount}', (333 + 650 + 333 + 650)::text, 'the other owes it all');
select is(tests.board(), '2: 1 Cake pending; 2: 1 Cake pending, 1 Soup pending; 2: 1 Soup cancelled, 1 Soup pending', 'the tickets go where the lines went, and none comes twice');
select api.clear_session(tests.session('Ada')) \gset _
select is(tests.on_floor('a.t1') ->> 'status', 'available', 'and at once it can be given away');

-- To a table where people sit but have nothing yet.
select tests.sit('a.t1', 'Cay') \gset _
select tests.as('a.manager');
select is(tests.refusal(format('select api.move_party(%L, %L)', tests.session('Bob'), tests.id('a.t1'))) ->> 'reason', 'occupied', 'a table where people only sit is taken, too');
select api.merge_sessions(tests.session('Bob'), tests.session('Cay')) \gset _
select is(tests.on_floor('a.t1') #>> '{session,due_amount}', (333 + 650 + 333 + 650)::text, 'their sessions are joined instead');
select is((select string_agg(tests.on_floor(t) ->> 'status', ' ') from unnest(array['a.t2', 'a.t3', 'a.t4']) t), 'available available available', 'and the joined tables that they came from are free');

-- What is owed is said beside what goes on at the table, not instead of it.
select api.bill_session(tests.session('Cay')) \gset _
select is(tests.on_floor('a.t1') #>> '{session,status}' || ' ' || (tests.on_floor('a.t1') #>> '{session,kitchen,pending}'), 'billed 3', 'a table that asked for the bill still shows what the kitchen owes it');
select * from finish();
rollback;
