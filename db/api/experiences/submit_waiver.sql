-- SECURITY DEFINER: guests sign without a login. A booking is named by its id, which only those who have its link know.
create function api.submit_waiver(
  p_waiver_id uuid,
  p_signer_name text,
  p_signature text default null,
  p_date_of_birth date default null,
  p_signer_email text default null,
  p_signer_phone text default null,
  p_booking_id uuid default null,
  p_guardian_name text default null,
  p_guardian_relationship text default null,
  p_guardian_signature text default null,
  p_answers jsonb default '{}',
  p_version int default null)
returns jsonb
language plpgsql security definer
as $$
declare
  v_waiver record;
  v_signer record;
  v_customer uuid;
  v_id uuid;
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('submit_waiver');
  select w.id, w.organization_id, w.family_id, w.version, w.content, w.title, w.is_active, w.minimum_age, w.adult_age, w.valid_days, w.venue_id, w.game_id,
         coalesce(v.timezone, o.timezone) as timezone
    into v_waiver
  from waivers w join organizations o on o.id = w.organization_id and o.is_active left join venues v on v.id = w.venue_id
  where w.id = p_waiver_id;
  if not found then
    perform app.fail(404, 'There is no such waiver.', 'p_waiver_id');
  end if;
  if not v_waiver.is_active or (p_version is not null and p_version <> v_waiver.version) then
    perform app.fail(410, 'This text has been replaced by a newer one.', 'p_waiver_id',
      jsonb_build_object('current', (select w.id from waivers w where w.family_id = v_waiver.family_id and w.is_active)), 'Read and sign the newer one.');
  end if;
  perform app.check_signed_texts(p_signer_name, p_signer_email, p_signer_phone, p_signature, p_guardian_signature, p_answers);
  v_signer := app.check_signer(p_date_of_birth, (now() at time zone v_waiver.timezone)::date, v_waiver.minimum_age, v_waiver.adult_age,
    p_signer_name, p_signature, p_guardian_name, p_guardian_signature);
  if p_booking_id is not null then
    v_customer := app.waiver_customer(v_waiver.organization_id, v_waiver.id, v_waiver.family_id, v_waiver.venue_id, v_waiver.game_id,
      p_booking_id, p_signer_name, p_signer_email, p_date_of_birth);
  end if;

  -- signed in advance: by the login, or by an address that one customer has
  if p_booking_id is null then
    v_customer := coalesce((select c.id from customers c where c.organization_id = v_waiver.organization_id and c.user_id = auth.uid() and c.deleted_at is null limit 1),
                           (select c.id from customers c where c.organization_id = v_waiver.organization_id and c.email = app.normalize_email(p_signer_email) and c.deleted_at is null));
  end if;
  insert into waiver_submissions (organization_id, waiver_id, waiver_version, content_hash, booking_id, customer_id, signer_name, signer_email,
      signer_phone, date_of_birth, age_at_signing, is_minor, guardian_name, guardian_relationship, guardian_signature, signature, answers,
      ip_address, user_agent, expires_at)
  values (v_waiver.organization_id, v_waiver.id, v_waiver.version, encode(sha256(convert_to(v_waiver.title || e'\n' || v_waiver.content, 'UTF8')), 'hex'),
      p_booking_id,
      v_customer,
      trim(p_signer_name), app.normalize_email(p_signer_email), nullif(trim(p_signer_phone), ''), p_date_of_birth, v_signer.age, v_signer.is_minor,
      case when v_signer.is_minor then trim(p_guardian_name) end, case when v_signer.is_minor then left(trim(p_guardian_relationship), 100) end,
      case when v_signer.is_minor then p_guardian_signature end, nullif(trim(p_signature), ''), coalesce(p_answers, '{}'),
      nullif(current_setting('request.ip', true), '')::inet,
      left(nullif(nullif(current_setting('request.headers', true), '')::jsonb ->> 'user-agent', ''), 1000),
      now() + make_interval(days => v_waiver.valid_days))
  returning id into v_id;
  return jsonb_build_object('id', v_id, 'waiver_id', v_waiver.id, 'version', v_waiver.version, 'signed_at', now(), 'is_minor', v_signer.is_minor,
    'booking_id', p_booking_id, 'missing', case when p_booking_id is not null then app.waivers_missing(p_booking_id) end);
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('submit_waiver', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.submit_waiver(uuid, text, text, date, text, text, uuid, text, text, text, jsonb, int) is
  'Signs a waiver. People under the waiver''s adult age need guardian name and signature; people under its minimum age are refused. p_booking_id null: signed in advance. missing: people of the booking who have not signed everything. Texts may have 600000 bytes: signatures are drawings. Public.
answers {"...": "waiver_submissions(id, waiver_id, booking_id, is_minor)", "signed_at": "instant", "version": "int", "missing": "int | null"}';
grant execute on function api.submit_waiver(uuid, text, text, date, text, text, uuid, text, text, text, jsonb, int) to anon, authenticated, service_role;
