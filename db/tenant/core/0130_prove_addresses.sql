-- Who proved what. email_confirmed_at and phone_confirmed_at say that an address counts, also in a house that asks for no confirmation;
-- email_verified and phone_verified say that somebody showed it is theirs. A password that was set before that is not the owner's.
-- up
alter table users add column phone_verified boolean not null default false;
alter table users add column password_unproven boolean not null default false;
comment on column users.email_verified is 'Whether somebody proved that the e-mail address is theirs: by a link, a code, a provider, or an administrator''s word.';
comment on column users.phone_verified is 'The same of the phone number.';
comment on column users.password_unproven is 'The password was set before the address was proved: whoever proves it does not inherit it.';
-- until today an e-mail address was confirmed by proof alone, a number also by a house that asks for none
update users set email_verified = true where email_confirmed_at is not null and not email_verified;
update users set phone_verified = true
where phone_confirmed_at is not null
  and coalesce((select (t.settings -> 'auth' ->> 'confirm_phone')::boolean from public.tenants t where t.schema_name = current_schema()), true);
update users set password_unproven = true
where hashed_password is not null and role = 'customer' and not email_verified and not phone_verified;
update users set email_confirmed_at = created_at
where email is not null and email_confirmed_at is null and hashed_password is not null and not is_anonymous
  and not coalesce((select (t.settings -> 'auth' ->> 'confirm_email')::boolean from public.tenants t where t.schema_name = current_schema()), true);
grant select (phone_verified) on users to authenticated, service_role;

-- Failures are forgotten with time; what a dead worker never settled is, too.
alter table auth_attempts add column counted_at timestamptz not null default now();
alter table auth_attempts add column pending_at timestamptz not null default now();
comment on column auth_attempts.counted_at is 'From when the failures have been fading.';
comment on column auth_attempts.pending_at is 'Since when attempts are under way.';

-- Limits hold through a crash: whoever can bring one about gets no second helping.
alter table rate_limits set logged;
comment on table rate_limits is 'Hits in the current window of a bucket such as "otp:198.51.100.7"; see app.rate_limit(). Logged: the counts outlive a crash.';

-- down
alter table rate_limits set unlogged;
alter table auth_attempts drop column pending_at, drop column counted_at;
alter table users drop column password_unproven, drop column phone_verified;
