create function api.get_venue_analytics(
  p_venue_id uuid,
  p_start_date date default null,
  p_end_date date default null,
  out venue_id uuid,
  out venue_name text,
  out period_start date,
  out period_end date,
  out total_bookings bigint,
  out sold_bookings bigint,
  out completed_bookings bigint,
  out cancelled_bookings bigint,
  out no_shows bigint,
  out total_players bigint,
  out total_revenue numeric,
  out average_booking_value numeric,
  out average_party_size numeric,
  out cancellation_rate numeric,
  out by_game jsonb,
  out by_weekday jsonb,
  out currency text)
language plpgsql stable
as $$
declare
  v_organization uuid;
begin
  select x.organization_id, x.name into v_organization, venue_name from venues x where x.id = p_venue_id;
  if not found or not app.works_for(v_organization, 'venues', 'read') then
    perform app.fail(404, 'There is no such venue.', 'p_venue_id');
  end if;
  perform app.require_work(v_organization, 'reports', 'read');
  perform app.check_day(p_end_date, 'p_end_date');
  period_end := coalesce(p_end_date, app.report_today(array[v_organization]));
  period_start := coalesce(p_start_date, period_end - 29);
  perform app.check_report_range(period_start, period_end);
  venue_id := p_venue_id;
  select o.currency into currency from organizations o where o.id = v_organization;

  select a.bookings, a.sold, a.completed, a.cancelled, a.no_shows, a.players, a.revenue, a.average_value, a.average_party, a.cancellation_rate, a.by_part, a.by_weekday
    into total_bookings, sold_bookings, completed_bookings, cancelled_bookings, no_shows, total_players, total_revenue,
         average_booking_value, average_party_size, cancellation_rate, by_game, by_weekday
  from app.booking_figures(v_organization, period_start, period_end, p_venue_id => p_venue_id) a;
end $$;
comment on function api.get_venue_analytics(uuid, date, date) is
  'How a venue did over business days (default: the last 30), also by game and weekday (1 Monday … 7 Sunday). Amounts in the organization''s currency.
answers {"average_booking_value": "number | null", "average_party_size": "number | null", "cancellation_rate": "number | null"}';
grant execute on function api.get_venue_analytics(uuid, date, date) to authenticated, service_role;
