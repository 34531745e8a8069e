-- Passkeys (WebAuthn): for sign-in, and as second factors. Written by the auth dialect.
-- up
alter table mfa_factors drop constraint mfa_factors_factor_type_check;
alter table mfa_factors add constraint mfa_factors_factor_type_check check (factor_type in ('totp', 'phone', 'webauthn'));

create table webauthn_credentials (
  id            uuid primary key default gen_random_uuid(),
  user_id       uuid not null references users on delete cascade,
  factor_id     uuid references mfa_factors on delete cascade,
  credential_id bytea not null unique check (length(credential_id) between 1 and 1023),
  public_key    bytea not null,
  algorithm     int not null check (algorithm in (-7, -8, -257)),
  sign_count    bigint not null default 0 check (sign_count >= 0),
  transports    text[] not null default '{}',
  rp_id         text not null,
  friendly_name text check (length(friendly_name) <= 100),
  last_used_at  timestamptz,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now()
);
create index webauthn_credentials_user on webauthn_credentials (user_id);
create unique index webauthn_credentials_factor on webauthn_credentials (factor_id) where factor_id is not null;
comment on table webauthn_credentials is 'Passkeys of users: those without factor_id open the door, the others are second factors.';
comment on column webauthn_credentials.algorithm is 'COSE: -7 ES256, -8 EdDSA, -257 RS256.';
comment on column webauthn_credentials.sign_count is 'As the authenticator last said it; one that falls back was copied. Many always say 0.';
call app.secure_table('webauthn_credentials', 'security', p_organization => null,
  p_person => 'user_id = (select auth.uid())', p_actions => '{}', p_hidden => array['credential_id', 'public_key', 'sign_count'], p_auth => true);

create table webauthn_challenges (
  id         uuid primary key default gen_random_uuid(),
  purpose    text not null check (purpose in ('register', 'sign_in', 'factor')),
  user_id    uuid references users on delete cascade,
  factor_id  uuid references mfa_factors on delete cascade,
  challenge  bytea not null default gen_random_bytes(32),
  rp_id      text not null,
  expires_at timestamptz not null default now() + interval '5 minutes',
  created_at timestamptz not null default now()
);
create index webauthn_challenges_user on webauthn_challenges (user_id) where user_id is not null;
create index webauthn_challenges_factor on webauthn_challenges (factor_id) where factor_id is not null;
create index webauthn_challenges_expires on webauthn_challenges (expires_at);
comment on table webauthn_challenges is 'What an authenticator is asked to sign; answered once, right or wrong.';
call app.secure_table('webauthn_challenges', 'security', p_organization => null, p_actions => '{}', p_hidden => array['challenge'], p_auth => true);

-- down
drop table webauthn_challenges;
drop table webauthn_credentials;
delete from mfa_factors where factor_type = 'webauthn';
alter table mfa_factors drop constraint mfa_factors_factor_type_check;
alter table mfa_factors add constraint mfa_factors_factor_type_check check (factor_type in ('totp', 'phone'));
