-- What the functions of the auth dialect return: one jsonb, read by src/auth/flow.c.
--
--   {"status": 200, "body": {…}}                     an answer
--   {"status": 200, "body": {…}, "claims": {…}}      a session: the daemon signs the claims and adds the token to the body
--   {"status": 422, "error": {"code": …, "message": …}}
--   {"redirect": url, …}                             with a session, an error, or nothing to add to the fragment
--   anything else                                    the first of two statements: material for the daemon's own work
--
-- An error is a value, not an exception, so that counted attempts and the audit trail stay.
-- Parameter p: {"in": the client's body, "ctx": {base, ip, redirect_to, lifetime_s, …}, "begin": …, "work": …}.
-- They run as maitred_auth in the tenant's search_path; no client role may call them.

create or replace function app.auth_error(p_status int, p_code text, p_message text, p_more jsonb default '{}') returns jsonb
language sql immutable
as $$ select jsonb_build_object('status', p_status, 'error', jsonb_build_object('code', p_code, 'message', p_message) || p_more) $$;

create or replace function app.auth_body(p_body jsonb, p_status int default 200) returns jsonb
language sql immutable
as $$ select jsonb_build_object('status', p_status, 'body', p_body) $$;

create or replace function app.auth_wait(p_seconds int, p_code text default 'over_request_rate_limit') returns jsonb
language sql immutable
as $$
  select app.auth_error(429, p_code,
    format('For security purposes, you can only request this after %s seconds.', p_seconds), jsonb_build_object('retry_after', p_seconds));
$$;

-- What a tenant may decide: tenants.settings -> 'auth'. docs/auth.md lists them.
create or replace function app.auth_settings() returns jsonb
language sql stable security definer
as $$
  select jsonb_build_object(
      'signup', coalesce(t.settings -> 'signup', 'true'),
      'email', true, 'phone', true, 'anonymous', true, 'manual_linking', true,
      'confirm_email', true, 'confirm_phone', true,
      'otp_expiry_s', 3600, 'mail_interval_s', 60, 'sms_interval_s', 60,
      'refresh_grace_s', 10, 'session_max_s', null, 'session_idle_s', null,
      'reauthenticate_after_s', 86400, 'password_history', 5,
      'lock_after', 5, 'lock_first_s', 30, 'lock_most_s', 900, 'lock_forget_s', 3600, 'address_lock_after', 50, 'code_lock_after', 10,
      'factors_max', 10, 'key_standby_s', 60, 'key_days', 90,
      'site_url', null, 'redirect_urls', '[]'::jsonb, 'mail', '{}'::jsonb,
      'limits', '{}'::jsonb)
    || coalesce(t.settings -> 'auth', '{}')
  from public.tenants t where t.schema_name = current_schema();
$$;
comment on function app.auth_settings() is 'The tenant''s sign-in settings over their defaults.';

create or replace function app.auth_setting_s(p_name text) returns int
language sql stable
as $$ select (app.auth_settings() ->> p_name)::int $$;

-- Where a request comes from, for counting: a household gets a whole /64 of IPv6, and would have as many tries as addresses.
create or replace function app.auth_place(p jsonb) returns text
language sql stable
as $$
  select case when position(':' in ip) > 0 then host(network(set_masklen(ip::inet, 64))) else ip end
  from (select coalesce(p -> 'ctx' ->> 'ip', '') as ip) t;
$$;

-- How many: of one address in five minutes, by endpoint; of one address and of the whole tenant in an hour, for throw-away logins and for
-- messages. settings.limits may say otherwise; 0 switches one off.
create or replace function app.auth_limit_of(p_name text) returns int
language sql stable
as $$
  select coalesce(app.auth_settings() -> 'limits' ->> p_name,
    '{"signup": 60, "anonymous": 60, "token": 300, "refresh": 900, "otp": 60, "verify": 60, "factors": 60, "oauth": 120,
      "anonymous_hour": 120, "anonymous_tenant": 1000, "mail": 60, "mail_tenant": 600, "sms": 20, "sms_tenant": 200}'::jsonb ->> p_name)::int;
$$;

-- Attempts an address has for an endpoint, in five minutes.
create or replace function app.auth_limit(p_endpoint text, p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_limit int := app.auth_limit_of(p_endpoint);
  v_wait int;
begin
  if v_limit > 0 then
    v_wait := app.rate_limit(format('auth:%s:%s', p_endpoint, app.auth_place(p)), v_limit, interval '5 minutes');
    if v_wait > 0 then
      return app.auth_wait(v_wait);
    end if;
  end if;
  return null;
end $$;

-- Texts that nobody guesses: base64url of random bytes; six digits.
create or replace function app.auth_base64url(p_bytes bytea) returns text
language sql immutable
as $$ select translate(encode(p_bytes, 'base64'), E'+/=\n', '-_') $$;

create or replace function app.auth_from_base64url(p_text text) returns bytea
language plpgsql immutable
as $$
begin
  return decode(translate(p_text, '-_', '+/') || repeat('=', (4 - length(p_text) % 4) % 4), 'base64');
exception when others then
  return null;
end $$;

create or replace function app.auth_code() returns text
language sql volatile
as $$ select lpad(((('x' || encode(public.gen_random_bytes(7), 'hex'))::bit(56)::bigint) % 1000000)::text, 6, '0') $$;

create or replace function app.auth_hash(p_text text) returns bytea
language sql immutable
as $$ select sha256(convert_to(p_text, 'UTF8')) $$;

create or replace function app.auth_uri_escape(p_text text) returns text
language sql immutable
as $$
  select coalesce(string_agg(case when c ~ '[A-Za-z0-9_.~-]' then c
                                  else regexp_replace(upper(encode(convert_to(c, 'UTF8'), 'hex')), '(..)', '%\1', 'g') end, '' order by n), '')
  from string_to_table(p_text, null) with ordinality as t(c, n);
$$;

-- A listed address as a regular expression: * stands for anything but a slash, ** for anything. Neither leaves the host it stands in: a
-- question mark or a hash would end it, and the browser would go to what stands before (https://evil?.shop.example for https://*.shop.example).
create or replace function app.auth_redirect_pattern(p_listed text) returns text
language sql immutable
as $$
  select '^' || string_agg(replace(replace(replace(regexp_replace(part, '([].+?^$(){}|\\[])', '\\\1', 'g'),
           '**', E'\x01'), '*', one), E'\x01', any_), '' order by n) || '$'
  from (values (1, coalesce(substring(p_listed from '^[^/]*//[^/]*'), ''), '[^/?#@]*', '[^/?#@]*'),
               (2, regexp_replace(p_listed, '^[^/]*//[^/]*', ''), '[^/]*', '.*')) t(n, part, one, any_);
$$;

-- Where a link may lead: the site itself, or an address the tenant lists.
create or replace function app.auth_redirect(p jsonb) returns text
language plpgsql stable
as $$
declare
  v_settings jsonb := app.auth_settings();
  v_site text := coalesce(v_settings ->> 'site_url', p -> 'ctx' ->> 'base');
  v_wanted text := nullif(coalesce(p -> 'ctx' ->> 'redirect_to', p -> 'in' ->> 'redirect_to'), '');
  v_pattern text;
begin
  if v_wanted is null or v_wanted ~ '[[:cntrl:][:space:]\\]' or length(v_wanted) > 2000 then
    return v_site;
  end if;
  if v_wanted ~ '^/([^/]|$)' then
    return v_site || v_wanted;
  end if;
  foreach v_pattern in array array[v_site, p -> 'ctx' ->> 'base'] loop
    if v_wanted = v_pattern or v_wanted ^@ (rtrim(v_pattern, '/') || '/') or v_wanted ^@ (rtrim(v_pattern, '/') || '?')
       or v_wanted ^@ (rtrim(v_pattern, '/') || '#') then
      return v_wanted;
    end if;
  end loop;
  for v_pattern in select * from jsonb_array_elements_text(v_settings -> 'redirect_urls') loop
    if v_wanted ~ app.auth_redirect_pattern(v_pattern) then
      return v_wanted;
    end if;
  end loop;
  return v_site;
end $$;
comment on function app.auth_redirect(jsonb) is 'The wanted address when it is an allowed one, else the site: no open redirect.';

-- The address people type, in its one spelling; null when it is none.
create or replace function app.auth_email(p_text text) returns text
language sql immutable
as $$
  select v from (select lower(trim(p_text)) as v) t
  where v ~ '^[^@\s[:cntrl:]<>"(),;:\\]+@[a-z0-9]([a-z0-9.-]*[a-z0-9])?$' and length(v) <= 255 and v !~ '\.\.';
$$;

create or replace function app.auth_phone(p_text text) returns text
language sql immutable
as $$
  select v from (select regexp_replace(app.normalize_phone(p_text), '^\+?', '+') as v) t where p_text !~ '[[:alpha:]]' and v ~ '^\+[1-9][0-9]{5,14}$';
$$;
comment on function app.auth_phone(text) is 'E.164, as it is stored and sent; null when the text is no phone number.';

create or replace function app.auth_event(p_type text, p_severity text, p_description text, p_user_id uuid default null, p_metadata jsonb default '{}') returns void
language sql
as $$ select app.log_security_event(p_type, p_severity, p_description, p_user_id, p_metadata) $$;

-- Only the auth dialect calls these.
grant execute on function
  app.auth_error(int, text, text, jsonb),
  app.auth_body(jsonb, int),
  app.auth_wait(int, text),
  app.auth_settings(),
  app.auth_setting_s(text),
  app.auth_place(jsonb),
  app.auth_limit_of(text),
  app.auth_limit(text, jsonb),
  app.auth_base64url(bytea),
  app.auth_from_base64url(text),
  app.auth_code(),
  app.auth_hash(text),
  app.auth_uri_escape(text),
  app.auth_redirect_pattern(text),
  app.auth_redirect(jsonb),
  app.auth_email(text),
  app.auth_phone(text),
  app.auth_event(text, text, text, uuid, jsonb)
  to maitred_auth;
