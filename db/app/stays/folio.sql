-- What stays cost, for the one bill (see app/payments/folio.sql). A cancelled stay has the line of what its terms kept.
create or replace function app.folio_chalet(p_organization_id uuid, p_booking_ids uuid[], p_customer_ids uuid[], p_user_id uuid)
returns table (booking_id uuid, customer_id uuid, user_id uuid, session_id uuid, description text, quantity numeric,
               unit_amount numeric, amount numeric, tax_amount numeric, occurred_at timestamptz)
language sql stable
as $$
  with mine as (
    select b.*, c.name as chalet, b.status in ('cancelled', 'no_show') as is_off, app.paid_amount('chalet', b.id) as kept,
           (b.check_in + c.check_in_time) at time zone o.timezone as starts_at
    from chalet_bookings b join chalets c on c.id = b.chalet_id join organizations o on o.id = b.organization_id
    where b.organization_id = p_organization_id
      and case when p_booking_ids is not null then b.id = any (p_booking_ids)
               else b.customer_id = any (p_customer_ids) or b.user_id = p_user_id end)
  select id, customer_id, user_id, null::uuid, format('%s, %s to %s', chalet, check_in, check_out), (check_out - check_in)::numeric,
         round(nights_price / (check_out - check_in), app.stored_decimals(currency)), nights_price,
         tax_amount - coalesce((select sum(a.tax_amount) from booking_addons a where a.booking_id = mine.id), 0), starts_at
  from mine where not is_off
  union all
  select m.id, m.customer_id, m.user_id, null, a.name, a.units::numeric, a.price, a.total_price, a.tax_amount, m.starts_at
  from mine m join booking_addons a on a.booking_id = m.id where not m.is_off
  union all
  select id, customer_id, user_id, null, 'Change of ' || reference, 1, change_fee, change_fee, 0, coalesce(modified_at, created_at)
  from mine where not is_off and change_fee > 0
  union all
  select id, customer_id, user_id, null, (case status when 'no_show' then 'No-show ' else 'Cancellation of ' end) || reference, 1, kept, kept, 0,
         coalesce(cancelled_at, updated_at)
  from mine where is_off and kept > 0;
$$;
