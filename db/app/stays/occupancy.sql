-- Which nights are free. Whoever sells nights locks the chalet's row first (app.lock_chalets), so that the answer
-- stays true until the commit; the exclusion constraint on chalet_bookings is the last word for every other door.

-- A hold that has run out takes no night, though its row may still say pending until somebody sweeps.
create or replace function app.chalet_is_free(
  p_chalet_id uuid, p_check_in date, p_check_out date, p_except_booking uuid default null) returns boolean
language sql stable security definer
as $$
  select not exists (
      select from chalet_bookings b
      where b.chalet_id = p_chalet_id and b.stay && daterange(p_check_in, p_check_out, '[)')
        and b.status not in ('cancelled', 'no_show')
        and not (b.status = 'pending' and coalesce(b.hold_expires_at <= now(), false))
        and b.id is distinct from p_except_booking)
    and not exists (
      select from chalet_blocks k
      where k.chalet_id = p_chalet_id and k.nights && daterange(p_check_in, p_check_out, '[)'));
$$;
comment on function app.chalet_is_free(uuid, date, date, uuid) is 'Whether nobody has these nights: no stay, no block, no hold that still runs.';

-- By id, so that two who need the same two chalets never wait for each other in a ring.
create or replace function app.lock_chalets(variadic p_ids uuid[]) returns void
language sql security definer
as $$ select from chalets where id = any (p_ids) order by id for no key update $$;

create or replace function app.expire_chalet_holds(p_chalet_id uuid default null) returns int
language plpgsql security definer
as $$
declare
  v_ids uuid[];
begin
  with gone as (update chalet_bookings set
    status = 'cancelled', hold_ran_out = true, cancelled_at = now(), refund_amount = 0,
    cancellation_reason = 'The hold ran out before it was paid.'
  where status = 'pending' and hold_expires_at <= now() and (p_chalet_id is null or chalet_id = p_chalet_id)
  returning id, deposit_due)
  select array_agg(id order by id) into v_ids from gone;
  -- what was paid in part goes back; money that completes the deposit at this very moment takes the nights again (settle_chalet_booking)
  perform app.refund_payments('chalet', b.id, null, 'The hold ran out before the deposit was complete.')
  from chalet_bookings b, lateral (select app.paid_amount('chalet', b.id) as paid) p
  where b.id = any (v_ids) and p.paid > 0 and p.paid < b.deposit_due;
  return coalesce(cardinality(v_ids), 0);
end $$;
comment on function app.expire_chalet_holds(uuid) is 'Gives the nights of unpaid bookings back whose hold has run out; of one chalet or of all. Returns how many.';

-- What a refused guest may take instead: other chalets for these nights, and the nearest nights of this one.
create or replace function app.stay_alternatives(p_chalet_id uuid, p_check_in date, p_check_out date, p_guests int, p_today date) returns jsonb
language sql stable security definer
as $$
  select coalesce((
      select jsonb_agg(to_jsonb(a)) from (
        select c.id as chalet_id, c.name, p_check_in as check_in, p_check_out as check_out
        from chalets c join chalets wanted on wanted.id = p_chalet_id and wanted.organization_id = c.organization_id
        where c.id <> p_chalet_id and c.is_active and c.status = 'active' and c.capacity >= p_guests
          and p_check_out - p_check_in between (app.stay_min_nights(c.id, p_check_in)).nights and c.max_nights
          and app.chalet_is_free(c.id, p_check_in, p_check_out)
        order by c.capacity, c.rank, c.name limit 5) a), '[]')
    || coalesce((
      select jsonb_agg(to_jsonb(a)) from (
        select p_chalet_id as chalet_id, (select name from chalets where id = p_chalet_id) as name,
               p_check_in + d as check_in, p_check_out + d as check_out
        from generate_series(-14, 14) d
        where d <> 0 and p_check_in + d >= p_today and p_check_out - p_check_in >= (app.stay_min_nights(p_chalet_id, p_check_in + d)).nights
          and app.chalet_is_free(p_chalet_id, p_check_in + d, p_check_out + d)
        order by abs(d), d limit 3) a), '[]');
$$;

-- Before a booking takes nights. Also the place where the desk's direct updates are kept to what they may.
create or replace function app.guard_chalet_booking() returns trigger
language plpgsql security invoker
as $$
begin
  if tg_op = 'UPDATE' and current_user = 'authenticated' and new.status is distinct from old.status
     and new.status <> 'confirmed' then      -- a no-show frees nights that are paid: mark_no_show looks at the day
    perform app.fail(422, 'This step does more than change a word: use its function.', 'status', jsonb_build_object('from', old.status, 'to', new.status),
      'cancel_chalet_booking, check_in and check_out do it.');
  end if;
  if new.check_out <= new.check_in then
    perform app.fail(400, 'Departure comes after arrival.', 'check_out');
  end if;
  if tg_op = 'UPDATE' and new.status is distinct from old.status then
    if new.status = 'no_show' and new.check_in > app.organization_today(new.organization_id) then
      perform app.fail(422, 'The guests may still come.', 'status', jsonb_build_object('check_in', new.check_in));
    end if;
    if old.status = 'no_show' then      -- they came after all
      if new.check_out <= app.organization_today(new.organization_id) then
        perform app.fail(410, 'The stay is over.', 'status', jsonb_build_object('check_out', new.check_out));
      end if;
      perform app.retake_nights(new.chalet_id, new.check_in, new.check_out, new.id);
    end if;
  end if;
  if tg_op = 'INSERT' then
    new.first_check_in := coalesce(new.first_check_in, new.check_in);
  else
    new.first_check_in := least(old.first_check_in, new.check_in);
  end if;
  if new.status in ('confirmed', 'checked_in') then
    new.hold_expires_at := null;
  end if;
  if new.status not in ('cancelled', 'no_show')
     and (tg_op = 'INSERT' or old.status in ('cancelled', 'no_show') or new.chalet_id <> old.chalet_id) then
    perform app.claim_nights(new.chalet_id, new.check_in, new.check_out);
  elsif new.status not in ('cancelled', 'no_show') and (new.check_in < old.check_in or new.check_out > old.check_out) then
    -- only the nights that it has not had: those of before may be closed by a portal that sold them too, and are still these guests'
    perform app.claim_nights(new.chalet_id, new.check_in, least(new.check_out, old.check_in)),
            app.claim_nights(new.chalet_id, greatest(new.check_in, old.check_out), new.check_out);
  end if;
  return new;
end $$;

-- Nights that were given up and are wanted back, locked; refused when somebody has them by now.
create or replace function app.retake_nights(p_chalet_id uuid, p_check_in date, p_check_out date, p_booking_id uuid) returns void
language plpgsql security definer
as $$
begin
  perform app.lock_chalets(p_chalet_id), app.expire_chalet_holds(p_chalet_id);
  if not app.chalet_is_free(p_chalet_id, p_check_in, p_check_out, p_booking_id) then
    perform app.fail(409, 'These nights have been given away meanwhile.', 'status', jsonb_build_object('check_in', p_check_in, 'check_out', p_check_out),
      'Book them another chalet, or the nights that are left.');
  end if;
end $$;

-- Locks the chalet and refuses nights that are blocked; stays are kept apart by the exclusion constraint.
create or replace function app.claim_nights(p_chalet_id uuid, p_check_in date, p_check_out date) returns void
language plpgsql security definer
as $$
declare
  v_block record;
begin
  perform app.lock_chalets(p_chalet_id);
  if p_check_out <= p_check_in then
    return;
  end if;
  select start_date, end_date, kind into v_block from chalet_blocks
  where chalet_id = p_chalet_id and nights && daterange(p_check_in, p_check_out, '[)') order by start_date limit 1;
  if found then
    perform app.fail(409, 'These nights are closed.', 'check_in', jsonb_build_object('from', v_block.start_date, 'to', v_block.end_date));
  end if;
end $$;

-- Before nights are blocked: the house may not close nights it has sold; another portal may have sold them already,
-- which is recorded as a conflict and not refused, for refusing would only hide it.
create or replace function app.guard_chalet_block() returns trigger
language plpgsql security definer
as $$
declare
  v_stay record;
begin
  -- row security refuses strangers, but only after this: they learn nothing about stays
  if not app.works_for(new.organization_id, 'stays', case tg_op when 'INSERT' then 'create' else 'update' end) then
    return new;
  end if;
  if new.end_date <= new.start_date then
    perform app.fail(400, 'The end comes after the start.', 'end_date');
  end if;
  perform app.lock_chalets(new.chalet_id);
  perform app.expire_chalet_holds(new.chalet_id);
  select id, reference, check_in, check_out into v_stay from chalet_bookings
  where chalet_id = new.chalet_id and stay && daterange(new.start_date, new.end_date, '[)')
    and status not in ('cancelled', 'no_show') order by check_in limit 1;
  if found and new.kind <> 'ical' then
    perform app.fail(409, format('Stay %s has these nights.', v_stay.reference), 'start_date',
      jsonb_build_object('booking_id', v_stay.id, 'check_in', v_stay.check_in, 'check_out', v_stay.check_out), 'Move the stay first.');
  end if;
  new.is_conflict := v_stay.id is not null;
  return new;
end $$;

grant execute on function app.chalet_is_free(uuid, date, date, uuid) to anon, authenticated, service_role;
grant execute on function app.guard_chalet_booking(), app.claim_nights(uuid, date, date), app.retake_nights(uuid, date, date, uuid), app.guard_chalet_block(),
  app.lock_chalets(uuid[]) to authenticated, service_role;
grant execute on function app.expire_chalet_holds(uuid) to service_role;
