-- Answers that a repeated request gets again (header Idempotency-Key). Logged: it must outlive a crash.
-- up
create table idempotency_keys (
  scope        text not null,
  key          text not null check (length(key) between 1 and 255),
  method       text not null,
  path         text not null,
  request_hash bytea not null,
  status       int,
  headers      jsonb,
  body         bytea,
  created_at   timestamptz not null default now(),
  expires_at   timestamptz not null default now() + interval '24 hours',
  primary key (scope, key)
);
create index idempotency_keys_expires on idempotency_keys (expires_at);
comment on table idempotency_keys is 'One row a request that carried an Idempotency-Key.';
comment on column idempotency_keys.scope is 'Who sent it (user, table guest or address), so that keys of different people never meet.';
comment on column idempotency_keys.request_hash is 'SHA-256 of the body: the same key with another body is refused with 422.';
comment on column idempotency_keys.status is 'HTTP status of the answer; null while the first request is under way.';
call app.secure_table('idempotency_keys', 'security', p_organization => null, p_actions => '{}',
  p_hidden => array['body'], p_auth => true);

-- down
drop table idempotency_keys;
