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
         case when k.kept then format('Cancellation fee, %s (%s)', g.name, b.reference_number)
              else format('%s, %s %s (%s)', g.name, b.booking_date, to_char(b.start_time, 'HH24:MI'), b.reference_number) end,
         1::numeric, k.amount, k.amount,
         case when not k.kept then b.tax_amount when b.final_amount = 0 then 0
              else round(b.revenue * b.tax_amount / b.final_amount, app.stored_decimals(b.currency)) end, b.starts_at
  from bookings b join games g on g.id = b.game_id join customers c on c.id = b.customer_id,
  -- what the house kept of a booking that was cancelled or missed
  lateral (select f.kept, case when f.kept then b.revenue else b.final_amount end as amount
           from (select b.status in ('cancelled', 'no_show') as kept) f) k
  where b.organization_id = p_organization_id and (not k.kept or k.amount > 0)
    and (b.id = any (p_booking_ids)
         or p_booking_ids is null and (b.customer_id = any (p_customer_ids) or c.user_id = p_user_id));
$$;
comment on function app.folio_experience(uuid, uuid[], uuid[], uuid) is 'The lines of a bill that games make.';
