#!/bin/bash
# Two hundred baskets at once over the same scarce parts, in every order, beside the modules' own doors: what there is is sold, exactly, and nobody
# waits in a ring.
RUNNERS=${RUNNERS:-25}
. "$(dirname "$0")/race.bash"
cast
ask "update organizations set settings = '{}' where id = '$ORG'" >/dev/null
DAY=$(ask "select current_date + 60")
ask "
  insert into chalets (id, organization_id, name, capacity, base_price) select md5('$ORG/chalet' || n)::uuid, '$ORG', 'Chalet ' || n, 4, 100 from generate_series(1, 3) n;
  insert into restaurants (id, organization_id, name, timezone) select md5('$ORG/restaurant' || n)::uuid, '$ORG', 'Restaurant ' || n, 'Europe/Berlin' from generate_series(1, 2) n;
  insert into restaurant_tables (restaurant_id, table_number, capacity) select md5('$ORG/restaurant' || n)::uuid, t, 4 from generate_series(1, 2) n, generate_series(1, 3) t;
  insert into pool_slots (organization_id, slot, starts_at, ends_at, capacity) values ('$ORG', 'morning', '09:00', '13:00', 10), ('$ORG', 'afternoon', '13:00', '19:00', 8), ('$ORG', 'full_day', '09:00', '19:00', null);
  insert into pool_prices (organization_id, slot, age_group, price) select '$ORG', s, 'adult', 10 from unnest('{morning,afternoon,full_day}'::text[]) s;
  insert into venues (id, organization_id, name, timezone, capacity) select md5('$ORG/venue' || n)::uuid, '$ORG', 'Venue ' || n, 'Europe/Berlin', case n when 1 then 30 end from generate_series(1, 2) n;
  insert into games (id, organization_id, name, duration_minutes, buffer_minutes, min_players, max_players, price, booking_mode)
  select md5('$ORG/game' || n)::uuid, '$ORG', 'Game ' || n, 60, 0, 1, 10, 10, case n when 3 then 'shared' else 'private' end from generate_series(1, 3) n;
  insert into game_venues (venue_id, game_id, organization_id) select md5('$ORG/venue' || v)::uuid, md5('$ORG/game' || g)::uuid, '$ORG' from generate_series(1, 2) v, generate_series(1, 3) g;
  insert into promo_codes (organization_id, code, discount_type, discount_value, max_uses) values ('$ORG', 'RACE', 'percent', 10, 7);
  update venues set operating_hours = (select jsonb_object_agg(d, '[{\"open\": \"10:00\", \"close\": \"22:00\"}]'::jsonb) from unnest('{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[]) d) where organization_id = '$ORG';" >/dev/null

id() { ask "select md5('$ORG/$1')::uuid"; }
SHARED=$(id game3) VENUE=$(id venue2)

# Eight baskets a runner; each statement is a transaction of its own, as a call is, and what it came to a warning with its SQLSTATE, BKWON where it was had.
# They share "mine", the token, and %b, the number of the basket.
eight() {
  local body='' step first=true
  for step in "$@"; do
    body+="begin $step s := 'BKWON'; exception when others then s := sqlstate; end; commit; if s <> 'BKWON' or $first then raise warning using errcode = s, message = 'x'; end if; "
    first=false
  done
  echo "do \$do\$ declare b int; s text; mine text; begin for b in 1..8 loop mine := null; $body end loop; end \$do\$"
}
outcomes() { cat "$OUT"/[0-9]* | sed -nE 's/^(WARNING|ERROR): *//p' | sort | uniq -c | sed 's/^ *//' | tr '\n' ';'; }

# what there is: eight places in the afternoon, ten seats of a start
race each "$(eight "perform hold_basket(jsonb_build_array(jsonb_build_object('kind', 'pool', 'date', '$DAY', 'slot', 'full_day', 'adults', 1), jsonb_build_object('kind', 'game', 'venue_id', '$VENUE', 'game_id', '$SHARED', 'date', '$DAY', 'time', '12:00', 'party_size', 1)));")"
is "$(outcomes)" '8 BKWON;192 MD409;' 'two hundred baskets want eight places: eight get them, the others hear that they are gone'
is "$(ask "select string_agg(taken::text, ' ' order by slot) from pool_capacity where organization_id = '$ORG' and date = '$DAY'")" '8 8' 'exactly what there was is held'
is "$(ask "select seats_taken from game_slots where organization_id = '$ORG'")" 8 'and no seat more than went with a place'
is "$(ask "select count(*) from baskets b where organization_id = '$ORG' and (select count(*) from basket_parts p where p.basket_id = b.id) <> 2")" 0 'no basket is half held'

# everything at once, in every order, some change their mind, some confirm with a code that is scarce, some come through other doors
ONE="jsonb_build_object('kind', 'stay', 'chalet_id', md5('$ORG/chalet' || (1 + floor(random() * 3))::int)::uuid, 'check_in', date '$DAY' + floor(random() * 3)::int, 'check_out', date '$DAY' + 3 + floor(random() * 2)::int, 'guests', 2)"
TWO="jsonb_build_object('kind', 'table', 'restaurant_id', md5('$ORG/restaurant' || (1 + floor(random() * 2))::int)::uuid, 'date', '$DAY', 'time', (array['18:00', '19:00', '20:00'])[1 + floor(random() * 3)::int], 'party_size', 2)"
THREE="jsonb_build_object('kind', 'pool', 'date', date '$DAY' + 1 + floor(random() * 3)::int, 'slot', (array['morning', 'afternoon', 'full_day'])[1 + floor(random() * 3)::int], 'adults', 2)"
FOUR="jsonb_build_object('kind', 'game', 'venue_id', md5('$ORG/venue' || (1 + floor(random() * 2))::int)::uuid, 'game_id', md5('$ORG/game' || (1 + floor(random() * 3))::int)::uuid, 'date', date '$DAY' + 1, 'time', (array['12:00', '13:00', '14:00'])[1 + floor(random() * 3)::int], 'party_size', 2) || case when random() < 0.3 then '{\"promo_code\": \"RACE\"}' else '{}' end::jsonb"
PARTS="(select jsonb_agg(p) from (select p from unnest(array[$ONE, $TWO, $THREE, $FOUR, $FOUR]) p where random() < 0.55 order by random()) x)"
race each "$(eight "
    case (%n + b) % 8
      when 0 then perform create_booking(md5('$ORG/venue1')::uuid, md5('$ORG/game2')::uuid, null, date '$DAY' + 1, '13:00', 2);
      when 1 then perform buy_pool_ticket(date '$DAY' + 2, 'full_day', 2);
      when 2 then perform reserve_table(md5('$ORG/restaurant1')::uuid, '$DAY', '19:00', 2, 'Walk', '+49 30 ' || %n || b);
      when 3 then perform create_chalet_booking(md5('$ORG/chalet1')::uuid, date '$DAY' + 1, date '$DAY' + 3, 2);
      else mine := hold_basket(coalesce($PARTS, jsonb_build_array($THREE)), p_organization_id => '$ORG') ->> 'token';
    end case;" "
    if mine is not null and random() < 0.4 then
      perform change_basket(mine, jsonb_build_array($FOUR, $TWO), array(select (e ->> 'id')::uuid from jsonb_array_elements(get_basket(mine) -> 'parts') e limit 1));
    end if;" "
    if mine is not null and random() < 0.6 then
      perform confirm_basket(mine, jsonb_build_object('full_name', 'N' || %n, 'email', 'n' || %n || b || '@example.com'));
    elsif mine is not null and random() < 0.4 then
      perform release_basket(mine);
    end if;")"
is "$(outcomes | tr ';' '\n' | sed 's/^[0-9]* //' | grep -vxE 'BKWON|MD409|MD429' | tr '\n' ' ')" '' 'mixed wishes in every order: taken or had, never a deadlock'
is "$(ask "select count(*) > 0 from baskets where organization_id = '$ORG' and status = 'confirmed'")" t 'some were booked'
is "$(ask "select count(*) from chalet_bookings a join chalet_bookings b on a.chalet_id = b.chalet_id and a.id < b.id and a.stay && b.stay where a.organization_id = '$ORG' and a.status <> 'cancelled' and b.status <> 'cancelled'")" 0 'no night twice'
is "$(ask "select count(*) from reservation_tables a join reservation_tables b on a.table_id = b.table_id and a.reservation_id < b.reservation_id and a.during && b.during where a.organization_id = '$ORG' and a.holds and b.holds")" 0 'no table twice'
is "$(ask "select count(*) from pool_capacity c where organization_id = '$ORG' and taken <> (select coalesce(sum(adults + children), 0) from pool_tickets t where t.organization_id = c.organization_id and t.ticket_date = c.date and t.slot in (c.slot, 'full_day') and t.status <> 'cancelled')")" 0 'places are counted right'
is "$(ask "select count(*) from game_slots s where organization_id = '$ORG' and seats_taken <> (select coalesce(sum(party_size), 0) from bookings b where b.venue_id = s.venue_id and b.game_id = s.game_id and b.starts_at = s.starts_at and not b.takes_room and b.status <> 'cancelled')")" 0 'so are seats'
is "$(ask "select used_count = (select count(*) from bookings b where b.promo_code_id = p.id and b.status <> 'cancelled') and used_count <= max_uses from promo_codes p where organization_id = '$ORG'")" t 'a code is used as often as it may be'
is "$(ask "select count(*) from basket_parts p join baskets b on b.id = p.basket_id, lateral app.part_state(p.booking_type, p.booking_id) s where b.organization_id = '$ORG' and s.status is distinct from case b.status when 'confirmed' then 'confirmed' else 'pending' end")" 0 'and every basket has all of its parts'

# one confirm, many answers
TOKEN=$(ask "select hold_basket(jsonb_build_array(jsonb_build_object('kind', 'table', 'restaurant_id', md5('$ORG/restaurant2')::uuid, 'date', date '$DAY' + 5, 'time', '18:00', 'party_size', 2), jsonb_build_object('kind', 'pool', 'date', date '$DAY' + 5, 'slot', 'morning', 'adults', 2))) ->> 'token'")
ask "insert into user_credits (organization_id, code, amount, remaining, currency, source) values ('$ORG', 'GIFT-2026', 15, 15, 'EUR', 'goodwill')" >/dev/null
race each "select confirm_basket('$TOKEN', '{\"full_name\": \"Twice\", \"email\": \"twice@example.com\"}', '[{\"method\": \"voucher\", \"code\": \"GIFT-2026\"}]') ->> 'status'"
is "$(cat "$OUT"/[0-9]* | sort | uniq -c | grep -c confirmed)" 1 'a confirm that is repeated answers each time'
is "$(ask "select count(*) || ' ' || sum(amount) from payments where organization_id = '$ORG'")" '1 15.00' 'and takes the voucher once'
is "$(ask "select count(*) from folios where organization_id = '$ORG' and title like '%Twice'")" 1 'on one bill'
finish
