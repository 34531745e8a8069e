-- What every worker must know of every tenant to judge a token without asking: see src/auth/README.md.
-- up
create table maitred.signing_keys (
  id          uuid primary key default gen_random_uuid(),
  tenant      text not null,
  algorithm   text not null default 'ES256' check (algorithm = 'ES256'),
  public_jwk  jsonb not null check (jsonb_typeof(public_jwk) = 'object' and not public_jwk ? 'd'),
  private_key text not null,
  status      text not null default 'standby' check (status in ('standby', 'in_use', 'previously_used', 'revoked')),
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()
);
create unique index signing_keys_one_in_use on maitred.signing_keys (tenant) where status = 'in_use';
create unique index signing_keys_one_standby on maitred.signing_keys (tenant) where status = 'standby';
create index signing_keys_updated on maitred.signing_keys (updated_at);
comment on table maitred.signing_keys is
  'Asymmetric keys of the tenants. standby: published, so that everybody knows it before it signs; in_use: signs; previously_used: still verifies.';
comment on column maitred.signing_keys.private_key is 'Encrypted by the daemon.';

create table maitred.ended_sessions (
  session_id uuid primary key,
  tenant     text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index ended_sessions_created on maitred.ended_sessions (created_at);
create index ended_sessions_expires on maitred.ended_sessions (expires_at);
comment on table maitred.ended_sessions is 'Sessions that ended while a token of theirs was still good, until that token expires. Workers read what is new every few seconds.';

-- down
drop table maitred.ended_sessions;
drop table maitred.signing_keys;
