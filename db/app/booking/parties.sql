-- The people of a booking.

-- The party of a link or six digits; refuses under the field that app.limited_functions() counts.
create or replace function app.find_party(p_party text) returns uuid
language plpgsql stable security definer
as $$
declare
  v_word text := regexp_replace(lower(coalesce(p_party, '')), '[\s-]', '', 'g');
  v_id uuid;
begin
  select p.id into v_id from booking_parties p
  where case when v_word ~ '^[0-9]{6}$' then p.digits = v_word and p.is_open and p.closes_at > now() else p.token = v_word end;
  if v_id is null then
    perform app.fail(404, 'There is no such party.', 'p_party');
  end if;
  return v_id;
end $$;

-- Whether somebody of this name has signed for the booking: true, false, or null where nothing is to be signed.
create or replace function app.member_signed(p_booking_type text, p_booking_id uuid, p_name text) returns boolean
language plpgsql stable security definer
as $$
begin
  if p_booking_type <> 'experience' or not exists (select from bookings b join games g on g.id = b.game_id where b.id = p_booking_id and g.requires_waiver) then
    return null;
  end if;
  return exists (
    select from app.booking_signatures(p_booking_id) s
    where split_part(s.person, '/', 1) = app.fold_name(p_name)
    group by s.person having count(distinct s.family_id) filter (where s.family_id in (select app.required_waivers(p_booking_id))) >= (select count(*) from app.required_waivers(p_booking_id)));
end $$;

-- Members with their share of the price and what they have paid of it. Shares of equal parts add up to the price; those who have not come yet have theirs too.
create or replace function app.party_shares(p_party_id uuid)
returns table (member_id uuid, place int, share numeric, paid numeric)
language sql stable security definer
as $$
  with party as (
    select p.*, g.price, g.people, g.currency from booking_parties p, lateral app.guest_bookings(null, null, array[p.booking_id]) g where p.id = p_party_id
  ), member as (
    select m.id, m.share_amount, row_number() over (order by m.is_organizer desc, m.joined_at, m.id)::int as place from party_members m where m.party_id = p_party_id
  ), equal as (
    select s.n::int as place, app.to_amount(s.cents, p.currency) as share
    from party p, unnest(app.split_cents(app.to_cents(p.price, p.currency), array_fill(1::numeric, array[greatest(p.people, (select count(*)::int from member), 1)]))) with ordinality s (cents, n)
  )
  select m.id, m.place, case p.split when 'equal' then e.share when 'amounts' then coalesce(m.share_amount, 0) else 0 end,
    coalesce((select sum(y.kept_amount) from payments y where y.booking_type = p.booking_type and y.booking_id = p.booking_id and y.metadata ->> 'party_member_id' = m.id::text
              and y.status in ('succeeded', 'partial_refund', 'refunded')), 0)
  from party p cross join member m left join equal e on e.place = m.place;
$$;

-- A party as somebody sees it: p_member_id null and not organizer: a visitor with the link; a member: themselves and the others' names; the organizer: everything.
create or replace function app.party_json(p_party_id uuid, p_member_id uuid, p_organizer boolean) returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object('party_id', p.id, 'is_open', p.is_open and p.closes_at > now() and g.status in ('pending', 'confirmed', 'seated', 'checked_in'), 'kind', g.kind, 'title', g.title, 'place', g.place,
      'starts_at', g.starts_at, 'ends_at', g.ends_at, 'timezone', g.timezone, 'people', g.people, 'joined', (select count(*) from party_members m where m.party_id = p.id), 'split', p.split, 'currency', g.currency)
    || case when p_organizer or p_member_id is not null then jsonb_build_object('booking_type', p.booking_type, 'booking_id', p.booking_id, 'waivers', coalesce(g.details -> 'waivers', '[]'),
      'members', coalesce((
        select jsonb_agg(jsonb_build_object('member_id', m.id, 'name', m.name, 'is_organizer', m.is_organizer, 'is_me', m.id is not distinct from p_member_id)
            || case when p_organizer or m.id = p_member_id then jsonb_build_object('email', m.email, 'phone', m.phone, 'allergies', coalesce(m.allergies, '[]'), 'note', m.note, 'share', s.share, 'paid', s.paid, 'due', greatest(s.share - s.paid, 0),
                 'signed', app.member_signed(p.booking_type, p.booking_id, m.name), 'reminded_at', m.reminded_at) else '{}' end order by s.place)
        from party_members m join app.party_shares(p.id) s on s.member_id = m.id where m.party_id = p.id), '[]')) else '{}' end
    || case when p_organizer then jsonb_build_object('token', p.token, 'digits', p.digits, 'missing', greatest(g.people - (select count(*) from party_members m where m.party_id = p.id), 0),
      'waivers_missing', coalesce((g.details ->> 'waivers_missing')::int, 0), 'price', g.price, 'paid', app.paid_amount(p.booking_type, p.booking_id)) else '{}' end
  from booking_parties p, lateral app.guest_bookings(null, null, array[p.booking_id]) g where p.id = p_party_id;
$$;

-- The party of the one booking that number and contact name.
create or replace function app.own_party(p_reference text, p_contact text) returns uuid
language plpgsql stable security definer
as $$
declare
  v_ids uuid[] := app.find_guest_bookings(p_reference, p_contact);
  v_id uuid;
begin
  select p.id into v_id from booking_parties p where p.booking_id = any (v_ids) and cardinality(v_ids) = 1;
  if v_id is null then
    perform app.fail(404, 'There is no party for this booking yet.', 'p_reference');
  end if;
  return v_id;
end $$;

create or replace function app.check_allergies(p_allergies jsonb) returns jsonb
language plpgsql immutable
as $$
declare
  v jsonb := coalesce(nullif(p_allergies, 'null'), '[]');
begin
  if jsonb_typeof(v) <> 'array' or jsonb_array_length(v) > 20 or exists (select from jsonb_array_elements(v) e where jsonb_typeof(e) <> 'string' or length(e #>> '{}') > 60) then
    perform app.fail(400, 'Allergies are at most 20 words.', 'p_allergies');
  end if;
  return (select coalesce(jsonb_agg(w order by n), '[]') from (select app.clean_text(e #>> '{}', 60, 'p_allergies') as w, n from jsonb_array_elements(v) with ordinality x (e, n)) y where w is not null);
end $$;

-- Allergies are nobody's business a month after the evening.
create or replace function app.end_parties() returns int
language plpgsql security definer
as $$
declare
  v_count int;
begin
  -- closes_at is what the booking said when it was last looked at; it may have moved since, by whichever door
  update booking_parties p set closes_at = g.ends_at
  from app.guest_bookings(null, null, array(select d.booking_id from booking_parties d where d.is_open and d.closes_at <= now() or d.closes_at < now() - interval '30 days')) g
  where p.booking_type = g.booking_type and p.booking_id = g.booking_id and p.closes_at <> g.ends_at;
  update booking_parties set is_open = false where is_open and closes_at <= now();
  delete from booking_parties where closes_at < now() - interval '30 days';
  get diagnostics v_count = row_count;
  return v_count;
end $$;
comment on function app.end_parties() is 'Closes parties whose booking is over and forgets those of a month ago; returns how many were forgotten.';
grant execute on function app.end_parties() to service_role;
