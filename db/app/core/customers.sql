-- Customers: one person, one row in an organization.

create or replace function app.normalize_email(p_email text) returns text
language sql immutable parallel safe
as $$ select nullif(lower(trim(p_email)), '') $$;

-- Where a merged customer went, and where that one went; null when nobody is there any more.
create or replace function app.kept_customer(p_customer_id uuid) returns uuid
language sql stable security definer
as $$
  with recursive step as (
    select c.id, c.merged_into, c.deleted_at, 1 as n from customers c where c.id = p_customer_id
    union all
    select c.id, c.merged_into, c.deleted_at, s.n + 1 from step s join customers c on c.id = s.merged_into where s.n < 50)
  select id from step where merged_into is null and deleted_at is null limit 1;
$$;
comment on function app.kept_customer(uuid) is 'The customer that this one was merged into, at the end of the chain; itself when it was not.';

-- Matches by login, then by e-mail, then by phone. A phone number that belongs to somebody with another e-mail address
-- is a shared one (a family, a front desk): that makes a new customer.
-- SECURITY DEFINER, because people who book for themselves may not read customers; the caller has checked that
-- the organization takes bookings from whoever asks.
--
-- What strangers type proves nothing, so it
--   * never changes what is known about a person: a booking under somebody's e-mail must not move their reminders
--     to another phone;
--   * is kept apart until somebody vouches for it (customers.contact_claimed): the next one who gives that number, at the desk or
--     themselves, is not joined with the address a stranger wrote next to it;
--   * never ties a login to a person: that takes an address or a number which the login has confirmed.
--     Whoever is tied to a customer row sees that customer's bookings and spends their credit, so the desk's word does not do for a
--     person whom the house knows: a booking may name one guest's login and another's address. What the desk begins anew for a login is a claim
--     until the login has confirmed its contact.
create or replace function app.find_or_create_customer(
  p_organization_id uuid,
  p_full_name text,
  p_email text default null,
  p_phone text default null,
  p_user_id uuid default null) returns uuid
language plpgsql security definer
as $$
declare
  v_email text := app.normalize_email(p_email);
  v_phone text := app.normalize_phone(p_phone, app.phone_country(p_organization_id));
  v_phone_finds boolean := true;
  v_trusted boolean := app.works_for(p_organization_id, 'customers', 'create');
  v_name text := trim(p_full_name);
  v_user record;
  v_link uuid;
  v_id uuid;
  v_known record;
begin
  if v_email is null and v_phone is null and p_user_id is null then
    perform app.fail(400, 'An e-mail address or a phone number is needed.', 'p_email');
  end if;
  if v_email is not null and (v_email !~ '^[^@\s]+@[^@\s]+$' or length(v_email) > 255) then
    perform app.fail(400, 'This is not an e-mail address.', 'p_email');
  end if;
  if v_phone is not null and (v_phone !~ '^\+?[0-9]{3,31}$') then
    perform app.fail(400, 'This is not a phone number.', 'p_phone');
  end if;

  if p_user_id is not null then
    select u.full_name, u.email, u.phone,
           u.email_verified as email_is_theirs,      -- proved, not only taken as confirmed
           coalesce(u.phone_verified and app.normalize_phone(u.phone, app.phone_country(p_organization_id)) = v_phone, false) as phone_is_theirs
      into v_user
    from users u where u.id = p_user_id and u.deleted_at is null;
    if not found then
      perform app.fail(404, 'There is no such user.', 'p_user_id');
    end if;
    v_name := coalesce(nullif(v_name, ''), v_user.full_name);
    if v_user.email is not null and v_user.email_is_theirs and not v_trusted then
      v_email := v_user.email;      -- another address stays with the booking; the person is the login
    end if;
    if v_trusted or (v_email is null and (v_phone is null or v_user.phone_is_theirs)) or (v_user.email_is_theirs and v_email = v_user.email) then
      v_link := p_user_id;
      v_phone_finds := v_trusted or v_user.phone_is_theirs;      -- who is found is tied to the login
      if not v_phone_finds then
        v_phone := null;      -- a number that is only typed stays with the booking: the desk finds people by it
      end if;
    end if;
  end if;
  if nullif(v_name, '') is null or length(v_name) > 255 then
    perform app.fail(400, 'A name is needed, of at most 255 characters.', 'p_full_name');
  end if;

  -- Two first bookings of one person at the same instant make one customer. Locks are taken in this order everywhere.
  if v_link is not null then
    perform pg_advisory_xact_lock(hashtextextended(concat_ws('/', 'customer', current_schema(), p_organization_id, v_link), 0));
  end if;
  if v_email is not null then
    perform pg_advisory_xact_lock(hashtextextended(concat_ws('/', 'customer', current_schema(), p_organization_id, v_email), 0));
  end if;
  if v_phone is not null then
    perform pg_advisory_xact_lock(hashtextextended(concat_ws('/', 'customer', current_schema(), p_organization_id, v_phone), 0));
  end if;

  v_id := app.find_customer(p_organization_id, v_link, v_email, v_phone, v_phone_finds, v_trusted);
  if v_id is not null and v_link is not null and v_trusted then
    select c.user_id, c.email, c.phone into v_known from customers c where c.id = v_id;
    if v_known.user_id is distinct from v_link and not app.has_proved(v_link, v_known.email, v_known.phone) then
      v_link := null;
    elsif v_known.user_id = v_link and not app.has_proved(v_link, v_email, v_phone) then
      v_email := null;      -- nor does a contact that is not theirs become the login's
      v_phone := null;
    end if;
  end if;
  if v_id is null then
    insert into customers (organization_id, user_id, full_name, first_name, last_name, email, phone, contact_claimed)
    values (p_organization_id, v_link, v_name,
            nullif(split_part(v_name, ' ', 1), ''),
            nullif(substr(v_name, length(split_part(v_name, ' ', 1)) + 2), ''),
            v_email, v_phone, case when v_link is null then not v_trusted
                                   else v_trusted and num_nonnulls(v_email, v_phone) > 0 and not app.has_proved(v_link, v_email, v_phone) end)
    returning id into v_id;
  elsif v_link is not null or v_trusted then
    update customers c set
      -- a login that had only claimed this person lets go when the house meets them
      user_id = case when c.contact_claimed and not app.has_proved(c.user_id, c.email, c.phone) then v_link else coalesce(c.user_id, v_link) end,
      phone = case when c.contact_claimed and (v_phone is not null or v_link is not null and not v_trusted) then v_phone else coalesce(c.phone, v_phone) end,
      email = coalesce(c.email, case when not exists (
        select from customers o
        where o.organization_id = p_organization_id and o.email = v_email and o.deleted_at is null) then v_email end),
      contact_claimed = c.contact_claimed and v_link is null and v_phone is null
    where c.id = v_id
      and (c.contact_claimed
           or (c.user_id is null and v_link is not null)
           or (c.phone is null and v_phone is not null)
           or (c.email is null and v_email is not null));
  end if;
  return v_id;
end $$;
comment on function app.find_or_create_customer(uuid, text, text, text, uuid) is
  'The customer of the organization with this login, e-mail or phone; made when there is none. Race-safe.';

-- The customer that login, e-mail or phone (as they are kept) lead to, or null. p_phone_finds: the number is a word about the person.
create or replace function app.find_customer(
  p_organization_id uuid, p_link uuid, p_email text, p_phone text, p_phone_finds boolean, p_trusted boolean) returns uuid
language plpgsql security definer
as $$
declare
  v_id uuid;
begin
  select c.id into v_id
  from customers c
  where c.organization_id = p_organization_id and c.deleted_at is null
    and (c.user_id = p_link
         or c.email = p_email
         -- an address that a visitor wrote next to a number is no word about whose number it is
         or (p_phone_finds and c.phone = p_phone and (p_email is null or c.email is null and (p_trusted or p_link is not null)) and (c.user_id is null or p_trusted)
             and not (c.contact_claimed and (c.email is not null or c.user_id is not null))))
  order by c.user_id = p_link desc nulls last, c.email = p_email desc nulls last, c.created_at, c.id
  limit 1;

  -- who was merged stays merged: the address of a duplicate leads to the customer that was kept
  if v_id is null then
    select app.kept_customer(c.id) into v_id
    from customers c
    where c.organization_id = p_organization_id and c.merged_into is not null
      and (c.email = p_email or p_phone_finds and c.phone = p_phone and (c.email is null or p_email is null))
    order by c.email = p_email desc nulls last, c.deleted_at desc, c.id
    limit 1;
    -- a login that is somebody else's is not given to them
    if p_link is not null and exists (select from customers k where k.id = v_id and k.user_id <> p_link) then
      v_id := null;
    end if;
  end if;
  return v_id;
end $$;

-- The address and the number that a login has shown to be its own: proved, not only taken as confirmed where nothing is. A throw-away login has none.
-- The one rule of what a proof is, for app.has_proved() and app.is_stranger().
create or replace function app.proved_contacts(p_user_id uuid, out email text, out phone text)
language sql stable security definer
as $$
  select case when u.email_verified then u.email end, case when u.phone_verified then u.phone end
  from users u where u.id = p_user_id and u.is_active and u.deleted_at is null and not u.is_anonymous;
$$;
comment on function app.proved_contacts(uuid) is 'The address and the number that this login has proved; null where there is none.';

-- Whether a login has shown that one of these is its own.
create or replace function app.has_proved(p_user_id uuid, p_email text, p_phone text) returns boolean
language sql stable security definer
as $$
  select exists (
    select from app.proved_contacts(p_user_id) c
    where c.email = app.normalize_email(p_email) or app.normalize_phone(c.phone) = app.normalize_phone(p_phone));
$$;
comment on function app.has_proved(uuid, text, text) is 'Whether this login has confirmed the address or the number.';

-- The customer rows (one an organization) of the login that asks. For policies: customer_id = any ((select app.own_customer_ids())::uuid[])
create or replace function app.own_customer_ids() returns uuid[]
language sql stable security definer
as $$
  select coalesce(array_agg(id), '{}') from customers
  where deleted_at is null and (user_id = auth.uid() or id = nullif(current_setting('app.acting_customer', true), '')::uuid)
$$;
comment on function app.own_customer_ids() is 'Customer rows that belong to the login which asks.';

grant execute on function app.normalize_email(text), app.own_customer_ids()
  to anon, authenticated, service_role, maitred_auth;
grant execute on function app.find_or_create_customer(uuid, text, text, text, uuid) to service_role;
