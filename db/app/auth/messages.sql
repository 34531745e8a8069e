-- Links and codes that go out: one row in one_time_tokens, one job in the same transaction.

-- A fresh link and code of this kind; the one before is worth nothing any more. A code that comes alone lives ten minutes, an invitation a day.
create or replace function app.auth_make_token(
  p_user_id uuid, p_kind text, p_relates_to text, p jsonb, p_metadata jsonb default '{}') returns jsonb
language plpgsql
as $$
declare
  v_id uuid := gen_random_uuid();
  v_token text := app.auth_base64url(public.gen_random_bytes(32));
  v_code text := app.auth_code();
begin
  delete from one_time_tokens where user_id = p_user_id and kind = p_kind;
  insert into one_time_tokens as t (id, user_id, kind, token_hash, code_hash, relates_to, redirect_to, code_challenge, code_challenge_method, metadata, expires_at)
  values (v_id, p_user_id, p_kind, app.auth_hash(v_token), app.auth_hash(v_id || v_code), p_relates_to, app.auth_redirect(p),
          nullif(p -> 'in' ->> 'code_challenge', ''), lower(nullif(p -> 'in' ->> 'code_challenge_method', '')),
          -- where it was asked for; an administrator's link may be opened anywhere
          case when p_metadata ? 'vouched' or p_kind = 'invite' or app.auth_place(p) = '' then '{}' else jsonb_build_object('place', app.auth_place(p)) end || p_metadata,
          now() + make_interval(secs => case when p_kind in ('phone_confirmation', 'phone_change', 'reauthentication') then 600
                                             when p_kind = 'invite' then 86400 else app.auth_setting_s('otp_expiry_s') end))
  on conflict (user_id, kind) do update set
    id = excluded.id, token_hash = excluded.token_hash, code_hash = excluded.code_hash, relates_to = excluded.relates_to,
    redirect_to = excluded.redirect_to, code_challenge = excluded.code_challenge, code_challenge_method = excluded.code_challenge_method,
    metadata = excluded.metadata, expires_at = excluded.expires_at, attempts = 0, created_at = now();
  return jsonb_build_object('token', v_token, 'code', v_code);
end $$;

create or replace function app.auth_link(p_token text, p_kind text, p jsonb) returns text
language sql stable
as $$
  select format('%s/auth/v1/verify?token=%s&type=%s&redirect_to=%s', p -> 'ctx' ->> 'base', p_token,
    case when p_kind = 'confirmation' then 'signup' when p_kind like 'email_change%' then 'email_change' else p_kind end,
    app.auth_uri_escape(app.auth_redirect(p)));
$$;

-- A number gets a text message with the code, an address a mail with link and code.
create or replace function app.auth_send_token(p_user_id uuid, p_kind text, p_to text, p jsonb, p_metadata jsonb default '{}') returns void
language plpgsql
as $$
declare
  v_made jsonb := app.auth_make_token(p_user_id, p_kind, p_to, p, p_metadata);
  v_occasion text := case
    when app.auth_channel(p_to) = 'sms' then 'sms'
    when p_metadata ? 'occasion' then p_metadata ->> 'occasion'
    -- whether an address is taken is not told to who asks for it: its owner learns that somebody tried, and the link that would complete
    -- the change is sent to nobody
    when p_kind = 'email_change_new' and exists (select from users where email = p_to and deleted_at is null) then 'already_registered'
    when p_kind like 'email_change%' then 'email_change'
    else p_kind end;
begin
  perform app.auth_send(v_occasion, p_to, jsonb_strip_nulls(jsonb_build_object(
    'email', p_metadata -> 'new_email',
    'code', case when v_occasion <> 'already_registered' then v_made -> 'code' end,
    'link', case when v_occasion not in ('already_registered', 'reauthentication', 'sms') then app.auth_link(v_made ->> 'token', p_kind, p) end)));
end $$;

-- The text of an occasion, in the language of the address's owner: what the house has written (settings.mail.<occasion> {"subject", "text"}), else the
-- catalogue's (app.messages, key auth_<occasion>). {{link}} {{code}} {{tenant}} {{email}} are filled in, once: what a value says is not read as a text.
create or replace function app.auth_send(p_occasion text, p_to text, p_values jsonb default '{}') returns void
language plpgsql
as $$
declare
  v_own jsonb := app.auth_settings() -> 'mail' -> p_occasion;
  v_locale text := app.language_of_address(p_to);
  v_values jsonb := jsonb_build_object('tenant', app.tenant_name(), 'email', p_to, 'link', null, 'code', null) || p_values;
  v_text record;
begin
  if jsonb_typeof(v_own) = 'object' then
    select app.fill_text(v_own ->> 'subject', v_values, v_locale) as subject, app.fill_text(v_own ->> 'text', v_values, v_locale) as body into v_text;
  else
    select * into v_text from app.say('auth_' || p_occasion, v_locale, v_values, app.auth_channel(p_to));
  end if;
  perform app.enqueue(case app.auth_channel(p_to) when 'sms' then 'send_sms' else 'send_mail' end,
    jsonb_strip_nulls(jsonb_build_object('to', p_to, 'occasion', p_occasion, 'subject', case when app.auth_channel(p_to) = 'mail' then v_text.subject end, 'text', v_text.body)));
end $$;

-- Who has this address, and the language they are written to in; the house's for an address that nobody has, so that a letter tells nothing of that.
create or replace function app.language_of_address(p_to text) returns text
language sql stable security definer
as $$
  select app.language_of(u.organization_id, u.id, (select c.id from customers c where c.user_id = u.id and c.deleted_at is null limit 1))
  from (select 1) one left join users u on (u.email = p_to or u.phone = p_to) and u.deleted_at is null limit 1;
$$;

create or replace function app.auth_channel(p_to text) returns text
language sql immutable
as $$ select case when position('@' in p_to) > 0 then 'mail' else 'sms' end $$;

create or replace function app.tenant_name() returns text
language sql stable security definer
as $$ select name from public.tenants where schema_name = current_schema() $$;

-- How often one address gets a message. Counted for every address that is typed in, known or not.
drop function if exists app.auth_may_send(text);
create or replace function app.auth_may_send(p_to text, p jsonb) returns jsonb
language plpgsql
as $$
declare
  v_channel text := app.auth_channel(p_to);
  v_interval int := app.auth_setting_s(v_channel || '_interval_s');
  v_code text := format('over_%s_send_rate_limit', case v_channel when 'mail' then 'email' else 'sms' end);
  v_wait int;
  v record;
begin
  if v_interval > 0 then
    v_wait := app.rate_limit(format('send:%s:%s', v_channel, encode(app.auth_hash(p_to), 'hex')), 1, make_interval(secs => v_interval));
    if v_wait > 0 then
      return app.auth_wait(v_wait, v_code);
    end if;
  end if;
  -- messages to addresses of a stranger's choice: so many an hour from one place, and for the whole house
  for v in select format('send:%s:from:%s', v_channel, app.auth_place(p)) as bucket, v_channel as name, app.auth_place(p) <> '' as counts
           union all select format('send:%s:all', v_channel), v_channel || '_tenant', true loop
    if v.counts and app.auth_limit_of(v.name) > 0 then
      v_wait := app.rate_limit(v.bucket, app.auth_limit_of(v.name), interval '1 hour');
      if v_wait > 0 then
        perform app.auth_event('mail_budget_spent', 'error', 'Too many sign-in messages in an hour.', null, jsonb_build_object('limit', v.name));
        return app.auth_wait(v_wait, v_code);
      end if;
    end if;
  end loop;
  return null;
end $$;

-- Only the auth dialect calls these.
grant execute on function
  app.auth_make_token(uuid, text, text, jsonb, jsonb),
  app.auth_link(text, text, jsonb),
  app.auth_send_token(uuid, text, text, jsonb, jsonb),
  app.language_of_address(text),
  app.auth_send(text, text, jsonb),
  app.auth_channel(text),
  app.tenant_name(),
  app.auth_may_send(text, jsonb)
  to maitred_auth;
