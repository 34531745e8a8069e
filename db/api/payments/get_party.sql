-- SECURITY DEFINER: the link, the digits or one's own token are the right.
create function api.get_party(p_party text default null, p_member text default null)
returns jsonb
language plpgsql security definer
as $$
declare
  v_party uuid;
  v_member record;
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('get_party');
  if p_member is not null then
    select m.id, m.party_id into v_member from party_members m where m.token = p_member;
    if v_member.id is null then
      perform app.fail(404, 'You are not in this party any more.', 'p_party');
    end if;
    return app.party_json(v_member.party_id, v_member.id, false);
  end if;
  return app.party_json(app.find_party(p_party), null, false);
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('get_party', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.get_party(text, text) is
  'A party by its link''s token or its six digits (what it is, when and where), or by one''s own token from join_party: then with the names of the others, one''s own share and what one has to sign. Public.
answers "party"
shape party {"party_id": "uuid", "is_open": "boolean", "kind": "=stay | =table | =pool | =game", "title": "text", "place": "text | null", "starts_at": "instant", "ends_at": "instant", "timezone": "text",
  "people": "int", "joined": "int", "split": "=none | =equal | =amounts", "currency": "text", "booking_type?": "text", "booking_id?": "uuid", "waivers?": ["uuid"], "members?": "party_member[]",
  "token?": "text", "digits?": "text", "missing?": "int", "waivers_missing?": "int", "price?": "number", "paid?": "number"}
shape party_member {"member_id": "uuid", "name": "text", "is_organizer": "boolean", "is_me": "boolean", "email?": "text | null", "phone?": "text | null", "allergies?": ["text"], "note?": "text | null",
  "share?": "number", "paid?": "number", "due?": "number", "signed?": "boolean | null", "reminded_at?": "instant | null"}';
grant execute on function api.get_party(text, text) to anon, authenticated, service_role;
