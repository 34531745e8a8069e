-- Waivers: versions number themselves, a text that was signed stays as it is.

create or replace function app.number_waiver() returns trigger
language plpgsql security definer
as $$
begin
  if new.family_id is null or new.family_id = new.id then
    new.family_id := new.id;
    new.version := 1;
  else
    perform 1 from waivers w where w.id = new.family_id and w.organization_id = new.organization_id for update;
    if not found then
      perform app.fail(404, 'There is no such waiver.', 'family_id');
    end if;
    select max(w.version) + 1 into new.version from waivers w where w.family_id = new.family_id;
    if new.is_active then
      update waivers w set is_active = false where w.family_id = new.family_id and w.is_active;
    end if;
  end if;
  return new;
end $$;

create or replace function app.guard_waiver_content() returns trigger
language plpgsql security definer
as $$
begin
  if (new.family_id, new.version, new.organization_id) is distinct from (old.family_id, old.version, old.organization_id) then
    perform app.fail(422, 'A version stays what it is.', 'version');
  end if;
  if (new.title, new.content, new.language, new.minimum_age, new.adult_age)
       is distinct from (old.title, old.content, old.language, old.minimum_age, old.adult_age)
     and exists (select from waiver_submissions s where s.waiver_id = old.id) then
    perform app.fail(422, 'People have signed this text; make a new version.', 'content',
      jsonb_build_object('waiver_id', old.id, 'version', old.version), 'Call create_waiver with p_waiver_id.');
  end if;
  return new;
end $$;

-- One person, however the name is typed.
create or replace function app.signer_key(p_name text, p_born date) returns text
language sql immutable parallel safe
as $$ select app.fold_name(p_name) || coalesce('/' || p_born, '') $$;

-- The texts that everybody of a booking's party has to sign. Where nothing is said (is_required null) those that name a minimum age or a validity are about
-- the risk and are asked of each; others (pictures, rules of the house) only where there are no such texts.
create or replace function app.required_waivers(p_booking_id uuid) returns setof uuid
language sql stable security definer
as $$
  with forms as (
    select w.family_id, w.is_required, w.minimum_age > 0 or w.valid_days is not null as is_personal
    from bookings b join waivers w on w.organization_id = b.organization_id and w.is_active
      and (w.venue_id is null or w.venue_id = b.venue_id) and (w.game_id is null or w.game_id = b.game_id)
    where b.id = p_booking_id)
  select family_id from forms f
  where coalesce(f.is_required, f.is_personal or not exists (select from forms o where coalesce(o.is_required, o.is_personal)));
$$;

-- Who has signed what counts for a booking: for it; in advance under the name, address or number of the one who booked; or for an earlier
-- booking of the same customer, while that signature is valid and its text is the one in force.
create or replace function app.booking_signatures(p_booking_id uuid) returns table (person text, family_id uuid)
language sql stable security definer
as $$
  select distinct app.signer_key(s.signer_name, s.date_of_birth), w.family_id
  from bookings b join customers c on c.id = b.customer_id
  join waiver_submissions s on s.organization_id = b.organization_id and (s.expires_at is null or s.expires_at > b.starts_at)
  join waivers w on w.id = s.waiver_id
  left join bookings o on o.id = s.booking_id
  where b.id = p_booking_id
    and (s.booking_id = b.id
         or w.is_active and (
              s.booking_id is null and (s.customer_id = b.customer_id
                or s.signer_email in (c.email, app.normalize_email(b.contact_email))
                or app.normalize_phone(s.signer_phone, app.phone_country(b.organization_id)) = coalesce(app.normalize_phone(b.contact_phone, app.phone_country(b.organization_id)), c.phone)
                or app.fold_name(s.signer_name) in (app.fold_name(c.full_name), app.fold_name(b.contact_name)))
              or o.customer_id = b.customer_id and s.expires_at is not null));
$$;

-- How many of the party still have to sign: a person is through who has signed every text that is asked of each.
create or replace function app.waivers_missing(p_booking_id uuid) returns int
language sql stable security definer
as $$
  select case when g.requires_waiver then greatest(b.party_size - (
    select count(*) from (
      select s.person from app.booking_signatures(b.id) s
      where s.family_id in (select app.required_waivers(b.id)) or not exists (select app.required_waivers(b.id))
      group by s.person
      having count(distinct s.family_id) >= (select count(*) from app.required_waivers(b.id))) through), 0)::int
    else 0 end
  from bookings b join games g on g.id = b.game_id where b.id = p_booking_id;
$$;
comment on function app.waivers_missing(uuid) is 'People of a booking who have not signed everything before check-in.';

-- What is written on a waiver has the form of it.
create or replace function app.check_signed_texts(
  p_signer_name text, p_signer_email text, p_signer_phone text, p_signature text, p_guardian_signature text, p_answers jsonb) returns void
language plpgsql immutable
as $$
begin
  if nullif(trim(p_signer_name), '') is null or length(p_signer_name) > 255 or p_signer_name ~ '[[:cntrl:]]' then
    perform app.fail(400, 'A name is needed, of at most 255 characters.', 'p_signer_name');
  end if;
  if p_signer_email is not null and (app.normalize_email(p_signer_email) !~ '^[^@\s]+@[^@\s]+$' or length(p_signer_email) > 255) then
    perform app.fail(400, 'This is not an e-mail address.', 'p_signer_email');
  end if;
  if length(p_signer_phone) > 32 then
    perform app.fail(400, 'This is not a phone number.', 'p_signer_phone');
  end if;
  if length(p_signature) > 500000 then
    perform app.fail(400, 'The drawing is too large.', 'p_signature');
  end if;
  if length(p_guardian_signature) > 500000 then
    perform app.fail(400, 'The drawing is too large.', 'p_guardian_signature');
  end if;
  if jsonb_typeof(coalesce(p_answers, '{}')) <> 'object' or length(p_answers::text) > 20000 then
    perform app.fail(400, 'Answers are an object.', 'p_answers');
  end if;
end $$;

-- Who signs is old enough, or somebody signs for them.
create or replace function app.check_signer(
  p_date_of_birth date, p_today date, p_minimum_age int, p_adult_age int,
  p_signer_name text, p_signature text, p_guardian_name text, p_guardian_signature text, out age int, out is_minor boolean)
language plpgsql stable
as $$
begin
  if p_date_of_birth is null then
    perform app.fail(400, 'The date of birth is needed.', 'p_date_of_birth');
  end if;
  if p_date_of_birth > p_today or p_date_of_birth < p_today - interval '130 years' then
    perform app.fail(400, 'This is no date of birth.', 'p_date_of_birth');
  end if;
  age := extract(year from pg_catalog.age(p_today, p_date_of_birth));
  if age < p_minimum_age then
    perform app.fail(422, format('Participants are at least %s years old.', p_minimum_age), 'p_date_of_birth',
      jsonb_build_object('minimum_age', p_minimum_age, 'age', age));
  end if;
  is_minor := age < p_adult_age;
  if is_minor and (nullif(trim(p_guardian_name), '') is null or length(p_guardian_name) > 255) then
    perform app.fail(400, 'A guardian signs for people under age: their name is needed.', 'p_guardian_name', jsonb_build_object('adult_age', p_adult_age));
  end if;
  if is_minor and nullif(trim(p_guardian_signature), '') is null then
    perform app.fail(400, 'A guardian signs for people under age.', 'p_guardian_signature', jsonb_build_object('adult_age', p_adult_age));
  end if;
  if is_minor and app.fold_name(p_guardian_name) = app.fold_name(p_signer_name) then
    perform app.fail(400, 'A child does not sign for itself: name the guardian.', 'p_guardian_name', jsonb_build_object('adult_age', p_adult_age));
  end if;
  if not is_minor and nullif(trim(p_signature), '') is null then
    perform app.fail(400, 'A signature is needed.', 'p_signature');
  end if;
end $$;

-- The customer who booked, when it is they who sign. The booking is locked; refuses what does not belong to it, or to anybody of its party any more.
create or replace function app.waiver_customer(
  p_organization_id uuid, p_waiver_id uuid, p_family_id uuid, p_venue_id uuid, p_game_id uuid, p_booking_id uuid,
  p_signer_name text, p_signer_email text, p_date_of_birth date) returns uuid
language plpgsql security definer
as $$
declare
  v_booking  record;
  v_customer uuid;
begin
  select b.id, b.customer_id, b.status, b.ends_at, b.party_size, b.venue_id, b.game_id into v_booking
  from bookings b where b.id = p_booking_id and b.organization_id = p_organization_id for no key update;
  if not found then
    perform app.fail(404, 'There is no such booking.', 'p_booking_id');
  end if;
  -- the customer who booked, when it is they who sign
  select c.id into v_customer from customers c
  where c.id = v_booking.customer_id and (c.email = app.normalize_email(p_signer_email) or app.fold_name(c.full_name) = app.fold_name(p_signer_name));
  if p_venue_id <> v_booking.venue_id or p_game_id <> v_booking.game_id then
    perform app.fail(422, 'This waiver is not for this booking.', 'p_waiver_id');
  end if;
  if v_booking.status in ('cancelled', 'no_show', 'completed') then
    perform app.fail(422, format('The booking is %s.', replace(v_booking.status, '_', ' ')), 'p_booking_id');
  end if;
  if exists (select from waiver_submissions s where s.organization_id = p_organization_id and s.booking_id = p_booking_id
               and s.waiver_id = p_waiver_id and app.signer_key(s.signer_name, s.date_of_birth) = app.signer_key(p_signer_name, p_date_of_birth)) then
    perform app.fail(409, 'This person has signed already.', 'p_signer_name');
  end if;
  -- twice the party: somebody may be replaced
  if (select count(*) from waiver_submissions s join waivers w on w.id = s.waiver_id
      where s.organization_id = p_organization_id and s.booking_id = p_booking_id and w.family_id = p_family_id) >= v_booking.party_size * 2 then
    perform app.fail(409, 'The whole party has signed.', 'p_booking_id');
  end if;
  return v_customer;
end $$;

grant execute on function app.number_waiver(), app.guard_waiver_content() to anon, authenticated, service_role;
grant execute on function app.signer_key(text, date) to anon, authenticated, service_role;
grant execute on function app.waivers_missing(uuid) to service_role;
