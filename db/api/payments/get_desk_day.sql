-- SECURITY DEFINER: the desk's day crosses modules; each part is told to whom the permission table lets read it.
create function api.get_desk_day(p_date date default null, p_organization_id uuid default null) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_today date := app.organization_today(v_organization);
  v_date date := coalesce(p_date, v_today);
  v_stays boolean := to_regclass(format('%I.chalet_bookings', current_schema())) is not null and app.works_for(v_organization, 'stays', 'read');
  v_games boolean := to_regclass(format('%I.bookings', current_schema())) is not null and app.works_for(v_organization, 'bookings', 'read');
  v_stay_list jsonb;
  v_game_list jsonb;
begin
  perform app.check_day(p_date, 'p_date');
  if not v_stays and not v_games then
    perform app.require_work(v_organization, 'stays', 'read');
  end if;
  if v_stays then
    -- of today also who is late, who should have left, and who was not expected any more
    with moving as materialized (
      select b.*, case
          when b.status = 'no_show' then 'no_show'
          when b.check_in = v_date or b.status = 'confirmed' and v_date = v_today and b.check_in < v_date and b.check_out > v_date then 'arrival'
          when b.status = 'confirmed' and v_date <= v_today then null
          when upper(b.stay) = v_date or b.status = 'checked_in' and b.check_out < v_date and v_date = v_today then 'departure'
          when b.check_in < v_date and (upper(b.stay) > v_date or b.status = 'checked_in' and v_date < v_today) then 'in_house' end as movement
      from chalet_bookings b
      where b.organization_id = v_organization and b.status in ('confirmed', 'checked_in', 'checked_out', 'no_show')
        and b.check_in between v_date - 400 and v_date and (b.check_out >= v_date or b.status = 'checked_in' or upper(b.stay) = v_date)
    ), billed as (
      select m.*, i.folio_id, coalesce(app.paid_amount('chalet', m.id), 0) as paid
      from moving m left join folio_items i on i.booking_type = 'chalet' and i.booking_id = m.id
      where m.movement is not null
    )
    select coalesce(jsonb_agg(jsonb_build_object('movement', b.movement, 'booking_id', b.id, 'reference', b.reference, 'chalet_id', c.id, 'chalet', c.name, 'chalet_status', c.status,
        'guest_name', app.chalet_guest_name(b.guest_details, b.customer_id, b.user_id), 'guests', b.guests, 'check_in', b.check_in, 'check_out', b.check_out,
        'check_in_time', c.check_in_time, 'check_out_time', c.check_out_time, 'status', b.status, 'source', b.source, 'deposit_due', b.deposit_due, 'total_price', b.total_price, 'paid', b.paid,
        'balance', case when b.status = 'no_show' then 0 else greatest(0, b.total_price - b.paid) end,
        'bill', case when b.status = 'no_show' then 0 when b.folio_id is not null then (
            select coalesce(sum(l.amount), 0) from app.folio_lines(v_organization,
              array(select f.booking_type from folio_items f where f.folio_id = b.folio_id order by f.booking_id),
              array(select f.booking_id from folio_items f where f.folio_id = b.folio_id order by f.booking_id)) l)
            - (select coalesce(sum(app.paid_amount(f.booking_type, f.booking_id)), 0) from folio_items f where f.folio_id = b.folio_id)
          else greatest(0, b.total_price - b.paid) end,
        'currency', b.currency, 'special_requests', b.special_requests, 'plate', b.guest_details ->> 'plate', 'key_note', b.guest_details ->> 'key_note',
        'updated_at', b.updated_at) order by b.movement, c.rank, c.name, b.check_in), '[]') into v_stay_list
    from billed b join chalets c on c.id = b.chalet_id;
  end if;
  if v_games then
    select coalesce(jsonb_agg(jsonb_build_object('booking_id', b.id, 'reference', b.reference_number, 'game', g.name, 'venue', v.name, 'starts_at', b.starts_at, 'ends_at', b.ends_at,
        'guest_name', coalesce(b.contact_name, c.full_name), 'party_size', b.party_size, 'status', b.status,
        'waivers_missing', case when b.status in ('pending', 'confirmed', 'checked_in') then coalesce(app.waivers_missing(b.id), 0) else 0 end, 'takes_waivers', g.requires_waiver,
        'balance', case when b.status in ('cancelled', 'no_show') then 0 else greatest(0, b.final_amount - b.paid_amount + b.refunded_amount) end, 'currency', b.currency,
        'minutes_late', case when b.status = 'confirmed' and b.starts_at < now() then floor(extract(epoch from now() - b.starts_at) / 60)::int else 0 end,
        -- who begins late ends late: the next party of the room is at risk
        'at_risk', (select jsonb_build_object('reference', n.reference_number, 'starts_at', n.starts_at) from bookings n
          where b.takes_room and (b.status = 'confirmed' and b.starts_at < now() and b.ends_at > now() or b.status = 'checked_in' and b.checked_in_at > b.starts_at)
            and n.venue_id = b.venue_id and n.game_id = b.game_id and n.id <> b.id and n.status in ('pending', 'confirmed') and n.starts_at >= b.ends_at
            and n.starts_at < case when b.status = 'checked_in' then b.checked_in_at else now() end + (b.free_from - b.starts_at)
          order by n.starts_at limit 1),
        'special_requests', b.special_requests) order by b.starts_at, b.id), '[]') into v_game_list
    from bookings b join games g on g.id = b.game_id join venues v on v.id = b.venue_id left join customers c on c.id = b.customer_id
    where b.organization_id = v_organization and b.business_date = v_date and b.status in ('confirmed', 'checked_in', 'completed', 'no_show');
  end if;
  return (select jsonb_build_object('organization_id', o.id, 'date', v_date, 'today', v_today, 'now', now(), 'timezone', o.timezone, 'currency', o.currency,
    'stays', v_stay_list, 'games', v_game_list) from organizations o where o.id = v_organization);
end $$;
comment on function api.get_desk_day(date, uuid) is
  'The desk''s day: stays that arrive, leave, are in house or did not come, and the day''s games, each with what is still owed (decimal). bill is what the whole bill lacks that a stay stands on (meals, tickets and games with it). Today late arrivals and overdue departures too. stays or games is null where the house has none or the one who asks may not read them. at_risk names the next party of a room whose game would begin late. p_date null: the business day of now.
answers {"organization_id": "uuid", "date": "date", "today": "date", "now": "instant", "timezone": "text", "currency": "text", "stays": "desk_stay[] | null", "games": "desk_game[] | null"}
shape desk_stay {"movement": "=arrival | =departure | =in_house | =no_show", "booking_id": "uuid", "reference": "text", "chalet_id": "uuid", "chalet": "text", "chalet_status": "text", "guest_name": "text | null",
  "guests": "int", "check_in": "date", "check_out": "date", "check_in_time": "time", "check_out_time": "time", "status": "text", "source": "text", "deposit_due": "number",
  "total_price": "number", "paid": "number", "balance": "number", "bill": "number", "currency": "text", "special_requests": "text | null", "plate": "text | null", "key_note": "text | null", "updated_at": "instant"}
shape desk_game {"booking_id": "uuid", "reference": "text", "game": "text", "venue": "text", "starts_at": "instant", "ends_at": "instant", "guest_name": "text | null", "party_size": "int",
  "status": "text", "waivers_missing": "int", "takes_waivers": "boolean", "balance": "number", "currency": "text", "minutes_late": "int", "at_risk": "game_at_risk | null",
  "special_requests": "text | null"}
shape game_at_risk {"reference": "text", "starts_at": "instant"}';
grant execute on function api.get_desk_day(date, uuid) to authenticated, service_role;
