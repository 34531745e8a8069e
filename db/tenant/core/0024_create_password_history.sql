-- Passwords a user had before: a new one may not repeat them.
-- up
create table password_history (
  id              uuid primary key default gen_random_uuid(),
  user_id         uuid not null references users on delete cascade,
  hashed_password text not null,
  created_at      timestamptz not null default now()
);
create index password_history_user on password_history (user_id, created_at desc);
comment on table password_history is 'bcrypt hashes of former passwords; readable by the auth dialect only.';
call app.secure_table('password_history', 'security', p_organization => null, p_actions => '{}',
  p_hidden => array['hashed_password'], p_auth => true);

-- down
drop table password_history;
