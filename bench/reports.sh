#!/bin/bash
# How long the dashboard, analytics and report functions take on the big tenant (db/demo/big.sql), as an ordinary manager with row security on.
#   PGHOST=… PGUSER=… PGDATABASE=… bench/reports.sh [schema]     default: the tenant schema with the most bookings
# Connects as the owner and becomes a manager by claims and role, as the daemon does. Each statement runs 21 times after a warm-up; the
# median stands beside the bar.
set -euo pipefail
psql=(psql -XqAt -F ' ' -v ON_ERROR_STOP=1)
schema=${1:-$("${psql[@]}" -c "select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relname = 'bookings' and c.relkind = 'r' order by c.reltuples desc limit 1")}

"${psql[@]}" -v schema="$schema" <<'SQL'
select set_config('search_path', format('%I, api, app, public', :'schema'), false) \g /dev/null
set client_min_messages = warning;
create temporary table bench (position serial, name text, bar numeric, ms numeric);

-- the organization with the most bookings, and in it the busiest venue, game and customer
select organization_id as organization from booking_days group by 1 order by sum(completed) desc limit 1 \gset
select venue_id as venue from booking_days where organization_id = :'organization' group by 1 order by sum(completed) desc limit 1 \gset
select game_id as game from booking_days where organization_id = :'organization' and venue_id = :'venue' group by 1 order by sum(completed) desc limit 1 \gset
select customer_id as customer from customer_stats where organization_id = :'organization' order by visits desc limit 1 \gset
select set_config('bench.claims', jsonb_build_object('sub', gen_random_uuid(), 'role', 'authenticated', 'app_role', 'manager',
  'organization_id', :'organization')::text, false) \g /dev/null

create procedure pg_temp.measure(p_name text, p_bar numeric, p_sql text) language plpgsql as $$
declare
  v_start timestamptz;
  v_times numeric[] := '{}';
begin
  for i in 0 .. 21 loop
    perform set_config('request.jwt.claims', current_setting('bench.claims'), true);
    set local role authenticated;
    v_start := clock_timestamp();
    execute p_sql;
    if i > 0 then
      v_times := v_times || extract(epoch from clock_timestamp() - v_start) * 1000;
    end if;
    commit;                                    -- each run is a transaction, as a request is
  end loop;
  insert into bench (name, bar, ms) select p_name, p_bar, percentile_cont(0.5) within group (order by t) from unnest(v_times) t;
  commit;
end $$;

call pg_temp.measure('get_dashboard_stats', 10, 'select * from get_dashboard_stats()');
call pg_temp.measure('get_weekly_bookings_trend', 15, 'select * from get_weekly_bookings_trend()');
call pg_temp.measure('get_todays_bookings_by_hour', 10, 'select * from get_todays_bookings_by_hour()');
call pg_temp.measure('get_upcoming_bookings(50)', 5, 'select * from get_upcoming_bookings(50)');
call pg_temp.measure('get_recent_booking_activity(50)', 5, 'select * from get_recent_booking_activity(50)');
call pg_temp.measure('list_bookings, newest 50', 5, 'select * from list_bookings()');
call pg_temp.measure('list_bookings, one day of a venue', 5, format('select * from list_bookings(current_date, current_date, %L)', :'venue'));
call pg_temp.measure('table bookings, newest 50', 5, 'select * from bookings order by booking_date desc, start_time desc limit 50');
call pg_temp.measure('get_available_slots', 5, format('select * from get_available_slots(%L, current_date + 7, %L)', :'game', :'venue'));
call pg_temp.measure('get_customer_segments', 100, 'select * from get_customer_segments()');
call pg_temp.measure('get_customer_rfm_score', 100, format('select * from get_customer_rfm_score(%L)', :'customer'));
call pg_temp.measure('calculate_customer_ltv', 100, format('select calculate_customer_ltv(%L)', :'customer'));
call pg_temp.measure('get_venue_analytics', 100, format('select * from get_venue_analytics(%L)', :'venue'));
call pg_temp.measure('get_game_analytics', 100, format('select * from get_game_analytics(%L)', :'game'));
call pg_temp.measure('generate_revenue_report, a month', 100, 'select * from generate_revenue_report(current_date - 30, current_date)');
call pg_temp.measure('generate_revenue_report, three years', 100, 'select * from generate_revenue_report(current_date - 1095, current_date)');
call pg_temp.measure('generate_booking_report, a month', 100, 'select * from generate_booking_report(current_date - 30, current_date)');
call pg_temp.measure('generate_customer_report, a month', 100, 'select * from generate_customer_report(current_date - 30, current_date)');
call pg_temp.measure('build_report, a year by month and venue', 100,
  $$select build_report('{bookings,players,revenue}', '{month,venue}', '{}', current_date - 365, current_date)$$);
call pg_temp.measure('build_report, a month by hour and status', 100,
  $$select build_report('{bookings,customers,revenue}', '{hour,status}', '{}', current_date - 30, current_date)$$);
call pg_temp.measure('get_report, revenue of a month, cached', 2,
  $$select get_report('revenue', jsonb_build_object('start_date', current_date - 30, 'end_date', current_date))$$);
delete from reports_cache where organization_id = :'organization';

select format('%-44s %10s %8s', 'function', 'median ms', 'bar ms');
select format('%-44s %10s %8s  %s', name, round(ms, 2), bar, case when ms <= bar then 'ok' else 'SLOWER' end) from bench order by position;
SQL
