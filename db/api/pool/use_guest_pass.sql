-- SECURITY DEFINER: members use their passes without a right on the tables.
create function api.use_guest_pass(
  p_membership_id uuid, p_ticket_date date default null, p_slot text default 'full_day', p_guests int default 1,
  p_guest_names text default null, p_idempotency_key text default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_reach record;
  m record;
  v_date date;
  v_left int;
  v_id uuid;
begin
  p_idempotency_key := app.own_key(p_idempotency_key);
  select * into v_reach from app.reach_membership(p_membership_id, 'update');      -- holds the membership: the last pass goes once
  select * into m from pool_memberships where id = p_membership_id;
  perform app.lock_key('guest_pass', p_idempotency_key);
  select id into v_id from pool_tickets
  where organization_id = m.organization_id and idempotency_key = p_idempotency_key and created_by is not distinct from auth.uid();
  if found then
    return app.pool_ticket_json(v_id);
  end if;
  v_date := coalesce(p_ticket_date, app.organization_today(m.organization_id));
  perform app.checked_slot(p_slot);
  perform app.checked_pool_date(m.organization_id, v_date, p_slot);
  if p_guests is null or p_guests not between 1 and 50 then
    perform app.fail(400, 'A pass brings 1 to 50 guests.', 'p_guests');
  end if;
  if length(p_guest_names) > 1000 then
    perform app.fail(400, 'Names have at most 1000 characters.', 'p_guest_names');
  end if;
  if m.status <> 'active' then
    perform app.fail(422, format('This membership is %s.', m.status), 'p_membership_id', jsonb_build_object('status', m.status));
  end if;
  if v_date < m.start_date or v_date > m.paid_until then
    perform app.fail(400, format('It is paid from %s to %s.', m.start_date, m.paid_until), 'p_ticket_date', jsonb_build_object('from', m.start_date, 'until', m.paid_until));
  end if;
  v_left := coalesce(app.guest_passes_left(m.id, v_date), 0);
  if v_left < p_guests then
    perform app.fail(409, format('%s guest passes are left for this period.', v_left), 'p_guests', jsonb_build_object('left', v_left));
  end if;
  perform app.expire_pool_holds(m.organization_id, v_date);      -- first: it takes both halves, in their order
  perform app.lock_places(m.organization_id, v_date, p_slot);
  insert into pool_tickets (organization_id, user_id, customer_id, membership_id, ticket_date, slot, adults, children, total_price, currency, status,
    guest_details, source, created_by, idempotency_key)
  values (m.organization_id, m.user_id, m.customer_id, m.id, v_date, p_slot, p_guests, 0, 0, m.currency, 'confirmed',
    jsonb_strip_nulls(jsonb_build_object('full_name', nullif(trim(p_guest_names), ''))), 'guest_pass', auth.uid(), p_idempotency_key)
  returning id into v_id;
  insert into guest_pass_usage (organization_id, membership_id, ticket_id, used_on, guests, guest_names, used_by)
  values (m.organization_id, m.id, v_id, v_date, p_guests, nullif(trim(p_guest_names), ''), auth.uid());
  perform app.count_guest_passes(m.id);
  return app.pool_ticket_json(v_id) || jsonb_build_object('guest_passes_remaining', v_left - p_guests);
end $$;
comment on function api.use_guest_pass(uuid, date, text, int, text, text) is
  'Makes a free ticket (with its code) for guests of a member, taking places like any other, from the passes of the period of that day. cancel_pool_ticket gives passes and places back.
answers {"...": "pool_ticket", "guest_passes_remaining?": "int"}';
grant execute on function api.use_guest_pass(uuid, date, text, int, text, text) to authenticated, service_role;
