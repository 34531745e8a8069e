-- Signed-in devices. Written by the auth dialect (role maitred_auth).
--
-- A refresh token is <session, counter, MAC>, so a session keeps one row however often it is refreshed: the counter says which
-- token is the active one, recent_uses when the ones before it were used. See app/auth/sessions.sql.
-- up
create table auth_sessions (
  id               uuid primary key default gen_random_uuid(),
  user_id          uuid not null references users on delete cascade,
  aal              text not null default 'aal1' check (aal in ('aal1', 'aal2')),
  amr              jsonb not null default '[]' check (jsonb_typeof(amr) = 'array'),
  user_agent       text,
  ip_address       inet,
  refresh_key      bytea not null default gen_random_bytes(32),
  refresh_counter  int not null default 0 check (refresh_counter >= 0),
  recent_uses      timestamptz[] not null default '{}',
  refreshed_at     timestamptz,
  token_expires_at timestamptz,
  not_after        timestamptz,
  ended_at         timestamptz,
  end_reason       text check (end_reason in ('logout', 'password_change', 'token_reuse', 'expired', 'access_changed', 'factor_change', 'admin')),
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now()
);
create index auth_sessions_user on auth_sessions (user_id);
create index auth_sessions_open on auth_sessions (user_id) where ended_at is null;
comment on table auth_sessions is 'One row a signed-in device: the claim session_id names it.';
comment on column auth_sessions.aal is 'aal2 once a second factor was given.';
comment on column auth_sessions.amr is 'How the person proved who they are: [{"method":"password","timestamp":1736600000}].';
comment on column auth_sessions.refresh_key is 'Signs this session''s refresh tokens; never readable through the API.';
comment on column auth_sessions.recent_uses is 'When the last tokens were used, newest first: within the grace a repeated one gets the active one again.';
comment on column auth_sessions.token_expires_at is 'When the last access token of this session expires.';
call app.secure_table('auth_sessions', 'security', p_organization => null,
  p_person => 'user_id = (select auth.uid())', p_actions => '{}', p_hidden => array['refresh_key'], p_auth => true);

create trigger announce_end after update of ended_at or delete on auth_sessions
  for each row execute function app.announce_session_end();

-- Whoever loses access loses it now, not when the token expires.
create trigger end_sessions after update of is_active, banned_until, deleted_at, role, organization_id on users
  for each row execute function app.end_sessions_of_changed_user();

-- down
drop trigger end_sessions on users;
drop table auth_sessions;
