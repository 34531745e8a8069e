-- Reservations: when, how long, which tables.

create or replace function app.reservation_minutes(p_restaurant_id uuid, p_party_size int) returns int
language sql stable security definer
as $$
  select coalesce(
    (select (e.value)::int from jsonb_each_text(r.reservation_durations) e
     where e.key ~ '^[0-9]{1,4}$' and e.key::int >= p_party_size order by e.key::int limit 1),
    (select (e.value)::int from jsonb_each_text(r.reservation_durations) e where e.key ~ '^[0-9]{1,4}$' order by e.key::int desc limit 1),
    120)
  from restaurants r where r.id = p_restaurant_id;
$$;
comment on function app.reservation_minutes(uuid, int) is 'How long a party of this size keeps its table.';

-- Whatever door a reservation comes through: place, organization, the instants it keeps its tables, seats enough.
create or replace function app.prepare_reservation() returns trigger
language plpgsql security definer
as $$
declare
  v_place record;
  v_seats int;
  v_start timestamptz;
begin
  if tg_op = 'INSERT' or new.table_id is distinct from old.table_id or new.table_ids is distinct from old.table_ids then
    if new.table_ids is null or (tg_op = 'UPDATE' and new.table_id is distinct from old.table_id and new.table_ids is not distinct from old.table_ids) then
      new.table_ids := array[new.table_id];
    end if;
    new.table_id := new.table_ids[1];
    select t.restaurant_id into new.restaurant_id from restaurant_tables t where t.id = new.table_id and (new.restaurant_id is null or t.restaurant_id = new.restaurant_id);
    if not found or exists (select from unnest(new.table_ids) w left join restaurant_tables t on t.id = w and t.restaurant_id = new.restaurant_id where t.id is null) then
      perform app.fail(404, 'There is no such table.', 'table_id');
    end if;
  end if;
  select r.organization_id, r.timezone, r.business_day_cutoff, r.reservation_buffer_minutes into v_place from restaurants r where r.id = new.restaurant_id;
  new.organization_id := v_place.organization_id;
  -- who sits already is seated as the staff see fit
  if tg_op = 'INSERT' or (new.table_ids, new.party_size) is distinct from (old.table_ids, old.party_size) and new.status <> 'seated' then
    select sum(capacity) into v_seats from restaurant_tables where id = any (new.table_ids);
    v_seats := greatest(v_seats, (select max(capacity) from table_combinations c
                                  where c.restaurant_id = new.restaurant_id and c.table_ids @> new.table_ids and c.table_ids <@ new.table_ids));
    if new.party_size > v_seats then
      perform app.fail(409, format('%s people do not fit: there are %s seats.', new.party_size, v_seats), 'party_size',
        jsonb_build_object('reason', 'too_small', 'capacity', v_seats));
    end if;
  end if;
  if new.duration_minutes is null then
    new.duration_minutes := app.reservation_minutes(new.restaurant_id, new.party_size);
  end if;
  if tg_op = 'INSERT' or (new.reservation_date, new.reservation_time, new.duration_minutes) is distinct from (old.reservation_date, old.reservation_time, old.duration_minutes) then
    perform app.check_day(new.reservation_date, 'reservation_date');
    v_start := app.local_instant(new.reservation_date, new.reservation_time, v_place.timezone);
    new.during := tstzrange(v_start, v_start + (new.duration_minutes + v_place.reservation_buffer_minutes) * interval '1 minute');
  end if;
  new.business_date := app.business_date(lower(new.during), v_place.timezone, v_place.business_day_cutoff);
  if new.status = 'cancelled' then
    new.cancelled_at := coalesce(new.cancelled_at, now());
  end if;
  return new;
end $$;

create or replace function app.hold_reservation_tables() returns trigger
language plpgsql security definer
as $$
begin
  if tg_op = 'UPDATE' and (new.table_ids, new.during) is distinct from (old.table_ids, old.during) then
    delete from reservation_tables where reservation_id = new.id;
  elsif tg_op = 'UPDATE' and new.status = old.status then
    return null;      -- its tables are held, or not, as they were
  elsif tg_op = 'UPDATE' then
    update reservation_tables set holds = new.status in ('pending', 'confirmed', 'seated')
    where reservation_id = new.id and holds is distinct from (new.status in ('pending', 'confirmed', 'seated'));
    return null;
  end if;
  -- a party that sits keeps its tables by sitting there: where somebody else is promised one of them later, that promise stands
  insert into reservation_tables (reservation_id, table_id, during, holds)
  select new.id, t, new.during, new.status in ('pending', 'confirmed') or new.status = 'seated' and not exists (
           select from reservation_tables o where o.table_id = t and o.holds and o.during && new.during and o.reservation_id <> new.id)
  from unnest(new.table_ids) t order by t;
  return null;
exception when exclusion_violation then
  perform app.fail(409, 'This table is taken at that time.', 'table_id', '{"reason": "taken"}', 'Choose another table or time.');
  return null;
end $$;

-- Single tables first, the smallest that fits; then combinations. A table with people at it is free when they are expected to have left.
create or replace function app.free_tables(p_restaurant_id uuid, p_during tstzrange, p_party_size int, p_except uuid default null)
returns table (table_ids uuid[], table_numbers int[], capacity int, section text, is_combination boolean)
language sql stable security definer
as $$
  with taken as (
    select rt.table_id as id from reservation_tables rt
    where rt.restaurant_id = p_restaurant_id and rt.holds and rt.during && p_during and rt.reservation_id is distinct from p_except
    union
    select t.id
    from table_sessions s join restaurant_tables t on t.id = s.table_id or t.combined_into = s.table_id
    where s.restaurant_id = p_restaurant_id and s.status in ('active', 'billed') and s.deleted_at is null
      and s.reservation_id is distinct from p_except
      and greatest(s.created_at + app.reservation_minutes(p_restaurant_id, coalesce(s.party_size, t.capacity)) * interval '1 minute',
                   now() + interval '15 minutes') > lower(p_during)
  ), free as (
    select t.id, t.table_number, t.capacity, t.section from restaurant_tables t
    where t.restaurant_id = p_restaurant_id and t.is_active and t.status <> 'out_of_service' and t.id not in (select id from taken)
  )
  select array[f.id], array[f.table_number], f.capacity, f.section, false from free f where f.capacity >= p_party_size
  union all
  select c.table_ids, array(select f.table_number from free f where f.id = any (c.table_ids) order by f.table_number), c.capacity,
         (select min(f.section) from free f where f.id = any (c.table_ids)), true
  from table_combinations c
  where c.restaurant_id = p_restaurant_id and c.is_active and c.capacity >= p_party_size
    and (select count(*) from free f where f.id = any (c.table_ids)) = cardinality(c.table_ids)
  order by 5, 3, 2;
$$;
comment on function app.free_tables(uuid, tstzrange, int, uuid) is 'Tables and combinations that seat the party and are free for the whole range, best fit first.';

-- Why a party cannot come at an instant; null: it can. Not about tables.
create or replace function app.reservation_obstacle(p_restaurant_id uuid, p_start timestamptz, p_party_size int, p_except uuid default null) returns text
language sql stable security definer
as $$
  select case
    when not app.is_restaurant_open(r.id, p_start) then 'closed'
    when r.last_seating_minutes > 0 and app.closes_at(r.id, p_start) < p_start + r.last_seating_minutes * interval '1 minute' then 'last_seating'
    when r.pacing_covers is not null and p_party_size + (
      select coalesce(sum(v.party_size), 0) from table_reservations v
      where v.restaurant_id = r.id and v.status in ('pending', 'confirmed', 'seated') and v.id is distinct from p_except
        and v.reservation_date between (p_start at time zone r.timezone)::date - 1 and (p_start at time zone r.timezone)::date + 1
        and date_bin('15 minutes', lower(v.during), timestamptz '2000-01-01') = date_bin('15 minutes', p_start, timestamptz '2000-01-01')
      ) > r.pacing_covers then 'pacing' end
  from restaurants r where r.id = p_restaurant_id;
$$;

-- Other times on that day, nearest first; then the same time on the days after.
create or replace function app.reservation_alternatives(
  p_restaurant_id uuid, p_date date, p_time time, p_party_size int, p_minutes int, p_except uuid default null) returns jsonb
language plpgsql stable security definer
as $$
declare
  v_place record;
  v_try   record;
  v_start timestamptz;
  v_found jsonb := '[]';
begin
  select timezone, reservation_buffer_minutes, reservation_days_ahead into v_place from restaurants where id = p_restaurant_id;
  for v_try in
    select t.day, t.at, t.rank from (
      select p_date as day, p_date + p_time + s * interval '15 minutes' as at, abs(s) as rank from generate_series(-12, 12) s where s <> 0
      union all
      select p_date + d, p_date + d + p_time, 100 + d from generate_series(1, 7) d) t
    order by t.rank, t.at
  loop
    exit when jsonb_array_length(v_found) >= 6 or (v_try.rank > 100 and jsonb_array_length(v_found) >= 3);
    v_start := v_try.at at time zone v_place.timezone;
    continue when v_start at time zone v_place.timezone <> v_try.at      -- the clock skips this one
      or v_start < now() or v_try.at::date > (now() at time zone v_place.timezone)::date + v_place.reservation_days_ahead
      or app.reservation_obstacle(p_restaurant_id, v_start, p_party_size, p_except) is not null
      or not exists (select from app.free_tables(p_restaurant_id,
           tstzrange(v_start, v_start + (p_minutes + v_place.reservation_buffer_minutes) * interval '1 minute'), p_party_size, p_except));
    v_found := v_found || jsonb_build_object('date', v_try.at::date, 'time', to_char(v_try.at, 'HH24:MI'), 'starts_at', v_start);
  end loop;
  return (select coalesce(jsonb_agg(e order by e ->> 'starts_at'), '[]') from jsonb_array_elements(v_found) e);
end $$;

-- The tables for a new or changed reservation, chosen and checked; refuses with alternatives. The restaurant's row is locked by the
-- caller, so that pacing counts right; the exclusion constraint has the last word.
create or replace function app.choose_tables(
  p_restaurant_id uuid, p_date date, p_time time, p_party_size int, p_minutes int, p_table_ids uuid[], p_staff boolean, p_except uuid default null) returns uuid[]
language plpgsql stable security definer
as $$
declare
  v_place  record;
  v_start  timestamptz;
  v_during tstzrange;
  v_reason text;
  v_tables uuid[];
begin
  select timezone, reservation_buffer_minutes, reservation_days_ahead, max_party_size into v_place from restaurants where id = p_restaurant_id;
  if p_date is null or p_time is null then
    perform app.fail(400, 'Which day and time?', case when p_date is null then 'p_date' else 'p_time' end);
  end if;
  if p_party_size is null or p_party_size < 1 then
    perform app.fail(400, 'How many people?', 'p_party_size', '{"min": 1}');
  end if;
  if p_party_size > v_place.max_party_size and not p_staff then
    perform app.fail(400, format('For more than %s people, call us.', v_place.max_party_size), 'p_party_size', jsonb_build_object('max', v_place.max_party_size));
  end if;
  perform app.check_day(p_date, 'p_date');
  v_start := app.local_instant(p_date, p_time, v_place.timezone);
  if v_start < now() - (case when p_staff then interval '1 hour' else interval '0' end) then
    perform app.fail(400, 'That time has passed.', 'p_time');
  end if;
  if p_date > (now() at time zone v_place.timezone)::date + v_place.reservation_days_ahead and not p_staff then
    perform app.fail(400, format('We take reservations up to %s days ahead.', v_place.reservation_days_ahead), 'p_date',
      jsonb_build_object('days_ahead', v_place.reservation_days_ahead));
  end if;
  v_during := tstzrange(v_start, v_start + (p_minutes + v_place.reservation_buffer_minutes) * interval '1 minute');
  v_reason := app.reservation_obstacle(p_restaurant_id, v_start, p_party_size, p_except);
  if v_reason = 'closed' or (v_reason is not null and not p_staff) then
    perform app.fail(409, case v_reason when 'closed' then 'The restaurant is closed at that time.' when 'last_seating' then 'The house closes soon after that time.'
        else 'Too many people arrive at that time.' end, 'p_time',
      jsonb_build_object('reason', v_reason, 'alternatives', app.reservation_alternatives(p_restaurant_id, p_date, p_time, p_party_size, p_minutes, p_except)),
      'Choose one of the alternatives.');
  end if;
  if p_table_ids is not null and cardinality(p_table_ids) > 0 then
    return p_table_ids;      -- the trigger counts their seats, the constraint their time
  end if;
  select f.table_ids into v_tables from app.free_tables(p_restaurant_id, v_during, p_party_size, p_except) f limit 1;
  if v_tables is null then
    perform app.fail(409, 'No table is free at that time.', 'p_time',
      jsonb_build_object('reason', 'full', 'alternatives', app.reservation_alternatives(p_restaurant_id, p_date, p_time, p_party_size, p_minutes, p_except)),
      'Choose one of the alternatives, or join the waitlist.');
  end if;
  return v_tables;
end $$;

-- The reservation that who asks may change: by its code, as the customer whose it is, or as staff. Locked behind its restaurant.
create or replace function app.lock_reservation(p_reservation_id uuid, p_confirmation_code text, p_action text default 'update') returns uuid
language plpgsql security definer
as $$
declare
  v_found record;
begin
  if num_nonnulls(p_reservation_id, p_confirmation_code) <> 1 then
    perform app.fail(400, 'Name the reservation by its id or by its code.', 'p_confirmation_code');
  end if;
  select id, restaurant_id, organization_id, user_id into v_found from table_reservations
  where id = p_reservation_id or confirmation_code = upper(btrim(p_confirmation_code));
  if v_found.id is null
     or (p_confirmation_code is null and not app.works_for(v_found.organization_id, 'reservations', p_action)
         and (auth.uid() is null or v_found.user_id is distinct from auth.uid())) then
    perform app.fail(404, 'There is no such reservation.', case when p_confirmation_code is null then 'p_reservation_id' else 'p_confirmation_code' end);
  end if;
  perform from restaurants where id = v_found.restaurant_id for no key update;
  perform from table_reservations where id = v_found.id for no key update;
  return v_found.id;
end $$;

-- The guest hears of it; what was announced is taken back when the reservation goes.
create or replace function app.announce_reservation() returns trigger
language plpgsql security definer
as $$
declare
  v_key   text := 'reservation/' || new.id;
  v_place record;
  v_words jsonb;
begin
  if tg_op = 'UPDATE' and new.status is not distinct from old.status and new.during is not distinct from old.during then
    return null;
  end if;
  select name, timezone into v_place from restaurants where id = new.restaurant_id;
  v_words := jsonb_build_object('place', v_place.name, 'day', new.reservation_date, 'time', to_char(new.reservation_time, 'HH24:MI'), 'people', new.party_size,
    'code', new.confirmation_code);
  -- the house corrected its clock: the guest's day and hour are what they were, only the reminder is due at another instant
  if tg_op = 'UPDATE' and (new.status, new.reservation_date, new.reservation_time, new.party_size, new.duration_minutes)
     is not distinct from (old.status, old.reservation_date, old.reservation_time, old.party_size, old.duration_minutes) then
    perform app.cancel_notification(v_key || '/reminder');
    if new.status in ('pending', 'confirmed') and lower(new.during) > now() + interval '6 hours' then
      perform app.tell(new.organization_id, 'reservation_reminder', v_words,
        new.user_id, new.customer_id, array['in_app', 'sms'], jsonb_build_object('reservation_id', new.id), lower(new.during) - interval '4 hours', v_key || '/reminder');
    end if;
    return null;
  end if;
  perform app.cancel_notification(v_key);
  if new.status in ('pending', 'confirmed') and lower(new.during) > now() then
    perform app.tell(new.organization_id, 'reservation_confirmed', v_words,
      new.user_id, new.customer_id, array['in_app', 'email', 'sms'], jsonb_build_object('reservation_id', new.id, 'confirmation_code', new.confirmation_code), now(), v_key);
    if lower(new.during) > now() + interval '6 hours' then
      perform app.tell(new.organization_id, 'reservation_reminder', v_words,
        new.user_id, new.customer_id, array['in_app', 'sms'], jsonb_build_object('reservation_id', new.id), lower(new.during) - interval '4 hours', v_key || '/reminder');
    end if;
  elsif tg_op = 'UPDATE' and new.status = 'cancelled' and lower(new.during) > now() then
    perform app.cancel_notification(v_key || '/reminder');
    perform app.tell(new.organization_id, 'reservation_cancelled', v_words,
      new.user_id, new.customer_id, array['in_app', 'email', 'sms'], jsonb_build_object('reservation_id', new.id), now(), v_key);
  end if;
  return null;
end $$;

-- A zone is corrected: guests were told a wall clock, so what is to come keeps its hour and gets another instant. Whoever has arrived keeps theirs.
create or replace function app.restaurant_clock_changed() returns trigger
language plpgsql security definer
as $$
begin
  -- all at once: one after the other, each would meet the old instants of the next
  update reservation_tables t set holds = false
  from table_reservations v
  where v.id = t.reservation_id and v.restaurant_id = new.id and v.status in ('pending', 'confirmed') and upper(v.during) > now() - interval '1 day' and t.holds;
  update table_reservations v
  set during = case when v.status in ('pending', 'confirmed') and upper(v.during) > now() - interval '1 day'
                    then tstzrange(app.local_instant(v.reservation_date, v.reservation_time, new.timezone),
                                   app.local_instant(v.reservation_date, v.reservation_time, new.timezone) + (upper(v.during) - lower(v.during))) else v.during end,
      business_date = null      -- prepare_reservation says it anew
  where v.restaurant_id = new.id and upper(v.during) > now() - interval '1 day';
  -- those whose instant stayed (another cut-off only) hold on
  update reservation_tables t set holds = true
  from table_reservations v
  where v.id = t.reservation_id and v.restaurant_id = new.id and v.status in ('pending', 'confirmed') and upper(v.during) > now() - interval '1 day' and not t.holds;
  return null;
end $$;

-- The floor plan and the reservation say the same: a party that sits keeps the tables that its session has, whoever moved it.
create or replace function app.reservation_follows(p_session_id uuid) returns void
language sql security definer
as $$
  update table_reservations v
  set table_id = s.table_id, table_ids = x.tables
  from table_sessions s
  cross join lateral (select s.table_id || array(select t.id from restaurant_tables t where t.combined_into = s.table_id order by t.table_number) as tables) x
  where s.id = p_session_id and s.status in ('active', 'billed') and s.deleted_at is null
    and v.session_id = s.id and v.status = 'seated' and not (v.table_ids @> x.tables and v.table_ids <@ x.tables)
$$;
comment on function app.reservation_follows(uuid) is 'Brings the tables of a seated reservation in line with those of its session.';

-- Guests cancel and change until their time has come. Afterwards they did not come, which the staff record (and may lift).
create or replace function app.refuse_too_late(p_reservation_id uuid, p_what text) returns void
language plpgsql stable security definer
as $$
declare
  v record;
begin
  select organization_id, status, lower(during) as starts_at into v from table_reservations where id = p_reservation_id;
  if v.status in ('pending', 'confirmed', 'no_show') and v.starts_at <= now() and not app.works_for(v.organization_id, 'reservations', 'update') then
    perform app.fail(409, case p_what when 'cancel' then 'It is too late to cancel: your time has come.' else 'It is too late to change this: your time has come.' end, null,
      jsonb_build_object('reason', 'too_late', 'starts_at', v.starts_at), 'Call us, please.');
  end if;
end $$;
