#!/bin/bash
# Many hands at one table: it opens once, an order goes once, the last portions are sold once, a share is paid once.
set -euo pipefail
. "$(dirname "$0")/dining_room.sh"
open_room
cake=$(item Cake) beer=$(item Beer) rare=$(item Rare)

at_once 12 "$(as_anon "select 'opened ' || (api.open_table_session('c${id}1', 'Guest {n}') #>> '{session,otp}')")"
is 1 "$(count '^opened')" 'twelve people open one table: one session'
is 11 "$(count MD409)" 'the others are told to join (409)'

at_once 8 "$(as_anon "select 'opened ' || (api.open_table_session('c${id}' || {n}, 'Guest {n}') #>> '{session,otp}')")"
is 7 "$(count '^opened')" 'seven free tables open at the same instant'
is 0 "$(run "select count(*) - count(distinct session_otp) from table_sessions where restaurant_id = '$place' and status = 'active'")" 'each with an OTP of its own'
run "update table_sessions set status = 'cleared' where restaurant_id = '$place'" > /dev/null

sit 2
at_once 10 "$(as_guest "select 'added ' || (api.add_order_line('$cake', 1, '[]', null, 'tap') ->> 'replayed')")"
is '1 9' "$(count 'added false') $(count 'added true')" 'ten taps on one dish with one key: one line'
at_once 10 "$(as_guest "select 'added ' || (api.add_order_line('$beer', 1, '[]', null, 'tap {n}') ->> 'replayed')")"
is 10 "$(count 'added false')" 'ten dishes at once: ten lines'
at_once 10 "$(as_guest "select 'order ' || (api.place_order(p_idempotency_key => 'send') #>> '{order,id}')")"
is 10 "$(count '^order')" 'ten taps on send: everybody gets an answer'
is 1 "$(sort -u <<< "$out" | wc -l)" 'the same one'
is '11 11 1' "$(run "select (select count(*) from order_lines where session_id = '$session' and status = 'pending') || ' ' ||
  (select count(*) from kitchen_order_items i join kitchen_orders k on k.id = i.kitchen_order_id where k.session_id = '$session') || ' ' || (select count(*) from orders where session_id = '$session')")" 'each line reached the kitchen once'
is 4833 "$(run "select total_amount from table_sessions where id = '$session'")" 'and is owed once'
run "select 1" > /dev/null
psql -qAtX -c "$(as_guest "select api.add_order_line('$cake')")" > /dev/null
at_once 10 "$(as_guest "select 'order ' || (api.place_order() #>> '{order,id}')")"
is '1 9' "$(count '^order') $(count MD409)" 'sent without a key by ten at once: one order, nine find nothing left to send'

# adding, changing and sending in a wild mix: nothing is lost, nothing doubled
at_once 16 "do \$\$ begin for i in 1 .. 8 loop begin
  perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', '{\"role\":\"authenticated\",\"app_role\":\"guest\",\"table_session_id\":\"$session\",\"customer_session_id\":\"$guest\"}', true);
  if {n} % 4 = 0 then perform api.place_order(); else perform api.add_order_line('$cake', 1, '[]', null, '{n}/' || i); end if;
  exception when sqlstate 'MD409' then null; end; end loop; end \$\$; select 'done'"
is 16 "$(count 'done')" 'adding and sending at once ends well for everybody'
is 107 "$(run "select count(*) from order_lines where session_id = '$session' and idempotency_key is not null")" 'no choice is lost'
psql -qAtX -c "$(as_guest "select api.place_order()")" > /dev/null 2>&1 || true
is 0 "$(run "select (select count(*) from order_lines where session_id = '$session' and status <> 'draft') - (select count(*) from kitchen_order_items i join kitchen_orders k on k.id = i.kitchen_order_id where k.session_id = '$session')")" 'and each was sent once'
is t "$(run "select s.total_amount = (select sum(total_amount) from order_lines where session_id = s.id and status not in ('draft', 'cancelled')) and
  s.total_amount = (select sum(total_amount) from orders where session_id = s.id) from table_sessions s where id = '$session'")" 'session, orders and lines agree'

at_once 12 "$(as_waiter "select 'sold ' || (api.place_order(p_restaurant_id => '$place', p_customer_name => 'P{n}', p_items => '[{\"menu_item_id\":\"$rare\"}]') #>> '{order,order_number}')")"
is '5 7' "$(count '^sold') $(count MD409)" 'twelve want the last five portions: five get one'
is '0 f' "$(run "select portions_left || ' ' || case when is_available then 't' else 'f' end from menu_items where id = '$rare'")" 'and the item is sold out'
is 5 "$(grep '^sold' <<< "$out" | sort -u | wc -l)" 'their numbers differ'

psql -qAtX -c "$(as_guest "select api.bill_session()")" > /dev/null
share=$(run "select id from bill_shares where session_id = '$session'")
total=$(run "select total_amount from table_sessions where id = '$session'")
at_once 10 "$(as_waiter "select 'paid ' || (api.pay_bill_share('$share', 'cash', null, 'key-$id') ->> 'payment_id')")"
is '10 1' "$(count '^paid') $(sort -u <<< "$out" | wc -l)" 'ten taps on pay with one key: one payment'
is "$total" "$(run "select (sum(amount) * 100)::int from payments where booking_id = '$session'")" 'of exactly the bill'

sit 3
psql -qAtX -c "$(as_guest "select api.add_order_line('$cake', 9)")" -c "$(as_guest "select api.place_order()")" -c "$(as_guest "select api.bill_session()")" > /dev/null
share=$(run "select id from bill_shares where session_id = '$session'")
at_once 10 "$(as_waiter "select 'paid ' || (api.pay_bill_share('$share') ->> 'payment_id')")"
is '1 9' "$(count '^paid') $(count MD409)" 'ten waiters take the money for one share: one does'
at_once 10 "$(as_waiter "select 'x ' || (api.pay_bill_share('$share', 'cash', 500, 'part {n}') ->> 'payment_id')")"
is 10 "$(count MD409)" 'nobody takes more'

sit 4
psql -qAtX -c "$(as_guest "select api.add_order_line('$cake', 9)")" -c "$(as_guest "select api.place_order()")" > /dev/null
at_once 8 "$(as_guest "select 'split ' || coalesce((api.split_bill(null, 'equal', to_jsonb({n} + 1)) ->> 'status'), '')")"
is 8 "$(count '^split')" 'eight split one bill at once'
is 2997 "$(run "select sum(amount) from bill_shares where session_id = '$session'")" 'the shares that stand add up to it'

sit 5; first=$session; sit 6; second=$session
at_once 6 "$(as_waiter "select 'merged ' || case {n} % 2 when 0 then (api.merge_sessions('$first', '$second') ->> 'session_id') else (api.merge_sessions('$second', '$first') ->> 'session_id') end")"
is 1 "$(run "select count(*) from table_sessions where id in ('$first', '$second') and status = 'active'")" 'merged both ways at once: one session is left'
is 2 "$(run "select count(*) from session_customers c join table_sessions s on s.id = c.session_id where s.id in ('$first', '$second') and s.status = 'active'")" 'with both people in it'

finish
