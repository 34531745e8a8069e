-- Telling the guest: confirmed, two days before arrival, cancelled. What was cancelled reminds nobody.
create or replace function app.announce_chalet_booking() returns trigger
language plpgsql security definer
as $$
declare
  v_key text := 'stay/' || new.id;
  v_chalet text;
  v_today date;
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
  if new.status = 'confirmed' then
    perform app.notify(new.organization_id, 'stay_confirmed', format('%s is yours', v_chalet),
      format('Stay %s: %s to %s, %s guests.', new.reference, new.check_in, new.check_out, new.guests), new.user_id, new.customer_id,
      p_data => jsonb_build_object('booking_id', new.id, 'reference', new.reference), p_key => v_key || '/confirmed');
    if new.check_in > v_today + 2 then
      perform app.notify(new.organization_id, 'stay_reminder', format('Two days until %s', v_chalet),
        format('We expect you on %s. Your stay is %s.', new.check_in, new.reference), new.user_id, new.customer_id,
        p_data => jsonb_build_object('booking_id', new.id, 'reference', new.reference),
        p_run_at => (new.check_in - 2 + time '10:00') at time zone (select timezone from organizations where id = new.organization_id), p_key => v_key || '/reminder');
    end if;
  elsif new.status = 'cancelled' and tg_op = 'UPDATE' then
    perform app.cancel_notification(v_key || '/confirmed');
    perform app.cancel_notification(v_key || '/reminder');
    if not new.hold_ran_out then
      perform app.notify(new.organization_id, 'stay_cancelled', format('Stay %s is cancelled', new.reference),
        concat_ws(' ', format('%s, %s to %s.', v_chalet, new.check_in, new.check_out),
          case when new.refund_amount > 0 then format('%s %s go back to you.', new.refund_amount, new.currency) end), new.user_id, new.customer_id,
        p_data => jsonb_build_object('booking_id', new.id, 'reference', new.reference), p_key => v_key || '/cancelled');
    end if;
  end if;
  return null;
end $$;
grant execute on function app.announce_chalet_booking() to authenticated, service_role;
