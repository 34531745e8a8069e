-- What somebody gets back who cancels: tiers by the hours that are left.
-- up
create table cancellation_policies (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  name            text not null check (length(trim(name)) between 1 and 100),
  description     text,
  applies_to      text[] not null default '{}',
  rules           jsonb not null default '[{"hours_before": 0, "refund_percent": 100}]' check (app.valid_cancellation_rules(rules)),
  is_default      boolean not null default false,
  is_active       boolean not null default true,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id)
);
create index cancellation_policies_organization on cancellation_policies (organization_id);
create unique index cancellation_policies_default on cancellation_policies (organization_id) where is_default and is_active;
comment on table cancellation_policies is 'What somebody gets back who cancels.';
comment on column cancellation_policies.rules is
  'Tiers: [{"hours_before":168,"refund_percent":100},{"hours_before":48,"refund_percent":50}]. The tier with the most hours that are still left counts; below all tiers nothing is given back.';
comment on column cancellation_policies.applies_to is 'Kinds of booking it is offered for (chalet, experience, pool …); empty: all.';
comment on column cancellation_policies.is_default is 'Used where a booking names no policy; one an organization.';
call app.secure_table('cancellation_policies', 'settings', p_public => 'is_active', p_audit => true);

-- down
drop table cancellation_policies;
