-- A membership that a provider renews says which provider, as payments do (payments/0251).
-- up
alter table pool_memberships
  add provider      text check (provider ~ '^[a-z0-9_]{2,40}$'),
  add provider_ref  text check (length(provider_ref) between 1 and 255),
  add provider_data jsonb not null default '{}' check (jsonb_typeof(provider_data) = 'object'),
  add constraint provider_is_named check (provider is not null or provider_ref is null);
comment on column pool_memberships.provider is 'Who renews it by itself; null: nobody, each period is paid for as it comes.';
comment on column pool_memberships.provider_ref is 'The provider''s own name of the subscription.';
comment on column pool_memberships.provider_data is 'What else the provider said. Never a secret: whoever sees the membership reads it.';
alter table pool_memberships disable trigger user;
update pool_memberships set provider = 'stripe', provider_ref = stripe_subscription_id where stripe_subscription_id is not null;
alter table pool_memberships enable trigger user;
alter table pool_memberships drop column stripe_subscription_id;
create unique index pool_memberships_provider_ref on pool_memberships (organization_id, provider, provider_ref) where provider_ref is not null;
grant insert (provider, provider_ref) on pool_memberships to authenticated;

-- down
select app.forget_documented_columns('pool_memberships');
alter table pool_memberships add stripe_subscription_id text check (length(stripe_subscription_id) <= 100);
alter table pool_memberships disable trigger user;
update pool_memberships set stripe_subscription_id = left(provider_ref, 100) where provider = 'stripe';
alter table pool_memberships enable trigger user;
alter table pool_memberships drop column provider, drop column provider_ref, drop column provider_data;
create unique index pool_memberships_stripe on pool_memberships (stripe_subscription_id) where stripe_subscription_id is not null;
grant insert (stripe_subscription_id) on pool_memberships to authenticated;
