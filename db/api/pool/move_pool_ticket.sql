-- SECURITY DEFINER: customers move their own tickets without a right on the table.
create function api.move_pool_ticket(p_ticket_id uuid, p_ticket_date date, p_slot text default null, p_total_price numeric default null, p_payment_method text default null) returns jsonb
language plpgsql security definer
as $$
declare
  t record;
  v_staff boolean;
  v_slot text;
  v_price numeric;
  v_tax numeric;
  v_total numeric;
  v_paid numeric;
  v_back numeric := 0;
begin
  select * into t from pool_tickets where id = p_ticket_id;
  v_staff := t.id is not null and app.works_for(t.organization_id, 'pool', 'update');
  if t.id is null or not (v_staff or coalesce(t.user_id = auth.uid(), false) or coalesce(t.customer_id = any (app.own_customer_ids()), false)) then
    perform app.fail(404, 'There is no such ticket.', 'p_ticket_id');
  end if;
  v_slot := app.checked_slot(coalesce(p_slot, t.slot));
  perform app.checked_pool_date(t.organization_id, p_ticket_date, v_slot);
  -- membership, places by day, ticket: the order of all who touch them
  perform from pool_memberships where id = t.membership_id for update;
  perform app.expire_pool_holds(t.organization_id, p_ticket_date);
  perform app.lock_places(t.organization_id, d, 'full_day') from (select distinct d from unnest(array[t.ticket_date, p_ticket_date]) d order by d) days;
  select * into t from pool_tickets where id = p_ticket_id for update;
  if t.status not in ('pending', 'confirmed') then
    perform app.fail(422, format('A ticket that is %s stays where it is.', t.status), 'status', jsonb_build_object('from', t.status));
  end if;
  if t.expires_at <= now() and not v_staff then
    perform app.fail(410, 'The slot is over.', 'p_ticket_id');
  end if;
  if t.membership_id is not null and t.adults + t.children > coalesce(app.guest_passes_left(t.membership_id, p_ticket_date), 0)
     -- its own passes come back where both days are of one period
     + (case when exists (select from membership_periods p where p.membership_id = t.membership_id and p.status = 'paid'
                         and p_ticket_date between p.starts_on and p.ends_on and t.ticket_date between p.starts_on and p.ends_on) then t.adults + t.children else 0 end) then
    perform app.fail(409, 'The membership has no passes left for that day.', 'p_ticket_date');
  end if;

  -- a guest pass stays free; the same day and slot keep their price, another has its own
  v_price := t.total_price; v_tax := t.tax_amount;
  if t.membership_id is null and (p_ticket_date, v_slot) <> (t.ticket_date, t.slot) then
    select (x ->> 'total_price')::numeric, (x ->> 'tax_amount')::numeric into v_price, v_tax
    from app.price_pool_ticket(t.organization_id, p_ticket_date, v_slot, t.adults, t.children) x;
    if v_price is null then
      perform app.fail(404, 'This slot has no price yet.', 'p_slot');
    end if;
  end if;
  if p_total_price is not null and p_total_price <> v_price then
    perform app.fail(400, format('The ticket costs %s %s.', v_price, t.currency), 'p_total_price', jsonb_build_object('total_price', v_price, 'given', p_total_price));
  end if;
  v_paid := app.paid_amount('pool', t.id);
  v_total := v_price;
  if t.status = 'confirmed' and v_price > greatest(v_paid, t.total_price) and not v_staff then
    perform app.fail(409, format('That day costs %s %s more: the desk moves the ticket.', v_price - greatest(v_paid, t.total_price), t.currency), 'p_ticket_date',
      jsonb_build_object('total_price', v_price, 'paid', v_paid));
  end if;
  if v_paid > v_price then
    -- the desk gives the difference back, a customer gets what the terms give
    v_back := v_paid - v_price;
    if not v_staff then
      v_back := app.cancellation_refund(t.cancellation_policy_id, v_back, coalesce(t.first_starts_at, (app.pool_slot_times(t.organization_id, t.ticket_date, t.slot)).starts_at), t.currency);
      v_total := v_paid - v_back;
    end if;
  end if;
  update pool_tickets set ticket_date = p_ticket_date, slot = v_slot, total_price = v_total,
    tax_amount = case when v_price > 0 then round(v_tax * v_total / v_price, app.stored_decimals(t.currency)) else v_tax end
  where id = t.id;
  update guest_pass_usage set used_on = p_ticket_date where ticket_id = t.id and returned_at is null;
  if t.membership_id is not null then
    perform app.count_guest_passes(t.membership_id);
  end if;
  if v_back > 0 then
    perform app.refund_payments('pool', t.id, v_back, 'The ticket was moved.');
  end if;
  perform app.pay_at_desk(t.organization_id, 'pool', t.id, greatest(0, v_total - v_paid), p_payment_method, v_staff, t.user_id, t.customer_id);
  return app.pool_ticket_json(t.id) || jsonb_build_object('refunded', v_back);
end $$;
comment on function api.move_pool_ticket(uuid, date, text, numeric, text) is
  'Moves a ticket that was not used to another day or slot: its places move, its code is a new one. It has the price of the new day (decimal): the desk takes or gives the difference, a customer gets back what the terms give and moves to a dearer day at the desk. Cancelling later counts from the earliest start.
answers {"...": "pool_ticket", "refunded": "number"}';
grant execute on function api.move_pool_ticket(uuid, date, text, numeric, text) to authenticated, service_role;
