-- People of another installation of the dialect, as its own tables hold them: {"user": a row of auth.users, "identities": rows of auth.identities}.
-- See docs/from-supabase.md.
create or replace function app.import_user(p jsonb) returns text
language plpgsql
as $$
declare
  u jsonb := case when p ? 'user' then p -> 'user' else p end;
  v_email text := app.auth_email(u ->> 'email');
  v_phone text := app.auth_phone('+' || ltrim(nullif(u ->> 'phone', ''), '+'));
  v_hash text := case when u ->> 'encrypted_password' ~ '^\$2[abxy]\$(0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}$' then u ->> 'encrypted_password' end;
  v_meta jsonb := case when jsonb_typeof(u -> 'raw_user_meta_data') = 'object' then u -> 'raw_user_meta_data' else '{}' end;
  v_id uuid := (u ->> 'id')::uuid;
begin
  if u ->> 'deleted_at' is not null then
    return 'left: deleted there';
  end if;
  if v_id is null then
    return 'left: no id';
  end if;
  if v_email is null and v_phone is null and not coalesce((u ->> 'is_anonymous')::boolean, false) then
    return 'left: neither address nor number';
  end if;
  -- nobody brings a role along: who works here is decided here
  insert into users (id, email, phone, hashed_password, email_confirmed_at, phone_confirmed_at, email_verified, phone_verified, full_name, user_metadata, app_metadata,
                     is_anonymous, banned_until, last_sign_in_at, last_password_change, created_at)
  values (v_id, v_email, v_phone, v_hash, (u ->> 'email_confirmed_at')::timestamptz, (u ->> 'phone_confirmed_at')::timestamptz,
          u ->> 'email_confirmed_at' is not null, u ->> 'phone_confirmed_at' is not null, left(coalesce(v_meta ->> 'full_name', v_meta ->> 'name'), 255), v_meta,
          case when jsonb_typeof(u -> 'raw_app_meta_data') = 'object' then (u -> 'raw_app_meta_data') - 'app_role' - 'organization_id' else '{}' end,
          coalesce((u ->> 'is_anonymous')::boolean, false), (u ->> 'banned_until')::timestamptz, (u ->> 'last_sign_in_at')::timestamptz,
          case when v_hash is not null then coalesce((u ->> 'updated_at')::timestamptz, now()) end, coalesce((u ->> 'created_at')::timestamptz, now()))
  on conflict do nothing;
  if not found then
    return case when exists (select from users where id = v_id) then 'known' else 'left: its address belongs to somebody else here' end;
  end if;
  insert into auth_identities (user_id, provider, provider_id, identity_data, last_sign_in_at, created_at)
  select v_id, i ->> 'provider', coalesce(i ->> 'provider_id', i -> 'identity_data' ->> 'sub'), coalesce(i -> 'identity_data', '{}'),
         (i ->> 'last_sign_in_at')::timestamptz, coalesce((i ->> 'created_at')::timestamptz, now())
  from jsonb_array_elements(case when jsonb_typeof(p -> 'identities') = 'array' then p -> 'identities' else '[]' end) i
  where i ->> 'provider' not in ('email', 'phone') and coalesce(i ->> 'provider_id', i -> 'identity_data' ->> 'sub') is not null
  on conflict (provider, provider_id) do nothing;
  return 'made';
end $$;
comment on function app.import_user(jsonb) is 'Takes a user of another installation over, with password hash and identities: made, known, or left with the reason.';
