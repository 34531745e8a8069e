-- SECURITY DEFINER: the names of buyers stand in tables that the gate may not read. Rights are checked here.
create function api.get_pool_gate(p_organization_id uuid default null) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_organization uuid := app.pick_organization(p_organization_id);
  v_today date := app.organization_today(v_organization);
  v_answer jsonb;
begin
  perform app.require_work(v_organization, 'pool', 'read');
  with today as materialized (
    select t.*, s.opens_at, s.ends_at from pool_tickets t, lateral app.pool_slot_times(t.organization_id, t.ticket_date, t.slot) s
    where t.organization_id = v_organization and t.ticket_date = v_today and t.status in ('pending', 'confirmed', 'used')
  ), entries as materialized (
    select n.* from pool_entries n where n.organization_id = v_organization and n.scanned_at > now() - interval '24 hours'
  ), running as (
    select f.slot, f.capacity, f.free, f.is_closed, s.opens_at, s.starts_at, s.ends_at
    from app.pool_free(v_organization, v_today, v_today) f, lateral app.pool_slot_times(v_organization, v_today, f.slot) s)
  select jsonb_build_object('organization_id', o.id, 'date', v_today, 'now', now(), 'timezone', o.timezone, 'currency', o.currency,
    'inside', (select coalesce(sum(t.people_inside), 0) from today t where t.ends_at > now()),
    -- a card comes in and is not seen leaving: whoever came today counts
    'members', (select count(distinct n.member_id) from entries n where n.result = 'entered' and n.member_id is not null
                and app.business_date(n.scanned_at, o.timezone, o.business_day_cutoff) = v_today),
    'capacity', (select max(r.capacity) from running r where r.slot <> 'full_day' and now() >= r.opens_at and now() < r.ends_at),
    'slots', (select coalesce(jsonb_agg(jsonb_build_object('slot', r.slot, 'capacity', r.capacity, 'sold', r.capacity - r.free, 'is_closed', r.is_closed, 'opens_at', r.opens_at, 'starts_at', r.starts_at, 'ends_at', r.ends_at)
                order by array_position(array['morning', 'afternoon', 'full_day'], r.slot)), '[]') from running r),
    'tickets', (select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'reference', t.reference, 'slot', t.slot, 'adults', t.adults, 'children', t.children, 'inside', t.people_inside, 'seen', t.people_seen,
                  'status', t.status, 'guest_name', coalesce(nullif(t.guest_details ->> 'full_name', ''), c.full_name, u.full_name), 'used_at', t.used_at,
                  'balance', greatest(0, t.total_price - coalesce(app.paid_amount('pool', t.id), 0)), 'ends_at', t.ends_at) order by t.slot, coalesce(t.guest_details ->> 'full_name', c.full_name), t.reference), '[]')
                from today t left join customers c on c.id = t.customer_id left join users u on u.id = t.user_id),
    'log', (select coalesce(jsonb_agg(jsonb_build_object('at', n.scanned_at, 'result', n.result, 'reason', n.reason, 'people', n.people, 'gate', n.gate, 'reference', n.reference) order by n.scanned_at desc, n.id), '[]')
            from (select e.*, t.reference from entries e left join pool_tickets t on t.id = e.ticket_id order by e.scanned_at desc limit 20) n)) into v_answer
  from organizations o where o.id = v_organization;
  return v_answer;
end $$;
comment on function api.get_pool_gate(uuid) is
  'The gate now: who is inside (of tickets whose slot is not over; members who came today beside them) against what the slot that is open holds (null: none is), the day''s slots, every ticket of today for the list on paper''s place, and the last twenty tries. balance is decimal.
answers {"organization_id": "uuid", "date": "date", "now": "instant", "timezone": "text", "currency": "text", "inside": "int", "members": "int", "capacity": "int | null", "slots": "gate_slot[]", "tickets": "gate_ticket[]", "log": "gate_entry[]"}
shape gate_slot {"slot": "text", "capacity": "int", "sold": "int", "is_closed": "boolean", "opens_at": "instant", "starts_at": "instant", "ends_at": "instant"}
shape gate_ticket {"...": "pool_tickets(id, reference, slot, adults, children, status, used_at)", "inside": "int", "seen": "int", "guest_name": "text | null", "balance": "number", "ends_at": "instant"}
shape gate_entry {"at": "instant", "result": "pool_entries.result", "reason": "text | null", "people": "int", "gate": "text | null", "reference": "text | null"}';
grant execute on function api.get_pool_gate(uuid) to authenticated, service_role;
