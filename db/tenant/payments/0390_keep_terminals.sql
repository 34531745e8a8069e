-- Card terminals that the provider drives: the house sends an amount, the guest holds the card against it, the provider says what came of it.
-- up
create table payment_terminals (
  id              uuid primary key default gen_random_uuid(),
  organization_id uuid not null default auth.user_organization_id() references organizations,
  name            text not null check (length(trim(name)) between 1 and 100),
  provider        text not null default 'stripe' check (provider ~ '^[a-z][a-z0-9_]{1,39}$' and provider <> 'manual'),
  provider_ref    text not null check (provider_ref ~ '^[A-Za-z0-9_-]{1,255}$'),
  is_active       boolean not null default true,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, name),
  unique (organization_id, provider, provider_ref)
);
comment on table payment_terminals is 'Card terminals of the house that its provider drives.';
comment on column payment_terminals.provider_ref is 'The provider''s name of it (Stripe: tmr_…).';
call app.secure_table('payment_terminals', 'payments', p_actions => array['select'], p_audit => true);
create policy manager_write on payment_terminals for all to authenticated
  using ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('payments', 'delete')))
  with check ((organization_id = (select auth.user_organization_id()) or (select auth.is_super_admin())) and (select auth.may('payments', 'delete')));
grant insert, update, delete on payment_terminals to authenticated;

alter table payments
  add way         text not null default 'page' check (way in ('page', 'stored_card', 'terminal', 'subscription')),
  add terminal_id uuid,
  add foreign key (organization_id, terminal_id) references payment_terminals (organization_id, id),
  add constraint terminal_is_named check (way <> 'terminal' or terminal_id is not null);
comment on column payments.way is 'How its provider takes it: at a page of its own, from a card that it keeps, at a terminal, by a subscription. Says nothing where provider is manual.';
comment on column payments.terminal_id is 'The terminal it was sent to.';
create index payments_terminal on payments (organization_id, terminal_id) where terminal_id is not null;
create unique index payments_at_terminal on payments (terminal_id) where status = 'pending' and way = 'terminal';

-- down
alter table payments drop constraint terminal_is_named, drop column terminal_id, drop column way;
drop table payment_terminals;
