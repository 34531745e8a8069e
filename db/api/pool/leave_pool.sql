-- SECURITY DEFINER: writes the log of the gate, which nobody may write by hand.
create function api.leave_pool(p_qr_code text, p_people int default null, p_gate text default null, p_scanned_at timestamptz default null, p_organization_id uuid default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_code text := trim(p_qr_code);
  v_at timestamptz := coalesce(p_scanned_at, now());
  t record;
  v_people int;
begin
  perform app.require_work(v_organization, 'pool', 'update');
  perform app.check_gate(p_gate, v_at);
  select * into t from pool_tickets where id = app.ticket_of_code(v_organization, v_code) for update;
  if not found then
    perform app.fail(404, 'There is no such ticket.', 'p_qr_code');
  end if;
  v_people := coalesce(p_people, t.people_inside);
  if v_people < 1 or v_people > t.people_inside then
    perform app.fail(409, format('%s of this ticket are in.', t.people_inside), 'p_people', jsonb_build_object('inside', t.people_inside));
  end if;
  insert into pool_entries (organization_id, ticket_id, code, result, people, gate, scanned_at, scanned_by)
  values (v_organization, t.id, left(v_code, 500), 'left', v_people, p_gate, v_at, auth.uid());
  return jsonb_build_object('ticket_id', t.id, 'reference', t.reference, 'people', v_people, 'inside', t.people_inside - v_people);
end $$;
comment on function api.leave_pool(text, int, text, timestamptz, uuid) is
  'Lets people of a ticket out (null: all who are in): they may come in again with the same ticket while its slot lasts. Members come and go by their cards.
answers {"ticket_id": "uuid", "reference": "text", "people": "int", "inside": "int"}';
grant execute on function api.leave_pool(text, int, text, timestamptz, uuid) to authenticated, service_role;
