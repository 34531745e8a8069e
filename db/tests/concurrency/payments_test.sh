#!/bin/bash
# Many hands on one bill, one refund, one voucher, one invoice, and many first bookings of one person.
. "$(dirname "$0")/race.bash"
cast
balanced="select coalesce(sum(amount), 0) from payment_ledger where organization_id = '$ORG'"
VOUCHER=$(ask "select app.grant_credit('$ORG', null, null, 100, null, 'purchase', null, 'GIFT-$LINE')")

race manager "select record_payment('voucher', '$VOUCHER', 30, 'cash') ->> 'id'"
is "$(won)" 3 'a bill over 100 is paid by 30 three times'
is "$(lost)" MD422 'everybody else hears what is still due'
is "$(ask "select app.paid_amount('voucher', '$VOUCHER')")" 90.00 'never more than the bill'

race manager "select record_payment('voucher', '$VOUCHER', 10, 'cash', p_idempotency_key => 'one') ->> 'id'"
is "$(won)" "$RUNNERS" 'one payment asked for many times answers everybody'
is "$(cat "$OUT"/[0-9]* | grep -c .)/$(cat "$OUT"/[0-9]* | grep '^[0-9a-f-]*$' | sort -u | grep -c .)" "$(cat "$OUT"/[0-9]* | grep -c .)/1" 'with the same payment'
is "$(ask "select count(*) from payments where organization_id = '$ORG' and idempotency_key is not null")" 1 'it is made once'

PAYMENT=$(ask "select id from payments where organization_id = '$ORG' and amount = 30 order by id limit 1")
race manager "select refund_payment('$PAYMENT', 7) ->> 'id'"
is "$(won)" 4 'of 30, 7 go back four times'
is "$(lost)" MD409 'and no fifth time'
is "$(ask "select refunded_amount from payments where id = '$PAYMENT'")" 28.00 'the payment says how much'
race service "select app.refund_payments('voucher', '$VOUCHER', 20)"
is "$(ask "select app.paid_amount('voucher', '$VOUCHER')::numeric(12, 2)")" 0.00 'a booking gives back what was paid'
is "$(ask "select sum(amount) from refunds where organization_id = '$ORG'")" 100.00 'and no cent more'
is "$(ask "select count(*) from payments where organization_id = '$ORG' and refunded_amount > amount")" 0 'no payment gave more than it had'

GIFT=$(ask "select app.grant_credit('$ORG', null, null, 50, null, 'goodwill', null, 'LAST-$LINE')")
race service "select app.record_payment('$ORG', 'other', gen_random_uuid(), 20, null, 'voucher', p_metadata => '{\"voucher_code\": \"LAST-$LINE\"}')"
is "$(won)" 2 'a voucher over 50 pays 20 twice'
is "$(lost)" MD409 'the others hear what is left of it'
is "$(ask "select remaining || '/' || (select sum(amount) from user_credit_transactions where credit_id = c.id) from user_credits c where id = '$GIFT'")" 10.00/10.00 'what was spent adds up'
is "$(ask "$balanced")" 0.00 'the ledger balances after all of it'

race service "select app.find_or_create_customer('$ORG', 'Ada Lovelace', 'ada@$ORG.test', '030' || %n % 2)"
is "$(cat "$OUT"/[0-9]* | grep '^[0-9a-f-]*$' | sort -u | grep -c .)" 1 'many first bookings of one person make one customer'
race service "select app.find_or_create_customer('$ORG', 'Desk', null, '0301234567')"
is "$(ask "select count(*) from customers where organization_id = '$ORG' and phone = app.normalize_phone('0301234567', app.phone_country('$ORG'))")" 1 'by phone as well'
is "$(lost)" '' 'and nobody is refused'

race service "select app.rate_limit('race:$ORG', 5, '1 minute')"
is "$(cat "$OUT"/[0-9]* | grep -c '^0$')" 5 'of many tries at once five are free'
ask "delete from rate_limits where bucket = 'race:$ORG'" >/dev/null

# a register is counted while many hands still take money: each payment is in the report, or the register was closed before it
BILL=$(ask "select app.grant_credit('$ORG', null, null, 100, null, 'purchase', null, 'BILL-$LINE')")
REGISTER=$(ask "insert into registers (organization_id, name) values ('$ORG', 'Bar $LINE') returning id")
SHIFT=$(ask "insert into register_shifts (organization_id, register_id, business_date, currency, float_amount) values ('$ORG', '$REGISTER', current_date, 'EUR', 0) returning id")
race manager "select case when %n % 4 = 0 then close_register('$SHIFT', 0) ->> 'number' else record_payment('voucher', '$BILL', 1, 'cash', p_metadata => '{\"register_id\": \"$REGISTER\"}') ->> 'id' end"
is "$(lost | sed 's/MD409//')" '' 'who comes after the count hears that it is closed'
is "$(ask "select (report ->> 'expected')::numeric = (select count(*) from payments where register_shift_id = '$SHIFT') from register_shifts where id = '$SHIFT'")" t 'the report has every payment of its shift'
is "$(ask "select count(*) from register_shifts where register_id = '$REGISTER' and number = 1")" 1 'it is counted once'

# many invoices at once, each third of which is rolled back: numbers without a gap, each once, in the order of their instants
ask "select app.grant_credit('$ORG', null, null, 10, null, 'purchase', null, 'INV-$LINE-' || n) from generate_series(1, 60) n" >/dev/null
race manager "select 1 / (%n % 3)::int * (issue_invoice(p_booking_type => 'voucher', p_booking_id => (select id from user_credits where code = 'INV-$LINE-' || (%n + 1))) ->> 'sequence')::int"
is "$(ask "select count(*) > 0 and count(*) = max(sequence) and min(sequence) = 1 and count(distinct number) = count(*) from sales_invoices where organization_id = '$ORG'")" t 'invoices have every number up to the last, once'
is "$(ask "select count(*) from (select issued_at < lag(issued_at) over (order by sequence) as back from sales_invoices where organization_id = '$ORG') x where back")" 0 'and no number is older than the one before'
race manager "select issue_invoice(p_booking_type => 'voucher', p_booking_id => '$BILL') ->> 'number'"
is "$(won)" 1 'one bill that all of them invoice is invoiced once'
is "$(lost)" MD409 'the others hear where it stands'
finish
