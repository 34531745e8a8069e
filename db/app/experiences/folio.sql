-- What bookings of games cost, for the bill over everything (app.folio_lines).
create or replace function app.folio_experience(
  p_organization_id uuid,
  p_booking_ids uuid[],
  p_customer_ids uuid[],
  p_user_id uuid)
returns table (booking_id uuid, customer_id uuid, user_id uuid, session_id uuid, description text, quantity numeric,
               unit_amount numeric, amount numeric, tax_amount numeric, occurred_at timestamptz)
language sql stable security definer
as $$
  select b.id, b.customer_id, c.user_id, null::uuid,
         format('%s, %s %s (%s)', g.name, b.booking_date, to_char(b.start_time, 'HH24:MI'), b.reference_number),
         1::numeric, b.final_amount, b.final_amount, b.tax_amount, b.starts_at
  from bookings b join games g on g.id = b.game_id join customers c on c.id = b.customer_id
  where b.organization_id = p_organization_id and b.status in ('pending', 'confirmed', 'checked_in', 'completed')
    and (b.id = any (p_booking_ids)
         or p_booking_ids is null and (b.customer_id = any (p_customer_ids) or c.user_id = p_user_id))
  union all
  -- what the house kept of a booking that was cancelled or missed
  select b.id, b.customer_id, c.user_id, null::uuid, format('Cancellation fee, %s (%s)', g.name, b.reference_number),
         1::numeric, b.revenue, b.revenue,
         case when b.final_amount = 0 then 0 else round(b.revenue * b.tax_amount / b.final_amount, app.stored_decimals(b.currency)) end, b.starts_at
  from bookings b join games g on g.id = b.game_id join customers c on c.id = b.customer_id
  where b.organization_id = p_organization_id and b.status in ('cancelled', 'no_show') and b.revenue > 0
    and (b.id = any (p_booking_ids)
         or p_booking_ids is null and (b.customer_id = any (p_customer_ids) or c.user_id = p_user_id));
$$;
comment on function app.folio_experience(uuid, uuid[], uuid[], uuid) is 'The lines of a bill that games make.';
