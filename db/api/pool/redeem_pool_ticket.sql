-- SECURITY DEFINER: writes the log of the gate, which nobody may write by hand. A refusal is an answer, not an exception,
-- for the try must stay in the log.
create function api.redeem_pool_ticket(p_qr_code text, p_gate text default null, p_scanned_at timestamptz default null, p_organization_id uuid default null, p_people int default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_code text := trim(p_qr_code);
  v_at timestamptz := coalesce(p_scanned_at, now());
  t record;
  p record;
  v_times record;
  v_status int;
  v_reason text;
  v_words text;
  v_more jsonb := '{}';
  v_people int := 0;
begin
  perform app.require_work(v_organization, 'pool', 'update');
  perform app.begin_attempt('redeem_pool_ticket');
  if coalesce(v_code, '') = '' then
    perform app.fail(400, 'Scan or type a code.', 'p_qr_code');
  end if;
  perform app.check_gate(p_gate, v_at);
  if p_people < 1 then
    perform app.fail(400, 'At least one person comes in.', 'p_people');
  end if;

  if v_code ~ '^MTM1\.' then
    return app.admit_member(v_organization, v_code, p_gate, v_at);
  elsif v_code ~ '^MTP1\.' and not app.pool_code_is_ours(v_code, v_organization) then
    insert into pool_entries (organization_id, code, result, reason, gate, scanned_at, scanned_by)
    values (v_organization, left(v_code, 500), 'refused', 'forged', p_gate, v_at, auth.uid());
    return app.refusal(403, 'This code is not ours.', 'p_qr_code', '{"reason": "forged"}');
  end if;
  select * into t from pool_tickets where id = app.ticket_of_code(v_organization, v_code) for update;

  if t.id is not null then
    select * into v_times from app.pool_slot_times(t.organization_id, t.ticket_date, t.slot);
  end if;
  v_more := jsonb_build_object('ticket_id', t.id, 'reference', t.reference, 'ticket_date', t.ticket_date, 'slot', t.slot);
  if t.id is null then
    v_status := 404; v_reason := 'unknown'; v_words := 'There is no such ticket.'; v_more := '{}';
  elsif t.people_inside >= t.adults + t.children then
    v_status := 409; v_reason := 'used'; v_words := 'This ticket has been used.'; v_more := v_more || jsonb_build_object('used_at', t.used_at);
  elsif t.status = 'cancelled' then
    v_status := 410; v_reason := 'cancelled'; v_words := 'This ticket was cancelled.';
  elsif t.status = 'pending' then
    v_status := 409; v_reason := 'unpaid'; v_words := 'This ticket is not paid.'; v_more := v_more || jsonb_build_object('total_price', t.total_price);
  elsif v_at >= v_times.ends_at or (t.status = 'expired' and p_scanned_at is null) then
    v_status := 410; v_reason := 'over'; v_words := 'The slot of this ticket is over.'; v_more := v_more || jsonb_build_object('ended_at', v_times.ends_at);
  elsif v_at < v_times.opens_at then
    v_status := 409; v_reason := case when v_times.opens_at - v_at > interval '12 hours' then 'wrong_day' else 'too_early' end;
    v_words := 'This ticket opens later.'; v_more := v_more || jsonb_build_object('opens_at', v_times.opens_at);
  elsif p_people > t.adults + t.children - t.people_inside then
    v_status := 409; v_reason := 'too_many'; v_words := format('This ticket lets in %s more.', t.adults + t.children - t.people_inside);
    v_more := v_more || jsonb_build_object('left', t.adults + t.children - t.people_inside);
  end if;

  if v_reason is null then
    v_people := coalesce(p_people, t.adults + t.children - t.people_inside);
    update pool_tickets set status = 'used', used_at = coalesce(used_at, v_at) where id = t.id;
  end if;
  insert into pool_entries (organization_id, ticket_id, code, result, reason, people, gate, scanned_at, scanned_by)
  values (v_organization, t.id, left(v_code, 500), case when v_reason is null then 'entered' else 'refused' end, v_reason,
          v_people, p_gate, v_at, auth.uid());
  if v_reason = 'unknown' then
    perform app.count_attempt('redeem_pool_ticket', null, 'p_qr_code');
  end if;
  if v_reason is not null then
    return app.refusal(v_status, v_words, 'p_qr_code', v_more || jsonb_build_object('reason', v_reason));
  end if;
  return jsonb_build_object('entered', true, 'kind', 'ticket', 'adults', t.adults, 'children', t.children, 'used_at', coalesce(t.used_at, v_at),
    'people', v_people, 'left', t.adults + t.children - t.people_inside - v_people,
    'guest_name', t.guest_details ->> 'full_name', 'balance', greatest(0, t.total_price - app.paid_amount('pool', t.id)), 'currency', t.currency) || v_more;
end $$;
comment on function api.redeem_pool_ticket(text, text, timestamptz, uuid, int) is
  'Opens the gate for the code of a ticket, a member''s card, or a typed reference. p_people of a ticket''s party come in now (null: all who are not in yet), the others later; who was let out by leave_pool comes in again. balance is what the desk still has to take. Every try is logged in pool_entries. A refusal answers with its HTTP status and the reason: forged, unknown, used, cancelled, unpaid, too_early, wrong_day, over, too_many. Gates that were offline report p_scanned_at, at most a day late: what counts is how things stood then.
answers {"entered": "true", "kind": "=ticket | =member", "reference?": "text", "full_name?": "text", "paid_until?": "date | null", "ticket_id?": "uuid", "ticket_date?": "date",
  "slot?": "text", "adults?": "int", "children?": "int", "people?": "int", "left?": "int", "balance?": "number", "currency?": "text", "used_at?": "instant",
  "guest_name?": "text | null"}';
grant execute on function api.redeem_pool_ticket(text, text, timestamptz, uuid, int) to authenticated, service_role;
