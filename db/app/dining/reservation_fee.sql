-- What a reservation costs, for the one bill (app/payments/folio.sql): nothing, unless nobody came and the house's policy has a fee for that.
create or replace function app.folio_reservation(p_organization_id uuid, p_booking_ids uuid[], p_customer_ids uuid[], p_user_id uuid)
returns table (booking_id uuid, customer_id uuid, user_id uuid, session_id uuid, description text, quantity numeric,
               unit_amount numeric, amount numeric, tax_amount numeric, occurred_at timestamptz)
language sql stable security definer
as $$
  select v.id, v.customer_id, v.user_id, null::uuid, format('No-show, table on %s', v.reservation_date), 1::numeric, c.amount, c.amount, 0::numeric, lower(v.during)
  from table_reservations v join payment_charges c on c.booking_type = 'reservation' and c.booking_id = v.id and c.kind = 'no_show' and c.status <> 'off'
  where v.organization_id = p_organization_id
    and case when p_booking_ids is not null then v.id = any (p_booking_ids) else v.customer_id = any (p_customer_ids) or v.user_id = p_user_id end;
$$;
