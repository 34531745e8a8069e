-- SECURITY DEFINER: number and contact together are the guest.
create function api.remove_party_member(p_reference text, p_contact text default null, p_member_id uuid default null)
returns jsonb
language plpgsql security definer
as $$
declare
  v_id uuid;
  v_message text;
  v_detail text;
  v_hint text;
begin
  perform app.begin_attempt('remove_party_member');
  v_id := app.own_party(p_reference, p_contact);
  perform from booking_parties p where p.id = v_id for update;
  if not exists (select from party_members m where m.id = p_member_id and m.party_id = v_id and not m.is_organizer) then
    perform app.fail(404, 'There is no such member of the party.', 'p_member_id');
  end if;
  if (select s.paid from app.party_shares(v_id) s where s.member_id = p_member_id) > 0 then
    perform app.fail(422, 'They have paid their share: the house gives it back first.', 'p_member_id', '{"reason": "paid"}');
  end if;
  delete from party_members where id = p_member_id;
  return app.party_json(v_id, (select m.id from party_members m where m.party_id = v_id and m.is_organizer), true);
exception when others then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return app.attempt_refused('remove_party_member', sqlstate, v_message, v_detail, v_hint);
end $$;
comment on function api.remove_party_member(text, text, uuid) is 'Takes somebody out of the party of a booking, for the one who booked; their token opens nothing any more. Public.
answers "party"';
grant execute on function api.remove_party_member(text, text, uuid) to anon, authenticated, service_role;
