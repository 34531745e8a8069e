-- Second factors: TOTP, passkeys (passkeys.sql) and recovery codes. The daemon keeps and checks the secrets; which step was used is decided here.

create or replace function app.auth_factor_enroll(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_in jsonb := p -> 'in';
  v_refusal jsonb := coalesce(app.auth_caller(), app.auth_limit('factors', p));
  v_name text := nullif(trim(v_in ->> 'friendly_name'), '');
  v_issuer text;
  v_id uuid;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  if coalesce(v_in ->> 'factor_type', '') not in ('totp', 'webauthn') then
    return app.auth_error(400, 'validation_failed', 'factor_type needs to be totp or webauthn');
  end if;
  perform from users where id = auth.uid() for update;
  delete from mfa_factors where user_id = auth.uid() and status = 'unverified' and created_at < now() - interval '5 minutes';
  if (select count(*) from mfa_factors where user_id = auth.uid()) >= app.auth_setting_s('factors_max') then
    return app.auth_error(422, 'too_many_enrolled_mfa_factors', 'Maximum number of verified factors reached, unenroll to continue');
  end if;
  if app.auth_factor_unproven() then
    return app.auth_error(403, 'insufficient_aal', 'AAL2 required to enroll a new factor');
  end if;
  if v_name is not null and exists (select from mfa_factors where user_id = auth.uid() and friendly_name = v_name) then
    return app.auth_error(422, 'mfa_factor_name_conflict', format('A factor with the friendly name "%s" for this user already exists', v_name));
  end if;
  if length(v_name) > 100 then
    return app.auth_error(400, 'validation_failed', 'A friendly name has at most 100 characters');
  end if;
  insert into mfa_factors (id, user_id, factor_type, friendly_name, secret)
  values (coalesce((p -> 'ctx' ->> 'factor_id')::uuid, gen_random_uuid()), auth.uid(), v_in ->> 'factor_type', v_name, case when v_in ->> 'factor_type' = 'totp' then p -> 'ctx' ->> 'sealed' end)
  returning id into v_id;
  perform app.auth_event('factor_enrolled', 'info', 'A second factor was begun.', auth.uid(), jsonb_build_object('factor_id', v_id));
  if v_in ->> 'factor_type' = 'webauthn' then
    return app.auth_body(jsonb_build_object('id', v_id, 'type', 'webauthn', 'friendly_name', coalesce(v_name, '')));
  end if;
  v_issuer := coalesce(nullif(v_in ->> 'issuer', ''), app.tenant_name());
  return jsonb_build_object('status', 200, 'factor', jsonb_build_object('id', v_id, 'issuer', v_issuer,
    'account', (select coalesce(email, phone, id::text) from users where id = auth.uid())),
    'body', jsonb_build_object('id', v_id, 'type', 'totp', 'friendly_name', coalesce(v_name, '')));
end $$;

create or replace function app.auth_factor_challenge(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_refusal jsonb := coalesce(app.auth_caller(), app.auth_limit('factors', p));
  v record;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  if exists (select from mfa_factors where id::text = p -> 'ctx' ->> 'id' and user_id = auth.uid() and factor_type = 'webauthn') then
    update mfa_factors set last_challenged_at = now() where id::text = p -> 'ctx' ->> 'id';
    return app.webauthn_factor_challenge(p, (p -> 'ctx' ->> 'id')::uuid);
  end if;
  delete from mfa_challenges c using mfa_factors f where c.factor_id = f.id and f.user_id = auth.uid() and c.expires_at < now() - interval '1 hour';
  insert into mfa_challenges (factor_id, ip_address)
  select id, app.request_ip() from mfa_factors where id::text = p -> 'ctx' ->> 'id' and user_id = auth.uid()
  returning id, expires_at, (select factor_type from mfa_factors where mfa_factors.id = factor_id) as type into v;
  if v.id is null then
    return app.auth_error(404, 'mfa_factor_not_found', 'Factor not found');
  end if;
  update mfa_factors set last_challenged_at = now() where id::text = p -> 'ctx' ->> 'id';
  return app.auth_body(jsonb_build_object('id', v.id, 'type', v.type, 'expires_at', extract(epoch from v.expires_at)::bigint));
end $$;

create or replace function app.auth_factor_begin(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_refusal jsonb := coalesce(app.auth_caller(), app.auth_limit('factors', p));
  v_wait int;
  v record;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  select f.id, f.factor_type, f.secret, f.last_used_step, c.expires_at, c.verified_at, c.id as challenge_id into v
  from mfa_factors f left join mfa_challenges c on c.factor_id = f.id and c.id::text = p -> 'in' ->> 'challenge_id'
  where f.id::text = p -> 'ctx' ->> 'id' and f.user_id = auth.uid();
  if v.id is null then
    return app.auth_error(404, 'mfa_factor_not_found', 'Factor not found');
  end if;
  if v.factor_type = 'webauthn' then
    v_wait := app.auth_attempt_begin('factor:' || auth.uid(), app.auth_setting_s('lock_after'));
    return case when v_wait > 0 then app.auth_wait(v_wait) else app.webauthn_factor_begin_counted(p) end;
  end if;
  if v.challenge_id is null then
    return app.auth_error(404, 'mfa_factor_not_found', 'MFA factor with the provided challenge ID not found');
  end if;
  if v.verified_at is not null or v.expires_at <= now() then
    return app.auth_error(422, 'mfa_challenge_expired', 'MFA challenge has expired, verify against another challenge or create a new challenge.');
  end if;
  v_wait := app.auth_attempt_begin('factor:' || auth.uid(), app.auth_setting_s('lock_after'));
  if v_wait > 0 then
    return app.auth_wait(v_wait);
  end if;
  return jsonb_build_object('secret', v.secret, 'last_used_step', v.last_used_step);
end $$;

-- The session grows to aal2: its next tokens say so.
create or replace function app.auth_raise_session(p_method text, p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_session uuid := (auth.claims() ->> 'session_id')::uuid;
begin
  update auth_sessions set aal = 'aal2',
    amr = jsonb_build_array(jsonb_build_object('method', p_method, 'timestamp', extract(epoch from now())::bigint)) || amr
  where id = v_session and ended_at is null;
  return app.auth_session_answer(v_session, p);
end $$;

create or replace function app.auth_factor_finish(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_factor uuid := (p -> 'ctx' ->> 'id')::uuid;
  v_subject text := 'factor:' || auth.uid();
  v_wait int := app.auth_attempt_locked(v_subject);
  v_step bigint := (p -> 'work' ->> 'step')::bigint;
  v_ok boolean := false;
  v_locked timestamptz;
  v_first boolean;
begin
  select status = 'unverified' into v_first from mfa_factors where id = v_factor;
  if p -> 'begin' ? 'webauthn' then
    v_ok := v_wait = 0 and app.webauthn_factor_proved(p);
    if v_ok then
      update mfa_factors set status = 'verified' where id = v_factor and user_id = auth.uid();
    end if;
  elsif v_step is not null and v_wait = 0 then
    -- a code is good once, and no older one after it
    update mfa_factors set last_used_step = v_step, status = 'verified'
    where id = v_factor and user_id = auth.uid() and (last_used_step is null or last_used_step < v_step);
    v_ok := found;
  end if;
  v_locked := app.auth_attempt_end(v_subject, v_ok, app.auth_setting_s('lock_after'));
  if not v_ok then
    update mfa_challenges set attempts = attempts + 1 where id::text = p -> 'in' ->> 'challenge_id';
    perform app.auth_event('factor_failed', 'warning', 'A wrong code of a second factor.', auth.uid(), jsonb_build_object('factor_id', v_factor));
    if v_locked is not null then
      perform app.auth_event('account_locked', 'error', 'Too many wrong codes.', auth.uid(), jsonb_build_object('until', v_locked));
    end if;
    return case when v_wait > 0 then app.auth_wait(v_wait) else app.auth_error(422, 'mfa_verification_failed',
      case when p -> 'begin' ? 'webauthn' then 'Passkey verification failed' else 'Invalid TOTP code entered' end) end;
  end if;
  update mfa_challenges set verified_at = now() where id::text = p -> 'in' ->> 'challenge_id';
  if v_first then
    update users set two_factor_enabled = true where id = auth.uid();
    -- sessions that never saw the factor end
    perform app.auth_end_sessions(auth.uid(), 'factor_change', p_except => (auth.claims() ->> 'session_id')::uuid);
    delete from mfa_factors where user_id = auth.uid() and status = 'unverified';
    perform app.auth_event('factor_verified', 'warning', 'A second factor is in force.', auth.uid(), jsonb_build_object('factor_id', v_factor));
  end if;
  return app.auth_raise_session(case when p -> 'begin' ? 'webauthn' then 'webauthn' else 'totp' end, p);
end $$;

create or replace function app.auth_factor_delete(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_refusal jsonb := app.auth_caller();
  v record;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  perform from users where id = auth.uid() for update;
  select id, status into v from mfa_factors where id::text = p -> 'ctx' ->> 'id' and user_id = auth.uid();
  if v.id is null then
    return app.auth_error(404, 'mfa_factor_not_found', 'Factor not found');
  end if;
  if v.status = 'verified' and auth.claims() ->> 'aal' is distinct from 'aal2' then
    return app.auth_error(422, 'insufficient_aal', 'AAL2 required to unenroll verified factor');
  end if;
  delete from mfa_factors where id = v.id;
  perform app.auth_factors_changed(auth.uid());
  perform app.auth_event('factor_removed', 'warning', 'A second factor was taken away.', auth.uid(), jsonb_build_object('factor_id', v.id));
  return app.auth_body(jsonb_build_object('id', v.id));
end $$;

-- Without a verified factor left, recovery codes mean nothing and sessions fall back to one factor.
create or replace function app.auth_factors_changed(p_user_id uuid) returns void
language plpgsql
as $$
begin
  if exists (select from mfa_factors where user_id = p_user_id and status = 'verified') then
    return;
  end if;
  update users set two_factor_enabled = false where id = p_user_id;
  delete from mfa_recovery_codes where user_id = p_user_id;
  update auth_sessions set aal = 'aal1' where user_id = p_user_id and ended_at is null and aal = 'aal2';
end $$;

-- Ten codes for the day the phone is lost. Shown once; a new set replaces the old one.
create or replace function app.auth_recovery_codes(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_refusal jsonb := coalesce(app.auth_caller(), app.auth_limit('factors', p));
  v_codes text[];
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  if auth.claims() ->> 'aal' is distinct from 'aal2' then
    return app.auth_error(403, 'insufficient_aal', 'AAL2 required to make recovery codes');
  end if;
  v_codes := array(select substr(c, 1, 5) || '-' || substr(c, 6, 5)
                   from (select translate(lower(encode(public.gen_random_bytes(5), 'hex')), '01', 'xy') as c from generate_series(1, 10)) t);
  delete from mfa_recovery_codes where user_id = auth.uid();
  insert into mfa_recovery_codes (user_id, code_hash)
  select distinct auth.uid(), app.auth_hash(auth.uid() || replace(c, '-', '')) from unnest(v_codes) c;
  perform app.auth_event('recovery_codes_made', 'warning', 'New recovery codes.', auth.uid());
  return app.auth_body(jsonb_build_object('codes', v_codes));
end $$;

create or replace function app.auth_recovery_code_use(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_refusal jsonb := coalesce(app.auth_caller(), app.auth_limit('factors', p));
  v_subject text := 'factor:' || auth.uid();
  v_code text := lower(regexp_replace(coalesce(p -> 'in' ->> 'code', ''), '[^0-9A-Za-z]', '', 'g'));
  v_wait int;
  v_left int;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  v_wait := app.auth_attempt_begin(v_subject, app.auth_setting_s('lock_after'));
  if v_wait > 0 then
    return app.auth_wait(v_wait);
  end if;
  update mfa_recovery_codes set used_at = now()
  where user_id = auth.uid() and used_at is null and code_hash = app.auth_hash(auth.uid() || v_code);
  if not found then
    perform app.auth_attempt_end(v_subject, false, app.auth_setting_s('lock_after'));
    perform app.auth_event('factor_failed', 'warning', 'A wrong recovery code.', auth.uid());
    return app.auth_error(422, 'mfa_verification_failed', 'Invalid recovery code');
  end if;
  perform app.auth_attempt_end(v_subject, true, app.auth_setting_s('lock_after'));
  select count(*) into v_left from mfa_recovery_codes where user_id = auth.uid() and used_at is null;
  perform app.auth_event('recovery_code_used', 'warning', 'A recovery code was used.', auth.uid(), jsonb_build_object('left', v_left));
  return app.auth_raise_session('recovery_code', p);
end $$;

-- Only the auth dialect calls these.
grant execute on function
  app.auth_factor_enroll(jsonb),
  app.auth_factor_challenge(jsonb),
  app.auth_factor_begin(jsonb),
  app.auth_raise_session(text, jsonb),
  app.auth_factor_finish(jsonb),
  app.auth_factor_delete(jsonb),
  app.auth_factors_changed(uuid),
  app.auth_recovery_codes(jsonb),
  app.auth_recovery_code_use(jsonb)
  to maitred_auth;
