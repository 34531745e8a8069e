-- The catalogue of what people are told (table app.messages), in the language of who is told. To add a text: rows in app/<module>/messages.sql, in each
-- language; db/tests/core/messages_test.sql holds that they are there, that their values are the same ones, and that each key that is used exists.

-- "Friday, 3 July", "Freitag, 3. Juli".
create or replace function app.day_text(p_day date, p_locale text) returns text
language sql immutable parallel safe
as $$
  select case p_locale
    when 'de' then format('%s, %s. %s', ('{Montag,Dienstag,Mittwoch,Donnerstag,Freitag,Samstag,Sonntag}'::text[])[extract(isodow from p_day)::int], extract(day from p_day),
                          ('{Januar,Februar,März,April,Mai,Juni,Juli,August,September,Oktober,November,Dezember}'::text[])[extract(month from p_day)::int])
    else to_char(p_day, 'FMDay, FMDD FMMonth') end;
$$;

-- The row of the catalogue that fits best: the language that is asked for or English, the channel or any.
create or replace function app.message_text(p_key text, p_locale text, p_channel text, out subject text, out body text, out locale text)
language sql stable security definer
as $$
  select m.subject, m.body, m.locale from app.messages m
  where m.key = p_key and m.locale in (left(lower(p_locale), 2), 'en') and m.channel in (p_channel, 'any')
  order by m.locale = left(lower(p_locale), 2) desc, m.channel = p_channel desc limit 1;
$$;

-- A text with its values, filled in once: what a value says is not read as a text. A value that is missing leaves a gap, except while
-- app.strict_messages is on (in tests), when it is an error: what is told must not undo what it tells of.
create or replace function app.fill_text(p_text text, p_values jsonb, p_locale text) returns text
language plpgsql stable
as $$
declare
  v_parts text[];
  v_name  text;
  v_all   text := '';
begin
  if p_text is null then
    return null;      -- a text message has no subject
  end if;
  for v_name in select distinct m[1] from regexp_matches(p_text, '\{\{#(\w+)\}\}', 'g') m loop
    p_text := regexp_replace(p_text, format('\{\{#%1$s\}\}(.*?)\{\{/%1$s\}\}', v_name), case when p_values ->> v_name is not null then '\1' else '' end, 'g');
  end loop;
  v_parts := regexp_split_to_array(p_text, '\{\{|\}\}');
  for n in 1 .. cardinality(v_parts) loop
    if n % 2 = 1 then
      v_all := v_all || v_parts[n];
      continue;
    end if;
    v_name := split_part(v_parts[n], '|', 1);
    if not p_values ? v_name and coalesce(current_setting('app.strict_messages', true), '') = 'on' then
      raise exception 'A message wants the value "%": %', v_name, p_text;
    end if;
    v_all := v_all || coalesce(case split_part(v_parts[n], '|', 2)
      when 'day' then app.day_text((p_values ->> v_name)::date, p_locale)
      when 'word' then coalesce((app.message_text('word_' || (p_values ->> v_name), p_locale, 'any')).subject, replace(p_values ->> v_name, '_', ' '))
      else p_values ->> v_name end, '');
  end loop;
  return v_all;
end $$;

create or replace function app.say(p_key text, p_locale text, p_values jsonb, p_channel text default 'any', out subject text, out body text)
language plpgsql stable
as $$
declare
  v_text record;
begin
  select * into v_text from app.message_text(p_key, p_locale, p_channel);
  if v_text.locale is null and coalesce(current_setting('app.strict_messages', true), '') = 'on' then
    raise exception 'There is no message "%".', p_key;
  end if;
  subject := coalesce(app.fill_text(v_text.subject, p_values, v_text.locale), initcap(replace(p_key, '_', ' ')));
  body := app.fill_text(v_text.body, p_values, v_text.locale);
end $$;
comment on function app.say(text, text, jsonb, text) is 'A message of the catalogue in a language, with its values; English where it has no other.';

-- The language of a person: what their card at the house says, what they chose for themselves, what the house speaks.
create or replace function app.language_of(p_organization_id uuid, p_user_id uuid default null, p_customer_id uuid default null) returns text
language sql stable security definer
as $$
  select left(lower(coalesce(
    (select nullif(c.locale, '') from customers c where c.id = p_customer_id),
    (select nullif(u.preferences ->> 'locale', '') from users u where u.id = p_user_id),
    (select nullif(o.locale, '') from organizations o where o.id = coalesce(p_organization_id, app.only_organization())), 'en')), 2);
$$;
comment on function app.language_of(uuid, uuid, uuid) is 'Two letters: the language in which a customer, a login or else the house is told something.';

-- Tells a user or customer (app.notify) what the catalogue has under p_key, which is also the kind of notification.
create or replace function app.tell(
  p_organization_id uuid, p_key text, p_values jsonb, p_user_id uuid default null, p_customer_id uuid default null,
  p_channels text[] default array['in_app', 'email'], p_data jsonb default '{}', p_run_at timestamptz default now(),
  p_about text default null, p_link text default null, p_priority text default 'medium') returns uuid
language plpgsql security definer
as $$
declare
  v_text record;
begin
  if p_user_id is null and p_customer_id is null then
    return null;
  end if;
  select * into v_text from app.say(p_key, app.language_of(p_organization_id, p_user_id, p_customer_id), p_values);
  return app.notify(p_organization_id, p_key, v_text.subject, v_text.body, p_user_id, p_customer_id, p_channels, p_data, p_run_at, p_about, p_link, p_priority);
end $$;
comment on function app.tell(uuid, text, jsonb, uuid, uuid, text[], jsonb, timestamptz, text, text, text) is
  'Tells a user or customer a message of the catalogue, in their language. p_about is the key under which a newer one replaces it (app.notify).';

-- The same to everybody of the organization who has one of these roles.
create or replace function app.tell_roles(
  p_organization_id uuid, p_roles text[], p_key text, p_values jsonb, p_channels text[] default array['in_app'], p_data jsonb default '{}',
  p_about text default null, p_link text default null, p_priority text default 'medium') returns int
language plpgsql security definer
as $$
declare
  v_user  uuid;
  v_count int := 0;
begin
  for v_user in
    select u.id from users u
    where u.organization_id = p_organization_id and u.role = any (p_roles) and u.is_active and u.deleted_at is null order by u.id
  loop
    perform app.tell(p_organization_id, p_key, p_values, v_user, null, p_channels, p_data, now(), p_about, p_link, p_priority);
    v_count := v_count + 1;
  end loop;
  return v_count;
end $$;
comment on function app.tell_roles(uuid, text[], text, jsonb, text[], jsonb, text, text, text) is 'Tells everybody of the organization who has one of these roles a message of the catalogue.';

grant execute on function app.message_text(text, text, text), app.fill_text(text, jsonb, text), app.say(text, text, jsonb, text), app.language_of(uuid, uuid, uuid),
  app.day_text(date, text) to service_role, maitred_auth;
grant execute on function app.tell(uuid, text, jsonb, uuid, uuid, text[], jsonb, timestamptz, text, text, text),
  app.tell_roles(uuid, text[], text, jsonb, text[], jsonb, text, text, text) to service_role;
