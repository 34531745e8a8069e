-- The tip pool: gratuities of some business days, and whose they are. By table: of who opened the table, or took the money elsewhere. By hours: all of
-- them in one pot, split by the minutes worked.

create or replace function app.tips_by_person(p_organization_id uuid, p_from date, p_to date, out person uuid, out tips numeric) returns setof record
language plpgsql stable security definer
as $$
declare
  v_has_tables boolean := to_regclass(format('%I.table_sessions', current_schema())) is not null;
begin
  return query execute format($f$
    select coalesce(%1$s, p.received_by), sum(p.tip_amount - p.refunded_tip)
    from payments p join organizations o on o.id = p.organization_id %2$s
    where p.organization_id = $1 and p.paid_at is not null and p.tip_amount > p.refunded_tip
      and p.paid_at >= ($2 - 1)::timestamp and p.paid_at < ($3 + 3)::timestamp
      and app.business_date(p.paid_at, o.timezone, o.business_day_cutoff) between $2 and $3
    group by 1 $f$, case when v_has_tables then 's.opened_by' else 'null::uuid' end,
    case when v_has_tables then 'left join table_sessions s on s.id = p.session_id' else '' end) using p_organization_id, p_from, p_to;
end $$;

create or replace function app.minutes_by_person(p_organization_id uuid, p_from date, p_to date, p_departments text[], out person uuid, out minutes numeric) returns setof record
language plpgsql stable security definer
as $$
begin
  if to_regclass(format('%I.time_entries', current_schema())) is null then
    return;      -- a house without a time clock
  end if;
  return query select e.staff_id, sum(app.worked_minutes(e.id)) from time_entries e join staff f on f.id = e.staff_id
    where e.organization_id = p_organization_id and e.business_date between p_from and p_to and (p_departments is null or f.department = any (p_departments))
    group by e.staff_id having sum(app.worked_minutes(e.id)) > 0;
end $$;
