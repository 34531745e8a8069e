-- Words, codes and tokens.

-- Text from people: no control characters (they would reach a ticket printer), no direction overrides, trimmed, null when nothing is left.
create or replace function app.clean_text(p_text text, p_max int, p_field text) returns text
language plpgsql immutable parallel safe
as $$
declare
  v_text text := nullif(btrim(regexp_replace(replace(p_text, E'\r\n', E'\n'),
    E'[\u0001-\u0009\u000B-\u001F\u007F\u0080-\u009F\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]', '', 'g'), E' \n'), '');
begin
  if length(v_text) > p_max then
    perform app.fail(400, format('This text is too long: at most %s characters.', p_max), p_field, jsonb_build_object('max_length', p_max));
  end if;
  return v_text;
end $$;
comment on function app.clean_text(text, int, text) is 'What people wrote, without control characters; refuses what is too long.';

create or replace function app.clean_phone(p_phone text, p_field text) returns text
language plpgsql immutable parallel safe
as $$
declare
  v_phone text := app.clean_text(p_phone, 20, p_field);
begin
  if v_phone !~ '^\+?[0-9 ()/.-]{3,20}$' then
    perform app.fail(400, 'This is not a telephone number.', p_field, '{}', 'Digits, spaces and + ( ) / . - only.');
  end if;
  return v_phone;
end $$;

create or replace function app.clean_email(p_email text, p_field text) returns text
language plpgsql immutable parallel safe
as $$
declare
  v_email text := lower(app.clean_text(p_email, 255, p_field));
begin
  if v_email !~ '^[^@\s]+@[^@\s]+\.[^@\s]+$' then
    perform app.fail(400, 'This is not an e-mail address.', p_field);
  end if;
  return v_email;
end $$;

drop function if exists app.check_key(text);      -- app.own_key

-- 32 letters and digits that nobody mistakes for each other: five bits each, so no bias.
create or replace function app.random_code(p_length int) returns text
language sql volatile
as $$
  select string_agg(substr('23456789abcdefghjkmnopqrstuvwxyz', (get_byte(b, n) & 31) + 1, 1), '')
  from (select public.gen_random_bytes(p_length) as b) r, generate_series(0, p_length - 1) n;
$$;
comment on function app.random_code(int) is 'A random code people can read out, five bits a character.';

-- Three random bytes give 16,777,216 numbers; those from 16,000,000 up are thrown away, so that every OTP is equally likely.
create or replace function app.random_otp() returns text
language plpgsql volatile
as $$
declare
  v_bytes bytea;
  v_number int;
begin
  loop
    v_bytes := public.gen_random_bytes(3);
    v_number := (get_byte(v_bytes, 0) << 16) + (get_byte(v_bytes, 1) << 8) + get_byte(v_bytes, 2);
    if v_number < 16000000 then
      return lpad((v_number % 1000000)::text, 6, '0');
    end if;
  end loop;
end $$;
comment on function app.random_otp() is 'Six digits from a cryptographic source, all equally likely.';

create or replace function app.base64url(p_bytes bytea) returns text
language sql immutable parallel safe
as $$ select rtrim(translate(replace(encode(p_bytes, 'base64'), E'\n', ''), '+/', '-_'), '=') $$;

-- The only place in SQL where a token is made. The secret's characters are the HMAC key, as the daemon uses them.
create or replace function app.sign_token(p_claims jsonb) returns text
language plpgsql stable security definer
as $$
declare
  v_secret text;
  v_body   text := app.base64url('{"alg":"HS256","typ":"JWT"}') || '.' || app.base64url(convert_to(p_claims::text, 'UTF8'));
begin
  select k.jwt_secret into v_secret
  from public.tenants t join maitred.tenant_keys k on k.tenant_id = t.id
  where t.schema_name = current_schema();
  if v_secret is null then
    raise exception 'tenant % has no key', current_schema();
  end if;
  return v_body || '.' || app.base64url(public.hmac(convert_to(v_body, 'UTF8'), convert_to(v_secret, 'UTF8'), 'sha256'));
end $$;
comment on function app.sign_token(jsonb) is 'An HS256 token of this tenant with these claims. No client role may call it.';

grant execute on function app.clean_text(text, int, text), app.clean_phone(text, text), app.clean_email(text, text),
  app.random_code(int), app.random_otp(), app.base64url(bytea) to anon, authenticated, service_role, maitred_auth;
