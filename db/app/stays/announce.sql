-- Telling the guest: confirmed, two days before arrival, cancelled. What was cancelled reminds nobody.
create or replace function app.announce_chalet_booking() returns trigger
language plpgsql security definer
as $$
declare
  v_key text := 'stay/' || new.id;
  v_chalet text;
  v_today date;
  v_words jsonb;
begin
  if tg_op = 'UPDATE' and (new.status, new.check_in, new.check_out, new.chalet_id) is not distinct from (old.status, old.check_in, old.check_out, old.chalet_id) then
    return null;
  end if;
  v_today := app.organization_today(new.organization_id);
  if new.check_out <= v_today then
    return null;      -- history that is written down tells nobody
  end if;
  if tg_op = 'UPDATE' and old.status = 'no_show' then
    return null;      -- who stands at the desk knows
  end if;
  select name into v_chalet from chalets where id = new.chalet_id;
  v_words := jsonb_build_object('chalet', v_chalet, 'reference', new.reference, 'check_in', new.check_in, 'check_out', new.check_out, 'guests', new.guests,
    'refund', case when new.refund_amount > 0 then new.refund_amount end, 'currency', new.currency);
  if new.status = 'confirmed' then
    perform app.tell(new.organization_id, 'stay_confirmed', v_words, new.user_id, new.customer_id,
      p_data => jsonb_build_object('booking_id', new.id, 'reference', new.reference), p_about => v_key || '/confirmed');
    if new.check_in > v_today + 2 then
      perform app.tell(new.organization_id, 'stay_reminder', v_words, new.user_id, new.customer_id,
        p_data => jsonb_build_object('booking_id', new.id, 'reference', new.reference),
        p_run_at => (new.check_in - 2 + time '10:00') at time zone (select timezone from organizations where id = new.organization_id), p_about => v_key || '/reminder');
    end if;
  elsif new.status = 'cancelled' and tg_op = 'UPDATE' then
    perform app.cancel_notification(v_key || '/confirmed');
    perform app.cancel_notification(v_key || '/reminder');
    if not new.hold_ran_out then
      perform app.tell(new.organization_id, 'stay_cancelled', v_words, new.user_id, new.customer_id,
        p_data => jsonb_build_object('booking_id', new.id, 'reference', new.reference), p_about => v_key || '/cancelled');
    end if;
  end if;
  return null;
end $$;
grant execute on function app.announce_chalet_booking() to authenticated, service_role;
