-- SECURITY DEFINER: number and contact together are the guest. Nobody is reminded twice in six hours, whoever asks.
create function api.remind_party(p_reference text, p_contact text default null)
returns jsonb
language plpgsql security definer
as $$
declare
  v_id uuid;
  v_party jsonb;
  v_member record;
  v_count int := 0;
  v_text record;
  v_language text;
  v_domain text := coalesce((select domain from public.tenants where schema_name = current_schema()), 'localhost');
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('remind_party');
  v_id := app.own_party(p_reference, p_contact);
  v_party := app.party_json(v_id, null, true);
  select app.language_of(p.organization_id) into v_language from booking_parties p where p.id = v_id;
  if not (v_party ->> 'is_open')::boolean then
    perform app.fail(422, 'This party is over.', 'p_reference');
  end if;
  for v_member in
    select m.id, m.name, m.email, m.phone, m.token, e
    from party_members m join jsonb_array_elements(v_party -> 'members') e on (e ->> 'member_id')::uuid = m.id
    where not m.is_organizer and coalesce(m.email, m.phone) is not null and coalesce(m.reminded_at < now() - interval '6 hours', true)
      and (e -> 'signed' = 'false' or (e ->> 'due')::numeric > 0)
    order by m.id for update of m
  loop
    select * into v_text from app.say('party_reminder', v_language, jsonb_strip_nulls(jsonb_build_object('title', v_party -> 'title', 'name', v_member.name,
        'when', to_char((v_party ->> 'starts_at')::timestamptz at time zone (v_party ->> 'timezone'), 'YYYY-MM-DD HH24:MI'), 'signature', case when v_member.e -> 'signed' = 'false' then true end,
        'amount', case when (v_member.e ->> 'due')::numeric > 0 then format('%s %s', v_member.e ->> 'due', v_party ->> 'currency') end, 'link', format('https://%s/party/me/%s', v_domain, v_member.token))));
    if v_member.email is not null then
      perform app.enqueue('send_mail', jsonb_build_object('to', v_member.email, 'subject', v_text.subject, 'text', v_text.body));
    else
      perform app.enqueue('send_sms', jsonb_build_object('to', v_member.phone, 'text', concat_ws(': ', v_text.subject, v_text.body)));
    end if;
    update party_members set reminded_at = now() where id = v_member.id;
    v_count := v_count + 1;
  end loop;
  return jsonb_build_object('reminded', v_count, 'missing', v_party -> 'missing', 'waivers_missing', v_party -> 'waivers_missing');
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('remind_party', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.remind_party(text, text) is
  'Reminds the members of a party who have not signed or not paid their share, by the address or number they gave, once in six hours: for the one who booked. Returns how many. Public.
answers {"reminded": "int", "missing": "int", "waivers_missing": "int"}';
grant execute on function api.remind_party(text, text) to anon, authenticated, service_role;
