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

-- How many of the party still have to sign.
create or replace function app.waivers_missing(p_booking_id uuid) returns int
language sql stable security definer
as $$
  select case when g.requires_waiver then greatest(b.party_size - (
    select count(*) from waiver_submissions s
    where s.organization_id = b.organization_id and s.booking_id = b.id and (s.expires_at is null or s.expires_at > b.starts_at)), 0)::int
    else 0 end
  from bookings b join games g on g.id = b.game_id where b.id = p_booking_id;
$$;
comment on function app.waivers_missing(uuid) is 'Signatures that a booking still needs before check-in.';

grant execute on function app.number_waiver(), app.guard_waiver_content() to anon, authenticated, service_role;
grant execute on function app.waivers_missing(uuid) to service_role;
