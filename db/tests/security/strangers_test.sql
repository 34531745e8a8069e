-- Every function a client may call, asked by strangers about another organization's rows: the owner and a customer of organization b, and a
-- visitor, name the ids of organization a wherever a parameter takes one. Whatever is not for everybody has to refuse.
\set unchecked 1
\ir ../start.sql
\ir ../dining/cast.sql
\ir ../experiences/cast.sql
\ir ../stays/cast.sql
select plan(7);

-- Rows of organization a that the functions could reach.
select tests.sit('a.t1', 'Ada');
select tests.be('Ada');
select tests.add('a.cake') \gset _
select place_order() \gset _
select tests.add('a.beer') \gset _
select tests.as('a.manager');
select bill_session(tests.session('Ada'), true) \gset _
select tests.put('booked', create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), (now() at time zone 'Europe/Berlin')::date + 30, '12:30', 4));
select tests.put('stay', create_chalet_booking(tests.id('brook'), tests.monday(30), tests.monday(30) + 3, 2, p_customer_id => tests.id('bob')));
select tests.put('paid', record_payment('experience', tests.uid('booked', 'id'), 10));
select tests.put('folio', open_folio('Room', tests.id('bob')));
select tests.put('table', reserve_table(tests.id('a.restaurant'), (now() at time zone 'Europe/Berlin')::date + 20, '19:00', 2, 'Fay', '+49 30 999'));
select tests.put('waits', join_waitlist(tests.id('a.restaurant'), 2, 'Gus'));
select tests.put('shift', create_staff_schedule(tests.id('a.waiter'), (now() at time zone 'Europe/Berlin')::date + 20, '10:00', '12:00'));
select tests.put('clock', clock_in(tests.id('a.waiter')));
select tests.as_owner();

-- Which id a parameter means, by its name.
create table tests.ids (name text primary key, id uuid);
insert into tests.ids
select 'p_organization_id', tests.id('a') union all select 'p_restaurant_id', tests.id('a.restaurant')
union all select 'p_table_id', tests.id('a.t2') union all select 'p_session_id', tests.session('Ada') union all select 'p_to_session_id', tests.session('Ada')
union all select 'p_from_session_id', tests.session('Ada') union all select 'p_into_session_id', tests.session('Ada')
union all select 'p_line_id', (select id from order_lines where order_id is not null) union all select 'p_order_id', (select id from orders)
union all select 'p_kitchen_order_id', (select id from kitchen_orders) union all select 'p_item_id', (select id from kitchen_order_items)
union all select 'p_menu_item_id', tests.id('a.cake') union all select 'p_share_id', (select id from bill_shares)
union all select 'p_customer_session_id', tests.guest('Ada') union all select 'p_reservation_id', tests.uid('table', 'reservation', 'id')
union all select 'p_waitlist_id', tests.uid('waits', 'waiting', 'id') union all select 'p_venue_id', tests.id('venue.a') union all select 'p_game_id', tests.id('vault')
union all select 'p_customer_id', tests.id('bob') union all select 'p_chalet_id', tests.id('brook') union all select 'p_payment_id', tests.uid('paid', 'id')
union all select 'p_folio_id', tests.get('folio')::uuid union all select 'p_staff_id', tests.id('a.waiter') union all select 'p_schedule_id', (select id from staff_schedules)
union all select 'p_entry_id', (select id from time_entries) union all select 'p_user_id', tests.id('a.customer')
union all select 'p_line_ids', (select id from order_lines where order_id is not null) union all select 'p_table_ids', tests.id('a.t2') union all select 'p_booking_ids', tests.uid('booked', 'id')
union all select 'p_duplicate_ids', tests.id('ada');

create table tests.calls as
select p.oid, p.proname::text as name, has_function_privilege('anon', p.oid, 'execute') as public,
  format('select count(*), left(string_agg(r::text, %L), 100000) from api.%I(%s) r', ' ', p.proname, string_agg(format('%s => (%s)::%s', a.arg, coalesce(
    case when t.typname = 'uuid' then format('%L', coalesce((select id from tests.ids i where i.name = a.arg),
           case when a.arg = 'p_booking_id' then case when p.proname ~ 'chalet|check_|no_show' then tests.uid('stay', 'id') else tests.uid('booked', 'id') end else gen_random_uuid() end)) end,
    case when t.typname = '_uuid' then format('array[%L]', (select id from tests.ids i where i.name = a.arg)) end,
    case a.arg when 'p_booking_type' then '''experience''' when 'p_method' then case when p.proname = 'split_bill' then '''whole''' else '''cash''' end
      when 'p_otp' then '''000000''' when 'p_table' then '''nowhere''' when 'p_status' then '''cancelled''' when 'p_reason' then '''because''' end,
    case when a.place > p.pronargs - p.pronargdefaults then null else case t.typname when 'date' then 'current_date + 30' when 'time' then '''12:30''' when 'int4' then '2' when 'numeric' then '1' when 'bool' then 'true'
      when 'jsonb' then '''[]''' when '_text' then 'array[''bookings'']' when 'timestamptz' then 'now()' else '''x''' end end), format_type(a.type, null)), ', ' order by a.place)
      filter (where t.typname in ('uuid', '_uuid') or a.arg in ('p_booking_type', 'p_method', 'p_otp', 'p_table', 'p_status', 'p_reason') and a.place <= p.pronargs - p.pronargdefaults + 2
                    or a.place <= p.pronargs - p.pronargdefaults)) as call
from pg_proc p, unnest(p.proargnames, p.proargtypes::oid[]) with ordinality as a (arg, type, place) join pg_type t on t.oid = a.type
where p.pronamespace = 'api'::regnamespace and a.place <= p.pronargs
group by p.oid having bool_or(t.typname in ('uuid', '_uuid'));

create table tests.outcomes (name text, who text, state text, message text, rows bigint, body text);
grant all on all tables in schema tests to anon, authenticated;
create function tests.ask(p_name text, p_call text, p_who text) returns void language plpgsql as $$
declare
  v_rows bigint; v_body text; v_state text; v_message text;
begin
  begin
    execute p_call into v_rows, v_body;
    raise exception using errcode = 'UNDO0';
  exception when sqlstate 'UNDO0' then v_state := 'done';
            when others then v_state := sqlstate; v_message := sqlerrm;
  end;
  insert into tests.outcomes values (p_name, p_who, v_state, v_message, v_rows, v_body);
end $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;
select cmp_ok((select count(*) from tests.calls), '>', 90::bigint, 'most functions name a row');
select tests.as('b.owner');
select tests.ask(name, call, 'b.owner') from tests.calls \g /dev/null
select tests.as('b.customer');
select tests.ask(name, call, 'b.customer') from tests.calls \g /dev/null
select tests.as_anon();
select tests.ask(name, call, 'anon') from tests.calls where public \g /dev/null
select tests.as_owner();

-- What answers a stranger, and why.
create table tests.answers (name text primary key, why text);
insert into tests.answers
select unnest(string_to_array(names, ' ')), why from (values
  ('get_menu find_tables get_available_slots get_venue_games get_venue_schedule is_venue_open get_available_chalets get_pool_availability quote_booking quote_stay get_front_page get_stay_calendar get_table_times get_game_calendar', 'what a public page shows'),
  ('get_order', 'the order''s id is the receipt'), ('create_payment', 'whoever knows a booking may pay for it'), ('get_payment', 'whoever began it has its id'), ('keep_card', 'whoever knows a booking may leave a card for it'), ('get_card', 'whoever began it has its id'),
  ('mark_notifications_read', 'one''''s own, and there are none'),
  ('reserve_table join_waitlist place_order create_widget_booking', 'what visitors do')) x(names, why);
select is((select string_agg(distinct format('%s (%s): %s', name, who, left(body, 200)), e'\n') from tests.outcomes o
  where state = 'done' and rows > 0 and coalesce(body, '') not in ('', '()') and name not in (select name from tests.answers)), null, 'nothing else tells a stranger anything');
select is((select string_agg(distinct format('%s (%s): %s %s', name, who, state, message), e'\n') from tests.outcomes
  where state not in ('done', '42501', 'MD400', 'MD401', 'MD403', 'MD404') and name not in (select name from tests.answers)), null,
  'nor what state the row is in that they asked for');
select is((select string_agg(distinct name, ' ') from tests.outcomes where state = 'done' and body ~* '(bob|ada)@|493022|493011|Babbage|Lovelace'), null, 'no answer names another organization''s people');
select cmp_ok((select count(*) from tests.outcomes where state in ('MD404', 'MD403')), '>', 120::bigint, 'most say that there is no such row');
-- the tables, too: the right to write is asked before seats are
select tests.as('a.customer');
select throws_ok(format('insert into table_reservations (table_id, reservation_date, reservation_time, party_size, guest_name) values (%L, current_date + 5, ''19:00'', 999, ''X'')',
  tests.id('a.t1')), '42501', null, 'a guest who writes a reservation by hand is not told how many seats a table has');
select tests.as('b.manager');
select throws_ok(format('insert into table_reservations (table_id, reservation_date, reservation_time, party_size, guest_name) values (%L, current_date + 5, ''19:00'', 999, ''X'')',
  tests.id('a.t1')), '42501', null, 'nor is the manager of another house');
select * from finish();
rollback;
