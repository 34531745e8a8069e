-- SECURITY DEFINER: by code, by the customer, or by staff (app.lock_reservation).
create or replace function api.cancel_reservation(p_reservation_id uuid default null, p_confirmation_code text default null, p_reason text default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_id uuid;
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('cancel_reservation', p_unused => case when p_confirmation_code is null then 'p_confirmation_code' end);
  v_id := app.lock_reservation(p_reservation_id, p_confirmation_code);
  perform app.refuse_too_late(v_id, 'cancel');
  update table_reservations set status = 'cancelled', cancellation_reason = app.clean_text(p_reason, 500, 'p_reason')
  where id = v_id and status <> 'cancelled';
  return jsonb_build_object('reservation', app.reservation_json(v_id));
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('cancel_reservation', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.cancel_reservation(uuid, text, text) is 'Cancels a reservation and frees its tables. Doing it twice is fine.
answers {"reservation": "reservation"}';
grant execute on function api.cancel_reservation(uuid, text, text) to anon, authenticated, service_role;
