-- A guest's own bookings: found by login, or one of them by its number and the address it was made with.

-- Inside a function that has found a booking by number and contact, its customer is who asks, as if they were signed in: every rule about "the
-- customer's own" holds without a second copy. Only functions set it (no request can), and for their own transaction.
create or replace function app.act_for(p_customer_id uuid) returns void
language sql
as $$ select set_config('app.acting_customer', coalesce(p_customer_id::text, ''), true) $$;
comment on function app.act_for(uuid) is 'From here to the end of the transaction this customer is who asks (app.own_customer_ids); null: nobody any more. No client role may call it.';

-- Everything that can be booked, in one shape. p_ids null: of these customers or this login; else these rows.
create or replace function app.guest_bookings(p_customer_ids uuid[], p_user_id uuid, p_ids uuid[] default null)
returns table (booking_type text, booking_id uuid, kind text, organization_id uuid, customer_id uuid, reference text, status text, title text, place text, place_id uuid,
               starts_at timestamptz, ends_at timestamptz, timezone text, people int, price numeric, currency text, policy_id uuid, terms_from timestamptz, emails text[], phones text[], details jsonb)
language plpgsql stable security definer
as $$
#variable_conflict use_column
begin
  if to_regclass(format('%I.table_reservations', current_schema())) is not null then
    return query
    select 'reservation', r.id, 'table', r.organization_id, r.customer_id, r.confirmation_code, case when r.status = 'pending' and r.hold_expires_at is not null then 'held' else r.status end, p.name, p.address, p.id,
      lower(r.during), lower(r.during) + make_interval(mins => r.duration_minutes), p.timezone, r.party_size, 0::numeric, o.currency, null::uuid, lower(r.during),
      array_remove(array[app.normalize_email(r.guest_email), c.email], null), array_remove(array[app.normalize_phone(r.guest_phone, app.phone_country(r.organization_id)), c.phone], null),
      jsonb_build_object('date', r.reservation_date, 'time', to_char(r.reservation_time, 'HH24:MI'), 'party_size', r.party_size, 'restaurant_id', r.restaurant_id, 'special_requests', r.special_requests, 'guest_name', r.guest_name,
        'tables', (select coalesce(jsonb_agg(jsonb_build_object('table_number', t.table_number, 'section', t.section, 'features', t.features) order by t.table_number), '[]') from restaurant_tables t where t.id = any (r.table_ids)))
    from table_reservations r join restaurants p on p.id = r.restaurant_id join organizations o on o.id = r.organization_id left join customers c on c.id = r.customer_id
    where case when p_ids is null then r.customer_id = any (p_customer_ids) or r.user_id = p_user_id else r.id = any (p_ids) end;
  end if;
  if to_regclass(format('%I.chalet_bookings', current_schema())) is not null then
    return query
    select 'chalet', b.id, 'stay', b.organization_id, b.customer_id, b.reference, b.status, h.name, o.address, h.id,
      (b.check_in + h.check_in_time) at time zone o.timezone, (b.check_out + h.check_out_time) at time zone o.timezone, o.timezone, b.guests, b.total_price, b.currency, b.cancellation_policy_id,
      (b.first_check_in + h.check_in_time) at time zone o.timezone,
      array_remove(array[app.normalize_email(b.guest_details ->> 'email'), c.email], null), array_remove(array[app.normalize_phone(b.guest_details ->> 'phone', app.phone_country(b.organization_id)), c.phone], null),
      jsonb_build_object('check_in', b.check_in, 'check_out', b.check_out, 'guests', b.guests, 'chalet_id', b.chalet_id, 'special_requests', b.special_requests, 'nights_price', b.nights_price, 'addons_price', b.addons_price,
        'deposit_due', b.deposit_due, 'change_fee', b.change_fee, 'tax_amount', b.tax_amount, 'payment_status', b.payment_status, 'guest_name', b.guest_details ->> 'full_name',
        'addons', (select coalesce(jsonb_agg(jsonb_build_object('addon_id', a.addon_id, 'name', a.name, 'quantity', a.quantity, 'total_price', a.total_price) order by a.name), '[]') from booking_addons a where a.booking_id = b.id))
    from chalet_bookings b join chalets h on h.id = b.chalet_id join organizations o on o.id = b.organization_id left join customers c on c.id = b.customer_id
    where case when p_ids is null then b.customer_id = any (p_customer_ids) or b.user_id = p_user_id else b.id = any (p_ids) end;
  end if;
  if to_regclass(format('%I.pool_tickets', current_schema())) is not null then
    return query
    select 'pool', t.id, 'pool', t.organization_id, t.customer_id, t.reference, t.status, initcap(replace(t.slot, '_', ' ')), o.name, null::uuid,
      w.starts_at, t.expires_at, o.timezone, t.adults + t.children, t.total_price, t.currency, t.cancellation_policy_id, coalesce(t.first_starts_at, w.starts_at),
      array_remove(array[app.normalize_email(t.guest_details ->> 'email'), c.email], null), array_remove(array[app.normalize_phone(t.guest_details ->> 'phone', app.phone_country(t.organization_id)), c.phone], null),
      jsonb_build_object('date', t.ticket_date, 'slot', t.slot, 'adults', t.adults, 'children', t.children, 'qr_code', t.qr_code, 'opens_at', w.opens_at, 'people_inside', t.people_inside, 'guest_name', t.guest_details ->> 'full_name')
    from pool_tickets t join organizations o on o.id = t.organization_id left join customers c on c.id = t.customer_id, lateral app.pool_slot_times(t.organization_id, t.ticket_date, t.slot) w
    where case when p_ids is null then t.customer_id = any (p_customer_ids) or t.user_id = p_user_id else t.id = any (p_ids) end;
  end if;
  if to_regclass(format('%I.bookings', current_schema())) is not null then
    return query
    select 'experience', b.id, 'game', b.organization_id, b.customer_id, b.reference_number, b.status, g.name, concat_ws(', ', v.name, v.address, v.city), v.id,
      b.starts_at, b.ends_at, b.timezone, b.party_size, b.final_amount, b.currency, b.cancellation_policy_id, least(b.first_starts_at, b.starts_at),
      array_remove(array[app.normalize_email(b.contact_email), c.email], null), array_remove(array[app.normalize_phone(b.contact_phone, app.phone_country(b.organization_id)), c.phone], null),
      jsonb_build_object('date', b.booking_date, 'time', to_char(b.start_time, 'HH24:MI'), 'party_size', b.party_size, 'venue_id', b.venue_id, 'game_id', b.game_id, 'ticket_types', b.ticket_types, 'special_requests', b.special_requests,
        'payment_status', b.payment_status, 'price_details', b.price_details, 'requires_waiver', g.requires_waiver, 'waivers_missing', app.waivers_missing(b.id), 'guest_name', b.contact_name,
        'waivers', (select coalesce(jsonb_agg(w.id order by w.created_at), '[]') from waivers w where w.is_active and w.family_id in (select app.required_waivers(b.id))))
    from bookings b join venues v on v.id = b.venue_id join games g on g.id = b.game_id left join customers c on c.id = b.customer_id
    where case when p_ids is null then b.customer_id = any (p_customer_ids) else b.id = any (p_ids) end;
  end if;
end $$;
comment on function app.guest_bookings(uuid[], uuid, uuid[]) is 'Tables, stays, tickets and games in one shape: of some customers, or these rows. Decimal amounts.';

create or replace function app.guest_booking_json(p_ids uuid[]) returns jsonb
language sql stable security definer
as $$
  select coalesce(jsonb_agg(jsonb_build_object('booking_type', g.booking_type, 'booking_id', g.booking_id, 'kind', g.kind, 'organization_id', g.organization_id, 'reference', g.reference, 'status', g.status, 'title', g.title, 'place', g.place,
      'place_id', g.place_id, 'starts_at', g.starts_at, 'ends_at', g.ends_at, 'timezone', g.timezone, 'people', g.people, 'price', g.price, 'paid', p.paid, 'currency', g.currency,
      'balance', case when g.status in ('cancelled', 'no_show') then 0 else greatest(g.price - p.paid, 0) end,
      'can_change', g.status in ('pending', 'confirmed') and g.starts_at > now(), 'can_cancel', g.status in ('pending', 'confirmed') and g.starts_at > now(),
      'terms', app.terms_json(g.policy_id, g.terms_from, p.paid, g.currency), 'basket', case when k.id is not null then jsonb_build_object('id', k.id, 'reference', k.reference, 'folio_id', k.folio_id) end,
      'details', g.details) order by g.starts_at, g.booking_id), '[]')
  from app.guest_bookings(null, null, p_ids) g, lateral (select app.paid_amount(g.booking_type, g.booking_id) as paid) p
  left join lateral (select b.id, b.reference, b.folio_id from basket_parts x join baskets b on b.id = x.basket_id where x.booking_type = g.booking_type and x.booking_id = g.booking_id) k on true;
$$;

-- Memberships of the pool, where there is one.
create or replace function app.guest_memberships(p_customer_ids uuid[], p_user_id uuid) returns jsonb
language plpgsql stable security definer
as $$
begin
  if to_regclass(format('%I.pool_memberships', current_schema())) is null then
    return '[]';
  end if;
  return (select coalesce(jsonb_agg(jsonb_build_object('reference', m.reference, 'name', coalesce(l.name, m.type), 'status', m.status, 'start_date', m.start_date, 'paid_until', m.paid_until,
      'monthly_price', m.monthly_price, 'currency', m.currency, 'guest_passes_remaining', m.guest_passes_remaining) order by m.start_date desc, m.id), '[]')
    from pool_memberships m left join pool_membership_plans l on l.organization_id = m.organization_id and l.type = m.type and l.billing_cycle = m.billing_cycle
    where m.customer_id = any (p_customer_ids) or m.user_id = p_user_id);
end $$;

-- The bookings that a number names: one, or all of a basket. What it takes to see them: the contact they were made with, or being the customer.
-- Strangers learn nothing, not even that there is such a number.
create or replace function app.find_guest_bookings(p_reference text, p_contact text) returns uuid[]
language plpgsql stable security definer
as $$
declare
  v_reference text := upper(regexp_replace(coalesce(p_reference, ''), '\s', '', 'g'));
  v_ids uuid[];
  v_schema text := current_schema();
begin
  if length(v_reference) between 6 and 40 then
    v_ids := array(select p.booking_id from baskets b join basket_parts p on p.basket_id = b.id where b.reference = v_reference and b.status in ('submitted', 'confirmed'));
    if v_ids = '{}' and v_reference like 'ST-%' and to_regclass(format('%I.chalet_bookings', v_schema)) is not null then
      v_ids := array(select id from chalet_bookings where reference = v_reference);
    elsif v_ids = '{}' and v_reference like 'PT-%' and to_regclass(format('%I.pool_tickets', v_schema)) is not null then
      v_ids := array(select id from pool_tickets where reference = v_reference);
    elsif v_ids = '{}' then
      if to_regclass(format('%I.bookings', v_schema)) is not null then
        v_ids := array(select id from bookings where reference_number = v_reference);
      end if;
      if v_ids = '{}' and to_regclass(format('%I.table_reservations', v_schema)) is not null then
        v_ids := array(select id from table_reservations where confirmation_code = v_reference);
      end if;
    end if;
  end if;
  v_ids := array(
    select g.booking_id from app.guest_bookings(null, null, v_ids) g
    where case when nullif(trim(p_contact), '') is null then g.customer_id = any (app.own_customer_ids())
               else app.normalize_email(p_contact) = any (g.emails) or app.normalize_phone(p_contact, app.phone_country(g.organization_id)) = any (g.phones) end);
  if v_ids = '{}' then
    perform app.fail(404, 'There is no booking with this number and address.', 'p_reference');
  end if;
  return v_ids;
end $$;
comment on function app.find_guest_bookings(text, text) is
  'Bookings by number (or a basket''s) and the e-mail address or phone they were made with; without a contact the login''s own. 404 else, whatever there is.';

-- The one booking that number and contact name; a basket's number names several.
create or replace function app.find_guest_booking(p_reference text, p_contact text, p_message text, p_field text) returns uuid
language plpgsql stable security definer
as $$
declare
  v_ids uuid[] := app.find_guest_bookings(p_reference, p_contact);
begin
  if cardinality(v_ids) <> 1 then
    perform app.fail(400, p_message, p_field, jsonb_build_object('references', (select jsonb_agg(g.reference) from app.guest_bookings(null, null, v_ids) g)));
  end if;
  return v_ids[1];
end $$;

-- What goes with a stay: what was booked in the same basket, and (for who is signed in) what the same guest has here in those days.
create or replace function app.goes_with(p_ids uuid[], p_signed_in boolean) returns uuid[]
language sql stable security definer
as $$
  select array(
    select distinct o.booking_id
    from app.guest_bookings(null, null, p_ids) g,
    lateral (
      select y.booking_id from basket_parts x join basket_parts y on y.basket_id = x.basket_id where x.booking_id = g.booking_id
      union
      select b.booking_id from app.guest_bookings(array[g.customer_id], null) b
      where p_signed_in and g.kind = 'stay' and b.organization_id = g.organization_id and b.starts_at between g.starts_at - interval '1 day' and g.ends_at + interval '1 day') o
    where o.booking_id <> all (p_ids));
$$;

-- The parents of bookings that are changed or cancelled together, in the order of app.lock_parts; their bills and payments come first.
create or replace function app.lock_guest_bookings(p_ids uuid[]) returns void
language plpgsql security definer
as $$
begin
  perform app.lock_bill(i) from (select unnest(p_ids) as i order by 1) x;
  perform 1 from payments p where p.booking_id = any (p_ids) order by p.id for update;
  perform app.lock_parts(g.organization_id, jsonb_agg(g.details || jsonb_build_object('kind', g.kind)))
  from app.guest_bookings(null, null, p_ids) g group by g.organization_id;
end $$;

-- One booking cancelled by its guest; the rules are those of its kind. Returns what goes back.
create or replace function app.cancel_guest_booking(p_booking_type text, p_booking_id uuid, p_reason text) returns numeric
language plpgsql security definer
as $$
declare
  v_before numeric := app.paid_amount(p_booking_type, p_booking_id);
begin
  case p_booking_type
    when 'reservation' then
      perform app.refuse_too_late(p_booking_id, 'cancel');
      update table_reservations set status = 'cancelled', cancellation_reason = app.clean_text(p_reason, 500, 'p_reason') where id = p_booking_id and status <> 'cancelled';
    when 'chalet' then perform api.cancel_chalet_booking(p_booking_id, p_reason);
    when 'pool' then perform api.cancel_pool_ticket(p_booking_id, p_reason);
    else perform api.cancel_booking(p_booking_id, left(p_reason, 1000));
  end case;
  return v_before - app.paid_amount(p_booking_type, p_booking_id);
end $$;

-- One booking changed by its guest. p_changes: what its part would say (check_in, check_out, guests, addons · date, time, party_size · date, slot, adults, children · date, time, party_size),
-- and special_requests.
create or replace function app.change_guest_booking(p_booking_type text, p_booking_id uuid, p_changes jsonb) returns void
language plpgsql security definer
as $$
declare
  v_allowed text[] := case p_booking_type when 'chalet' then '{check_in,check_out,guests,addons,special_requests}'::text[] when 'reservation' then '{date,time,party_size,special_requests}'
                                          when 'pool' then '{date,slot,adults,children}' else '{date,time,party_size,special_requests}' end;
  v_bad text;
  t record;
  v_price jsonb;
  v_quote record;
  v_adults int;
  v_children int;
begin
  if jsonb_typeof(p_changes) is distinct from 'object' or p_changes = '{}' then
    perform app.fail(400, 'Say what changes.', 'p_changes', jsonb_build_object('allowed', to_jsonb(v_allowed)));
  end if;
  select key into v_bad from jsonb_object_keys(p_changes) key where key <> all (v_allowed) limit 1;
  if found then
    perform app.fail(400, format('%s cannot be changed.', left(v_bad, 60)), left(v_bad, 60), jsonb_build_object('allowed', to_jsonb(v_allowed)));
  end if;
  perform app.check_part(p_changes - 'special_requests' || jsonb_build_object('kind', case p_booking_type when 'chalet' then 'stay' when 'reservation' then 'table' when 'pool' then 'pool' else 'game' end));
  case p_booking_type
  when 'chalet' then
    perform api.modify_chalet_booking(p_booking_id, (p_changes ->> 'check_in')::date, (p_changes ->> 'check_out')::date, (p_changes ->> 'guests')::int, null, p_changes -> 'addons',
      case when p_changes ? 'special_requests' then coalesce(p_changes ->> 'special_requests', '') end);
  when 'reservation' then
    select confirmation_code into t from table_reservations where id = p_booking_id;
    if p_changes ?| array['date', 'time', 'party_size'] then
      -- the limited function answers a refusal as a value; inside another one it is one
      v_price := api.change_reservation(null, t.confirmation_code, (p_changes ->> 'date')::date, (p_changes ->> 'time')::time, (p_changes ->> 'party_size')::int);
      if not v_price ? 'reservation' then
        perform app.fail(substr(v_price ->> 'code', 3)::int, v_price ->> 'message', null, coalesce((v_price ->> 'details')::jsonb, '{}'), v_price ->> 'hint');
      end if;
    end if;
    if p_changes ? 'special_requests' then
      update table_reservations set special_requests = app.clean_text(p_changes ->> 'special_requests', 1000, 'special_requests') where id = p_booking_id;
    end if;
  when 'pool' then
    select * into t from pool_tickets where id = p_booking_id;
    v_adults := coalesce((p_changes ->> 'adults')::int, t.adults);
    v_children := coalesce((p_changes ->> 'children')::int, t.children);
    if (v_adults, v_children) <> (t.adults, t.children) then
      if t.status not in ('pending', 'confirmed') or t.expires_at <= now() or t.membership_id is not null then
        perform app.fail(422, 'This ticket stays as it is.', 'adults', jsonb_build_object('status', t.status));
      end if;
      if v_adults < 1 or v_adults + v_children not between 1 and 50 then
        perform app.fail(400, case when v_adults < 1 then 'Children come with an adult.' else 'A ticket is for 1 to 50 people.' end, 'adults');
      end if;
      v_price := app.price_pool_ticket(t.organization_id, t.ticket_date, t.slot, v_adults, v_children);
      if (v_price ->> 'total_price')::numeric < app.paid_amount('pool', t.id) then
        perform app.fail(409, 'That is less than you have paid: the desk gives the difference back.', 'adults', jsonb_build_object('reason', 'paid', 'paid', app.paid_amount('pool', t.id)), 'Or cancel this ticket and take another.');
      end if;
      if (v_price ->> 'total_price')::numeric > t.total_price and not app.pays_at_desk(t.organization_id) then
        perform app.fail(409, 'More people need a ticket of their own.', 'adults', jsonb_build_object('reason', 'deposit', 'now', v_price -> 'total_price'), 'Book a ticket for them.');
      end if;
      update pool_tickets set adults = v_adults, children = v_children, total_price = (v_price ->> 'total_price')::numeric, tax_amount = (v_price ->> 'tax_amount')::numeric where id = t.id;
    end if;
    if p_changes ?| array['date', 'slot'] then
      perform api.move_pool_ticket(p_booking_id, coalesce((p_changes ->> 'date')::date, t.ticket_date), p_changes ->> 'slot');
    end if;
  else
    select * into t from bookings where id = p_booking_id;
    if coalesce((p_changes ->> 'party_size')::int, t.party_size) <> t.party_size then
      perform app.resize_game(p_booking_id, (p_changes ->> 'party_size')::int);
    end if;
    if p_changes ?| array['date', 'time'] then
      perform api.reschedule_booking(p_booking_id, coalesce((p_changes ->> 'date')::date, t.booking_date), coalesce((p_changes ->> 'time')::time, t.start_time));
    end if;
    if p_changes ? 'special_requests' then
      update bookings set special_requests = left(nullif(trim(p_changes ->> 'special_requests'), ''), 4000) where id = p_booking_id;
    end if;
  end case;
  update booking_parties p set closes_at = g.ends_at
  from app.guest_bookings(null, null, array[p_booking_id]) g
  where p.booking_type = g.booking_type and p.booking_id = g.booking_id and p.closes_at <> g.ends_at;
end $$;

-- Another number of players, before the start: priced as the house's own door prices it.
create or replace function app.resize_game(p_booking_id uuid, p_party_size int) returns void
language plpgsql security definer
as $$
declare
  b record;
begin
  select status, starts_at, ticket_types into b from bookings where id = p_booking_id;
  if b.status not in ('pending', 'confirmed') or b.starts_at <= now() then
    perform app.fail(422, 'The party of this game stays as it is.', 'party_size', jsonb_build_object('status', b.status));
  end if;
  if b.ticket_types <> '[]' then
    perform app.fail(422, 'Its tickets say who comes: the house changes them.', 'party_size');
  end if;
  perform app.reprice_booking(p_booking_id, '{}', p_party_size);
  select final_amount, paid_amount - refunded_amount as paid into b from bookings where id = p_booking_id;
  if b.final_amount < b.paid then
    perform app.fail(409, 'That is less than you have paid: the house gives the difference back.', 'party_size', jsonb_build_object('reason', 'paid', 'paid', b.paid), 'Call us, please.');
  end if;
exception when sqlstate 'MD400' then
  perform app.fail(400, sqlerrm, 'party_size');
end $$;

-- RFC 5545, in UTC; what is cancelled says so, so that a calendar that has it takes it out.
create or replace function app.bookings_calendar(p_ids uuid[]) returns text
language sql stable security definer
as $$
  select array_to_string(array['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//maitred//bookings//EN', 'CALSCALE:GREGORIAN', 'METHOD:PUBLISH']
    || array(
      select array_to_string(array_remove(array['BEGIN:VEVENT',
          app.ical_fold('UID:' || g.booking_id || '@' || coalesce((select domain from public.tenants where schema_name = current_schema()), 'localhost')),
          'DTSTAMP:' || to_char(now() at time zone 'UTC', 'YYYYMMDD"T"HH24MISS"Z"'),
          'DTSTART:' || to_char(g.starts_at at time zone 'UTC', 'YYYYMMDD"T"HH24MISS"Z"'), 'DTEND:' || to_char(g.ends_at at time zone 'UTC', 'YYYYMMDD"T"HH24MISS"Z"'),
          app.ical_fold('SUMMARY:' || app.ical_text(g.title)), case when nullif(g.place, '') is not null then app.ical_fold('LOCATION:' || app.ical_text(g.place)) end,
          app.ical_fold('DESCRIPTION:' || app.ical_text(g.reference)), 'STATUS:' || case when g.status in ('cancelled', 'no_show', 'expired') then 'CANCELLED' when g.status in ('pending', 'held') then 'TENTATIVE' else 'CONFIRMED' end,
          'TRANSP:OPAQUE', 'END:VEVENT'], null), E'\r\n')
      from app.guest_bookings(null, null, p_ids) g order by g.starts_at, g.booking_id)
    || array['END:VCALENDAR', ''], E'\r\n');
$$;
