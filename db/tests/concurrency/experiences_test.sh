#!/bin/bash
# Many want the last slot, the last seats, the last use of a code; cancel twice; pay while a hold runs out. What is sold is never more than
# there is, and the roll-ups count every booking once.
. "$(dirname "$0")/race.bash"
cast
DAY=$(ask "select current_date + 60")
VENUE=$(ask "insert into venues (organization_id, name, timezone) values ('$ORG', 'Race', 'Europe/Berlin') returning id")
game() {         # name mode max_players price
  local id
  id=$(ask "insert into games (organization_id, name, booking_mode, duration_minutes, buffer_minutes, min_players, max_players, price) values ('$ORG', '$1', '$2', 60, 0, 1, $3, $4) returning id")
  ask "insert into game_venues (organization_id, venue_id, game_id) values ('$ORG', '$VENUE', '$id')" >/dev/null
  echo "$id"
}
PRIVATE=$(game private private 6 10)
SHARED=$(game shared shared 10 10)
BOB=$(ask "insert into customers (organization_id, full_name, email) values ('$ORG', 'Bob', 'bob@$ORG.test') returning id")
book() { echo "select create_booking('$VENUE', '$1', '$BOB', date '$DAY' + $2, time '$3', $4) ->> 'id'"; }
anon="set role anon; select set_config('request.jwt.claims', '{\"role\": \"anon\"}', false);"
live="status in ('pending', 'confirmed', 'checked_in', 'completed')"

# the last slot, through each door
race staff "$(book "$PRIVATE" 0 10:00 2)"
is "$(won)" 1 'the last slot is sold once'
is "$(lost)" MD409 'all others hear that it is taken'
is "$(sql -v VERBOSITY=default -c "$(become staff)" -c "$(book "$PRIVATE" 0 10:00 2)" 2>&1 | grep -c '"alternatives": \[{')" 1 'and what they could have instead'
race each "select create_booking('$VENUE', '$PRIVATE', null, '$DAY', '11:00', 2) ->> 'id'"
is "$(won)" 1 'customers with a login: once'
is "$(lost)" MD409 'and the same answer'
race service "$anon select create_widget_booking(p_venue_id => '$VENUE', p_game_id => '$PRIVATE', p_customer_name => 'Guest %n', p_customer_email => 'guest%n@$ORG.test', p_booking_date => '$DAY', p_start_time => '12:00', p_party_size => 2) ->> 'id'"
is "$(won)" 1 'the public widget: once'
is "$(lost)" MD409 'and the same answer'
is "$(ask "select count(*) from customers where organization_id = '$ORG' and full_name like 'Guest %'")" 1 'losers leave nothing behind'
race service "insert into bookings (venue_id, game_id, customer_id, booking_date, start_time, party_size) values ('$VENUE', '$PRIVATE', '$BOB', '$DAY', '13:00', 2)"
is "$(won)" 1 'rows written past the functions: once'
is "$(lost)" 23P01 'by the constraint itself'
race staff "$(book "$PRIVATE" 1 "10:0%n" 2 | sed "s/10:0%n/10:00' + interval '%n minutes/")"
is "$(won)" 1 'starts a minute apart: one'
race staff "$(book "$PRIVATE" 2 "10:00' + interval '1 hour' * (%n % 4) + interval '0" 2)"
is "$(won)" 4 'four hours, four winners'
is "$(lost)" MD409 'nobody ends in a deadlock'
race staff "select create_booking('$VENUE', '$PRIVATE', '$BOB', date '$DAY' + 3, '10:00', 2, p_idempotency_key => 'double tap') ->> 'id'"
is "$(won) $(cat "$OUT"/[0-9]* | sort -u | grep -cE '^[0-9a-f-]{36}$')" "$RUNNERS 1" 'one key, however many taps: one booking, and everybody sees it'

# the last seats
race staff "$(book "$SHARED" 0 10:00 3)"
is "$(won)" 3 'ten seats hold three parties of three'
is "$(lost)" MD409 'the others hear how many are left'
is "$(ask "select seats_taken from game_slots where organization_id = '$ORG'")" 9 'nine seats are counted'
race staff "$(book "$SHARED" 0 10:00 1)"
is "$(won)" 1 'the last seat is sold once'
race staff "$(book "$SHARED" 1 "10:00' + interval '30 minutes' * (%n % 2) + interval '0" 1)"
is "$(ask "select count(distinct starts_at) from bookings where game_id = '$SHARED' and booking_date = date '$DAY' + 1 and $live")" 1 'two starts that overlap: one of them runs'
race staff "select reschedule_booking((array(select id from bookings where game_id = '$SHARED' and $live order by id))[1 + %n % 4], date '$DAY' + 4 + %n % 2, '10:00') ->> 'id'"
is "$(lost | grep -c 40P01 || true)" 0 'parties that move across each other do not block each other'
is "$(ask "select count(*) from game_slots s where organization_id = '$ORG' and seats_taken <> (select coalesce(sum(party_size), 0) from bookings b where b.game_id = s.game_id and b.starts_at = s.starts_at and $live)")" 0 'every seat is counted where it is'

# the last uses of a code
ask "insert into promo_codes (organization_id, code, discount_type, discount_value, max_uses) values ('$ORG', 'TWO', 'percent', 50, 2)" >/dev/null
race staff "select create_booking('$VENUE', '$PRIVATE', '$BOB', date '$DAY' + 20 + %n, '10:00', 2, p_promo_code => 'TWO') ->> 'id'"
is "$(won)" 2 'a code that is good for two is used twice'
is "$(ask "select used_count from promo_codes where organization_id = '$ORG'")" 2 'and counted'
race staff "select cancel_booking((select id from bookings where organization_id = '$ORG' and promo_code_id is not null and $live order by id limit 1)) ->> 'id'"
is "$(ask "select used_count = (select count(*) from bookings b where b.promo_code_id = p.id and $live) from promo_codes p where organization_id = '$ORG'")" t 'cancelling gives uses back, each once'

# cancelled twice
PAID=$(sql -c "$(become staff)" -c "$(book "$PRIVATE" 5 10:00 2)" | tail -1)
ask "select app.record_payment('$ORG', 'experience', '$PAID', 20, 'EUR', 'cash')" >/dev/null
race staff "select cancel_booking('$PAID', 'twice', true) ->> 'refund_amount'"
is "$(won)" 1 'a booking is cancelled once'
is "$(lost)" MD422 'the others hear that it is'
is "$(ask "select sum(amount) from refunds where organization_id = '$ORG'")" 20.00 'the money goes back once'
IDS=$(ask "select array_agg(id) from bookings where organization_id = '$ORG' and status = 'confirmed'")
race staff "select update_booking_status_batch(array(select id from unnest('$IDS'::uuid[]) id order by random()), 'checked_in') ->> 'updated'"
is "$(lost)" '' 'batches in any order do not block each other'

# a hold runs out while somebody pays and others want the slot
held() { ask "insert into bookings (venue_id, game_id, customer_id, booking_date, start_time, party_size, status, total_amount, final_amount, deposit_amount, hold_expires_at) values ('$VENUE', '$PRIVATE', '$BOB', date '$DAY' + $1, '10:00', 2, 'pending', 20, 20, 20, now() - interval '1 second') returning id"; }
HELD=$(held 6)
race service "select case when %n = 1 then app.record_payment('$ORG', 'experience', '$HELD', 20, 'EUR', 'cash')::text else create_booking('$VENUE', '$PRIVATE', '$BOB', date '$DAY' + 6, '10:00', 2) ->> 'id' end"
is "$(ask "select count(*) from bookings where game_id = '$PRIVATE' and booking_date = date '$DAY' + 6 and $live")" 1 'an expired hold, its late payer and many buyers: one has the slot'
is "$(ask "select case when status = 'confirmed' then paid_amount = 20 and refunded_amount = 0 else paid_amount = refunded_amount end from bookings where id = '$HELD'")" t 'the payer has the slot or the money'
is "$(lost | sed 's/MD409//')" '' 'and nobody ends in a deadlock'
for d in 7 8 9 10; do held $d >/dev/null; done
race service "select case when %n % 2 = 0 then app.expire_holds()::text else app.record_payment('$ORG', 'experience', b.id, 20, 'EUR', 'cash', p_idempotency_key => b.id::text)::text end from bookings b where b.game_id = '$PRIVATE' and b.booking_date between date '$DAY' + 7 and date '$DAY' + 10 order by b.id"
is "$(lost)" '' 'job workers and payers at once: no deadlock'
is "$(ask "select count(*) from bookings where game_id = '$PRIVATE' and booking_date between date '$DAY' + 7 and date '$DAY' + 10 and status = 'confirmed' and paid_amount = 20")" 4 'whoever paid is in, though the hold had run out'

# the house is full
ask "update venues set capacity = 12 where id = '$VENUE'" >/dev/null
race staff "select create_booking('$VENUE', case when %n % 2 = 0 then '$SHARED'::uuid else '$PRIVATE' end, '$BOB', date '$DAY' + 11, '10:00', 4) ->> 'id'"
is "$(ask "select sum(party_size) from bookings where venue_id = '$VENUE' and booking_date = date '$DAY' + 11 and $live")" 12 'a house for twelve holds three parties of four'
ask "update venues set capacity = null where id = '$VENUE'" >/dev/null

# everything at once, on few days
race staff "$(for _ in 1 2 3 4 5 6; do echo "do \$\$ begin perform create_booking('$VENUE', '$PRIVATE', '$BOB', date '$DAY' + 12 + (random() * 2)::int, make_time(10 + (random() * 11)::int, 0, 0), 2); exception when sqlstate 'MD409' then null; end \$\$; do \$\$ begin perform cancel_booking((select id from bookings where booking_date > date '$DAY' + 11 and status = 'confirmed' order by random() limit 1)); exception when sqlstate 'MD422' or sqlstate 'MD404' or sqlstate '22004' then null; end \$\$;"; done)"
is "$(lost | grep -c 40P01 || true)" 0 'booking and cancelling in any order: no deadlock'
is "$(ask "select count(*) from (
    select business_date, venue_id, game_id, count(*) filter (where status = 'pending'), count(*) filter (where status = 'confirmed'), count(*) filter (where status = 'checked_in'),
           count(*) filter (where status = 'cancelled'), coalesce(sum(party_size) filter (where status in ('confirmed', 'checked_in', 'completed')), 0), sum(paid_amount), sum(refunded_amount), sum(revenue)
    from bookings where organization_id = '$ORG' group by 1, 2, 3
    except select business_date, venue_id, game_id, pending, confirmed, checked_in, cancelled, players, paid_amount, refunded_amount, revenue from booking_days) d")" 0 'the roll-up by day equals the truth'
is "$(ask "select count(*) from (
    select customer_id, count(*), count(*) filter (where status in ('checked_in', 'completed') or status = 'confirmed' and (revenue > 0 or final_amount = 0)), sum(revenue),
           (array_agg(business_date order by starts_at) filter (where status in ('checked_in', 'completed') or status = 'confirmed' and (revenue > 0 or final_amount = 0)))[1],
           (array_agg(business_date order by starts_at desc) filter (where status in ('checked_in', 'completed') or status = 'confirmed' and (revenue > 0 or final_amount = 0)))[1]
    from bookings where organization_id = '$ORG' group by 1
    except select customer_id, bookings, visits, spent, first_visit, last_visit from customer_stats) d")" 0 'and so does the one by customer'

# a cached report and a booking that comes in
report="select get_report('revenue', jsonb_build_object('start_date', '$DAY', 'end_date', date '$DAY' + 40))"
cached() { sql -c "$(become manager)" -c "$report ->> 'cached'" | tail -1; }
cached >/dev/null
is "$(cached)" true 'a report comes from the cache'
# one that began before the report was made and commits after it
exec {WRITER_IN}> >(psql -XqAt >/dev/null 2>&1)
WRITER=$!
echo "set search_path = tenant_alpha, api, app, public; begin; $(book "$PRIVATE" 30 15:00 2);" >&"$WRITER_IN" # at ten the promo code's winner may sit
for _ in $(seq 1500); do
  [ "$(ask "select count(*) from pg_stat_activity where state = 'idle in transaction' and query like '%$PRIVATE%'")" = 1 ] && break
  sleep 0.02
done
is "$(cached)" true 'what is not committed does not count'
ask "delete from reports_cache where organization_id = '$ORG'" >/dev/null
cached >/dev/null
echo 'commit;' >&"$WRITER_IN"
exec {WRITER_IN}>&-
wait "$WRITER" || true
is "$(cached)" false 'a booking that commits after the report was made, though it began before, makes it stale'
is "$(cached)" true 'and it is made once'
ask "update customers set full_name = 'Robert' where id = '$BOB'" >/dev/null
is "$(cached)" false 'a new name makes it stale'
finish
