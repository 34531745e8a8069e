-- What tickets and memberships cost, for the one bill (see app/payments/folio.sql). What is cancelled has the line of what was kept.
create or replace function app.folio_pool(p_organization_id uuid, p_booking_ids uuid[], p_customer_ids uuid[], p_user_id uuid)
returns table (booking_id uuid, customer_id uuid, user_id uuid, session_id uuid, description text, quantity numeric,
               unit_amount numeric, amount numeric, tax_amount numeric, occurred_at timestamptz)
language sql stable
as $$
  select t.id, t.customer_id, t.user_id, null::uuid,
         case when t.status = 'cancelled' then 'Cancellation of ' || t.reference
              else format('Pool %s, %s', t.ticket_date, replace(t.slot, '_', ' ')) end,
         case when t.status = 'cancelled' then 1 else t.adults + t.children end::numeric,
         case when t.status = 'cancelled' then k.kept else round(t.total_price / (t.adults + t.children), app.stored_decimals(t.currency)) end,
         case when t.status = 'cancelled' then k.kept else t.total_price end,
         case when t.status = 'cancelled' then 0 else t.tax_amount end, w.starts_at
  from pool_tickets t, lateral (select app.paid_amount('pool', t.id) as kept) k,
  lateral app.pool_slot_times(t.organization_id, t.ticket_date, t.slot) w
  where t.organization_id = p_organization_id
    and case when p_booking_ids is not null then t.id = any (p_booking_ids) else t.customer_id = any (p_customer_ids) or t.user_id = p_user_id end
    and (t.status <> 'cancelled' or k.kept > 0);
$$;

create or replace function app.folio_membership(p_organization_id uuid, p_booking_ids uuid[], p_customer_ids uuid[], p_user_id uuid)
returns table (booking_id uuid, customer_id uuid, user_id uuid, session_id uuid, description text, quantity numeric,
               unit_amount numeric, amount numeric, tax_amount numeric, occurred_at timestamptz)
language sql stable
as $$
  select m.id, m.customer_id, m.user_id, null::uuid,
         case when m.status = 'cancelled' then 'Membership ' || m.reference || ', until ' || m.end_date
              else format('Membership %s, %s to %s', m.type, p.starts_on, p.ends_on) end,
         1::numeric, a.amount, a.amount, round(a.amount * o.default_tax_rate / (100 + o.default_tax_rate), app.stored_decimals(m.currency)), p.created_at
  from pool_memberships m join organizations o on o.id = m.organization_id
  join membership_periods p on p.membership_id = m.id and p.status <> 'void',
  lateral (select case when m.status = 'cancelled' then app.paid_amount('membership', m.id) else p.amount end as amount) a
  where m.organization_id = p_organization_id
    and case when p_booking_ids is not null then m.id = any (p_booking_ids) else m.customer_id = any (p_customer_ids) or m.user_id = p_user_id end
    and (m.status <> 'cancelled' or a.amount > 0 and p.starts_on = (select max(x.starts_on) from membership_periods x where x.membership_id = m.id and x.status <> 'void'));
$$;
