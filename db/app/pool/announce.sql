-- Telling people: the ticket that is paid, the period that falls due.
create or replace function app.announce_pool_ticket() returns trigger
language plpgsql security definer
as $$
declare
  v_key text := 'pool/' || new.id;
begin
  if tg_op = 'UPDATE' and new.status is not distinct from old.status or new.ticket_date < app.organization_today(new.organization_id) then
    return null;
  end if;
  if new.status = 'confirmed' then
    perform app.notify(new.organization_id, 'pool_ticket', format('Your ticket for %s', new.ticket_date),
      format('Ticket %s, %s. Show the code at the gate.', new.reference, replace(new.slot, '_', ' ')), new.user_id, new.customer_id,
      p_data => jsonb_build_object('ticket_id', new.id, 'reference', new.reference, 'qr_code', new.qr_code), p_key => v_key || '/confirmed');
  elsif new.status = 'cancelled' and tg_op = 'UPDATE' then
    perform app.cancel_notification(v_key || '/confirmed');
    if not new.hold_ran_out then
      perform app.notify(new.organization_id, 'pool_ticket_cancelled', format('Ticket %s is cancelled', new.reference),
        concat_ws(' ', format('%s, %s.', new.ticket_date, replace(new.slot, '_', ' ')),
          case when new.refund_amount > 0 then format('%s %s go back to you.', new.refund_amount, new.currency) end), new.user_id, new.customer_id,
        p_data => jsonb_build_object('ticket_id', new.id, 'reference', new.reference), p_key => v_key || '/cancelled');
    end if;
  end if;
  return null;
end $$;

create or replace function app.announce_membership_period() returns trigger
language plpgsql security definer
as $$
declare
  m record;
begin
  select id, organization_id, user_id, customer_id, reference, currency, paid_until into m from pool_memberships where id = new.membership_id;
  if new.status = 'due' and m.paid_until is not null then
    perform app.notify(m.organization_id, 'membership_due', format('Your membership %s is paid until %s', m.reference, m.paid_until),
      format('The next period (%s to %s) costs %s %s.', new.starts_on, new.ends_on, new.amount, m.currency), m.user_id, m.customer_id,
      p_data => jsonb_build_object('membership_id', m.id, 'period_id', new.id), p_key => 'membership/' || m.id || '/due');
  elsif new.status <> 'due' then
    perform app.cancel_notification('membership/' || m.id || '/due');
  end if;
  return null;
end $$;
grant execute on function app.announce_pool_ticket(), app.announce_membership_period() to authenticated, service_role;
