-- Tickets: every move of the diagram, every step back, and the order that follows.
\ir ../start.sql
\ir cast.sql
select plan(55);

create function tests.ticket(p_station text) returns uuid language sql security definer as $$
  select id from kitchen_orders where station = p_station and session_id = tests.session('Ada') order by order_number::int desc limit 1 $$;
create function tests.states() returns text language sql security definer as $$
  select (select string_agg(l.name || ' ' || l.status, ', ' order by l.name) from order_lines l where l.order_id = o.id) || ' | ' || o.status
  from orders o where o.session_id = tests.session('Ada') order by o.order_number::int desc limit 1 $$;
grant execute on all functions in schema tests to anon, authenticated;

select tests.sit('a.t1', 'Ada');
select tests.be('Ada');
select tests.add('a.pizza', 2, array['a.thin', 'a.ham']), tests.add('a.soup'), tests.add('a.beer', 3);
select api.place_order(p_notes => 'Birthday');

select tests.as('a.kitchen');
select tests.put('board', api.get_kitchen_board());
select is(jsonb_array_length(tests.get('board')::jsonb -> 'tickets'), 2, 'the board shows a ticket for each station');
select is((select t ->> 'kitchen_notes' from jsonb_array_elements(tests.get('board')::jsonb -> 'tickets') t where t ->> 'station' = 'kitchen'), 'Birthday', 'with the guests'' note');
select is((select t #>> '{items,0,customer_name}' from jsonb_array_elements(tests.get('board')::jsonb -> 'tickets') t where t ->> 'station' = 'kitchen'), 'Ada', 'and whose plate it is');
select is((select string_agg(a ->> 'name' || '×' || (a ->> 'quantity') || (a ->> 'modifiers'), ' ' order by a ->> 'name') from jsonb_array_elements(tests.get('board')::jsonb -> 'all_day') a),
  'Beer×3[] Pizza×2["Ham", "Thin"] Soup×1[]', 'all-day counts add up what is still to make, by modifiers');
select is(jsonb_array_length(api.get_kitchen_board(null, 'bar') -> 'tickets'), 1, 'a station may look at its own');
select is(tests.json('board', 'stations'), '[{"ready": 0, "cooking": 0, "pending": 1, "station": "bar"}, {"ready": 0, "cooking": 0, "pending": 1, "station": "kitchen"}]', 'and see how busy the others are');

select is(api.start_kitchen_order(tests.ticket('kitchen')) ->> 'order_status', 'COOKING', 'the first ticket started makes the order COOKING');
select is(tests.states(), 'Beer pending, Pizza cooking, Soup cooking | COOKING', 'its lines cook');
select is(api.start_kitchen_order(tests.ticket('kitchen')) #>> '{ticket,status}', 'cooking', 'starting twice returns the same');
select isnt(api.start_kitchen_order(tests.ticket('kitchen')) #>> '{ticket,started_at}', null, 'and knows since when');
select is((select started_by from kitchen_orders where id = tests.ticket('kitchen')), tests.id('a.kitchen'), 'and by whom');
select tests.put('item', (select i ->> 'id' from jsonb_array_elements(api.start_kitchen_order(tests.ticket('kitchen')) #> '{ticket,items}') i where i ->> 'name' = 'Soup'));
select is(api.set_kitchen_item_ready(tests.get('item')::uuid) #>> '{ticket,status}', 'cooking', 'one plate is ticked off');
select is(tests.states(), 'Beer pending, Pizza cooking, Soup ready | COOKING', 'and its guest sees that');
select api.set_kitchen_item_ready(tests.get('item')::uuid, false);
select is(tests.states(), 'Beer pending, Pizza cooking, Soup cooking | COOKING', 'the tick is taken back');
select api.ready_kitchen_order(tests.ticket('kitchen'));
select is(tests.states(), 'Beer pending, Pizza ready, Soup ready | COOKING', 'the ticket is ready');
select throws_ok(format('select api.set_kitchen_item_ready(%L)', tests.get('item')), 'MD422', null, 'its plates are not ticked any more');
select api.complete_kitchen_order(tests.ticket('kitchen'));
select is(tests.states(), 'Beer pending, Pizza served, Soup served | COOKING', 'served; the bar still owes');
select is(api.ready_kitchen_order(tests.ticket('bar')) ->> 'order_status', 'COOKING', 'a beer goes from pending to ready at once');
select is(api.complete_kitchen_order(tests.ticket('bar')) ->> 'order_status', 'DONE', 'everything served makes the order DONE');
select is(jsonb_array_length(api.get_kitchen_board() -> 'recent'), 2, 'what is done stays at hand for undo');

-- undo, one step at a time
select is(api.undo_kitchen_order(tests.ticket('kitchen')) #>> '{ticket,status}', 'ready', 'undo: completed → ready');
select is(tests.states(), 'Beer served, Pizza ready, Soup ready | COOKING', 'the order goes back as well');
select is(api.undo_kitchen_order(tests.ticket('kitchen')) #>> '{ticket,status}', 'cooking', 'undo: ready → cooking');
select is(tests.states(), 'Beer served, Pizza cooking, Soup cooking | COOKING', 'lines too');
select is(api.undo_kitchen_order(tests.ticket('kitchen')) #>> '{ticket,status}', 'pending', 'undo: cooking → pending');
select is(api.undo_kitchen_order(tests.ticket('bar')) ->> 'order_status', 'COOKING', 'the bar steps back');
select api.undo_kitchen_order(tests.ticket('bar')), api.undo_kitchen_order(tests.ticket('bar'));
select is(tests.states(), 'Beer pending, Pizza pending, Soup pending | PENDING', 'until nothing has happened');
select throws_ok(format('select api.undo_kitchen_order(%L)', tests.ticket('bar')), 'MD422', null, 'before that there is nothing');
select is((select started_at::text from kitchen_orders where id = tests.ticket('kitchen')), null, 'a step back forgets its time');

-- the diagram: every pair of states, straight on the table
select tests.as_owner();
create function tests.can_move(p_from text, p_to text) returns boolean language plpgsql as $$
declare
  v_id uuid := tests.ticket('kitchen');
begin
  alter table kitchen_orders disable trigger user;
  update kitchen_orders set status = p_from where id = v_id;
  alter table kitchen_orders enable trigger guard_status;      -- the lines stay where they are
  update kitchen_orders set status = p_to where id = v_id;
  raise exception using errcode = 'U0001';      -- take it back
exception when sqlstate 'U0001' then
  return true;
when sqlstate 'MD422' then
  return false;
end $$;
select is((select string_agg(f || '>' || t, ' ' order by f, t) from unnest(array['pending', 'cooking', 'ready', 'completed', 'cancelled']) f,
    unnest(array['pending', 'cooking', 'ready', 'completed', 'cancelled']) t where f <> t and tests.can_move(f, t)),
  'cancelled>cooking cancelled>pending cancelled>ready completed>ready cooking>cancelled cooking>completed cooking>pending cooking>ready pending>cancelled pending>cooking pending>ready ready>cancelled ready>completed ready>cooking',
  'the moves of a ticket are these and no others');
select tests.as('a.kitchen');
select throws_ok(format('select api.complete_kitchen_order(%L)', tests.ticket('kitchen')), 'MD422', null, 'what was not cooked is not served');
select throws_ok(format('update kitchen_orders set status = %L where id = %L', 'completed', tests.ticket('kitchen')), '42501', null, 'tickets move through functions only');

-- cancelling
select throws_ok(format('select api.cancel_kitchen_order(%L, %L)', tests.ticket('bar'), '  '), 'MD400', null, 'a reason is asked for');
select tests.be('Ada');
select tests.put('v', api.get_session() ->> 'version');
select is(api.get_session() #>> '{session,total_amount}', '4400', 'before: two pizzas, a soup, three beers');
select tests.as('a.kitchen');
select is(api.cancel_kitchen_order(tests.ticket('bar'), 'keg is empty') #>> '{ticket,cancellation_reason}', 'keg is empty', 'the bar gives up');
select tests.be('Ada');
select is(api.get_session() #>> '{session,total_amount}', '3050', 'what does not come is not on the bill');
select cmp_ok((api.get_session() ->> 'version')::bigint, '>', tests.get('v')::bigint, 'the guests'' page hears of it');
select is(tests.states(), 'Beer cancelled, Pizza pending, Soup pending | PENDING', 'the rest is still to come');
select tests.as('a.kitchen');
select api.undo_kitchen_order(tests.ticket('bar'));
select is(tests.states(), 'Beer pending, Pizza pending, Soup pending | PENDING', 'a new keg: the cancellation is taken back');

-- a void by the waiter
select tests.as('a.waiter');
select tests.put('soup', (select l ->> 'id' from jsonb_array_elements(api.get_session(tests.session('Ada')) #> '{orders,0,lines}') l where l ->> 'name' = 'Soup'));
select is(api.cancel_order_line(tests.get('soup')::uuid, 'changed their mind') #>> '{order,total_amount}', '3750', 'a waiter takes a line off the order');
select lives_ok(format('select api.cancel_order_line(%L, %L)', tests.get('soup'), 'again'), 'twice is fine');
select tests.as('a.kitchen');
select is((select i ->> 'status' from jsonb_array_elements(api.get_kitchen_board() -> 'tickets') t, jsonb_array_elements(t -> 'items') i where i ->> 'name' = 'Soup'), 'cancelled', 'the kitchen sees it struck out');
select throws_ok(format('select api.cancel_order_line(%L, %L)', tests.get('soup'), 'x'), 'MD403', null, 'the kitchen voids no lines');
select api.start_kitchen_order(tests.ticket('kitchen')), api.cancel_kitchen_order(tests.ticket('kitchen'), 'fire'), api.undo_kitchen_order(tests.ticket('kitchen'));
select is(tests.states(), 'Beer pending, Pizza cooking, Soup cancelled | COOKING', 'a void stays when a cancelled ticket comes back where it was');
select tests.as('a.waiter');
select is(api.cancel_order((select id from orders where session_id = tests.session('Ada')), 'they left') #>> '{order,status}', 'CANCELLED', 'a whole order is cancelled');
select is((select total_amount from table_sessions where id = tests.session('Ada')), 0::bigint, 'and nothing is owed');
select tests.as('a.kitchen');
select is(api.get_kitchen_board() -> 'all_day', '[]', 'nor to be made');

-- portions come back
select tests.be('Ada');
select tests.add('a.rare', 3);
select api.place_order();
select tests.as_owner();
select is((select portions_left from menu_items where id = tests.id('a.rare')), 0, 'three portions are sold');
select tests.as('a.kitchen');
select api.cancel_kitchen_order(tests.ticket('kitchen'), 'dropped');
select is((select portions_left || ' ' || is_available from menu_items where id = tests.id('a.rare')), '3 true', 'a cancelled ticket gives its portions back');
select api.undo_kitchen_order(tests.ticket('kitchen'));
select is((select portions_left from menu_items where id = tests.id('a.rare')), 0, 'and takes them again');

-- whose kitchen
select tests.as('b.kitchen');
select is(api.get_kitchen_board() -> 'tickets', '[]', 'another organization''s board is empty');
select throws_ok(format('select api.start_kitchen_order(%L)', tests.ticket('kitchen')), 'MD404', null, 'and its cooks find no such ticket');
select throws_ok(format('select api.get_kitchen_board(%L)', tests.id('a.restaurant')), 'MD404', null, 'nor such a restaurant');
select tests.as('a.finance');
select throws_ok(format('select api.start_kitchen_order(%L)', tests.ticket('kitchen')), 'MD403', null, 'who does not cook does not start tickets');
select tests.be('Ada');
select throws_ok(format('select api.start_kitchen_order(%L)', tests.ticket('kitchen')), 'MD404', null, 'nor do guests');

select * from finish();
rollback;
