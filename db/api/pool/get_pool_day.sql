create function api.get_pool_day(p_date date default null, p_organization_id uuid default null)
returns table (slot text, capacity int, taken int, tickets int, people int, entered int, refused int, revenue numeric, is_closed boolean)
language plpgsql stable
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_date date := coalesce(p_date, app.organization_today(v_organization));
begin
  perform app.require_work(v_organization, 'pool', 'read');
  perform app.check_day(p_date, 'p_date');
  return query
  select f.slot, f.capacity, f.capacity - f.free, coalesce(s.tickets, 0)::int, coalesce(s.people, 0)::int, coalesce(s.entered, 0)::int, coalesce(e.refused, 0)::int,
         coalesce(s.revenue, 0), f.is_closed
  from app.pool_free(v_organization, v_date, v_date) f
  left join lateral (
    select count(*) as tickets, sum(t.adults + t.children) as people, sum(t.total_price) as revenue, sum(t.people_seen) as entered
    from pool_tickets t where t.organization_id = v_organization and t.ticket_date = v_date and t.slot = f.slot and t.status not in ('cancelled', 'pending')) s on true
  left join lateral (
    select count(*) filter (where n.result = 'refused') as refused
    from pool_entries n join pool_tickets t on t.id = n.ticket_id
    where t.organization_id = v_organization and t.ticket_date = v_date and t.slot = f.slot) e on true
  order by array_position(array['morning', 'afternoon', 'full_day'], f.slot);
end $$;
comment on function api.get_pool_day(date, uuid) is 'The gate''s day: by slot what was sold, who came in, who was turned away. revenue is decimal.';
grant execute on function api.get_pool_day(date, uuid) to authenticated, service_role;
