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

create table auth_providers (
  name          text primary key check (name ~ '^[a-z][a-z0-9_:-]{0,49}$'),
  issuer        text not null check (issuer ~ '^https?://'),
  client_id     text not null check (length(client_id) between 1 and 500),
  client_secret text,
  scopes        text[] not null default '{openid,email,profile}',
  audiences     text[] not null default '{}',
  authorize_params jsonb not null default '{}' check (jsonb_typeof(authorize_params) = 'object'),
  trust_email   boolean not null default true,
  enabled       boolean not null default true,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now()
);
comment on table auth_providers is 'OpenID Connect providers people of this tenant may sign in with; everything else is read from the issuer''s discovery document.';
comment on column auth_providers.client_secret is 'Encrypted by the daemon; never readable through the API.';
comment on column auth_providers.audiences is 'Further client ids whose ID tokens are accepted (mobile apps).';
comment on column auth_providers.trust_email is 'Whether an address that the provider calls verified joins the account that has it.';
call app.secure_table('auth_providers', 'security', p_organization => null, p_actions => '{}',
  p_hidden => array['client_secret'], p_auth => true, p_audit => false);

-- down
drop table auth_providers;
drop table flow_states;
drop table auth_identities;
