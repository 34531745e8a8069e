-- Second factors. Written by the auth dialect.
-- up
create table mfa_factors (
  id                 uuid primary key default gen_random_uuid(),
  user_id            uuid not null references users on delete cascade,
  factor_type        text not null default 'totp' check (factor_type in ('totp', 'phone')),
  friendly_name      text check (length(friendly_name) <= 100),
  status             text not null default 'unverified' check (status in ('unverified', 'verified')),
  secret             text,
  phone              text,
  last_used_step     bigint,
  last_challenged_at timestamptz,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now()
);
create index mfa_factors_user on mfa_factors (user_id);
create unique index mfa_factors_name on mfa_factors (user_id, friendly_name) where trim(friendly_name) <> '';
comment on table mfa_factors is 'Second factors of a user: an authenticator app or a phone.';
comment on column mfa_factors.secret is 'TOTP secret, encrypted by the daemon; never readable through the API.';
comment on column mfa_factors.last_used_step is 'The 30-second step of the last code that was accepted: a code works once.';
call app.secure_table('mfa_factors', 'security', p_organization => null,
  p_person => 'user_id = (select auth.uid())', p_actions => '{}', p_hidden => array['secret'], p_auth => true);

create table mfa_challenges (
  id          uuid primary key default gen_random_uuid(),
  factor_id   uuid not null references mfa_factors on delete cascade,
  code_hash   bytea,
  ip_address  inet,
  attempts    int not null default 0 check (attempts >= 0),
  verified_at timestamptz,
  expires_at  timestamptz not null default now() + interval '5 minutes',
  created_at  timestamptz not null default now()
);
create index mfa_challenges_factor on mfa_challenges (factor_id);
comment on table mfa_challenges is 'A question for a code; answered once, or it expires.';
comment on column mfa_challenges.code_hash is 'Only for factors to which the daemon sends a code (phone).';
call app.secure_table('mfa_challenges', 'security', p_organization => null, p_actions => '{}',
  p_hidden => array['code_hash'], p_auth => true);

create table mfa_recovery_codes (
  id         uuid primary key default gen_random_uuid(),
  user_id    uuid not null references users on delete cascade,
  code_hash  bytea not null,
  used_at    timestamptz,
  created_at timestamptz not null default now(),
  unique (user_id, code_hash)
);
comment on table mfa_recovery_codes is 'For the day the phone is lost: each opens the door once.';
call app.secure_table('mfa_recovery_codes', 'security', p_organization => null, p_actions => '{}',
  p_hidden => array['code_hash'], p_auth => true);

-- down
drop table mfa_recovery_codes;
drop table mfa_challenges;
drop table mfa_factors;
