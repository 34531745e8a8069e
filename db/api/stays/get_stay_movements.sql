create function api.get_stay_movements(p_date date default null, p_organization_id uuid default null)
returns table (movement text, booking_id uuid, reference text, chalet_id uuid, chalet text, guest_name text, guests int, check_in date, check_out date,
  status text, payment_status text, total_price numeric, paid numeric, balance numeric, currency text, special_requests text)
language plpgsql stable
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_today date := app.organization_today(v_organization);
  v_date date := coalesce(p_date, v_today);
begin
  perform app.require_work(v_organization, 'stays', 'read');
  perform app.check_day(p_date, 'p_date');
  return query
  select m.movement, b.id, b.reference, c.id, c.name, app.chalet_guest_name(b.guest_details, b.customer_id, b.user_id), b.guests, b.check_in, b.check_out,
         b.status, b.payment_status, b.total_price, p.paid, greatest(0, b.total_price - p.paid), b.currency, b.special_requests
  from chalet_bookings b join chalets c on c.id = b.chalet_id,
  -- of a day to come: what is planned; of a past one: what was; of today also who is late, and who should have left
  lateral (select case
      when b.check_in = v_date or b.status = 'confirmed' and v_date = v_today and b.check_in < v_date and b.check_out > v_date then 'arrival'
      when b.status = 'confirmed' and v_date <= v_today then null      -- they never came
      when upper(b.stay) = v_date or b.status = 'checked_in' and b.check_out < v_date and v_date = v_today then 'departure'
      when b.check_in < v_date and (upper(b.stay) > v_date or b.status = 'checked_in' and v_date < v_today) then 'in_house' end as movement) m,
  lateral (select coalesce(app.paid_amount('chalet', b.id), 0) as paid) p
  where b.organization_id = v_organization and m.movement is not null and b.status in ('confirmed', 'checked_in', 'checked_out')
    and b.check_in <= v_date and b.check_out >= v_date - 400
  order by m.movement, c.rank, c.name;
end $$;
comment on function api.get_stay_movements(date, uuid) is 'The desk''s day: arrivals, departures and who is in house, with what is still to be paid. Today late arrivals and overdue departures too; of a day to come what is booked, of a past one what was. p_date null: the business day of now.
answers {"guest_name": "text | null", "special_requests": "text | null", "status": "chalet_bookings.status", "payment_status": "chalet_bookings.payment_status"}';
grant execute on function api.get_stay_movements(date, uuid) to authenticated, service_role;
