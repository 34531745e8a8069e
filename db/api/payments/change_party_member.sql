-- SECURITY DEFINER: one's own token is the right.
create function api.change_party_member(p_member text, p_changes jsonb default '{}', p_leave boolean default false)
returns jsonb
language plpgsql security definer
as $$
declare
  v_member record;
  v_bad text;
begin
  select m.id, m.party_id, m.is_organizer, p.booking_type, p.booking_id into v_member from party_members m join booking_parties p on p.id = m.party_id where m.token = p_member for update of m;
  if v_member.id is null then
    perform app.fail(404, 'You are not in this party any more.', 'p_member');
  end if;
  if coalesce(p_leave, false) then
    if v_member.is_organizer then
      perform app.fail(422, 'Who booked cancels the booking instead.', 'p_leave');
    end if;
    if (select s.paid from app.party_shares(v_member.party_id) s where s.member_id = v_member.id) > 0 then
      perform app.fail(422, 'You have paid your share: ask who booked, or the house.', 'p_leave', '{"reason": "paid"}');
    end if;
    delete from party_members where id = v_member.id;
    return jsonb_build_object('left', true);
  end if;
  if jsonb_typeof(p_changes) is distinct from 'object' then
    perform app.fail(400, 'Say what changes.', 'p_changes');
  end if;
  select key into v_bad from jsonb_object_keys(p_changes) key where key not in ('name', 'allergies', 'email', 'phone', 'note') limit 1;
  if found then
    perform app.fail(400, format('%s cannot be changed.', left(v_bad, 60)), left(v_bad, 60));
  end if;
  if p_changes ? 'name' and app.clean_text(p_changes ->> 'name', 255, 'name') is null then
    perform app.fail(400, 'What is your name?', 'name');
  end if;
  update party_members set
    name = case when p_changes ? 'name' then app.clean_text(p_changes ->> 'name', 255, 'name') else name end,
    allergies = case when p_changes ? 'allergies' then app.check_allergies(p_changes -> 'allergies') else allergies end,
    email = case when p_changes ? 'email' then app.clean_email(p_changes ->> 'email', 'email') else email end,
    phone = case when p_changes ? 'phone' then app.clean_phone(p_changes ->> 'phone', 'phone') else phone end,
    note = case when p_changes ? 'note' then app.clean_text(p_changes ->> 'note', 500, 'note') else note end
  where id = v_member.id;
  return app.party_json(v_member.party_id, v_member.id, false);
end $$;
comment on function api.change_party_member(text, jsonb, boolean) is
  'Changes what one wrote when joining a party (name, allergies, email, phone, note), or leaves it (p_leave), by one''s own token from join_party. Public.
answers "party | party_left"
shape party_left {"left": "true"}';
grant execute on function api.change_party_member(text, jsonb, boolean) to anon, authenticated, service_role;
