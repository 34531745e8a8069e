#!/bin/bash
# Many want the last places, the last guest pass, and to come in on one ticket.
. "$(dirname "$0")/race.bash"
cast
DAY=$(ask "select current_date + 60")
ask "insert into pool_slots (organization_id, slot, starts_at, ends_at, capacity) values ('$ORG', 'morning', '09:00', '13:00', 3), ('$ORG', 'afternoon', '13:00', '19:00', 3), ('$ORG', 'full_day', '00:00', '24:00', null);
     insert into pool_prices (organization_id, slot, age_group, price) select '$ORG', s, 'adult', 10 from unnest(array['morning', 'afternoon', 'full_day']) s;
     insert into pool_membership_plans (organization_id, type, billing_cycle, name, monthly_price, guest_passes) values ('$ORG', 'vip', 'monthly', 'V', 0, 1)" >/dev/null
counted="select bool_and(c.taken = coalesce((select sum(t.adults + t.children) from pool_tickets t where t.organization_id = c.organization_id and t.ticket_date = c.date and t.slot in (c.slot, 'full_day') and t.status <> 'cancelled'), 0)) from pool_capacity c where c.organization_id = '$ORG'"

race each "select buy_pool_ticket('$DAY', 'morning') ->> 'id'"
is "$(won)" 3 'three places are sold three times'
is "$(lost)" MD409 'all others hear that it is full'
is "$(ask "$counted")" t 'and counted'

race each "select buy_pool_ticket(date '$DAY' + 1, (array['morning', 'afternoon', 'full_day'])[1 + %n % 3]) ->> 'id'"
is "$(ask "select bool_and(taken <= capacity) from pool_capacity where organization_id = '$ORG'")" t 'halves and full days: never more than there is room'
is "$(ask "$counted")" t 'each counted where it belongs'
is "$(lost)" MD409 'nobody ends in a deadlock'

race service "insert into pool_tickets (organization_id, ticket_date, slot, adults, total_price, currency, expires_at) values ('$ORG', date '$DAY' + 2, 'full_day', 1, 0, 'EUR', now())"
is "$(won)" 3 'rows written past the functions are counted too'

TICKET=$(ask "select id from pool_tickets where organization_id = '$ORG' and ticket_date = '$DAY' limit 1")
ask "select app.record_payment('$ORG', 'pool', '$TICKET', 10, 'EUR', 'cash')" >/dev/null
race staff "select cancel_pool_ticket('$TICKET') ->> 'status'"
is "$(won)" 1 'a ticket is cancelled once'
is "$(lost)" MD422 'the others hear that it is'
is "$(ask "select sum(amount) from refunds where organization_id = '$ORG'")" 10.00 'the money goes back once'
is "$(ask "$counted")" t 'and the place'

# buying and cancelling on one day, with holds that run out in between
ask "update pool_tickets set hold_expires_at = now() where organization_id = '$ORG' and status = 'pending' and ticket_date = date '$DAY' + 1" >/dev/null
race staff "select case when %n % 2 = 0 then (select cancel_pool_ticket((array(select id from pool_tickets where organization_id = '$ORG' and ticket_date = date '$DAY' + 1 order by id))[%n / 2]) ->> 'status') else (select buy_pool_ticket(date '$DAY' + 1, (array['morning', 'afternoon', 'full_day'])[1 + %n % 3]) ->> 'id') end"
is "$(grep -l 40P01 "$OUT"/* | wc -l)" 0 'buying, cancelling and expiring at once: no deadlock'
is "$(ask "$counted")" t 'and the count is right'

# one ticket at every gate
TODAY=$(ask "select (now() at time zone 'Europe/Berlin')::date")
CODE=$(ask "insert into pool_tickets (organization_id, ticket_date, slot, adults, total_price, currency, status, expires_at) values ('$ORG', '$TODAY', 'full_day', 1, 0, 'EUR', 'confirmed', now()) returning qr_code")
race staff "select coalesce(redeem_pool_ticket('$CODE', 'gate %n') ->> 'entered', 'false')"
is "$(cat "$OUT"/[0-9]* | grep -c '^true')" 1 'one ticket at every gate: one opens'
is "$(ask "select count(*) filter (where result = 'entered') || ' ' || count(*) from pool_entries where organization_id = '$ORG'")" "1 $RUNNERS" 'and every try is in the log'

# the last guest pass
MEMBER=$(sql -c "$(become c1)" -c "select start_membership('vip', 'monthly') ->> 'id'" | tail -1)
ask "update membership_periods set guest_passes = 1 where membership_id = '$MEMBER'" >/dev/null      # as if the month had begun today
race c1 "select use_guest_pass('$MEMBER', '$TODAY', 'full_day') ->> 'id'"
is "$(won)" 1 'the last guest pass is used once'
is "$(lost)" MD409 'then there is none'
is "$(ask "select guest_passes_remaining from pool_memberships where id = '$MEMBER'")" 0 'really'
PASS=$(ask "select ticket_id from guest_pass_usage where organization_id = '$ORG'")
race c1 "select cancel_pool_ticket('$PASS') ->> 'status'"
is "$(won)" 1 'its ticket is cancelled once'
is "$(ask "select guest_passes_remaining from pool_memberships where id = '$MEMBER'")" 1 'and the pass comes back once'

race c2 "select start_membership('vip', 'monthly') ->> 'id'"
is "$(won)" 1 'one person joins once'
finish
