-- Keys of this tenant: what signs its tokens, and the short keys programs use.
-- up
create table signing_keys (
  id          uuid primary key default gen_random_uuid(),
  algorithm   text not null check (algorithm in ('ES256', 'RS256')),
  public_jwk  jsonb not null check (jsonb_typeof(public_jwk) = 'object'),
  private_key text not null,
  status      text not null default 'standby' check (status in ('standby', 'in_use', 'previously_used', 'revoked')),
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()
);
create unique index signing_keys_in_use on signing_keys (status) where status = 'in_use';
comment on table signing_keys is 'Asymmetric keys of this tenant (jwks.json); the symmetric one lives in maitred.tenant_keys.';
comment on column signing_keys.private_key is 'Encrypted by the daemon; never readable through the API.';
call app.secure_table('signing_keys', 'security', p_organization => null, p_actions => '{}',
  p_hidden => array['private_key'], p_auth => true);

create table api_keys (
  id           uuid primary key default gen_random_uuid(),
  name         text not null check (length(trim(name)) between 1 and 100),
  kind         text not null check (kind in ('publishable', 'secret')),
  prefix       text not null,
  key_hash     bytea not null unique,
  created_by   uuid references users on delete set null,
  last_used_at timestamptz,
  revoked_at   timestamptz,
  created_at   timestamptz not null default now()
);
create index api_keys_created_by on api_keys (created_by);
comment on table api_keys is 'Short keys sb_publishable_… and sb_secret_…, which stand for the anon and the service_role key.';
comment on column api_keys.prefix is 'The first characters, to tell keys apart; the rest is only kept as a SHA-256.';
call app.secure_table('api_keys', 'security', p_organization => null, p_actions => array['select'],
  p_hidden => array['key_hash'], p_auth => true, p_audit => true);

-- down
drop table api_keys;
drop table signing_keys;
