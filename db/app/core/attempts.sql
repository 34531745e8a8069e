-- What a stranger may try only so often: guessing a code, filling a house with bookings. A try is counted where it cannot undo its
-- own count: a limited function answers a refusal as a value (the transaction commits, and with it the count and nothing else), also when
-- it fails for a reason that has nothing to do with the limit.
--
-- How a function is limited:
--
--   declare v_message text; v_detail text; v_hint text;
--   begin
--     perform app.begin_attempt('get_reservation');            -- 429 when there were too many
--     ... perform app.fail(404, …, 'p_confirmation_code') ...
--   exception when others then
--     get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
--     return app.attempt_refused('get_reservation', sqlstate, v_message, v_detail, v_hint);
--   end
--
-- and a row below. The exception block undoes what the function did; attempt_refused() counts and gives the answer back as a value.
-- tests/contract/limits.test.ts tries every row against every header that can change a transaction.

-- counts  'every': each call counts.  'wrong': only calls that are refused for the argument in `field` (a code that is not right).
-- whom    'all': everybody but the house.  'strangers': who has proved no address and no number (app.is_stranger).
-- Counted by address (an IPv6 household is one), by login, and by the thing the call names (a bill, say).
create or replace function app.limited_functions()
returns table (name text, bucket text, tries int, period interval, counts text, field text, whom text, why text)
language sql immutable
as $$
  values
    ('reserve_table',         'reservation',      30, interval '1 hour',     'every', null::text,            'strangers', 'a bot reserves a whole week'),
    ('join_waitlist',         'waitlist',         30, interval '1 hour',     'every', null,                  'strangers', 'a bot fills the waiting list'),
    ('place_order',           'order',            30, interval '1 hour',     'every', null,                  'strangers', 'a bot sends dishes to the kitchen; guests in a session are not counted'),
    ('create_chalet_booking', 'stay',             30, interval '1 hour',     'every', null,                  'strangers', 'a bot holds every night of a season'),
    ('buy_pool_ticket',       'pool_ticket',      30, interval '1 hour',     'every', null,                  'strangers', 'a bot holds every place of a day'),
    ('start_membership',      'membership',       30, interval '1 hour',     'every', null,                  'strangers', 'a bot writes members'),
    ('create_booking',        'booking',          60, interval '10 minutes', 'every', null,                  'strangers', 'a bot holds every game'),
    ('create_widget_booking', 'widget_booking',   60, interval '10 minutes', 'every', null,                  'all',       'the widget is open to the street'),
    ('submit_waiver',         'waiver',           60, interval '10 minutes', 'every', null,                  'all',       'a signature has half a megabyte'),
    ('hold_basket',           'basket',           60, interval '10 minutes', 'every', null,                  'strangers', 'a bot holds a whole house'),
    ('change_basket',         'basket_change',   240, interval '10 minutes', 'every', null,                  'strangers', 'and changes what it holds'),
    ('confirm_basket',        'basket_confirm',   60, interval '10 minutes', 'every', null,                  'strangers', 'names and addresses are written here'),
    ('hold_basket',           'promo_code',       20, interval '10 minutes', 'wrong', 'promo_code',          'all',       'promo codes are words'),
    ('quote_parts',           'promo_code',       20, interval '10 minutes', 'wrong', 'promo_code',          'all',       'promo codes are words'),
    ('change_basket',         'promo_code',       20, interval '10 minutes', 'wrong', 'promo_code',          'all',       'promo codes are words'),
    ('confirm_basket',        'voucher_code',     10, interval '10 minutes', 'wrong', 'p_metadata',          'all',       'who knows a voucher''s code spends it'),
    ('get_booking',           'booking_code',     60, interval '10 minutes', 'wrong', 'p_reference_number',  'all',       'number and address together show a booking'),
    ('get_my_booking',        'booking_code',     60, interval '10 minutes', 'wrong', 'p_reference',         'all',       'number and contact together show a booking'),
    ('get_my_receipt',        'booking_code',     60, interval '10 minutes', 'wrong', 'p_reference',         'all',       'and what it cost'),
    ('get_my_calendar',       'booking_code',     60, interval '10 minutes', 'wrong', 'p_reference',         'all',       'and when it is'),
    ('change_my_booking',     'booking_code',     60, interval '10 minutes', 'wrong', 'p_reference',         'all',       'and change it'),
    ('cancel_my_bookings',    'booking_code',     60, interval '10 minutes', 'wrong', 'p_reference',         'all',       'and cancel it'),
    ('open_party',            'booking_code',     60, interval '10 minutes', 'wrong', 'p_reference',         'all',       'and show who comes with whom'),
    ('remove_party_member',   'booking_code',     60, interval '10 minutes', 'wrong', 'p_reference',         'all',       'and take somebody out'),
    ('remind_party',          'booking_code',     60, interval '10 minutes', 'wrong', 'p_reference',         'all',       'and write to them'),
    ('remind_party',          'remind',           10, interval '1 hour',     'every', null,                  'all',       'messages to addresses that somebody typed'),
    ('get_party',             'party_code',       20, interval '10 minutes', 'wrong', 'p_party',             'all',       'six digits are few'),
    ('join_party',            'party_code',       20, interval '10 minutes', 'wrong', 'p_party',             'all',       'six digits are few'),
    ('join_party',            'party_join',       60, interval '10 minutes', 'every', null,                  'strangers', 'a bot fills a party'),
    ('get_reservation',       'reservation_code', 60, interval '10 minutes', 'wrong', 'p_confirmation_code', 'all',       'the code shows a reservation'),
    ('change_reservation',    'reservation_code', 60, interval '10 minutes', 'wrong', 'p_confirmation_code', 'all',       'and moves it'),
    ('cancel_reservation',    'reservation_code', 60, interval '10 minutes', 'wrong', 'p_confirmation_code', 'all',       'and cancels it'),
    ('get_waitlist_entry',    'waitlist_code',    60, interval '10 minutes', 'wrong', 'p_code',              'all',       'the code shows a party that waits'),
    ('leave_waitlist',        'waitlist_code',    60, interval '10 minutes', 'wrong', 'p_code',              'all',       'and takes it off the list'),
    ('open_table_session',    'table_code',       60, interval '10 minutes', 'wrong', 'p_table',             'all',       'the code on a table opens its session'),
    ('join_table_session',    'table_code',       60, interval '10 minutes', 'wrong', 'p_table',             'all',       'the six digits have a guard of their own (app.otp_enter)'),
    ('quote_booking',         'promo_code',       20, interval '10 minutes', 'wrong', 'p_promo_code',        'all',       'promo codes are words'),
    ('create_booking',        'promo_code',       20, interval '10 minutes', 'wrong', 'p_promo_code',        'all',       'promo codes are words'),
    ('create_widget_booking', 'promo_code',       20, interval '10 minutes', 'wrong', 'p_promo_code',        'all',       'promo codes are words'),
    ('create_payment',        'voucher_code',     10, interval '10 minutes', 'wrong', 'p_metadata',          'all',       'who knows a voucher''s code spends it'),
    ('record_payment',        'voucher_code',     20, interval '10 minutes', 'wrong', 'p_metadata',          'house',     'a cashier types codes, and does not try them out'),
    ('settle_folio',          'voucher_code',     20, interval '10 minutes', 'wrong', 'p_metadata',          'house',     'a cashier types codes, and does not try them out'),
    ('redeem_pool_ticket',    'gate_code',       120, interval '10 minutes', 'wrong', 'p_qr_code',           'house',     'references of tickets are short; a gate scans fast')
$$;
comment on function app.limited_functions() is
  'Functions that may be tried only so often: their bucket, how many tries in which time, what counts (every call, or calls refused for a field), for whom, and why.';

-- Somebody who has proved neither an address nor a number: a visitor, a table guest, a throw-away login.
create or replace function app.is_stranger() returns boolean
language plpgsql stable security definer
as $$
begin
  case current_setting('role', true)
    when 'anon' then return true;
    when 'authenticated' then null;
    else return false;
  end case;
  return not exists (select from users u where u.id = auth.uid() and u.is_active and u.deleted_at is null and u.role <> 'customer')
    and not exists (select from app.proved_contacts(auth.uid()) c where c.email is not null or c.phone is not null);
end $$;
comment on function app.is_stranger() is 'Whether who asks has proved no address and no number.';
grant execute on function app.is_stranger() to authenticated;      -- for policies

-- Where a request comes from, for counting: a household gets a whole /64 of IPv6, and would have as many tries as addresses.
create or replace function app.request_place() returns text
language sql stable
as $$
  select case when position(':' in ip) > 0 then host(network(set_masklen(ip::inet, 64))) else ip end
  from (select nullif(current_setting('request.ip', true), '') as ip) t;
$$;

-- The buckets of one call, always in the same order, so that two calls never wait for each other in a ring.
create or replace function app.attempt_buckets(p_name text, p_thing text default null)
returns table (bucket text, tries int, period interval, counts text, field text)
language plpgsql stable security definer
as $$
#variable_conflict use_column
begin
  return query
  select concat_ws(':', 'try', l.bucket, k.kind, k.value), l.tries, l.period, l.counts, l.field
  from app.limited_functions() l,
  lateral (select case
      when current_setting('role', true) not in ('anon', 'authenticated') then 'internal'
      when app.is_stranger() then 'strangers'
      when auth.has_role('super_admin', 'owner', 'admin', 'manager', 'finance', 'staff', 'waiter', 'kitchen') then 'house'
      else 'customer' end as kind) w,
  lateral (values ('address', app.request_place()), ('login', auth.uid()::text), ('thing', p_thing)) k (kind, value)
  where l.name = p_name and k.value is not null
    and case l.whom when 'strangers' then w.kind = 'strangers' when 'all' then w.kind in ('strangers', 'customer') else w.kind <> 'internal' end
    -- the desks of a house share an address
    and not (w.kind = 'house' and k.kind = 'address')
  order by 1;
end $$;

create or replace function app.begin_attempt(p_name text, p_thing text default null, p_unused text default null) returns void
language plpgsql security definer
as $$
declare
  v_bucket record;
  v_wait int := 0;
begin
  if current_setting('transaction_read_only') = 'on' then
    perform app.fail(405, 'Tries are counted here: ask with POST.');      -- GET writes nothing, not even a count
  end if;
  for v_bucket in select b.bucket, b.tries, b.period, b.counts from app.attempt_buckets(p_name, p_thing) b
                  where b.counts = 'every' or b.field is distinct from p_unused loop
    v_wait := greatest(v_wait, case v_bucket.counts when 'every' then app.rate_limit(v_bucket.bucket, v_bucket.tries, v_bucket.period)
                                                    else app.rate_limited(v_bucket.bucket, v_bucket.tries) end);
  end loop;
  if v_wait > 0 then
    perform app.fail(429, 'That was too often.', null, jsonb_build_object('retry_after', v_wait),
      format('Try again in %s.', case when v_wait > 90 then format('%s minutes', ceil(v_wait / 60.0)) else format('%s seconds', v_wait) end));
  end if;
end $$;
comment on function app.begin_attempt(text, text, text) is
  'Opens a call of a limited function: counts it, or refuses with 429; p_unused: a code that this call does not carry, whose limit does not matter. See app/core/attempts.sql.';

-- Counts a call that was refused for p_field.
create or replace function app.count_attempt(p_name text, p_thing text, p_field text) returns void
language plpgsql security definer
as $$
declare
  v_bucket record;
begin
  for v_bucket in select b.bucket, b.tries, b.period from app.attempt_buckets(p_name, p_thing) b where b.counts = 'every' or b.field = p_field loop
    perform app.rate_limit(v_bucket.bucket, v_bucket.tries, v_bucket.period);
  end loop;
end $$;

-- Counts a refused call and makes its answer. A retry by the daemon (deadlock, lost connection) and our own bugs stay exceptions; so does everything
-- where nobody asks from outside (psql, tests, jobs).
create or replace function app.attempt_refused(
  p_name text, p_state text, p_message text, p_detail text, p_hint text, p_thing text default null) returns jsonb
language plpgsql security definer
as $$
declare
  v_status int := case when p_state ~ '^MD[1-5][0-9][0-9]$' then substr(p_state, 3)::int
                       when p_state in ('23505', '23P01') then 409
                       when p_state ~ '^2[23]' then 400 end;
  v_field text;
begin
  if v_status is null or v_status = 405 or nullif(current_setting('request.ip', true), '') is null
     or current_setting('transaction_read_only') = 'on' then
    raise exception using errcode = p_state, message = p_message, detail = coalesce(p_detail, ''), hint = coalesce(p_hint, '');
  end if;
  v_field := case when p_detail ~ '^\s*\{' then p_detail::jsonb ->> 'field' end;
  perform app.count_attempt(p_name, p_thing, case when v_status <> 429 then v_field end);
  perform set_config('response.status', v_status::text, true);
  if p_state !~ '^MD' then      -- what a constraint says names rows and columns of the house
    return jsonb_build_object('code', p_state, 'message', case v_status when 409 then 'This is taken.' else 'A value is not accepted here.' end,
      'details', '{}', 'hint', null);
  end if;
  return jsonb_build_object('code', p_state, 'message', p_message, 'details', coalesce(nullif(p_detail, ''), '{}'), 'hint', nullif(p_hint, ''));
end $$;
comment on function app.attempt_refused(text, text, text, text, text, text) is
  'The refusal of a limited function as a value, counted. See app/core/attempts.sql.';

-- How many unpaid promises of one kind somebody may have open at a time; the house itself as many as it likes.
create or replace function app.refuse_too_many_open(p_open bigint) returns void
language plpgsql stable security definer
as $$
declare
  v_most int := case when app.is_stranger() then 5 else 20 end;
begin
  if p_open >= v_most then
    perform app.fail(429, 'You have enough open already: pay, cancel or come first.', null, jsonb_build_object('open', p_open, 'most', v_most), 'Call us for more.');
  end if;
end $$;
