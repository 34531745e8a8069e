-- Sign-ins that failed, by account and by address. Keyed by what was typed, not by the user: an unknown address is locked
-- exactly like a known one, so the lock tells nobody who has an account. Logged, so that a crash unlocks nobody.
-- up
create table auth_attempts (
  subject       text primary key,
  failures      int not null default 0 check (failures >= 0),
  pending       int not null default 0 check (pending >= 0),
  blocked_until timestamptz,
  last_at       timestamptz not null default now()
);
create index auth_attempts_last on auth_attempts (last_at);
comment on table auth_attempts is 'Failed sign-ins and second factors, see app.auth_attempt_begin().';
comment on column auth_attempts.subject is 'Such as "login:<SHA-256 of the address typed>", "address:198.51.100.7", "factor:<user>".';
comment on column auth_attempts.pending is 'Attempts being checked right now: they count before their outcome is known, so that parallel guesses gain nothing.';
call app.secure_table('auth_attempts', 'security', p_organization => null, p_actions => '{}', p_auth => true);

-- down
drop table auth_attempts;
