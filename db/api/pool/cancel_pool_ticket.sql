-- SECURITY DEFINER: customers cancel their own tickets without a right on the table.
create function api.cancel_pool_ticket(p_ticket_id uuid, p_reason text default null, p_refund_amount numeric default null) returns jsonb
language plpgsql security definer
as $$
declare
  t record;
  v_staff boolean;
  v_paid numeric;
  v_refund numeric;
  v_pass record;
  v_closed boolean;
begin
  select * into t from pool_tickets where id = p_ticket_id;
  v_staff := t.id is not null and app.works_for(t.organization_id, 'pool', 'update');
  if t.id is null or not (v_staff or coalesce(t.user_id = auth.uid(), false) or coalesce(t.customer_id = any (app.own_customer_ids()), false)) then
    perform app.fail(404, 'There is no such ticket.', 'p_ticket_id');
  end if;
  -- membership, places, ticket: the order of all who touch them
  perform from pool_memberships where id = t.membership_id for update;
  perform app.lock_places(t.organization_id, t.ticket_date, t.slot);
  select * into t from pool_tickets where id = p_ticket_id for update;
  -- where the house closed the day everything comes back, whatever the terms and also afterwards: it did not deliver
  v_closed := exists (select from pool_capacity c where c.organization_id = t.organization_id and c.date = t.ticket_date and c.slot = any (app.halves(t.slot)) and c.is_closed);
  if t.status not in ('pending', 'confirmed') and not (t.status = 'expired' and v_closed) then
    perform app.fail(422, format('A ticket that is %s cannot be cancelled.', t.status), 'status', jsonb_build_object('from', t.status, 'to', 'cancelled'));
  end if;
  if t.expires_at <= now() and not v_staff and not v_closed then
    perform app.fail(410, 'The slot is over.', 'p_ticket_id');
  end if;
  if length(p_reason) > 2000 then
    perform app.fail(400, 'A reason has at most 2000 characters.', 'p_reason');
  end if;
  v_paid := app.paid_amount('pool', t.id);
  v_refund := app.agreed_refund(p_refund_amount, case when v_closed then v_paid else app.cancellation_refund(t.cancellation_policy_id, v_paid,
    coalesce(t.first_starts_at, (app.pool_slot_times(t.organization_id, t.ticket_date, t.slot)).starts_at), t.currency) end, v_paid, t.organization_id, t.currency, v_staff);

  update pool_tickets set status = 'cancelled', cancelled_at = now(), cancellation_reason = nullif(trim(p_reason), ''), refund_amount = v_refund
  where id = t.id;
  update guest_pass_usage set returned_at = now() where ticket_id = t.id and returned_at is null
  returning membership_id, guests into v_pass;
  if found then
    perform app.count_guest_passes(v_pass.membership_id);
  end if;
  perform app.cancel_pending_payments('pool', t.id);
  if v_refund > 0 then
    perform app.refund_payments('pool', t.id, v_refund, coalesce(nullif(trim(p_reason), ''), 'The ticket was cancelled.'));
  end if;
  return app.pool_ticket_json(t.id);
end $$;
comment on function api.cancel_pool_ticket(uuid, text, numeric) is
  'Cancels a ticket that was not used: its places are free again, guest passes and money go back. The cancellation terms decide the refund (decimal); the desk may set less, and who may refund payments more, up to what was paid. All of it comes back where the house has closed the slot.
answers "pool_ticket"';
grant execute on function api.cancel_pool_ticket(uuid, text, numeric) to authenticated, service_role;
