-- SECURITY DEFINER: counts in tables that who asks may not read row by row. Checks the right itself.
create function api.get_staff_performance(p_from date default null, p_to date default null, p_staff_id uuid default null, p_organization_id uuid default null)
returns table (staff_id uuid, staff_name text, department text, shifts_planned int, shifts_worked int, no_shows int, late_arrivals int, hours_planned numeric, hours_worked numeric,
  activities int, payments_amount numeric, labor_cost numeric, currency text, work jsonb)
language plpgsql stable security definer
as $$
declare
  v_organization uuid;
  v_from date;
  v_to date;
  v_late interval;
  v_zone text;
  v_cutoff time;
  v_pay boolean;
begin
  if p_staff_id is not null then
    select s.organization_id into v_organization from staff s where s.id = p_staff_id;
    if v_organization is null or p_staff_id is distinct from auth.uid() and not app.works_for(v_organization, 'timesheets', 'read') then
      perform app.fail(404, 'There is no such member of staff.', 'p_staff_id');
    end if;
  else
    v_organization := app.pick_organization(p_organization_id);
    perform app.require_work(v_organization, 'timesheets', 'read');
  end if;
  v_pay := app.works_for(v_organization, 'timesheets', 'read') or p_staff_id = auth.uid();
  perform app.check_day(p_to, 'p_to');
  v_to := coalesce(p_to, app.organization_today(v_organization));
  v_from := coalesce(p_from, v_to - 29);
  perform app.checked_days(v_from, v_to);
  select o.timezone, o.business_day_cutoff into v_zone, v_cutoff from organizations o where o.id = v_organization;
  v_late := make_interval(mins => app.labor_rule(v_organization, 'late_minutes')::int);

  return query
  with done as (
    select w.staff_id, jsonb_object_agg(w.what, w.count) as counts, sum(w.count) filter (where w.what = 'activities') as activities, sum(w.amount) as amount
    from app.staff_work(v_organization, (v_from + v_cutoff) at time zone v_zone, (v_to + 1 + v_cutoff) at time zone v_zone) w group by w.staff_id
  ), planned as (
    select s.staff_id, count(*) filter (where s.status <> 'no_show') as shifts, count(*) filter (where s.status = 'no_show') as no_shows,
           sum(extract(epoch from s.ends_at - s.starts_at) / 3600 - s.break_minutes / 60.0) filter (where s.status <> 'no_show') as hours
    from staff_schedules s where s.organization_id = v_organization and s.shift_date between v_from and v_to and s.status <> 'cancelled' group by s.staff_id
  ), clocked as (
    select e.staff_id, count(distinct e.schedule_id) as shifts, sum(app.worked_minutes(e.id)) / 60 as hours, sum(app.worked_minutes(e.id) / 60 * coalesce(e.hourly_rate, 0)) as cost,
           count(distinct e.schedule_id) filter (where f.first_in > f.starts_at + v_late) as late
    from time_entries e
    left join lateral (select s.starts_at, (select min(x.clock_in_at) from time_entries x where x.schedule_id = s.id) as first_in from staff_schedules s where s.id = e.schedule_id) f on true
    where e.organization_id = v_organization and e.business_date between v_from and v_to group by e.staff_id
  )
  select st.id, coalesce(u.full_name, u.email), st.department, coalesce(p.shifts, 0)::int, coalesce(c.shifts, 0)::int, coalesce(p.no_shows, 0)::int, coalesce(c.late, 0)::int,
         round(coalesce(p.hours, 0), 2), round(coalesce(c.hours, 0), 2), coalesce(d.activities, 0)::int, coalesce(d.amount, 0), case when v_pay then round(coalesce(c.cost, 0), app.stored_decimals(o.currency)) end,
         o.currency, coalesce(d.counts, '{}')
  from staff st join users u on u.id = st.id join organizations o on o.id = st.organization_id
  left join done d on d.staff_id = st.id left join planned p on p.staff_id = st.id left join clocked c on c.staff_id = st.id
  where st.organization_id = v_organization and (p_staff_id is null or st.id = p_staff_id)
    and (st.is_active or num_nonnulls(d.staff_id, p.staff_id, c.staff_id) > 0 or st.id = p_staff_id)
  order by coalesce(u.full_name, u.email), st.id;
end $$;
comment on function api.get_staff_performance(date, date, uuid, uuid) is
  'Shifts, hours, punctuality and work done from p_from to p_to (null: the last 30 days): of one person, or of everybody for those who read timesheets. work counts what the modules of this tenant know: bookings_made, orders_served, stays_booked, gate_entries, payments_taken … Amounts are decimal.
answers {"department": "text | null", "currency": "text | null"}';
grant execute on function api.get_staff_performance(date, date, uuid, uuid) to authenticated, service_role;
