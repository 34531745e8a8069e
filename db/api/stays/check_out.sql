-- SECURITY DEFINER: the status moves through here only; checks the desk's right itself.
create function api.check_out(p_booking_id uuid, p_leave_balance boolean default false) returns jsonb
language plpgsql security definer
as $$
declare
  b record;
  v_paid numeric;
begin
  select * into b from app.stay_at_desk(p_booking_id, 'checked_in', 'checked_out', 'be checked out');
  v_paid := coalesce(app.paid_amount('chalet', b.id), 0);
  if v_paid < b.total_price then
    if not coalesce(p_leave_balance, false) then
      perform app.fail(409, format('%s %s are not paid.', b.total_price - v_paid, b.currency), 'p_booking_id',
        jsonb_build_object('balance', b.total_price - v_paid, 'total_price', b.total_price, 'paid', v_paid), 'Take the payment first.');
    end if;
    perform app.require_work(b.organization_id, 'stays', 'delete');     -- letting somebody leave unpaid is a manager's word
  end if;
  update chalet_bookings set status = 'checked_out', checked_out_at = now(),
    -- who leaves early gives the remaining nights back; the first night stays theirs
    released_from = case when b.today < b.check_out then greatest(b.today, b.check_in + 1) end
  where id = b.id;
  return app.chalet_booking_json(b.id);
end $$;
comment on function api.check_out(uuid, boolean) is 'The guests leave. Refused with the balance while something is unpaid, unless a manager says p_leave_balance. Nights after an early departure are free again (released_from).
answers "chalet_booking"';
grant execute on function api.check_out(uuid, boolean) to authenticated, service_role;
