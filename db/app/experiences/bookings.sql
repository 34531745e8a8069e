-- Triggers of bookings: what holds whatever door a row comes through. They are SECURITY DEFINER, since they lock and count rows that the one
-- who books may not see.
-- Lock order, everywhere: payments of the booking, venue, room (game_venues), bookings by id, seats (game_slots) by start, promo code, roll-ups.

-- Where and when: instants from the wall clock, the room, the business day, the reference number; party and venue limits.
create or replace function app.place_booking() returns trigger
language plpgsql security definer
as $$
declare
  v_room record;
  v_load int;
begin
  select v.capacity into v_room from venues v where v.id = new.venue_id;
  if v_room.capacity is not null then
    perform 1 from venues v where v.id = new.venue_id for no key update;
  end if;
  -- the room's row is the lock: two bookings of one room are made one after the other, so that the exclusion constraint
  -- never makes them wait for each other in a circle
  select v.organization_id, v.timezone, v.business_day_cutoff, v.capacity, g.duration_minutes, g.buffer_minutes,
         g.booking_mode, g.min_players, g.max_players, o.currency
    into v_room
  from game_venues l
  join venues v on v.id = l.venue_id
  join games g on g.id = l.game_id
  join organizations o on o.id = l.organization_id
  where l.venue_id = new.venue_id and l.game_id = new.game_id
  for no key update of l;
  if not found then
    perform app.fail(404, 'This game does not run at this venue.', 'p_game_id');
  end if;

  new.organization_id := v_room.organization_id;
  new.currency := coalesce(new.currency, v_room.currency);
  if new.party_size is null or new.party_size not between v_room.min_players and v_room.max_players then
    perform app.fail(400, case
        when new.party_size > v_room.max_players then format('At most %s people can take part.', v_room.max_players)
        else format('At least %s people have to take part.', v_room.min_players) end,
      'p_party_size', jsonb_build_object('min_players', v_room.min_players, 'max_players', v_room.max_players));
  end if;

  if tg_op = 'INSERT' or (new.venue_id, new.game_id, new.booking_date, new.start_time)
       is distinct from (old.venue_id, old.game_id, old.booking_date, old.start_time) then
    new.timezone := v_room.timezone;
    new.starts_at := app.local_instant(new.booking_date, new.start_time, v_room.timezone);
    new.ends_at := new.starts_at + make_interval(mins => v_room.duration_minutes);
    new.free_from := new.ends_at + make_interval(mins => v_room.buffer_minutes);
    new.end_time := (new.ends_at at time zone v_room.timezone)::time;
    new.business_date := app.business_date(new.starts_at, v_room.timezone, v_room.business_day_cutoff);
    new.takes_room := v_room.booking_mode = 'private';
  end if;

  while new.reference_number is null
        or tg_op = 'INSERT' and exists (select from bookings b where b.organization_id = new.organization_id
                                                                   and b.reference_number = new.reference_number) loop
    new.reference_number := app.spoken_code('', 4) || '-' || app.spoken_code('', 4);
  end loop;

  if v_room.capacity is not null and new.status in ('pending', 'confirmed', 'checked_in', 'completed') then
    -- the fullest instant of the time asked for
    with together as (
      select greatest(b.starts_at, new.starts_at) as at, b.starts_at, b.ends_at, b.party_size
      from bookings b
      where b.venue_id = new.venue_id and b.id is distinct from new.id
        and b.starts_at < new.ends_at and b.starts_at > new.starts_at - interval '1 day' and b.ends_at > new.starts_at
        and (b.status in ('confirmed', 'checked_in', 'completed')
             or b.status = 'pending' and (b.hold_expires_at is null or b.hold_expires_at > now()))
    )
    select max(load) into v_load
    from (select (select sum(o.party_size) from together o where o.starts_at <= t.at and o.ends_at > t.at) as load from together t) loads;
    if coalesce(v_load, 0) + new.party_size > v_room.capacity then
      perform app.fail(409, 'The venue is full at this time.', 'p_party_size',
        jsonb_build_object('capacity', v_room.capacity, 'left', greatest(v_room.capacity - coalesce(v_load, 0), 0)));
    end if;
  end if;
  return new;
end $$;

-- When each status was reached; a booking that waits no longer has no hold.
create or replace function app.stamp_booking_status() returns trigger
language plpgsql
as $$
begin
  if tg_op = 'UPDATE' and new.status = old.status then
    return new;
  end if;
  case new.status
    when 'confirmed' then
      new.confirmed_at := coalesce(new.confirmed_at, now());
      new.cancelled_at := null; new.cancelled_by := null; new.cancellation_cause := null; new.cancellation_reason := null;
    when 'checked_in' then new.checked_in_at := coalesce(new.checked_in_at, now()); new.no_show_at := null;
    when 'completed' then new.completed_at := coalesce(new.completed_at, now());
    when 'no_show' then new.no_show_at := coalesce(new.no_show_at, now());
    when 'cancelled' then
      new.cancelled_at := coalesce(new.cancelled_at, now());
      new.cancellation_cause := coalesce(new.cancellation_cause, 'requested');
    else null;
  end case;
  if new.status <> 'pending' then
    new.hold_expires_at := null;
  end if;
  return new;
end $$;

-- Seats of shared games and uses of promo codes: taken with the booking, given back with it.
create or replace function app.take_seats() returns trigger
language plpgsql security definer
as $$
declare
  v_old_seats int := 0;
  v_new_seats int := 0;
  v_old_promo uuid;
  v_new_promo uuid;
  v_same boolean := false;
  v_capacity int;
  v_left int;
begin
  if tg_op <> 'INSERT' and old.status in ('pending', 'confirmed', 'checked_in', 'completed') then
    v_old_seats := case when old.takes_room then 0 else old.party_size end;
    v_old_promo := old.promo_code_id;
  end if;
  if tg_op <> 'DELETE' and new.status in ('pending', 'confirmed', 'checked_in', 'completed') then
    v_new_seats := case when new.takes_room then 0 else new.party_size end;
    v_new_promo := new.promo_code_id;
  end if;
  if tg_op = 'UPDATE' then
    v_same := (old.venue_id, old.game_id, old.starts_at) = (new.venue_id, new.game_id, new.starts_at);
  end if;

  if not (v_same and v_old_seats = v_new_seats) and v_old_seats + v_new_seats > 0 then
    if tg_op = 'UPDATE' and not v_same then   -- both starts, in one order for everybody
      perform 1 from game_slots s
      where (s.venue_id, s.game_id, s.starts_at) in ((old.venue_id, old.game_id, old.starts_at), (new.venue_id, new.game_id, new.starts_at))
      order by s.venue_id, s.game_id, s.starts_at for update;
    end if;
    if v_old_seats > 0 then
      update game_slots s set seats_taken = s.seats_taken - v_old_seats
      where s.venue_id = old.venue_id and s.game_id = old.game_id and s.starts_at = old.starts_at;
    end if;
    if v_new_seats > 0 then
      select g.max_players into v_capacity from games g where g.id = new.game_id;
      insert into game_slots as s (organization_id, venue_id, game_id, starts_at, free_from, capacity, seats_taken)
      select new.organization_id, new.venue_id, new.game_id, new.starts_at, new.free_from, v_capacity, v_new_seats
      where v_new_seats <= v_capacity
      on conflict (venue_id, game_id, starts_at) do update
        set seats_taken = s.seats_taken + excluded.seats_taken, capacity = excluded.capacity,
            free_from = greatest(s.free_from, excluded.free_from)
        where s.seats_taken + excluded.seats_taken <= excluded.capacity;
      if not found then
        select s.capacity - s.seats_taken into v_left
        from game_slots s where s.venue_id = new.venue_id and s.game_id = new.game_id and s.starts_at = new.starts_at;
        perform app.fail(409, format('Only %s of the %s seats are left.', greatest(coalesce(v_left, v_capacity), 0), v_new_seats), 'p_party_size',
          jsonb_build_object('seats_left', greatest(coalesce(v_left, v_capacity), 0)));
      end if;
    end if;
  end if;

  if v_old_promo is distinct from v_new_promo then
    if v_old_promo is not null then
      update promo_codes p set used_count = p.used_count - 1 where p.id = v_old_promo;
    end if;
    if v_new_promo is not null then
      update promo_codes p set used_count = p.used_count + 1
      where p.id = v_new_promo and (p.max_uses is null or p.used_count < p.max_uses);
      if not found then
        perform app.fail(409, 'This code has been used up.', 'p_promo_code');
      end if;
    end if;
  end if;
  return null;
end $$;

-- Seats and rooms are counted in different places: a game changes its mode only when nothing is ahead.
create or replace function app.guard_booking_mode() returns trigger
language plpgsql security definer
as $$
begin
  perform 1 from game_venues l where l.game_id = new.id order by l.id for update;
  if exists (select from bookings b where b.game_id = new.id and b.free_from > now()
                                      and b.status in ('pending', 'confirmed', 'checked_in')) then
    perform app.fail(409, 'Bookings of this game lie ahead: it cannot change between private and shared.', 'booking_mode');
  end if;
  return new;
end $$;

-- Unpaid bookings whose time is up give their slots back. Called before a slot is sold (for that room) and by the job worker (for all).
-- A hold that somebody is paying for at this moment is locked: the job leaves it for the next time, a buyer waits for the outcome.
create or replace function app.expire_holds(
  p_venue_id uuid default null,
  p_game_id uuid default null,
  p_from timestamptz default null,
  p_to timestamptz default null) returns int
language plpgsql security definer
as $$
declare
  v_ids uuid[];
begin
  if p_game_id is null then
    select array_agg(id) into v_ids from (
      select b.id from bookings b
      where b.status = 'pending' and b.hold_expires_at <= now()
      order by b.id limit 1000 for update skip locked) due;
  else
    select array_agg(id) into v_ids from (
      select b.id from bookings b
      where b.status = 'pending' and b.hold_expires_at <= now()
        and b.venue_id = p_venue_id and b.game_id = p_game_id
        and b.starts_at < p_to and b.free_from > p_from
      order by b.id for update) due;
  end if;
  update bookings b set status = 'cancelled', cancellation_cause = 'hold_expired', cancellation_reason = 'Not paid in time.'
  where b.id = any (v_ids);
  perform app.refund_payments('experience', b.id, null, 'Not paid in time.')
  from bookings b, lateral (select app.paid_amount('experience', b.id) as paid) p
  where b.id = any (v_ids) and p.paid > 0 and p.paid < b.deposit_amount;
  return coalesce(array_length(v_ids, 1), 0);
end $$;
comment on function app.expire_holds(uuid, uuid, timestamptz, timestamptz) is
  'Cancels unpaid bookings whose hold has run out, of one room and time or (no arguments, by the job worker) all; returns how many.';

-- Customers hear of what happens to their booking; the reminder moves and goes with it. What is over (history that is loaded) is silent.
create or replace function app.tell_booking() returns trigger
language plpgsql security definer
as $$
declare
  v_what text;
  v_names record;
  v_key text := 'booking_reminder/' || new.id;
  v_data jsonb;
begin
  if tg_op = 'UPDATE' and (new.status, new.starts_at) is not distinct from (old.status, old.starts_at) then
    return null;
  end if;
  if tg_op = 'UPDATE' and new.status not in ('pending', 'confirmed') then
    perform app.cancel_notification(v_key);
  end if;
  if new.starts_at <= now() then
    return null;
  end if;
  v_what := case
    when new.status = 'confirmed' and (tg_op = 'INSERT' or old.status <> 'confirmed') then 'booking_confirmed'
    when new.status in ('pending', 'confirmed') and tg_op = 'UPDATE' then 'booking_rescheduled'
    when new.status = 'pending' then 'booking_held'
    when new.status = 'cancelled' and new.cancellation_cause = 'hold_expired' then 'booking_expired'
    when new.status = 'cancelled' then 'booking_cancelled' end;
  if v_what is null then
    return null;
  end if;
  select g.name as game, v.name as venue into v_names from games g, venues v where g.id = new.game_id and v.id = new.venue_id;
  v_data := jsonb_build_object('booking_id', new.id, 'reference_number', new.reference_number, 'game', v_names.game, 'venue', v_names.venue,
    'booking_date', new.booking_date, 'start_time', to_char(new.start_time, 'HH24:MI'), 'party_size', new.party_size,
    'final_amount', new.final_amount, 'currency', new.currency, 'hold_expires_at', new.hold_expires_at);
  perform app.tell(new.organization_id, v_what, v_data, p_customer_id => new.customer_id, p_data => v_data);
  if new.status = 'confirmed' and new.starts_at > now() + interval '26 hours' then
    perform app.tell(new.organization_id, 'booking_reminder', v_data,
      p_customer_id => new.customer_id, p_data => v_data, p_run_at => new.starts_at - interval '24 hours', p_about => v_key);
  elsif tg_op = 'UPDATE' then
    perform app.cancel_notification(v_key);
  end if;
  return null;
end $$;

-- A booking as the functions answer it.
create or replace function app.booking_body(p_booking_id uuid) returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object(
    'id', b.id, 'reference_number', b.reference_number, 'status', b.status, 'payment_status', b.payment_status,
    'venue_id', b.venue_id, 'venue_name', v.name, 'game_id', b.game_id, 'game_name', g.name, 'customer_id', b.customer_id,
    'booking_date', b.booking_date, 'start_time', to_char(b.start_time, 'HH24:MI'), 'end_time', to_char(b.end_time, 'HH24:MI'),
    'timezone', b.timezone, 'starts_at', b.starts_at, 'ends_at', b.ends_at,
    'party_size', b.party_size, 'players', b.party_size, 'ticket_types', b.ticket_types,
    'total_amount', b.total_amount, 'discount_amount', b.discount_amount, 'tax_amount', b.tax_amount, 'final_amount', b.final_amount,
    'deposit_amount', b.deposit_amount, 'paid_amount', b.paid_amount, 'refunded_amount', b.refunded_amount, 'currency', b.currency,
    'price_details', b.price_details, 'hold_expires_at', b.hold_expires_at, 'source', b.source, 'special_requests', b.special_requests,
    'cancellation_cause', b.cancellation_cause, 'cancellation_reason', b.cancellation_reason,
    'requires_waiver', g.requires_waiver, 'created_at', b.created_at, 'updated_at', b.updated_at)
  from bookings b join venues v on v.id = b.venue_id join games g on g.id = b.game_id
  where b.id = p_booking_id;
$$;

-- The instant of a start, refusing with the caller's field.
create or replace function app.booking_instant(p_date date, p_time time, p_timezone text, p_field text default 'p_start_time') returns timestamptz
language plpgsql immutable
as $$
begin
  if p_date is null then
    perform app.fail(400, 'Say on which date.', 'p_booking_date');
  end if;
  if p_date not between date '2000-01-01' and date '2200-01-01' then
    perform app.fail(400, 'This date is out of range.', 'p_booking_date');
  end if;
  if p_time is null then
    perform app.fail(400, 'Say at what time.', p_field);
  end if;
  if p_time = '24:00' then
    perform app.fail(400, 'Midnight is 00:00 of the next date.', p_field);
  end if;
  return app.local_instant(p_date, p_time, p_timezone);
exception when sqlstate 'MD400' then
  if sqlerrm like 'The clock%' then
    perform app.fail(400, sqlerrm, p_field, jsonb_build_object('timezone', p_timezone), 'Choose a time before or after the change to summer time.');
  end if;
  raise;
end $$;

-- Whether this start may be sold to whoever asks; refuses in words, with alternatives. p_public: guests buy the starts that are offered, staff any
-- time within the opening hours.
create or replace function app.check_start(
  p_venue_id uuid, p_game_id uuid, p_date date, p_time time, p_party_size int, p_public boolean, p_time_field text default 'p_start_time') returns void
language plpgsql stable security definer
as $$
declare
  v_room record;
  v_start timestamptz;
  v_offer record;
begin
  select v.timezone, v.operating_hours, v.special_days, g.duration_minutes, g.min_players, g.max_players
    into v_room
  from game_venues l
  join venues v on v.id = l.venue_id and v.is_active and v.deleted_at is null
  join games g on g.id = l.game_id and g.is_active and g.deleted_at is null
  where l.venue_id = p_venue_id and l.game_id = p_game_id and l.is_active;
  if not found then
    perform app.fail(404, 'This game does not run at this venue.', 'p_game_id');
  end if;
  v_start := app.booking_instant(p_date, p_time, v_room.timezone, p_time_field);
  if v_start <= (now() - case when p_public then interval '0' else interval '15 minutes' end) then   -- staff: a walk-in just after the hour
    perform app.fail(400, 'This time is over.', 'p_booking_date', jsonb_build_object('starts_at', v_start, 'now', now()));
  end if;
  if p_party_size is null or p_party_size not between v_room.min_players and v_room.max_players then
    perform app.fail(400, case
        when p_party_size > v_room.max_players then format('At most %s people can take part.', v_room.max_players)
        else format('At least %s people have to take part.', v_room.min_players) end,
      'p_party_size', jsonb_build_object('min_players', v_room.min_players, 'max_players', v_room.max_players));
  end if;
  if p_public then
    select s.seats_left, s.reason into v_offer from app.game_starts(p_game_id, p_date, p_venue_id) s where s.start_time = p_time;
    if not found then
      perform app.fail(409, format('No game starts at %s.', to_char(p_time, 'HH24:MI')), p_time_field,
        jsonb_build_object('alternatives', app.slot_alternatives(p_game_id, p_venue_id, p_date, p_time, p_party_size)),
        'Choose one of the alternatives.');
    end if;
    if v_offer.reason in ('too_late', 'too_early') then
      perform app.fail(400, case v_offer.reason when 'too_late' then 'It is too late to book this start.'
                                                else 'This date cannot be booked yet.' end, 'p_booking_date',
        jsonb_build_object('reason', v_offer.reason,
          'alternatives', app.slot_alternatives(p_game_id, p_venue_id, p_date, p_time, p_party_size)));
    end if;
  elsif not app.is_open(v_room.operating_hours, v_room.special_days, v_room.timezone, v_start,
                        v_start + make_interval(mins => v_room.duration_minutes)) then
    perform app.fail(409, 'The venue is closed at this time.', p_time_field,
      jsonb_build_object('alternatives', app.slot_alternatives(p_game_id, p_venue_id, p_date, p_time, p_party_size)),
      'Choose one of the alternatives.');
  end if;
end $$;

-- Words for a slot that somebody else was faster to take.
create or replace function app.fail_taken(
  p_message text, p_detail text, p_venue_id uuid, p_game_id uuid, p_date date, p_time time, p_party_size int, p_time_field text default 'p_start_time') returns void
language plpgsql stable
as $$
begin
  perform app.fail(409, p_message, p_time_field,
    coalesce(nullif(p_detail, '')::jsonb, '{}')
      || jsonb_build_object('alternatives', app.slot_alternatives(p_game_id, p_venue_id, p_date, p_time, p_party_size)),
    'Choose one of the alternatives.');
end $$;

-- Sells a slot. The doors (create_booking, create_widget_booking) have checked who asks and for whom.
create or replace function app.book_game(
  p_venue_id uuid, p_game_id uuid, p_customer_id uuid, p_date date, p_time time, p_party_size int,
  p_ticket_types jsonb, p_promo_code text, p_total_amount numeric, p_final_amount numeric,
  p_public boolean, p_source text, p_hold_minutes int, p_special_requests text, p_internal_notes text, p_metadata jsonb,
  p_idempotency_key text, p_contact_name text default null, p_contact_email text default null, p_contact_phone text default null) returns uuid
language plpgsql security definer
as $$
declare
  v_venue record;
  v_first record;
  v_price record;
  v_start timestamptz;
  v_length interval;
  v_id uuid;
  v_wait boolean;
  v_message text;
  v_detail text;
  v_table text;
begin
  select v.organization_id, v.timezone, v.requires_payment, v.hold_minutes,
         coalesce(v.cancellation_policy_id, app.default_cancellation_policy(v.organization_id, 'experience')) as policy
    into v_venue from venues v where v.id = p_venue_id and v.is_active and v.deleted_at is null;
  if not found then
    perform app.fail(404, 'There is no such venue.', 'p_venue_id');
  end if;
  if not exists (select from customers c where c.id = p_customer_id and c.organization_id = v_venue.organization_id
                                           and c.deleted_at is null) then
    perform app.fail(404, 'There is no such customer.', 'p_customer_id');
  end if;
  if length(p_special_requests) > 4000 then
    perform app.fail(400, 'Notes have at most 4000 characters.', 'p_special_requests');
  end if;
  if p_hold_minutes not between 1 and 10080 then
    perform app.fail(400, 'A hold lasts from a minute to a week.', 'p_hold_minutes');
  end if;

  perform app.lock_key('booking', p_idempotency_key);
  if p_idempotency_key is not null then
    select b.id, b.venue_id, b.game_id, b.customer_id, b.booking_date, b.start_time, b.party_size into v_first
    from bookings b where b.organization_id = v_venue.organization_id and b.idempotency_key = p_idempotency_key;
    if found then
      if (v_first.venue_id, v_first.game_id, v_first.customer_id, v_first.booking_date, v_first.start_time, v_first.party_size)
         is distinct from (p_venue_id, p_game_id, p_customer_id, p_date, p_time, p_party_size) then
        perform app.refuse_key('booking');
      end if;
      return v_first.id;
    end if;
  end if;

  perform app.check_start(p_venue_id, p_game_id, p_date, p_time, p_party_size, p_public);
  select * into v_price from app.price_booking(p_venue_id, p_game_id, p_party_size, p_ticket_types, p_promo_code, p_date);
  perform app.check_total(p_total_amount, v_price.total_amount, v_price.currency, 'p_total_amount');
  perform app.check_total(p_final_amount, v_price.final_amount, v_price.currency, 'p_final_amount');

  v_start := app.booking_instant(p_date, p_time, v_venue.timezone);
  select make_interval(mins => g.duration_minutes + g.buffer_minutes) into v_length from games g where g.id = p_game_id;
  perform 1 from venues v where v.id = p_venue_id and v.capacity is not null for no key update;
  perform 1 from game_venues l where l.venue_id = p_venue_id and l.game_id = p_game_id for no key update;
  perform app.expire_holds(p_venue_id, p_game_id, v_start, v_start + v_length);

  v_wait := v_price.deposit_amount > 0 and (p_hold_minutes is not null or (p_public and v_venue.requires_payment and app.online_provider(v_venue.organization_id) is not null));
  begin
    insert into bookings (venue_id, game_id, customer_id, booking_date, start_time, party_size, ticket_types, currency,
                          total_amount, discount_amount, tax_amount, final_amount, deposit_amount, price_details, promo_code_id,
                          status, hold_expires_at, cancellation_policy_id, source, special_requests, internal_notes, metadata,
                          idempotency_key, contact_name, contact_email, contact_phone, created_by)
    values (p_venue_id, p_game_id, p_customer_id, p_date, p_time, p_party_size, v_price.ticket_types, v_price.currency,
            v_price.total_amount, v_price.discount_amount, v_price.tax_amount, v_price.final_amount, v_price.deposit_amount,
            v_price.price_details, v_price.promo_code_id,
            case when v_wait then 'pending' else 'confirmed' end,
            case when v_wait then now() + make_interval(mins => coalesce(p_hold_minutes, v_venue.hold_minutes)) end,
            v_venue.policy, p_source, nullif(trim(p_special_requests), ''), nullif(trim(p_internal_notes), ''), coalesce(p_metadata, '{}'),
            p_idempotency_key, p_contact_name, p_contact_email, p_contact_phone, (select u.id from users u where u.id = auth.uid()))
    returning id into v_id;
  exception
    when exclusion_violation then
      v_message := 'This slot has just been taken.';
    when sqlstate 'MD409' then
      get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail;
  end;
  if v_id is null then
    if v_detail::jsonb ->> 'field' = 'p_promo_code' then
      perform app.fail(409, v_message, 'p_promo_code');
    end if;
    perform app.fail_taken(v_message, (coalesce(v_detail, '{}')::jsonb - 'field')::text, p_venue_id, p_game_id, p_date, p_time, p_party_size);
  end if;
  return v_id;
end $$;
comment on function app.book_game(uuid, uuid, uuid, date, time, int, jsonb, text, numeric, numeric, boolean, text, int, text, text, jsonb, text, text, text, text) is
  'Sells a slot of a game: checks time, party and price, takes the room or the seats, holds it until it is paid. Losers get 409 with alternatives.';

create or replace function app.maintain_experiences() returns void
language plpgsql security definer
as $$
begin
  perform app.expire_holds();
  delete from reports_cache c where c.expires_at <= now();
  delete from game_slots s where s.seats_taken = 0 and s.free_from < now() - interval '30 days';
end $$;
comment on function app.maintain_experiences() is 'Daily: holds that ran out, cached reports that expired, starts that nobody came to.';

-- For whom a request on one booking is made: 'house' (staff, service, owner) or 'customer' (their own); 404 for everybody else.
create or replace function app.booking_role(p_booking_id uuid, p_action text) returns text
language plpgsql stable security definer
as $$
declare
  v_booking record;
begin
  select b.organization_id, b.customer_id into v_booking from bookings b where b.id = p_booking_id;
  if found then
    if app.works_for(v_booking.organization_id, 'bookings', p_action) then
      return 'house';
    end if;
    if v_booking.customer_id = any (app.own_customer_ids()) then
      return 'customer';
    end if;
    if app.works_for(v_booking.organization_id, 'bookings', 'read') then
      perform app.fail(403, 'You may not change bookings.', 'p_booking_id');
    end if;
  end if;
  perform app.fail(404, 'There is no such booking.', 'p_booking_id');
end $$;

grant execute on function app.place_booking(), app.tell_booking(), app.stamp_booking_status(), app.take_seats(), app.guard_booking_mode(),
  app.booking_instant(date, time, text, text) to anon, authenticated, service_role;
grant execute on function app.expire_holds(uuid, uuid, timestamptz, timestamptz) to service_role;

-- Another party or other tickets: the price follows, and the code that the booking has holds. p_changes: as api.update_booking() takes them.
create or replace function app.reprice_booking(p_booking_id uuid, p_changes jsonb, p_party int) returns void
language plpgsql security definer
as $$
declare
  v_booking record;
  v_price   record;
  v_promo   text;
  v_digits  int;
  v_message text;
  v_detail  text;
begin
  perform 1 from game_venues l join bookings b on b.venue_id = l.venue_id and b.game_id = l.game_id
  where b.id = p_booking_id for no key update of l;
  select b.status, b.venue_id, b.game_id, b.booking_date, b.start_time, b.party_size, b.ticket_types, b.promo_code_id, b.discount_amount, b.final_amount, b.deposit_amount
    into v_booking from bookings b where b.id = p_booking_id for update;
  if v_booking.status not in ('pending', 'confirmed', 'checked_in') then
    perform app.fail(422, format('A booking that is %s does not change any more.', replace(v_booking.status, '_', ' ')), 'status');
  end if;
  select * into v_price from app.price_booking(v_booking.venue_id, v_booking.game_id, coalesce(p_party, v_booking.party_size),
    coalesce(p_changes -> 'ticket_types', v_booking.ticket_types), null, v_booking.booking_date);
  v_digits := app.stored_decimals(v_price.currency);
  perform app.check_total((p_changes ->> 'total_amount')::numeric, v_price.total_amount, v_price.currency, 'total_amount');
  if v_booking.promo_code_id is not null then
    -- the code it has is priced again, though it may be used up or over by now
    select p.code, round(least(v_price.total_amount, case p.discount_type when 'percent' then v_price.total_amount * p.discount_value / 100
                                                                  else p.discount_value end), v_digits)
      into v_promo, v_price.discount_amount from promo_codes p where p.id = v_booking.promo_code_id;
    v_price.price_details := v_price.price_details || jsonb_build_object('label', v_promo, 'quantity', 1,
      'unit_price', -v_price.discount_amount, 'amount', -v_price.discount_amount);
    if v_price.total_amount > 0 then
      v_price.deposit_amount := round(v_price.deposit_amount * (1 - v_price.discount_amount / v_price.total_amount), v_digits);
      v_price.tax_amount := round(v_price.tax_amount * (1 - v_price.discount_amount / v_price.total_amount), v_digits);
      v_price.final_amount := v_price.final_amount - round(v_price.discount_amount * v_price.final_amount / v_price.total_amount, v_digits);
    end if;
  end if;
  begin
    update bookings b set party_size = coalesce(p_party, b.party_size), ticket_types = v_price.ticket_types,
      total_amount = v_price.total_amount, discount_amount = v_price.discount_amount, tax_amount = v_price.tax_amount,
      final_amount = v_price.final_amount, deposit_amount = v_price.deposit_amount, price_details = v_price.price_details
    where b.id = p_booking_id;
  exception when sqlstate 'MD409' then
    get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail;
  end;
  if v_message is not null then
    perform app.fail_taken(v_message, (v_detail::jsonb - 'field')::text, v_booking.venue_id, v_booking.game_id, v_booking.booking_date,
      v_booking.start_time, p_party, 'party_size');
  end if;
end $$;
comment on function app.booking_body(uuid) is
  'A booking with its price. Amounts in its currency.
shape booking {"...": "bookings(id, reference_number, venue_id, game_id, customer_id, source, status, payment_status, currency, booking_date, start_time, end_time, starts_at, ends_at, party_size, ticket_types, total_amount, discount_amount, tax_amount, final_amount, deposit_amount, paid_amount, refunded_amount, special_requests, hold_expires_at, cancellation_reason, cancellation_cause, created_at, updated_at)",
  "players": "int", "timezone": "text", "venue_name": "text", "game_name": "text", "requires_waiver": "boolean", "price_details": "price_line[]"}
shape price_line {"label": "text", "amount": "number", "quantity": "int", "unit_price": "number"}';
