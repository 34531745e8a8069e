-- How else a user may sign in, and logins that are under way.
-- up
create table auth_identities (
  id              uuid primary key default gen_random_uuid(),
  user_id         uuid not null references users on delete cascade,
  provider        text not null,
  provider_id     text not null,
  identity_data   jsonb not null default '{}' check (jsonb_typeof(identity_data) = 'object'),
  email           text generated always as (lower(identity_data ->> 'email')) stored,
  last_sign_in_at timestamptz,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (provider, provider_id)
);
create index auth_identities_user on auth_identities (user_id);
create index auth_identities_email on auth_identities (email);
comment on table auth_identities is 'Accounts elsewhere (google, microsoft …) and the e-mail or phone identity itself.';
comment on column auth_identities.provider_id is 'The provider''s own id of the person (claim sub).';
call app.secure_table('auth_identities', 'security', p_organization => null,
  p_person => 'user_id = (select auth.uid())', p_actions => '{}', p_auth => true);

create table flow_states (
  id                    uuid primary key default gen_random_uuid(),
  user_id               uuid references users on delete cascade,
  provider              text,
  authentication_method text not null default 'oauth',
  state_hash            bytea unique,
  auth_code_hash        bytea unique,
  code_challenge        text,
  code_challenge_method text check (code_challenge_method in ('s256', 'plain')),
  redirect_to           text,
  nonce                 text,
  provider_verifier     text,
  linking_user_id       uuid references users on delete cascade,
  metadata              jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  auth_code_issued_at   timestamptz,
  expires_at            timestamptz not null default now() + interval '10 minutes',
  created_at            timestamptz not null default now(),
  updated_at            timestamptz not null default now()
);
create index flow_states_user on flow_states (user_id);
create index flow_states_linking_user on flow_states (linking_user_id) where linking_user_id is not null;
create index flow_states_expires on flow_states (expires_at);
comment on table flow_states is 'Sign-ins under way: from /authorize to /callback to grant_type=pkce.';
comment on column flow_states.provider_verifier is 'Our own PKCE verifier towards the provider, encrypted.';
call app.secure_table('flow_states', 'security', p_organization => null, p_actions => '{}',
  p_hidden => array['state_hash', 'auth_code_hash', 'nonce', 'provider_verifier'], p_auth => true);

-- down
drop table flow_states;
drop table auth_identities;
