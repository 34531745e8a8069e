-- What somebody's work left in the tables of other modules. To count one more kind of work, add a row: what it is called,
-- table, the column with the person, the column with the instant, and a condition. A module that the tenant does not
-- have, or a column that is not there, costs nothing.
create or replace function app.staff_work(p_organization_id uuid, p_from timestamptz, p_to timestamptz)
returns table (staff_id uuid, what text, count bigint, amount numeric)
language plpgsql stable security definer
as $$
declare
  v_source record;
begin
  for v_source in
    select * from (values
      ('bookings_made',     'bookings',           'created_by',   'created_at',   'true', null),
      ('tables_opened',     'table_sessions',     'opened_by',    'created_at',   'true', null),
      ('orders_taken',      'kitchen_orders',     'created_by',   'created_at',   'status <> ''cancelled''', null),
      ('orders_cooked',     'kitchen_orders',     'ready_by',     'ready_at',     'status <> ''cancelled''', null),
      ('orders_served',     'kitchen_orders',     'completed_by', 'completed_at', 'status = ''completed''', null),
      ('stays_booked',      'chalet_bookings',    'created_by',   'created_at',   'status <> ''cancelled''', null),
      ('tickets_sold',      'pool_tickets',       'created_by',   'created_at',   'status <> ''cancelled''', null),
      ('gate_entries',      'pool_entries',       'scanned_by',   'scanned_at',   'result = ''entered''', null),
      ('payments_taken',    'payments',           'received_by',  'paid_at',      'status in (''succeeded'', ''partial_refund'', ''refunded'')', 'amount - refunded_amount'),
      ('activities',        'staff_activity_log', 'staff_id',     'created_at',   'true', null)
    ) as t(what, tab, person, instant, condition, amount)
    where (select count(*) from pg_attribute a
           where a.attrelid = to_regclass(format('%I.%I', current_schema(), t.tab)) and a.attname in (t.person, t.instant, 'organization_id') and not a.attisdropped) = 3
  loop
    return query execute format('select %I, %L::text, count(*), sum(%s)::numeric from %I.%I where organization_id = $1 and %I >= $2 and %4$I.%5$I.%6$I < $3 and %1$I is not null and %7$s group by 1',
      v_source.person, v_source.what, coalesce(v_source.amount, 'null::numeric'), current_schema(), v_source.tab, v_source.instant, v_source.condition)
      using p_organization_id, p_from, p_to;
  end loop;
end $$;
comment on function app.staff_work(uuid, timestamptz, timestamptz) is 'How often each person did what, counted in the tables this tenant has.';

create or replace function app.checked_days(p_from date, p_to date) returns void
language plpgsql immutable
as $$
begin
  if p_from is null or not isfinite(p_from) then perform app.fail(400, 'Say the first day.', 'p_from'); end if;
  if p_to is null or not isfinite(p_to) or p_to < p_from or p_to - p_from > 400 then
    perform app.fail(400, 'The last day is 0 to 400 days after the first.', 'p_to');
  end if;
  perform app.check_day(p_from, 'p_from'), app.check_day(p_to, 'p_to');
end $$;
