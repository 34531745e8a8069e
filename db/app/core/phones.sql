-- One number, however it is written. By the numbering plans of app.phone_regions (Google's libphonenumber), by its rules where they are simple: what is dialled
-- for abroad goes, what stands before a national number goes, the country's code comes. A number that no plan knows keeps its digits.

-- Behind what is dialled at home ("0", "8", Argentina's 0…15, Brazil's carriers). A number that is right as it stands is left alone.
create or replace function app.national_number(p_digits text, p_pattern text, p_prefix text, p_transform text) returns text
language plpgsql immutable parallel safe
as $$
declare
  v_match text[] := regexp_match(p_digits, '^((?:' || p_prefix || '))');
  v_rest text;
begin
  if v_match is null or v_match[1] = '' then
    return p_digits;
  end if;
  v_rest := substr(p_digits, length(v_match[1]) + 1);
  if p_transform is not null and v_match[array_length(v_match, 1)] is not null and array_length(v_match, 1) > 1 then
    v_rest := replace(replace(p_transform, '$1', coalesce(v_match[2], '')), '$2', coalesce(v_match[3], '')) || v_rest;
  end if;
  if p_digits ~ ('^(?:' || p_pattern || ')$') and v_rest !~ ('^(?:' || p_pattern || ')$') then
    return p_digits;
  end if;
  return v_rest;
end $$;

-- Digits with a country's code in front, as +…; null when no plan knows them.
create or replace function app.international_number(p_digits text) returns text
language plpgsql stable parallel safe
as $$
declare
  r record;
  v_rest text;
begin
  for r in
    select g.code, g.pattern, g.prefix, g.transform from app.phone_regions g
    where g.code in (left(p_digits, 1), left(p_digits, 2), left(p_digits, 3)) order by length(g.code), g.rank
  loop
    v_rest := substr(p_digits, length(r.code) + 1);
    if r.code = '52' and v_rest ~ '^1[2-9][0-9]{9}$' then
      v_rest := substr(v_rest, 2);      -- Mexico's mobiles had a 1 until 2019, chats still write it
    end if;
    v_rest := app.national_number(v_rest, r.pattern, r.prefix, r.transform);
    if v_rest ~ ('^(?:' || r.pattern || ')$') then
      return '+' || r.code || v_rest;
    end if;
  end loop;
  return null;
end $$;

create or replace function app.normalize_phone(p_phone text, p_country text default null) returns text
language plpgsql stable parallel safe
as $$
declare
  -- Arabic-Indic, Persian, Devanagari and full-width digits
  v_text text := translate(coalesce(p_phone, ''), '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९０１２３４５６７８９＋', '0123456789012345678901234567890123456789+');
  v_chat boolean := v_text ~ '^\s*\+?[0-9]{6,15}@';
  v_home record;
  v_digits text;
  v_rest text;
begin
  if v_text !~ '[0-9]' then
    return null;
  end if;
  v_text := regexp_replace(v_text, '^\s*(tel|sms|callto|whatsapp):(//)?', '', 'i');
  v_text := regexp_replace(v_text, '@.*$', '');
  -- extensions are not part of the number
  v_text := regexp_replace(v_text, '[;,]?\s*(extension|extn|ext|x|#|доб|ramal|anexo|interno|int|durchwahl|dw|klappe|kl|poste|وصلة|داخلي)\.?\s*[:=]?\s*[0-9]{1,7}\s*#?\s*$', '', 'i');
  v_text := regexp_replace(v_text, '[;,]+\s*[0-9]{1,7}\s*$', '');
  -- +49 (0)30: a zero that is dialled at home only; Italy's belongs to the number
  if v_text ~ '^[\s(]*(\+|00)' and v_text !~ '^[\s(]*(\+|00)\s*(39|378|379)' then
    v_text := regexp_replace(v_text, '\(\s*0\s*\)', '');
  end if;
  v_digits := regexp_replace(v_text, '[^0-9]', '', 'g');
  if v_digits = '' then
    return null;
  end if;
  select g.code, g.idd, g.pattern, g.prefix, g.transform into v_home from app.phone_regions g where g.region = upper(p_country);
  if v_text ~ '^[\s(]*\+' or v_chat then
    return coalesce(app.international_number(v_digits), '+' || v_digits);
  end if;
  if v_digits ~ ('^(?:' || coalesce(v_home.idd, '00') || ')') and length(v_digits) > 8 then
    v_rest := app.international_number(regexp_replace(v_digits, '^(?:' || coalesce(v_home.idd, '00') || ')', ''));
    if v_rest is not null then
      return v_rest;
    end if;
  end if;
  if v_digits like '00%' then
    return coalesce(app.international_number(substr(v_digits, 3)), '+' || substr(v_digits, 3));
  end if;
  if v_home.code is not null then
    v_rest := app.national_number(v_digits, v_home.pattern, v_home.prefix, v_home.transform);
    if v_rest ~ ('^(?:' || v_home.pattern || ')$') then
      return '+' || v_home.code || v_rest;
    end if;
  end if;
  -- a chat's id, or somebody who left the plus out
  return coalesce(case when length(v_digits) >= 10 and v_digits not like '0%' then app.international_number(v_digits) end, v_digits);
end $$;
comment on function app.normalize_phone(text, text) is
  'A phone number as +, country''s code and national number, by the numbering plans; national ones are read as those of p_country (ISO 3166). What no plan knows stays digits, with + where it had one. Extensions, trunk zeros in brackets, other scripts'' digits and chat ids are understood.';

-- The country whose numbers people write without a code at this organization.
create or replace function app.phone_country(p_organization_id uuid) returns text
language sql stable security definer
as $$
  select coalesce(o.country, (select z.country from app.zone_countries z where z.zone = o.timezone)) from organizations o where o.id = p_organization_id;
$$;
comment on function app.phone_country(uuid) is 'The organization''s country, or that of its time zone.';

-- Customers' numbers are kept one way, whichever door they come through. What cannot be read as a number stays as it was typed.
create or replace function app.spell_phone() returns trigger
language plpgsql security definer
as $$
declare
  v_country text;
begin
  if new.phone is not null then
    execute format('select coalesce(o.country, (select z.country from app.zone_countries z where z.zone = o.timezone)) from %I.organizations o where o.id = $1', tg_table_schema)
      into v_country using new.organization_id;
    new.phone := coalesce(app.normalize_phone(new.phone, v_country), nullif(trim(new.phone), ''));
  end if;
  return new;
end $$;

grant execute on function app.national_number(text, text, text, text), app.international_number(text), app.normalize_phone(text, text), app.spell_phone()
  to anon, authenticated, service_role, maitred_auth;
grant execute on function app.phone_country(uuid) to anon, authenticated, service_role;
