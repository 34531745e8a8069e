-- Lifetime value, RFM and segments.
\ir ../start.sql
\ir cast.sql
select plan(22);
-- ten customers: number n played n times, the last time 10 * (11 - n) days ago, 20 a game
insert into customers (id, organization_id, full_name) select tests.id('n' || n), tests.id('a'), 'Number ' || n from generate_series(1, 10) n;
insert into bookings (venue_id, game_id, customer_id, booking_date, start_time, party_size, status, total_amount, final_amount, paid_amount)
select tests.id('venue.a'), tests.id('group'), tests.id('n' || n), tests.day(-10 * (11 - n) - 150 * (k - 1)), make_time(3 + 2 * n, 0, 0), 2, 'completed', 20, 20, 20
from generate_series(1, 10) n, generate_series(1, n) k;

select tests.as('a.manager');
select is(calculate_customer_ltv(tests.id('n7')), 140.00, 'seven games of twenty');
select is(calculate_customer_ltv(tests.id('ada')), 0::numeric, 'nothing yet');
select is(tests.refused($$select calculate_customer_ltv(gen_random_uuid())$$), 'MD404 p_customer_id', 'an unknown customer');
select is(tests.refused($$select calculate_customer_ltv(tests.id('eve'))$$), 'MD404 p_customer_id', 'another organization''s');
select is(tests.refused($$select * from get_customer_rfm_score(tests.id('eve'))$$), 'MD404 p_customer_id', 'has no score here');
select results_eq($$select r.recency_days, r.frequency, r.monetary, r.rfm_score from generate_series(1, 10) n, get_customer_rfm_score(tests.id('n' || n)) r$$,
  $$select 10 * (11 - n), n, 20.00 * n, repeat((1 + (n - 1) / 2)::text, 3) from generate_series(1, 10) n$$, 'quintiles: two customers a score, five is best');
select is((select segment from get_customer_rfm_score(tests.id('n10'))), 'champions', 'often, lately and much');
select is((select segment from get_customer_rfm_score(tests.id('n1'))), 'lost', 'once, long ago, little');
select results_eq($$select segment, recency_score, frequency, monetary from get_customer_rfm_score(tests.id('ada'))$$, $$values ('prospect', null::int, 0, 0::numeric)$$, 'who never played has no scores');
select is((select sum(customers) from get_customer_segments()), 10::numeric, 'every customer who played is in one segment');
select is((select sum(share_percent) from get_customer_segments()), 100.00, 'all of them together are all');
select is((select sum(revenue) from get_customer_segments(tests.id('a'))), 1100.00, 'and so is their money');
select results_eq($$select segment, sum(1) from generate_series(1, 10) n, get_customer_rfm_score(tests.id('n' || n)) group by 1 order by 1$$,
  $$select segment, customers from get_customer_segments() order by 1$$, 'the list and the single scores agree');
select is(tests.refused($$select * from get_customer_segments(tests.id('b'))$$), 'MD404 p_organization_id', 'not the other organization''s');
-- equal customers, equal scores
select tests.as_owner();
delete from bookings;
insert into bookings (venue_id, game_id, customer_id, booking_date, start_time, party_size, status, total_amount, final_amount)
select tests.id('venue.a'), tests.id('group'), tests.id('n' || n), tests.day(-10), make_time(3 + 2 * n, 0, 0), 2, 'completed', 20, 20 from generate_series(1, 10) n;
select tests.as('a.manager');
select is((select count(distinct r.rfm_score) from generate_series(1, 10) n, get_customer_rfm_score(tests.id('n' || n)) r), 1::bigint, 'ten equal customers have one score');
-- very few customers
select tests.as_owner();
delete from bookings where customer_id <> all (array[tests.id('n1'), tests.id('n2')]);
update bookings set booking_date = booking_date - 100, final_amount = 10 where customer_id = tests.id('n2');
select tests.as('a.manager');
select is((select recency_score from get_customer_rfm_score(tests.id('n1'))), 5, 'of two customers the better one is best');
select cmp_ok((select recency_score from get_customer_rfm_score(tests.id('n2'))), '<', 5, 'the other is not');
select tests.as_owner();
delete from bookings;
select tests.as('a.manager');
select is((select count(*) from get_customer_segments()), 0::bigint, 'no customers, no segments');
select is((select segment from get_customer_rfm_score(tests.id('n1'))), 'prospect', 'nobody is lost who was never there');
-- every combination of scores has a name
select is((select count(*) from generate_series(1, 5) r, generate_series(1, 5) f, generate_series(1, 5) m, unnest(array[true, false]) o where app.rfm_segment(r, f, m, o) is null), 0::bigint, 'every score has a segment');
select tests.as('a.staff');
select lives_ok($$select calculate_customer_ltv(tests.id('ada'))$$, 'staff see what a guest is worth');
select tests.as('a.kitchen');
select is(tests.refused($$select calculate_customer_ltv(tests.id('ada'))$$), 'MD404 p_customer_id', 'the kitchen does not');
select * from finish();
rollback;
