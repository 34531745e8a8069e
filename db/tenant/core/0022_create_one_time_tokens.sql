-- Links and codes that the auth dialect sends out.
-- up
create table one_time_tokens (
  id          uuid primary key default gen_random_uuid(),
  user_id     uuid not null references users on delete cascade,
  kind        text not null check (kind in ('confirmation', 'recovery', 'magiclink', 'invite', 'email_change_current',
                                            'email_change_new', 'reauthentication', 'phone_confirmation', 'phone_change')),
  token_hash  bytea not null,
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
create index one_time_tokens_hash on one_time_tokens (token_hash);
create index one_time_tokens_expires on one_time_tokens (expires_at);
comment on table one_time_tokens is 'The one open link or code of each kind a user has; a new one replaces it, using it deletes it.';
comment on column one_time_tokens.relates_to is 'The e-mail address or phone number the token was sent to.';
comment on column one_time_tokens.attempts is 'Wrong codes tried against it.';
call app.secure_table('one_time_tokens', 'security', p_organization => null, p_actions => '{}',
  p_hidden => array['token_hash'], p_auth => true);

-- down
drop table one_time_tokens;
