create function api.get_upcoming_bookings(p_limit int default 10, p_venue_id uuid default null, p_organization_id uuid default null)
returns table (id uuid, reference_number text, venue_id uuid, venue_name text, game_id uuid, game_name text,
               customer_id uuid, customer_name text, customer_phone text, booking_date date, start_time time, end_time time, starts_at timestamptz,
               party_size int, status text, payment_status text, final_amount numeric, currency text, minutes_until int)
language plpgsql stable
as $$
#variable_conflict use_column
declare
  v_organizations uuid[] := app.report_organizations(p_organization_id, 'bookings');
  v_today date := app.report_today(v_organizations);
begin
  perform app.check_limit(p_limit);
  perform app.check_report_venue(p_venue_id, v_organizations);
  return query
  select b.id, b.reference_number, b.venue_id, v.name, b.game_id, g.name, b.customer_id, coalesce(b.contact_name, c.full_name), coalesce(b.contact_phone, c.phone),
         b.booking_date, b.start_time, b.end_time, b.starts_at, b.party_size, b.status, b.payment_status, b.final_amount, b.currency,
         ceil(extract(epoch from b.starts_at - now()) / 60)::int
  from (select * from bookings b
        where b.organization_id = any (v_organizations) and b.business_date = v_today and b.starts_at >= now()
          and b.status in ('pending', 'confirmed', 'checked_in') and (p_venue_id is null or b.venue_id = p_venue_id)
        order by b.starts_at, b.id limit p_limit) b
  join venues v on v.id = b.venue_id
  join games g on g.id = b.game_id
  left join customers c on c.id = b.customer_id
  order by b.starts_at, b.id;
end $$;
comment on function api.get_upcoming_bookings(int, uuid, uuid) is 'What is still to come today, soonest first.
answers {"customer_id": "uuid | null", "customer_name": "text | null", "customer_phone": "text | null", "status": "bookings.status", "payment_status": "bookings.payment_status"}';
grant execute on function api.get_upcoming_bookings(int, uuid, uuid) to authenticated, service_role;
