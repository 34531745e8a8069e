create function api.get_customer_segments(p_organization_id uuid default null)
returns table (segment text, customers bigint, share_percent numeric, revenue numeric, average_spent numeric,
               average_visits numeric, average_days_since_visit numeric)
language plpgsql stable
set jit = off
as $$
#variable_conflict use_column
declare
  v_organizations uuid[] := app.report_organizations(p_organization_id, 'customers');
  v_today date := app.report_today(v_organizations);
  v_limit record;
begin
  select * into v_limit from app.rfm_limits(v_organizations);
  return query
  with scored as (
    select app.rfm_score(s.last_visit - date '2000-01-01', v_limit.recency) as r, app.rfm_score(s.visits, v_limit.frequency) as f,
           app.rfm_score(s.spent, v_limit.monetary) as m, s.visits, s.spent, v_today - least(s.last_visit, v_today) as days
    from customer_stats s
    where s.organization_id = any (v_organizations) and s.visits > 0
  ), cells as (
    -- at most a few hundred cells: the segment is named once a cell, not once a customer
    select r, f, m, visits = 1 as once, count(*) as n, sum(spent) as spent, sum(visits) as visits, sum(days) as days
    from scored group by 1, 2, 3, 4
  ), segments as (
    select app.rfm_segment(r, f, m, once) as segment, sum(n) as n, sum(spent) as spent, sum(visits) as visits, sum(days) as days
    from cells group by 1
  )
  select s.segment, s.n::bigint, round(100.0 * s.n / sum(s.n) over (), 2), s.spent, round(s.spent / s.n, 2), round(s.visits / s.n, 2),
         round(s.days / s.n, 1)
  from segments s
  order by s.spent desc, s.segment;
end $$;
comment on function api.get_customer_segments(uuid) is
  'Customers by segment (champions, loyal, big_spenders, new, promising, needs_attention, at_risk, cannot_lose, hibernating, lost), from quintiles of recency, frequency and money over the organization''s customers who ever played. Amounts in its currency.';
grant execute on function api.get_customer_segments(uuid) to authenticated, service_role;
