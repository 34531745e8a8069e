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

grant execute on function app.number_waiver(), app.guard_waiver_content() to anon, authenticated, service_role;
grant execute on function app.signer_key(text, date) to anon, authenticated, service_role;
grant execute on function app.waivers_missing(uuid) to service_role;
