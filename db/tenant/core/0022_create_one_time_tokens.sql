-- Links and codes that the auth dialect sends out.
-- up
create table one_time_tokens (
  id          uuid primary key default gen_random_uuid(),
  user_id     uuid not null references users on delete cascade,
  kind        text not null check (kind in ('confirmation', 'recovery', 'magiclink', 'invite', 'email_change_current',
                                            'email_change_new', 'reauthentication', 'phone_confirmation', 'phone_change')),
  token_hash  bytea not null,
  code_hash   bytea not null,
  relates_to  text,
  redirect_to text,
  code_challenge        text,
  code_challenge_method text check (code_challenge_method in ('s256', 'plain')),
  attempts    int not null default 0 check (attempts >= 0),
  metadata    jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  expires_at  timestamptz not null,
  created_at  timestamptz not null default now(),
  unique (user_id, kind)
);
create unique index one_time_tokens_hash on one_time_tokens (token_hash);
create index one_time_tokens_relates_to on one_time_tokens (relates_to);
create index one_time_tokens_expires on one_time_tokens (expires_at);
comment on table one_time_tokens is 'The one open link or code of each kind a user has; a new one replaces it, using it deletes it.';
comment on column one_time_tokens.relates_to is 'The e-mail address or phone number the token was sent to.';
comment on column one_time_tokens.token_hash is 'SHA-256 of the 32 random bytes in the link.';
comment on column one_time_tokens.code_hash is 'SHA-256 of row id and six digits: short, hence only good for a few tries.';
comment on column one_time_tokens.metadata is 'What takes effect when the token is used, such as the password chosen at sign-up.';
comment on column one_time_tokens.attempts is 'Wrong codes tried against it.';
call app.secure_table('one_time_tokens', 'security', p_organization => null, p_actions => '{}',
  p_hidden => array['token_hash', 'code_hash', 'metadata'], p_auth => true);

-- down
drop table one_time_tokens;
