#!/bin/bash
# Many want the same night at once.
. "$(dirname "$0")/race.bash"
cast
DAY=$(ask "select current_date + 60")
NEXT=$(ask "select current_date + 61")
CHALET=$(ask "insert into chalets (organization_id, name, capacity, base_price, deposit_percent) values ('$ORG', 'Last', 4, 100, 0) returning id")
OTHER=$(ask "insert into chalets (organization_id, name, capacity, base_price) values ('$ORG', 'Other', 4, 100) returning id")
active="from chalet_bookings where organization_id = '$ORG' and status not in ('cancelled', 'no_show')"

race each "select create_chalet_booking('$CHALET', '$DAY', '$NEXT', 2) ->> 'id'"
is "$(won)" 1 'the last night is sold once'
is "$(lost)" MD409 'all others hear that it is taken'
is "$(ask "select count(*) $active")" 1 'and there is one stay'

STAY=$(ask "select id $active")
ask "select app.record_payment('$ORG', 'chalet', '$STAY', 100, 'EUR', 'cash')" >/dev/null
race staff "select cancel_chalet_booking('$STAY') ->> 'refund_amount'"
is "$(won)" 1 'a stay is cancelled once'
is "$(lost)" MD422 'the others hear that it is'
is "$(ask "select sum(amount) from refunds where organization_id = '$ORG'")" 100.00 'and the money goes back once'

race service "insert into chalet_bookings (organization_id, user_id, chalet_id, check_in, check_out, guests, total_price, currency) values ('$ORG', '$(user c1)', '$CHALET', '$DAY', '$NEXT', 1, 0, 'EUR')"
is "$(won)" 1 'rows written past the functions are held apart too'
is "$(lost)" 23P01 'by the constraint'
ask "update chalet_bookings set status = 'cancelled' where organization_id = '$ORG'" >/dev/null

race each "select create_chalet_booking('$CHALET', date '$DAY' + %n % 5, date '$DAY' + %n % 5 + 3, 2) ->> 'id'"
is "$(ask "select count(*) from chalet_bookings a join chalet_bookings b on a.chalet_id = b.chalet_id and a.id < b.id and a.stay && b.stay
           where a.organization_id = '$ORG' and a.status <> 'cancelled' and b.status <> 'cancelled'")" 0 'overlapping wishes: no two stays share a night'
is "$(lost)" MD409 'nobody ends in a deadlock'
ask "update chalet_bookings set status = 'cancelled' where organization_id = '$ORG' and status <> 'cancelled'" >/dev/null

# half of them close the nights, half book them
race staff "insert into chalet_blocks (chalet_id, start_date, end_date) select '$CHALET', '$DAY', '$NEXT' where %n % 2 = 0; select create_chalet_booking('$CHALET', '$DAY', '$NEXT', 2, '{\"full_name\": \"N\", \"email\": \"n%n@example.com\"}') ->> 'id' where %n % 2 = 1"
is "$(ask "select count(*) from chalet_bookings b join chalet_blocks k on k.chalet_id = b.chalet_id and k.nights && b.stay where b.organization_id = '$ORG' and b.status <> 'cancelled'")" 0 'nights are closed or sold, never both'
is "$(lost)" MD409 'and who comes late hears which'
ask "update chalet_bookings set status = 'cancelled' where organization_id = '$ORG' and status <> 'cancelled'; delete from chalet_blocks where organization_id = '$ORG'" >/dev/null
for n in $(seq 1 "$RUNNERS"); do
  ask "insert into chalet_bookings (id, organization_id, user_id, chalet_id, check_in, check_out, guests, total_price, currency, status)
       values (md5('$ORG/stay$n')::uuid, '$ORG', '$(user "c$n")', '$OTHER', date '$DAY' + $n, date '$DAY' + $n + 1, 1, 100, 'EUR', 'confirmed')" >/dev/null
done
race staff "select modify_chalet_booking(md5('$ORG/stay%n')::uuid, p_check_in => '$DAY', p_check_out => '$NEXT', p_chalet_id => '$CHALET') ->> 'id'"
is "$(won)" 1 'many stays moved onto one night: one gets it'
is "$(lost)" MD409 'the others stay where they were'
is "$(ask "select count(*) from chalet_bookings where organization_id = '$ORG' and chalet_id = '$OTHER' and status = 'confirmed'")" $((RUNNERS - 1)) 'all of them'

race c1 "select create_chalet_booking('$CHALET', date '$DAY' + 20, date '$DAY' + 22, 2, p_idempotency_key => 'twice') ->> 'id'"
is "$(won)" "$RUNNERS" 'a request that is repeated is answered each time'
is "$(ask "select count(*) from chalet_bookings where organization_id = '$ORG' and idempotency_key is not null")" 1 'and books once'

# a hold that has run out is wanted by somebody else while its money comes
ask "update chalets set deposit_percent = 50 where id = '$CHALET'" >/dev/null
HELD=$(ask "insert into chalet_bookings (organization_id, user_id, chalet_id, check_in, check_out, guests, total_price, deposit_due, currency, hold_expires_at)
            values ('$ORG', '$(user c1)', '$CHALET', date '$DAY' + 40, date '$DAY' + 41, 1, 100, 50, 'EUR', now() - interval '1 second') returning id")
race service "select case when %n = 1 then (select app.record_payment('$ORG', 'chalet', '$HELD', 100, 'EUR', 'cash')::text) else (select create_chalet_booking('$CHALET', date '$DAY' + 40, date '$DAY' + 41, 2, '{\"full_name\": \"N\", \"email\": \"m%n@example.com\"}') ->> 'id') end"
is "$(ask "select count(*) from chalet_bookings where organization_id = '$ORG' and check_in = date '$DAY' + 40 and status = 'confirmed'")" 1 'late money and a new guest: one of them has the night'
is "$(ask "select case when status = 'confirmed' then app.paid_amount('chalet', id) = 100 else app.paid_amount('chalet', id) = 0 end from chalet_bookings where id = '$HELD'")" t 'and the money is where the night is, or back'
finish
