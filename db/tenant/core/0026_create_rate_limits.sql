-- Counters that hold across daemons: sign-in attempts, table OTPs, messages sent.
-- up
-- Unlogged: after a crash of PostgreSQL the counts begin anew, which costs less than logging every attempt.
create unlogged table rate_limits (
  bucket     text primary key,
  hits       int not null check (hits >= 0),
  expires_at timestamptz not null
);
create index rate_limits_expires on rate_limits (expires_at);
comment on table rate_limits is 'Hits in the current window of a bucket such as "otp:198.51.100.7"; see app.rate_limit().';
call app.secure_table('rate_limits', 'security', p_organization => null, p_actions => '{}', p_auth => true);

-- down
drop table rate_limits;
