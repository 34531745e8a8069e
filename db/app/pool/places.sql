-- Places. pool_capacity rows are locked in the order afternoon, morning; membership before places before ticket.

-- When a slot of a date begins and ends. Where the clock skips the time it moves on; a gate that opens at 02:30 on that
-- one night opens at 03:30.
create or replace function app.pool_slot_times(p_organization_id uuid, p_date date, p_slot text, out opens_at timestamptz, out starts_at timestamptz, out ends_at timestamptz)
language sql stable security definer
as $$
  select ((p_date + s.starts_at) at time zone o.timezone) - make_interval(mins => s.early_minutes),
         (p_date + s.starts_at) at time zone o.timezone,
         (p_date + case when s.ends_at <= s.starts_at then 1 else 0 end + s.ends_at) at time zone o.timezone
  from pool_slots s join organizations o on o.id = s.organization_id
  where s.organization_id = p_organization_id and s.slot = p_slot;
$$;

create or replace function app.halves(p_slot text) returns text[]
language sql immutable parallel safe
as $$ select case p_slot when 'full_day' then array['afternoon', 'morning'] else array[p_slot] end $$;

-- Makes the rows of a date where they are missing, and holds them until the transaction ends.
create or replace function app.lock_places(p_organization_id uuid, p_date date, p_slot text) returns void
language plpgsql security definer
as $$
begin
  insert into pool_capacity (organization_id, date, slot, capacity)
  select s.organization_id, p_date, s.slot, s.capacity from pool_slots s
  where s.organization_id = p_organization_id and s.slot = any (app.halves(p_slot))
  order by s.slot
  on conflict (organization_id, date, slot) do nothing;
  perform from pool_capacity
  where organization_id = p_organization_id and date = p_date and slot = any (app.halves(p_slot)) order by slot for update;
end $$;

create or replace function app.take_places(p_organization_id uuid, p_date date, p_slot text, p_people int) returns void
language plpgsql security definer
as $$
declare
  v_row record;
begin
  perform app.lock_places(p_organization_id, p_date, p_slot);
  if (select count(*) from pool_capacity where organization_id = p_organization_id and date = p_date and slot = any (app.halves(p_slot)))
     <> cardinality(app.halves(p_slot)) then
    perform app.fail(404, 'There is no such slot.', 'p_slot');
  end if;
  for v_row in
    select slot, capacity, taken, is_closed from pool_capacity
    where organization_id = p_organization_id and date = p_date and slot = any (app.halves(p_slot))
  loop
    if v_row.is_closed then
      perform app.fail(409, format('The pool is closed in the %s of %s.', v_row.slot, p_date), 'p_ticket_date',
        jsonb_build_object('alternatives', app.pool_alternatives(p_organization_id, p_date, p_people)));
    end if;
    if v_row.taken + p_people > v_row.capacity then
      perform app.fail(409, format('%s places are left in the %s of %s.', v_row.capacity - v_row.taken, v_row.slot, p_date), 'p_slot',
        jsonb_build_object('left', v_row.capacity - v_row.taken, 'alternatives', app.pool_alternatives(p_organization_id, p_date, p_people)),
        'Choose one of the alternatives.');
    end if;
  end loop;
  update pool_capacity set taken = taken + p_people
  where organization_id = p_organization_id and date = p_date and slot = any (app.halves(p_slot));
end $$;
comment on function app.take_places(uuid, date, text, int) is 'Counts people into a slot; refuses with 409 and alternatives when it is full or closed.';

create or replace function app.give_places(p_organization_id uuid, p_date date, p_slot text, p_people int) returns void
language plpgsql security definer
as $$
begin
  perform app.lock_places(p_organization_id, p_date, p_slot);
  update pool_capacity set taken = taken - p_people
  where organization_id = p_organization_id and date = p_date and slot = any (app.halves(p_slot));
end $$;

-- What is left, without making rows. A hold that has run out takes no place.
create or replace function app.pool_free(p_organization_id uuid, p_from date, p_to date)
returns table (date date, slot text, capacity int, free int, is_closed boolean, note text)
language sql stable security definer
as $$
  with halves as (
    select d::date as date, s.slot, coalesce(c.capacity, s.capacity) as capacity,
           coalesce(c.capacity, s.capacity) - coalesce(c.taken, 0) + coalesce(h.people, 0) as free,
           coalesce(c.is_closed, false) as is_closed, c.note
    from generate_series(p_from::timestamp, p_to::timestamp, interval '1 day') d
    join pool_slots s on s.organization_id = p_organization_id and s.slot in ('morning', 'afternoon') and s.is_active
    left join pool_capacity c on c.organization_id = p_organization_id and c.date = d::date and c.slot = s.slot
    left join lateral (
      select sum(t.adults + t.children)::int as people from pool_tickets t
      where t.organization_id = p_organization_id and t.ticket_date = d::date and t.slot in (s.slot, 'full_day')
        and t.status = 'pending' and t.hold_expires_at <= now()) h on true)
  select * from halves
  union all
  select h.date, 'full_day', min(h.capacity), min(h.free), bool_or(h.is_closed), string_agg(h.note, '; ' order by h.slot)
  from halves h
  where exists (select from pool_slots s where s.organization_id = p_organization_id and s.slot = 'full_day' and s.is_active)
  group by h.date having count(*) = 2;
$$;

create or replace function app.pool_alternatives(p_organization_id uuid, p_date date, p_people int) returns jsonb
language sql stable security definer
as $$
  select coalesce(jsonb_agg(jsonb_build_object('ticket_date', date, 'slot', slot, 'free', free)), '[]')
  from (select f.date, f.slot, f.free
        from app.pool_free(p_organization_id, p_date, p_date + 7) f, lateral app.pool_slot_times(p_organization_id, f.date, f.slot) t
        where f.free >= p_people and not f.is_closed and t.ends_at > now()
        order by f.date, f.slot <> 'full_day', f.slot limit 6) x;
$$;

create or replace function app.expire_pool_holds(p_organization_id uuid, p_date date) returns int
language plpgsql security definer
as $$
declare
  v_ids uuid[];
begin
  if not exists (select from pool_tickets where organization_id = p_organization_id and ticket_date = p_date and status = 'pending' and hold_expires_at <= now()) then
    return 0;
  end if;
  perform app.lock_places(p_organization_id, p_date, 'full_day');
  with gone as (update pool_tickets set status = 'cancelled', hold_ran_out = true, cancelled_at = now(), refund_amount = 0,
    cancellation_reason = 'The hold ran out before it was paid.'
  where organization_id = p_organization_id and ticket_date = p_date and status = 'pending' and hold_expires_at <= now()
  returning id)
  select array_agg(id order by id) into v_ids from gone;
  perform app.refund_payments('pool', t.id, null, 'The hold ran out before it was paid.')
  from pool_tickets t, lateral (select app.paid_amount('pool', t.id) as paid) p
  where t.id = any (v_ids) and p.paid > 0 and p.paid < t.total_price;
  return coalesce(cardinality(v_ids), 0);
end $$;
comment on function app.expire_pool_holds(uuid, date) is 'Gives the places of unpaid tickets of a date back whose hold has run out.';

-- Every ticket counts, whichever door it came through: all but cancelled ones have their places.
create or replace function app.prepare_pool_ticket() returns trigger
language plpgsql security definer
as $$
declare
  v_had boolean := tg_op <> 'INSERT' and old.status <> 'cancelled';
  v_has boolean := tg_op <> 'DELETE' and new.status <> 'cancelled';
begin
  if tg_op = 'UPDATE' and v_had and v_has
     and (old.ticket_date, old.slot, old.adults + old.children) is not distinct from (new.ticket_date, new.slot, new.adults + new.children) then
    null;
  else
    if v_had then perform app.give_places(old.organization_id, old.ticket_date, old.slot, old.adults + old.children); end if;
    if v_has then perform app.take_places(new.organization_id, new.ticket_date, new.slot, new.adults + new.children); end if;
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  if tg_op = 'INSERT' or (old.ticket_date, old.slot) is distinct from (new.ticket_date, new.slot) then
    select w.ends_at, least(case when tg_op = 'UPDATE' then old.first_starts_at end, new.first_starts_at, w.starts_at) into new.expires_at, new.first_starts_at
    from app.pool_slot_times(new.organization_id, new.ticket_date, new.slot) w;
  end if;
  if new.status in ('confirmed', 'used') then
    new.hold_expires_at := null;
    if new.qr_code is null or (tg_op = 'UPDATE' and (old.ticket_date, old.slot, old.adults, old.children) is distinct from (new.ticket_date, new.slot, new.adults, new.children)) then
      new.qr_code := app.sign_pool_code(concat_ws('.', 'MTP1', new.id, to_char(new.ticket_date, 'YYYYMMDD'), new.slot, new.adults, new.children,
        ceil(extract(epoch from new.expires_at))::bigint), new.organization_id);
    end if;
  elsif new.status = 'cancelled' then
    new.qr_code := null;
  end if;
  return new;
end $$;

-- Who goes in and out by a ticket; the constraint people_within_ticket has the last word.
create or replace function app.count_pool_people() returns trigger
language plpgsql security definer
as $$
begin
  execute format('update %I.pool_tickets set people_inside = people_inside + $1, people_seen = greatest(people_seen, people_inside + $1) where id = $2', tg_table_schema)
    using case new.result when 'left' then -new.people else new.people end, new.ticket_id;
  return null;
end $$;
grant execute on function app.count_pool_people() to authenticated, service_role;

-- A new default reaches dates to come on which nobody has set another one.
create or replace function app.spread_pool_capacity() returns trigger
language plpgsql security definer
as $$
begin
  update pool_capacity set capacity = greatest(new.capacity, taken)
  where organization_id = new.organization_id and slot = new.slot and capacity = old.capacity
    and date >= app.organization_today(new.organization_id);
  return null;
end $$;

grant execute on function app.prepare_pool_ticket(), app.spread_pool_capacity() to authenticated, service_role;
grant execute on function app.pool_free(uuid, date, date), app.pool_slot_times(uuid, date, text), app.halves(text) to anon, authenticated, service_role;
