-- v2-resort.md names columns after one provider; they are neutral here, and readable and writable under the document's names (module spec_names).
\ir ../start.sql
select plan(17);
select has_column('tenant_alpha'::name, t::name, c::name, t || '.' || c) from (values
  ('payments', 'stripe_payment_id'), ('payments', 'stripe_intent_id'), ('pool_memberships', 'stripe_subscription_id')) x(t, c);
create function tests.paid(p_reference text, out provider text, out provider_ref text, out provider_data jsonb, out stripe_intent_id text, out stripe_payment_id text) returns record language sql as $$
  select p.provider, p.provider_ref, p.provider_data, p.stripe_intent_id, p.stripe_payment_id from payments p where p.reference = p_reference $$;

insert into payments (organization_id, booking_type, amount, currency, reference, provider, provider_ref) values (tests.id('a'), 'other', 5, 'EUR', 'one', 'stripe', 'pi_1');
select is((select p::text from tests.paid('one') p), '(stripe,pi_1,{},pi_1,)', 'what is asked of the provider is its intent');
select app.settle_payment(id, 'succeeded', 'ch_1') from payments \g /dev/null
select is((select p::text from tests.paid('one') p), '(stripe,pi_1,"{""payment_id"": ""ch_1""}",pi_1,ch_1)', 'what came of it its payment');
update payments set provider = 'other_bank';
select is((select p::text from tests.paid('one') p), '(other_bank,pi_1,"{""payment_id"": ""ch_1""}",,)', 'names of another provider are not the document''s');
insert into payments (organization_id, booking_type, amount, currency, reference, stripe_payment_id, stripe_intent_id) values (tests.id('a'), 'other', 5, 'EUR', 'two', 'ch_2', 'pi_2');
select is((select p::text from tests.paid('two') p), '(stripe,pi_2,"{""payment_id"": ""ch_2""}",pi_2,ch_2)', 'a row as the document writes it');
update payments set stripe_payment_id = 'ch_3' where reference = 'two';
select is((select p::text from tests.paid('two') p), '(stripe,pi_2,"{""payment_id"": ""ch_3""}",pi_2,ch_3)', 'is changed as it changes it');
select throws_ok($$insert into payments (organization_id, booking_type, amount, currency, stripe_intent_id) values (tests.id('a'), 'other', 5, 'EUR', 'pi_2')$$, '23505', null, 'an intent pays once');
select throws_ok($$insert into payments (organization_id, booking_type, amount, currency, stripe_payment_id) values (tests.id('a'), 'other', 5, 'EUR', 'ch_3')$$, '23505', null, 'a payment, too');
select lives_ok($$insert into payments (organization_id, booking_type, amount, currency, provider, provider_ref) values
  (tests.id('a'), 'other', 5, 'EUR', 'other_bank', 'pi_2'), (tests.id('b'), 'other', 5, 'EUR', 'stripe', 'pi_2')$$, 'the same name is another thing elsewhere');
select throws_ok($$insert into payments (organization_id, booking_type, amount, currency) values (tests.id('a'), 'spaceship', 5, 'EUR')$$, '23503', null, 'what nobody sells is not paid for');

-- a module brings a type of its own: a row, a function, a line
insert into booking_types (name, position) values ('spaceship', 500);
select lives_ok($$select app.record_payment(tests.id('a'), 'spaceship', gen_random_uuid(), 5)$$, 'until there is a row for it');

select app.seed_pool(tests.id('a')) \g /dev/null
select tests.as('a.owner');
select lives_ok($$insert into pool_memberships (organization_id, user_id, type, billing_cycle, start_date, stripe_subscription_id)
  values (tests.id('a'), tests.id('a.customer'), 'individual', 'monthly', current_date, 'sub_1')$$, 'an admin writes a membership with the document''s column');
select is((select concat_ws(' ', provider, provider_ref, stripe_subscription_id) from pool_memberships), 'stripe sub_1 sub_1', 'and reads it under both names');
select tests.as_owner();
select is(app.forget_documented_columns() || ' ' || app.name_columns_as_documented(), '2 2', 'the columns go and come back');
select is((select string_agg(stripe_subscription_id, ' ') from pool_memberships) || ' ' || (select stripe_intent_id || ' ' || stripe_payment_id from payments where organization_id = tests.id('a') and provider_ref = 'pi_2' and provider = 'stripe'),
  'sub_1 pi_2 ch_3', 'with what they held');
select * from finish();
rollback;
