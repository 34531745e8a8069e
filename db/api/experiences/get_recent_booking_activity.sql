create function api.get_recent_booking_activity(p_limit int default 10, p_organization_id uuid default null)
returns table (booking_id uuid, reference_number text, activity text, happened_at timestamptz, status text,
               customer_name text, game_name text, venue_name text, booking_date date, start_time time, party_size int,
               final_amount numeric, currency text)
language plpgsql stable
as $$
#variable_conflict use_column
declare
  v_organizations uuid[] := app.report_organizations(p_organization_id, 'bookings');
begin
  perform app.check_limit(p_limit, 200);
  return query
  select b.id, b.reference_number,
         case
           when b.status = 'cancelled' then case b.cancellation_cause when 'hold_expired' then 'expired' else 'cancelled' end
           when b.status = 'confirmed' and b.refunded_amount > 0 then 'refunded'
           when b.status <> 'pending' then b.status
           else 'created' end,
         b.updated_at, b.status, coalesce(b.contact_name, c.full_name), g.name, v.name, b.booking_date, b.start_time, b.party_size, b.final_amount, b.currency
  from unnest(v_organizations) o(id)
  cross join lateral (select * from bookings b where b.organization_id = o.id order by b.updated_at desc limit p_limit) b
  join venues v on v.id = b.venue_id
  join games g on g.id = b.game_id
  left join customers c on c.id = b.customer_id
  order by b.updated_at desc, b.id
  limit p_limit;
end $$;
comment on function api.get_recent_booking_activity(int, uuid) is
  'The bookings that changed last: created, confirmed, checked_in, completed, no_show, refunded, cancelled, or expired (not paid in time).
answers {"customer_name": "text | null", "status": "bookings.status"}';
grant execute on function api.get_recent_booking_activity(int, uuid) to authenticated, service_role;
