-- SECURITY DEFINER: guests of the session, and staff.
create or replace function api.renew_session_otp(p_session_id uuid default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_id  uuid := app.lock_active_session(p_session_id);
  v_new record;
begin
  loop
    begin
      update table_sessions s set session_otp = app.random_otp(), otp_expires_at = now() + r.session_otp_minutes * interval '1 minute'
      from restaurants r where s.id = v_id and r.id = s.restaurant_id
      returning s.session_otp, s.otp_expires_at, s.version into v_new;
      exit;
    exception when unique_violation then      -- the number is taken: draw again
      null;
    end;
  end loop;
  return jsonb_build_object('otp', v_new.session_otp, 'otp_expires_at', v_new.otp_expires_at, 'version', v_new.version);
end $$;
comment on function api.renew_session_otp(uuid) is 'A fresh OTP for a running session; the old one stops working at once.
answers {"otp": "text", "otp_expires_at": "instant | null", "version": "int"}';
grant execute on function api.renew_session_otp(uuid) to anon, authenticated, service_role;
