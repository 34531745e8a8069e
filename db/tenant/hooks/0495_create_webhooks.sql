-- Webhooks of ours: programs of integrators that are told what happens, what each was told, and how that went. Format and signature are those of
-- Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks, 2026-08-17). Tables that are watched: app/hooks/events.sql.
-- up
create table webhook_endpoints (
  id                uuid primary key default gen_random_uuid(),
  organization_id   uuid not null default auth.user_organization_id() references organizations,
  url               text not null check (length(url) <= 2000 and url ~* '^https?://[^[:space:]/?#@\\]+([/?][^[:space:]#]*)?$'),
  description       text not null default '' check (length(description) <= 500),
  events            text[] not null default '{*}' check (cardinality(events) between 1 and 100),
  secret            text not null,
  old_secret        text,
  old_signs_until   timestamptz,
  is_active         boolean not null default true,
  disabled_reason   text,
  failing_since     timestamptz,
  last_error        text,
  last_delivered_at timestamptz,
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  unique (organization_id, id),
  check ((old_secret is null) = (old_signs_until is null))
);
comment on table webhook_endpoints is 'A program of somebody else that is told of events. Made by set_webhook_endpoint.';
comment on column webhook_endpoints.url is 'Where it listens: https at a public address.';
comment on column webhook_endpoints.events is 'What it is told of: names (reservation.cancelled), all of a kind (reservation.*), or everything (*).';
comment on column webhook_endpoints.secret is 'Sealed; what calls are signed with (whsec_…). Shown once, when it is made.';
comment on column webhook_endpoints.old_secret is 'Sealed; signs beside the new one until old_signs_until.';
comment on column webhook_endpoints.disabled_reason is 'Why we stopped calling: it said 410, or nothing has arrived for five days. Null: a person switched it off, or it is active.';
comment on column webhook_endpoints.failing_since is 'Since when nothing has arrived; null: the last call did.';
call app.secure_table('webhook_endpoints', 'integration_credentials', p_actions => array['select', 'delete'],
  p_hidden => array['secret', 'old_secret']);
-- what people change; how its calls go is in webhook_attempts, and a changed secret in the security log
create trigger audit_row after insert or delete or update of url, description, events, is_active on webhook_endpoints
  for each row execute function app.audit_row('webhook_endpoints', 'secret', 'old_secret');
grant update (description, events, is_active) on webhook_endpoints to authenticated;
create policy staff_update on webhook_endpoints for update to authenticated
  using ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('integration_credentials', 'update')))
  with check ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('integration_credentials', 'update')));
create trigger check_events before insert or update of events on webhook_endpoints for each row execute function app.check_webhook_events();
create trigger switch_webhook after update of is_active on webhook_endpoints
  for each row when (old.is_active is distinct from new.is_active) execute function app.switch_webhook();

create table webhook_deliveries (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  endpoint_id     uuid not null,
  sequence        bigint not null,
  event           text not null,
  object_id       uuid,
  body            text not null,
  status          text not null default 'waiting' check (status in ('waiting', 'delivered', 'dead')),
  attempts        int not null default 0 check (attempts >= 0),
  answered        int,
  last_error      text,
  next_at         timestamptz,
  delivered_at    timestamptz,
  created_at      timestamptz not null default now(),
  foreign key (organization_id, endpoint_id) references webhook_endpoints (organization_id, id) on delete cascade
);
create index webhook_deliveries_endpoint on webhook_deliveries (organization_id, endpoint_id, sequence);
create index webhook_deliveries_object on webhook_deliveries (endpoint_id, object_id, created_at);
create index webhook_deliveries_waiting on webhook_deliveries (endpoint_id, sequence) where status <> 'delivered';
create index webhook_deliveries_created on webhook_deliveries (created_at);
comment on table webhook_deliveries is 'One event for one endpoint, kept for thirty days. webhook-id is msg_ and its id, the same with every try.';
comment on column webhook_deliveries.sequence is 'Also in the body: which of two events of an object was later. Microseconds since 1970.';
comment on column webhook_deliveries.body is 'The bytes that are sent and signed: ids and an address, no person''s data.';
comment on column webhook_deliveries.status is 'waiting; delivered (2xx); dead: given up, until a person sends it again (replay_webhook_deliveries).';
comment on column webhook_deliveries.answered is 'HTTP status of the last answer; null: none came.';
call app.secure_table('webhook_deliveries', 'integration_credentials', p_actions => array['select']);

create table webhook_attempts (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  delivery_id     uuid not null references webhook_deliveries on delete cascade,
  attempted_at    timestamptz not null default now(),
  answered        int,
  error           text,
  milliseconds    int not null
);
create index webhook_attempts_delivery on webhook_attempts (delivery_id, attempted_at);
create index webhook_attempts_organization on webhook_attempts (organization_id);
comment on table webhook_attempts is 'Each call of an endpoint: what was answered, and how long it took.';
call app.secure_table('webhook_attempts', 'integration_credentials', p_actions => array['select']);
select app.watch_for_webhooks();

-- down
select app.unwatch_for_webhooks();
drop table webhook_attempts;
drop table webhook_deliveries;
drop table webhook_endpoints;
