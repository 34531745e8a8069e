create or replace function api.get_session_history(
  p_restaurant_id uuid default null, p_from date default null, p_to date default null, p_limit int default 50, p_before timestamptz default null) returns jsonb
language plpgsql stable
as $$
declare
  v_id    uuid := app.my_restaurant(p_restaurant_id, 'sessions');
  v_limit int := least(greatest(coalesce(p_limit, 50), 1), 200);
  v_place record;
  v_answer jsonb;
begin
  select timezone, business_day_cutoff into v_place from restaurants where id = v_id;
  perform app.check_day(p_from, 'p_from'), app.check_day(p_to, 'p_to');
  with page as (
    select s.* from table_sessions s
    where s.restaurant_id = v_id and s.deleted_at is null and s.status = 'cleared' and s.merged_into is null
      and (p_before is null or s.created_at < p_before)
      -- business days as instants, so that the index is used
      and (p_from is null or s.created_at >= (p_from + v_place.business_day_cutoff) at time zone v_place.timezone)
      and (p_to is null or s.created_at < (p_to + 1 + v_place.business_day_cutoff) at time zone v_place.timezone)
    order by s.created_at desc fetch first (v_limit + 1) rows with ties
  ), shown as (
    -- sessions of one instant stay together, for the next page begins before it
    select * from page order by created_at desc fetch first v_limit rows with ties
  )
  select jsonb_build_object(
    'sessions', coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'table_number', t.table_number, 'status', s.status, 'total_amount', s.total_amount,
        'paid_amount', s.paid_amount,
        'participant_count', (select count(*) from session_customers c where c.session_id = s.id and c.deleted_at is null),
        'order_count', (select count(*) from orders o where o.session_id = s.id and o.deleted_at is null),
        'names', (select coalesce(jsonb_agg(c.name order by c.joined_at, c.id), '[]') from session_customers c where c.session_id = s.id and c.deleted_at is null),
        'opened_at', s.created_at, 'cleared_at', s.cleared_at, 'minutes', (extract(epoch from s.cleared_at - s.created_at) / 60)::int)
        order by s.created_at desc, s.id)
      from shown s join restaurant_tables t on t.id = s.table_id), '[]'),
    'next_before', case when (select count(*) from page) > (select count(*) from shown) then (select min(created_at) from shown) end) into v_answer;
  return v_answer;
end $$;
comment on function api.get_session_history(uuid, date, date, int, timestamptz) is 'Cleared sessions, newest first, by business day; p_before pages on. Amounts in minor units.
answers {"sessions": [{"...": "table_sessions(id, status, cleared_at, paid_amount, total_amount)", "table_number": "int", "names": "text[]", "minutes": "int | null", "opened_at": "instant", "order_count": "int", "participant_count": "int"}],
  "next_before": "instant | null"}';
grant execute on function api.get_session_history(uuid, date, date, int, timestamptz) to authenticated, service_role;
