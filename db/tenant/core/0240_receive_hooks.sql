-- Calls of other systems (webhooks): who may call which address, and what came. The daemon's door is src/incoming.
-- up
create table hook_endpoints (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  provider        text not null check (provider ~ '^[a-z][a-z0-9_]{1,39}$'),
  name            text not null check (length(trim(name)) between 1 and 200),
  secret          bytea not null,
  is_active       boolean not null default true,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id)
);
comment on table hook_endpoints is 'An address of ours that another system calls: /hooks/v1/<provider>/<id>.';
comment on column hook_endpoints.provider is 'Which system calls, a short word such as stripe.';
comment on column hook_endpoints.secret is 'Sealed; what the other system signs with. Never readable through the API.';
comment on column hook_endpoints.is_active is 'Whether calls are taken; otherwise they are answered with 404.';
call app.secure_table('hook_endpoints', 'integration_credentials', p_actions => array['select', 'delete'],
  p_hidden => array['secret'], p_audit => true);
grant update (name, is_active) on hook_endpoints to authenticated;
create policy staff_update on hook_endpoints for update to authenticated
  using ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('integration_credentials', 'update')))
  with check ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('integration_credentials', 'update')));

create table received_hooks (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  endpoint_id     uuid not null,
  event_id        text not null check (length(event_id) between 1 and 255),
  body            bytea,
  received_at     timestamptz not null default now(),
  handled_at      timestamptz,
  unique (endpoint_id, event_id),
  foreign key (organization_id, endpoint_id) references hook_endpoints (organization_id, id) on delete cascade
);
create index received_hooks_endpoint on received_hooks (organization_id, endpoint_id);
create index received_hooks_received on received_hooks (received_at);
comment on table received_hooks is 'One row an event that another system told us of, however often it did: whoever calls twice is worked on once.';
comment on column received_hooks.event_id is 'The other system''s name of the event; unique within its endpoint.';
comment on column received_hooks.body is 'The bytes as they came and were verified; null once they have been worked on.';
comment on column received_hooks.handled_at is 'When its job had worked on it.';
create trigger fill_organization before insert or update of endpoint_id on received_hooks
  for each row execute function app.fill_organization('hook_endpoints', 'endpoint_id');
call app.secure_table('received_hooks', 'integration_credentials', p_actions => array['select'], p_hidden => array['body']);

-- down
drop table received_hooks;
drop table hook_endpoints;
