-- SECURITY DEFINER: pay is a hidden column. Checks the right itself.
create function api.get_staffing_cost(p_from date, p_to date, p_organization_id uuid default null)
returns table (date date, people int, hours_planned numeric, cost_planned numeric, hours_worked numeric, cost_worked numeric, revenue numeric, cost_share numeric, currency text)
language plpgsql stable security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
begin
  perform app.require_work(v_organization, 'timesheets', 'read');
  perform app.checked_days(p_from, p_to);
  return query
  with days as (
    select d::date as day from generate_series(p_from::timestamp, p_to::timestamp, interval '1 day') d
  ), planned as (
    select s.shift_date as day, sum(h.hours) as hours, sum(h.hours * coalesce(s.hourly_rate, 0)) as cost
    from staff_schedules s, lateral (select extract(epoch from s.ends_at - s.starts_at) / 3600 - s.break_minutes / 60.0 as hours) h
    where s.organization_id = v_organization and s.shift_date between p_from and p_to and s.status not in ('cancelled', 'no_show') group by 1
  ), clocked as (
    select e.business_date as day, count(distinct e.staff_id) as people, sum(w.hours) as hours, sum(w.hours * coalesce(e.hourly_rate, 0)) as cost
    from time_entries e, lateral (select app.worked_minutes(e.id) / 60 as hours) w
    where e.organization_id = v_organization and e.business_date between p_from and p_to group by 1
  ), taken as (
    select app.business_date(y.paid_at, o.timezone, o.business_day_cutoff) as day, sum(y.kept_amount) as revenue
    from payments y join organizations o on o.id = y.organization_id
    where y.organization_id = v_organization and y.status in ('succeeded', 'partial_refund', 'refunded')
      and y.paid_at >= (p_from - 1)::timestamptz and y.paid_at < (p_to + 3)::timestamptz group by 1
  )
  select d.day, coalesce(c.people, 0)::int, round(coalesce(p.hours, 0), 2), round(coalesce(p.cost, 0), app.stored_decimals(o.currency)), round(coalesce(c.hours, 0), 2), round(coalesce(c.cost, 0), app.stored_decimals(o.currency)),
         coalesce(t.revenue, 0), case when t.revenue > 0 then round(100 * coalesce(c.cost, 0) / t.revenue, 1) end, o.currency
  from days d join organizations o on o.id = v_organization
  left join planned p on p.day = d.day left join clocked c on c.day = d.day left join taken t on t.day = d.day
  order by d.day;
end $$;
comment on function api.get_staffing_cost(date, date, uuid) is 'By business day: hours and cost as planned and as worked, money taken, and the share of it that work cost (percent). Decimal amounts. For those who read timesheets.
answers {"cost_share": "number | null"}';
grant execute on function api.get_staffing_cost(date, date, uuid) to authenticated, service_role;
