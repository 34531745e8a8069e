create function api.get_tape_chart(p_from date, p_to date, p_organization_id uuid default null)
returns table (chalet_id uuid, name text, capacity int, status text, rank int, stays jsonb, free_nights int)
language plpgsql stable
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_window daterange;
begin
  perform app.require_work(v_organization, 'stays', 'read');
  if p_from is null or not isfinite(p_from) then perform app.fail(400, 'Say the first day.', 'p_from'); end if;
  if p_to is null or not isfinite(p_to) then perform app.fail(400, 'Say the day after the last.', 'p_to'); end if;
  if p_to <= p_from or p_to - p_from > 400 then
    perform app.fail(400, 'A chart covers 1 to 400 days.', 'p_to');
  end if;
  v_window := daterange(p_from, p_to, '[)');
  return query
  select c.id, c.name, c.capacity, c.status, c.rank, coalesce(bars.list, '[]'),
         (p_to - p_from) - coalesce(taken.nights, 0)::int
  from chalets c
  left join lateral (
    select jsonb_agg(bar order by bar ->> 'from', bar ->> 'id') as list
    from (
      select jsonb_build_object('kind', 'stay', 'id', b.id, 'reference', b.reference, 'from', b.check_in, 'to', upper(b.stay),
               'booked_to', b.check_out, 'status', b.status, 'payment_status', b.payment_status, 'guests', b.guests,
               'guest_name', app.chalet_guest_name(b.guest_details, b.customer_id, b.user_id), 'total_price', b.total_price,
               'special_requests', b.special_requests, 'source', b.source, 'updated_at', b.updated_at, 'hold_expires_at', b.hold_expires_at,
               'is_running_out', coalesce(b.status = 'pending' and b.hold_expires_at <= now(), false)) as bar
      from chalet_bookings b
      where b.chalet_id = c.id and b.stay && v_window and b.status not in ('cancelled', 'no_show')
      union all
      select jsonb_build_object('kind', k.kind, 'id', k.id, 'from', k.start_date, 'to', k.end_date, 'note', k.note, 'is_conflict', k.is_conflict,
               'portal', (select i.name from ical_imports i where i.id = k.import_id))
      from chalet_blocks k
      where k.chalet_id = c.id and k.nights && v_window) x) bars on true
  left join lateral (
    select sum(upper(r) - lower(r)) as nights
    from (select unnest(range_agg(u.nights * v_window)) as r
          from (select b.stay as nights from chalet_bookings b where b.chalet_id = c.id and b.stay && v_window and b.status not in ('cancelled', 'no_show')
                union all
                select k.nights from chalet_blocks k where k.chalet_id = c.id and k.nights && v_window) u) m) taken on true
  where c.organization_id = v_organization and (c.is_active or bars.list is not null)
  order by c.rank, c.name, c.id;
end $$;
comment on function api.get_tape_chart(date, date, uuid) is
  'One row a chalet, with its stays and blocks from p_from to before p_to as bars (kind stay, maintenance, owner or ical) and the number of free nights. portal names the calendar that a block came from; source says where a stay was sold.
answers {"stays": "tape_bar[]", "status": "chalets.status"}
shape tape_bar {"kind": "=stay | chalet_blocks.kind", "id": "uuid", "from": "date", "to": "date", "reference?": "text", "booked_to?": "date", "status?": "chalet_bookings.status",
  "payment_status?": "chalet_bookings.payment_status", "guests?": "int", "guest_name?": "text | null", "total_price?": "number", "special_requests?": "text | null", "source?": "text",
  "updated_at?": "instant", "hold_expires_at?": "instant | null", "is_running_out?": "boolean", "note?": "text | null", "is_conflict?": "boolean", "portal?": "text | null"}';
grant execute on function api.get_tape_chart(date, date, uuid) to authenticated, service_role;
