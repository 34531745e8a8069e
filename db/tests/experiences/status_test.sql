-- The diagram of a booking: every pair of statuses, allowed or refused.
\ir ../start.sql
\ir cast.sql
select plan(47);

-- one booking a pair, on a day of its own; statuses are reached along the diagram
create function tests.booking_in(p_status text, p_day int) returns uuid language plpgsql as $$
declare
  v_id uuid;
begin
  v_id := (create_booking(tests.id('venue.a'), tests.id('vault'), tests.id('bob'), tests.day(p_day), '14:00', 4,
             p_hold_minutes => case when p_status = 'pending' then 30 end) ->> 'id')::uuid;
  case p_status
    when 'checked_in' then perform update_booking_status_batch(array[v_id], 'checked_in');
    when 'completed' then perform update_booking_status_batch(array[v_id], 'checked_in'); perform update_booking_status_batch(array[v_id], 'completed');
    when 'cancelled' then perform cancel_booking(v_id);
    when 'no_show' then perform update_booking_status_batch(array[v_id], 'no_show');
    else null;
  end case;
  return v_id;
end $$;
grant execute on function tests.booking_in(text, int) to authenticated;

select tests.as('a.manager');
select is(
    tests.refused(format('select update_booking_status_batch(array[tests.booking_in(%L, %s)], %L)', f, 30 + (row_number() over (order by f, t))::int, t)),
    case when f || '>' || t in ('pending>confirmed', 'pending>cancelled', 'confirmed>checked_in', 'confirmed>completed', 'confirmed>cancelled',
                                'confirmed>no_show', 'checked_in>completed', 'no_show>checked_in') then 'no refusal'
         else 'MD422 status' end,
    format('%s to %s', f, t))
from unnest(array['pending', 'confirmed', 'checked_in', 'completed', 'cancelled', 'no_show']) f,
     unnest(array['pending', 'confirmed', 'checked_in', 'completed', 'cancelled', 'no_show']) t
where f <> t order by f, t;

-- many at once: all or none
select tests.as('a.staff');
select is((update_booking_status_batch(array[tests.book('vault', '10:00', 4, 90), tests.book('vault', '12:00', 4, 90)], 'checked_in') ->> 'updated')::int, 2, 'two at once');
select is((update_booking_status_batch((select array_agg(id) from bookings where booking_date = tests.day(90)), 'checked_in') ->> 'updated')::int, 0, 'they are there already');
select is(tests.refused($$select update_booking_status_batch((select array_agg(id) from bookings where booking_date = tests.day(90))
    || (select id from bookings where status = 'cancelled' limit 1), 'completed')$$), 'MD422 status', 'one that may not move');
select is((select count(*) from bookings where booking_date = tests.day(90) and status = 'checked_in'), 2::bigint, 'and none has moved');
select is(tests.refused($$select update_booking_status_batch('{}', 'completed')$$), 'MD400 p_booking_ids', 'an empty list');
select is(tests.refused($$select update_booking_status_batch(null, 'completed')$$), 'MD400 p_booking_ids', 'no list');
select is(tests.refused($$select update_booking_status_batch(array(select gen_random_uuid() from generate_series(1, 501)), 'completed')$$), 'MD400 p_booking_ids', 'a huge list');
select is(tests.refused($$select update_booking_status_batch(array[gen_random_uuid()], 'completed')$$), 'MD404 p_booking_ids', 'an unknown booking');
select is(tests.refused($$select update_booking_status_batch(array(select id from bookings), 'gone')$$), 'MD400 p_status', 'an unknown status');
select tests.as('b.manager');
select is(tests.refused(format('select update_booking_status_batch(array[%L::uuid], %L)',
    (select id from (select tests.id('nothing') as id) x), 'completed')), 'MD404 p_booking_ids', 'a stranger finds nothing');

-- late after all: the room may have gone to others meanwhile
select tests.as('a.staff');
select lives_ok($$select update_booking_status_batch(array[tests.book('vault', '16:00', 4, 90)], 'no_show')$$, 'a party does not come');
select lives_ok($$select tests.book('vault', '16:00', 4, 90)$$, 'its room is sold to others');
select is(tests.refused($$select update_booking_status_batch((select array_agg(id) from bookings where status = 'no_show' and booking_date = tests.day(90)), 'checked_in')$$),
  'MD409 p_booking_ids', 'and when they come after all there is no room');

-- what a status leaves behind
select ok((select bool_and(confirmed_at is not null and checked_in_at is not null) from bookings where status = 'checked_in' and booking_date = tests.day(90)), 'each step is stamped');
select ok((select bool_and(cancelled_at is not null and cancellation_cause = 'requested') from bookings where status = 'cancelled'), 'a cancellation says when and why');
select is((select count(*) from bookings where status <> 'pending' and hold_expires_at is not null), 0::bigint, 'only pending bookings are held');
select tests.as_owner();
select is(tests.rollup_differences(), 0::bigint, 'the roll-ups equal the truth');

select * from finish();
rollback;
