-- Who carries money is a word, its name of the thing a column, and what else it said a document; until now columns of one provider. The documents' own
-- names of them (stripe_payment_id, stripe_intent_id) are there in tenants with module spec_names (db/app/spec_names/columns.sql).
-- up
alter table payments
  add provider_ref  text check (length(provider_ref) between 1 and 255),
  add provider_data jsonb not null default '{}' check (jsonb_typeof(provider_data) = 'object');
comment on column payments.provider_ref is 'The provider''s own name of what was asked of it (an intent, an order): its news are matched by it.';
comment on column payments.provider_data is 'What else the provider said, such as payment_id, what came of the asking. Never a secret: whoever sees the payment reads it.';
alter table payments disable trigger user;
update payments set
  provider = case when provider = 'manual' then 'stripe' else provider end,
  provider_ref = coalesce(stripe_intent_id, stripe_payment_id),
  provider_data = jsonb_strip_nulls(jsonb_build_object('payment_id', stripe_payment_id))
where stripe_intent_id is not null or stripe_payment_id is not null;
alter table payments enable trigger user;
alter table payments drop column stripe_payment_id, drop column stripe_intent_id;
create unique index payments_provider_ref on payments (organization_id, provider, provider_ref) where provider_ref is not null;
create unique index payments_provider_payment on payments (organization_id, provider, (provider_data ->> 'payment_id')) where provider_data ? 'payment_id';

alter table refunds
  add provider      text not null default 'manual' check (provider ~ '^[a-z0-9_]{2,40}$'),
  add provider_ref  text check (length(provider_ref) between 1 and 255),
  add provider_data jsonb not null default '{}' check (jsonb_typeof(provider_data) = 'object');
comment on column refunds.provider is 'Who carries it back: as the payment''s, or manual.';
comment on column refunds.provider_ref is 'The provider''s own name of the refund.';
comment on column refunds.provider_data is 'What else the provider said. Never a secret: whoever sees the refund reads it.';
alter table refunds disable trigger user;
update refunds r set provider = case when r.stripe_refund_id is not null and p.provider = 'manual' then 'stripe' else p.provider end, provider_ref = r.stripe_refund_id
from payments p where p.organization_id = r.organization_id and p.id = r.payment_id and (r.method = p.method or r.stripe_refund_id is not null);
alter table refunds enable trigger user;
alter table refunds drop column stripe_refund_id;
create unique index refunds_provider_ref on refunds (organization_id, provider, provider_ref) where provider_ref is not null;

-- down
select app.forget_documented_columns('payments');
alter table payments add stripe_payment_id text, add stripe_intent_id text;
alter table payments disable trigger user;
-- names of other providers go into what the payer sees
update payments set
  stripe_payment_id = case when provider = 'stripe' then provider_data ->> 'payment_id' end,
  stripe_intent_id = case when provider = 'stripe' then nullif(provider_ref, provider_data ->> 'payment_id') end,
  reference = case when provider not in ('stripe', 'manual') then coalesce(reference, provider_ref) else reference end
where provider_ref is not null or provider_data <> '{}';
alter table payments enable trigger user;
alter table payments drop column provider_ref, drop column provider_data;
create unique index payments_intent on payments (stripe_intent_id) where stripe_intent_id is not null;
create unique index payments_stripe on payments (stripe_payment_id) where stripe_payment_id is not null;
alter table refunds add stripe_refund_id text;
alter table refunds disable trigger user;
update refunds set stripe_refund_id = provider_ref where provider = 'stripe' and provider_ref is not null;
alter table refunds enable trigger user;
alter table refunds drop column provider, drop column provider_ref, drop column provider_data;
create unique index refunds_stripe on refunds (stripe_refund_id) where stripe_refund_id is not null;
