-- Telling people: the ticket that is paid, the period that falls due.
create or replace function app.announce_pool_ticket() returns trigger
language plpgsql security definer
as $$
declare
  v_key text := 'pool/' || new.id;
  v_words jsonb := jsonb_build_object('day', new.ticket_date, 'reference', new.reference, 'slot', new.slot,
    'refund', case when new.refund_amount > 0 then new.refund_amount end, 'currency', new.currency);
begin
  if tg_op = 'UPDATE' and new.status is not distinct from old.status or new.ticket_date < app.organization_today(new.organization_id) then
    return null;
  end if;
  if new.status = 'confirmed' then
    perform app.tell(new.organization_id, 'pool_ticket', v_words, new.user_id, new.customer_id,
      p_data => jsonb_build_object('ticket_id', new.id, 'reference', new.reference, 'qr_code', new.qr_code), p_about => v_key || '/confirmed');
  elsif new.status = 'cancelled' and tg_op = 'UPDATE' then
    perform app.cancel_notification(v_key || '/confirmed');
    if not new.hold_ran_out then
      perform app.tell(new.organization_id, 'pool_ticket_cancelled', v_words, new.user_id, new.customer_id,
        p_data => jsonb_build_object('ticket_id', new.id, 'reference', new.reference), p_about => v_key || '/cancelled');
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
    perform app.tell(m.organization_id, 'membership_due', jsonb_build_object('reference', m.reference, 'paid_until', m.paid_until,
        'from', new.starts_on, 'to', new.ends_on, 'amount', new.amount, 'currency', m.currency), m.user_id, m.customer_id,
      p_data => jsonb_build_object('membership_id', m.id, 'period_id', new.id), p_about => 'membership/' || m.id || '/due');
  elsif new.status <> 'due' then
    perform app.cancel_notification('membership/' || m.id || '/due');
  end if;
  return null;
end $$;
grant execute on function app.announce_pool_ticket(), app.announce_membership_period() to authenticated, service_role;
