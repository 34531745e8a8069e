-- Signed-in devices and the chain of refresh tokens of each. Written by the auth dialect (role maitred_auth).
-- up
create table auth_sessions (
  id           uuid primary key default gen_random_uuid(),
  user_id      uuid not null references users on delete cascade,
  aal          text not null default 'aal1' check (aal in ('aal1', 'aal2')),
  amr          jsonb not null default '[]' check (jsonb_typeof(amr) = 'array'),
  user_agent   text,
  ip_address   inet,
  not_after    timestamptz,
  refreshed_at timestamptz,
  ended_at     timestamptz,
  end_reason   text check (end_reason in ('logout', 'password_change', 'token_reuse', 'expired', 'banned', 'admin')),
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now()
);
create index auth_sessions_user on auth_sessions (user_id);
create index auth_sessions_open on auth_sessions (user_id) where ended_at is null;
comment on table auth_sessions is 'One row a signed-in device: the claim session_id names it.';
comment on column auth_sessions.aal is 'aal2 once a second factor was given.';
comment on column auth_sessions.amr is 'How the person proved who they are: [{"method":"password","timestamp":1736600000}].';
call app.secure_table('auth_sessions', 'security', p_organization => null,
  p_person => 'user_id = (select auth.uid())', p_actions => '{}', p_auth => true);

create table refresh_tokens (
  id           uuid primary key default gen_random_uuid(),
  session_id   uuid not null references auth_sessions on delete cascade,
  user_id      uuid not null references users on delete cascade,
  parent_id    uuid references refresh_tokens on delete cascade,
  token_hash   bytea not null unique,
  sealed_token bytea,
  used_at      timestamptz,
  revoked_at   timestamptz,
  created_at   timestamptz not null default now()
);
create index refresh_tokens_session on refresh_tokens (session_id);
create index refresh_tokens_user on refresh_tokens (user_id);
create unique index refresh_tokens_parent on refresh_tokens (parent_id);
comment on table refresh_tokens is 'A session is a family: each token is used once and replaced by its child.';
comment on column refresh_tokens.token_hash is 'SHA-256 of the token; the token itself is not kept.';
comment on column refresh_tokens.sealed_token is
  'The token encrypted under a key derived from its parent: whoever repeats the parent within the grace gets the same answer; the table alone opens nothing.';
call app.secure_table('refresh_tokens', 'security', p_organization => null, p_actions => '{}',
  p_hidden => array['token_hash', 'sealed_token'], p_auth => true);

-- down
drop table refresh_tokens;
drop table auth_sessions;
