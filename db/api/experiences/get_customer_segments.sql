create function api.get_customer_segments(p_organization_id uuid default null)
returns table (segment text, customers bigint, share_percent numeric, revenue numeric, average_spent numeric,
               average_visits numeric, average_days_since_visit numeric)
language plpgsql stable
set jit = off
set enable_sort = off     -- the planner takes every customer for a cell of its own and would sort them; a hash table holds the few cells
as $$
#variable_conflict use_column
declare
  v_organizations uuid[] := app.report_organizations(p_organization_id, 'customers');
  v_today date := app.report_today(v_organizations);
  v_limit record;
  -- plain variables: compared a hundred thousand times, where arrays and functions would cost as much as all the rest
  r1 date; r2 date; r3 date; r4 date;
  f1 int; f2 int; f3 int; f4 int;
  m1 bigint; m2 bigint; m3 bigint; m4 bigint;
begin
  select * into v_limit from app.rfm_limits(v_organizations);
  r1 := date '2000-01-01' + v_limit.recency[1]::int; r2 := date '2000-01-01' + v_limit.recency[2]::int;
  r3 := date '2000-01-01' + v_limit.recency[3]::int; r4 := date '2000-01-01' + v_limit.recency[4]::int;
  f1 := v_limit.frequency[1]; f2 := v_limit.frequency[2]; f3 := v_limit.frequency[3]; f4 := v_limit.frequency[4];
  m1 := v_limit.monetary[1]; m2 := v_limit.monetary[2]; m3 := v_limit.monetary[3]; m4 := v_limit.monetary[4];
  return query
  with cells as (
    -- at most 250 cells: the segment is named once a cell, not once a customer
    select case when s.last_visit <= r1 then 1 when s.last_visit <= r2 then 2 when s.last_visit <= r3 then 3 when s.last_visit <= r4 then 4 else 5 end
             + 10 * case when s.visits <= f1 then 1 when s.visits <= f2 then 2 when s.visits <= f3 then 3 when s.visits <= f4 then 4 else 5 end
             + 100 * case when s.spent_hundredths <= m1 then 1 when s.spent_hundredths <= m2 then 2 when s.spent_hundredths <= m3 then 3
                          when s.spent_hundredths <= m4 then 4 else 5 end
             + case when s.visits = 1 then 1000 else 0 end as cell,
           count(*) as n, sum(s.spent_hundredths) / 100 as spent, sum(s.visits) as visits, sum(greatest(v_today - s.last_visit, 0)) as days
    from customer_stats s
    where s.organization_id = any (v_organizations) and s.visits > 0
    group by 1
  ), segments as (
    select app.rfm_segment(cell % 10, cell / 10 % 10, cell / 100 % 10, cell > 1000) as segment, sum(n) as n, sum(spent) as spent, sum(visits) as visits, sum(days) as days
    from cells group by 1
  )
  select s.segment, s.n::bigint, round(100.0 * s.n / sum(s.n) over (), 2), round(s.spent, app.report_decimals(v_organizations)), round(s.spent / s.n, app.report_decimals(v_organizations)), round(s.visits / s.n, 2),
         round(s.days / s.n, 1)
  from segments s
  order by s.spent desc, s.segment;
end $$;
comment on function api.get_customer_segments(uuid) is
  'Customers by segment (champions, loyal, big_spenders, new, promising, needs_attention, at_risk, cannot_lose, hibernating, lost), from quintiles of recency, frequency and money over the organization''s customers who ever played. Amounts in its currency.
answers {"share_percent": "number | null", "average_spent": "number | null", "average_visits": "number | null", "average_days_since_visit": "number | null"}';
grant execute on function api.get_customer_segments(uuid) to authenticated, service_role;
