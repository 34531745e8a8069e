-- Codes and links on request: /otp, /magiclink, /recover, /resend. The answer is {} whoever asks for whom.

create or replace function app.auth_otp(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_settings jsonb := app.auth_settings();
  v_in jsonb := p -> 'in';
  v_email text := app.auth_email(v_in ->> 'email');
  v_phone text := app.auth_phone(v_in ->> 'phone');
  v_data jsonb := case when jsonb_typeof(v_in -> 'data') = 'object' then v_in -> 'data' else '{}' end;
  v_refusal jsonb := app.auth_limit('otp', p);
  v_id uuid;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  if v_email is null and v_phone is null then
    return app.auth_error(400, 'validation_failed', case when coalesce(v_in ->> 'phone', '') <> ''
      then 'Invalid phone number format (E.164 required)' else 'Unable to validate email address: invalid format' end);
  end if;
  if not (v_settings ->> case when v_email is null then 'phone' else 'email' end)::boolean then
    return case when v_email is null then app.auth_error(422, 'phone_provider_disabled', 'Unsupported phone provider')
                else app.auth_error(422, 'email_provider_disabled', 'Email logins are disabled') end;
  end if;
  v_refusal := app.auth_may_send(coalesce(v_email, v_phone), p);
  if v_refusal is not null then
    return v_refusal;
  end if;
  select id into v_id from users
  where deleted_at is null and (email = v_email or (v_email is null and phone = v_phone))
  order by phone_confirmed_at is null limit 1;
  if v_id is null and coalesce((v_in ->> 'create_user')::boolean, true) and (v_settings ->> 'signup')::boolean then
    insert into users (email, phone, user_metadata) values (v_email, case when v_email is null then v_phone end, v_data)
    on conflict (email) where deleted_at is null do update set updated_at = users.updated_at
    returning id into v_id;
  end if;
  if v_id is null or app.auth_barred(v_id) is not null then
    perform app.auth_lookalike(v_email, v_phone, v_data);      -- as much work as for somebody
    return app.auth_body('{}');
  end if;
  perform app.auth_send_token(v_id, case when v_email is null then 'phone_confirmation' else 'magiclink' end, coalesce(v_email, v_phone), p);
  return app.auth_body('{}');
end $$;

create or replace function app.auth_recover(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_email text := app.auth_email(p -> 'in' ->> 'email');
  v_refusal jsonb := app.auth_limit('otp', p);
  v_id uuid;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  if v_email is null then
    return app.auth_error(400, 'validation_failed', 'Unable to validate email address: invalid format');
  end if;
  v_refusal := app.auth_may_send(v_email, p);
  if v_refusal is not null then
    return v_refusal;
  end if;
  select id into v_id from users where email = v_email and deleted_at is null;
  if v_id is null or app.auth_barred(v_id) is not null then
    perform app.auth_lookalike(v_email, null, '{}');           -- as much work as for somebody
    return app.auth_body('{}');
  end if;
  perform app.auth_send_token(v_id, 'recovery', v_email, p);
  perform app.auth_event('recovery_requested', 'info', 'A new password was asked for.', v_id);
  return app.auth_body('{}');
end $$;

create or replace function app.auth_resend(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_in jsonb := p -> 'in';
  v_type text := v_in ->> 'type';
  v_to text := case when v_type in ('sms', 'phone_change') then app.auth_phone(v_in ->> 'phone') else app.auth_email(v_in ->> 'email') end;
  v_refusal jsonb := app.auth_limit('otp', p);
  v record;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  if v_type is null or v_type not in ('signup', 'email_change', 'sms', 'phone_change') or v_to is null then
    return app.auth_error(400, 'validation_failed', 'Type must be signup, email_change, sms or phone_change, with its email or phone');
  end if;
  v_refusal := app.auth_may_send(v_to, p);
  if v_refusal is not null then
    return v_refusal;
  end if;
  for v in
    select t.id, t.user_id, t.kind, t.relates_to, t.metadata from one_time_tokens t join users u on u.id = t.user_id
    where u.deleted_at is null
      and ((v_type = 'signup' and t.kind = 'confirmation' and t.relates_to = v_to)
        or (v_type = 'email_change' and t.kind in ('email_change_current', 'email_change_new') and (u.email = v_to or t.relates_to = v_to))
        or (v_type = 'sms' and t.kind = 'phone_confirmation' and t.relates_to = v_to)
        or (v_type = 'phone_change' and t.kind = 'phone_change' and t.relates_to = v_to))
  loop
    perform app.auth_send_token(v.user_id, v.kind, v.relates_to, p, v.metadata);
  end loop;
  return app.auth_body('{}');
end $$;

create or replace function app.auth_reauthenticate(p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_refusal jsonb := coalesce(app.auth_caller(), app.auth_limit('otp', p));
  v record;
begin
  if v_refusal is not null then
    return v_refusal;
  end if;
  select id, email, phone, phone_confirmed_at into v from users where id = auth.uid();
  if v.email is null and v.phone_confirmed_at is null then
    return app.auth_error(422, 'validation_failed', 'Reauthentication requires the user to have an email or a phone number');
  end if;
  v_refusal := app.auth_may_send(coalesce(v.email, v.phone), p);
  if v_refusal is not null then
    return v_refusal;
  end if;
  perform app.auth_send_token(v.id, 'reauthentication', coalesce(v.email, v.phone), p);
  return app.auth_body('{}');
end $$;

-- Only the auth dialect calls these.
grant execute on function
  app.auth_otp(jsonb),
  app.auth_recover(jsonb),
  app.auth_resend(jsonb),
  app.auth_reauthenticate(jsonb)
  to maitred_auth;
