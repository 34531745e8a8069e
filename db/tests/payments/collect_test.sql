-- Payments that a provider collects: what it is asked, and that its word counts once, whatever the order in which it comes.
\ir ../start.sql
\ir ../words.sql
select * from no_plan();
create function tests.ledger(p_account text) returns numeric language sql stable security definer as
  'select coalesce(sum(amount), 0) from tenant_alpha.payment_ledger where account = p_account';
create function tests.check_ledger() returns void language plpgsql as 'begin set constraints all immediate; set constraints all deferred; end';
create function tests.status(p_name text) returns text language sql stable security definer as
  $$ select status from tenant_alpha.payments where id = tests.kept_id(p_name) $$;
create function tests.jobs(p_kind text, p_name text) returns bigint language sql stable security definer as
  $$ select count(*) from maitred.jobs where tenant = 'tenant_alpha' and kind = p_kind and status = 'waiting' and payload ->> 'payment_id' = tests.kept(p_name) ->> 'id' $$;
create function tests.paid(p_name text, p_amount numeric default null, p_live boolean default false) returns jsonb language sql stable security definer as $$
  select jsonb_build_object('state', 'succeeded', 'ref', 'cs_' || p_name, 'payment_ref', 'pi_' || p_name, 'amount', coalesce(p_amount, (tests.kept(p_name) ->> 'amount')::numeric)::text, 'currency', 'EUR', 'live', p_live) $$;
insert into customers (id, organization_id, user_id, full_name, email) values (tests.id('ada'), tests.id('a'), tests.id('a.customer'), 'Ada Lovelace', 'ada@example.com');
create function tests.voucher(p_name text, p_amount numeric) returns uuid language plpgsql security definer as $$
declare v uuid := gen_random_uuid();
begin
  insert into tenant_alpha.user_credits (id, organization_id, code, amount, remaining, currency, source, customer_id) values (v, tests.id('a'), upper('GIFT-' || p_name), p_amount, p_amount, 'EUR', 'purchase', tests.id('ada'));
  return v;
end $$;
grant execute on all functions in schema tests to anon, authenticated, service_role;

-- ── the account ──────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.manager');
select is(tests.refused($$select set_payment_account('stripe', '{"secret_key": "sk_test_1", "webhook_secret": "whsec_12345678"}')$$), 'MD403', 'a manager connects no bank');
select tests.as('a.owner');
select is(tests.refused($$select set_payment_account('barter', '{}')$$), 'MD400 p_provider', 'a provider is one that the house talks to');
select is(tests.refused($$select set_payment_account('stripe', '{"secret_key": "sk_test_1"}')$$), 'MD400 p_secrets', 'both secrets are needed');
select is(tests.refused($$select set_payment_account('stripe', '{"secret_key": "pk_test_1", "webhook_secret": "whsec_12345678"}')$$), 'MD400 p_secrets', 'a publishable key is none');
select is(tests.refused($$select set_payment_account('stripe', '[]')$$), 'MD400 p_secrets', 'nor is a list');
select tests.keep('account', set_payment_account('stripe', '{"secret_key": " sk_test_1\n", "webhook_secret": "whsec_12345678\n"}')) is not null;
select is(tests.kept('account') ->> 'mode', 'test', 'the key says its mode');
select ok(tests.kept('account') ->> 'webhook_path' like '/hooks/v1/stripe/%', 'and the provider has an address to call');
select is(tests.kept('account')::text ~ 'sk_test|whsec', false, 'nothing of the secrets comes back');
select throws_ok('select secrets from payment_accounts', '42501', null, 'no role reads them');
select throws_ok($$select app.payment_account(tests.id('a'), 'stripe')$$, '42501', null, 'nor opens them');
select tests.as('b.owner');
select is_empty('select 1 from payment_accounts', 'another organization sees no account');
select tests.as_owner();
select is((select tests.opened(a.sealed, 'payment_accounts.secrets', a.account_id)::jsonb ->> 'secret_key' from app.payment_account(tests.id('a'), 'stripe') a), 'sk_test_1', 'what was pasted with a line''s end is right');
select is(app.online_provider(tests.id('a')), 'stripe', 'online money goes through it from now on');

-- ── asked once ───────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.customer');
select tests.keep('one', create_payment('voucher', tests.voucher('one', 100), p_metadata => '{"return_path": "/my?x=1"}')) is not null;
select is(tests.jobs('collect_payment', 'one'), 1::bigint, 'the job worker is to ask the provider');
select ok((get_payment(tests.kept_id('one')) ->> 'is_collected')::boolean, 'who began it hears that a link will come');
select throws_ok($$select app.collection_request(tests.kept_id('one'))$$, '42501', null, 'nobody else asks');
select tests.as_owner();
select tests.keep('asked', app.collection_request(tests.kept_id('one'))) is not null;
select is(tests.kept('asked') - '{payment_id,account_id,sealed,asked_at,tenant_settings,domain,description,idempotency_key}'::text[],
  '{"provider": "stripe", "way": "page", "mode": "test", "amount": "100.00", "currency": "EUR", "tenant": "tenant_alpha", "email": "ada@example.com", "return_path": "/my?x=1", "expires_s": 7200}',
  'with amount, key and where the guest comes back to');
select is(app.collection_request(tests.kept_id('one')), tests.kept('asked'), 'killed in between it asks the same again, with the same key');
select is((select string_agg(app.return_path(jsonb_build_object('return_path', p)), ' ') from unnest(array['//evil.test/x', 'https://evil.test', '/\evil.test', '/ok?a=b&c=d', '/a b', '/' || repeat('x', 600)]) p),
  '/ / / /ok?a=b&c=d / /', 'a guest comes back to this house and to no other');
select is(app.collection_news(tests.kept_id('one'), '{"state": "pending", "ref": "cs_one", "link": "https://pay.test/one", "live": false}'), 'pending', 'there is a page to pay at');
select tests.as('a.customer');
select is(get_payment(tests.kept_id('one')) ->> 'link', 'https://pay.test/one', 'and the guest gets its link');
select tests.as_owner();
select is(app.collection_request(tests.kept_id('one')), null, 'what was asked for is not asked for again');

-- ── its word counts once ─────────────────────────────────────────────────────────────────────────────────────────────
select is(app.collection_news(tests.kept_id('one'), tests.paid('one', p_live => true)), 'other_mode', 'what the other mode says moves nothing');
select is(app.collection_news(tests.kept_id('one'), tests.paid('one') || '{"ref": "cs_other"}'), 'unknown', 'nor what is said of another page');
select is(app.collection_news(tests.kept_id('one'), tests.paid('one', 99.99)), 'mismatch', 'nor another amount');
select is(app.collection_news(tests.kept_id('one'), tests.paid('one') || '{"currency": "USD"}'), 'mismatch', 'nor another currency');
select is(tests.ledger('online'), 0::numeric, 'the ledger has heard nothing');
select is(app.collection_news(tests.kept_id('one'), tests.paid('one')), 'succeeded', 'paid');
select is(app.collection_news(tests.kept_id('one'), tests.paid('one')), 'succeeded', 'told again');
select is(app.collection_news(tests.kept_id('one'), '{"state": "cancelled", "ref": "cs_one"}'), 'succeeded', 'an older word changes nothing');
select is(app.collection_news(tests.kept_id('one'), '{"state": "failed", "ref": "cs_one"}'), 'succeeded', 'whatever it says');
select is(tests.ledger('online'), 100::numeric, 'booked once');
select lives_ok('select tests.check_ledger()', 'and the ledger balances');

-- Every order of every provider's words of one payment ends the same.
create function tests.told_in_order(p_words text[]) returns text language plpgsql as $$
declare v_id uuid; v_word text; v_name text := 'p' || replace(gen_random_uuid()::text, '-', '');
begin
  perform tests.keep(v_name, create_payment('voucher', tests.voucher(left(v_name, 20), 10)));
  v_id := tests.kept_id(v_name);
  perform app.collection_request(v_id);
  foreach v_word in array p_words loop
    perform app.collection_news(v_id, case v_word when 'succeeded' then tests.paid(v_name) else jsonb_build_object('state', v_word, 'ref', 'cs_' || v_name) end);
  end loop;
  return tests.status(v_name) || ' ' || (select sum(amount) from payment_ledger where payment_id = v_id and account = 'online');
end $$;
select is((select string_agg(distinct tests.told_in_order(array[a, b, c, d]), ', ')
  from unnest(array['pending', 'failed', 'cancelled', 'succeeded']) a, unnest(array['pending', 'failed', 'cancelled', 'succeeded']) b,
       unnest(array['pending', 'failed', 'cancelled', 'succeeded']) c, unnest(array['pending', 'failed', 'cancelled', 'succeeded']) d
  where 'succeeded' in (a, b, c, d)), 'succeeded 10.00', 'in 175 orders, with repetitions, money that came is booked once');
select lives_ok('select tests.check_ledger()', 'and the ledger balances');

-- ── called off, late, lost ───────────────────────────────────────────────────────────────────────────────────────────
select tests.as('a.customer');
select tests.keep('two', create_payment('voucher', tests.voucher('two', 40))) is not null;
select tests.as_owner();
select app.collection_request(tests.kept_id('two')) is not null;
update payments set status = 'cancelled' where id = tests.kept_id('two');
select is(app.collection_news(tests.kept_id('two'), '{"state": "pending", "ref": "cs_two", "link": "https://pay.test/two"}'), 'cancelled', 'called off while it was being asked for');
select is(tests.jobs('cancel_collection', 'two'), 1::bigint, 'its page is closed again');
select is(get_payment(tests.kept_id('two')) ->> 'link', null, 'and nobody is sent there');
select tests.as('a.customer');
select tests.keep('three', create_payment('voucher', tests.voucher('three', 40))) is not null;
select tests.as_owner();
select app.collection_request(tests.kept_id('three')) is not null;
update payments set asked_at = now() - interval '16 minutes' where id = tests.kept_id('three');
select cmp_ok(app.review_payments(), '>=', 1, 'what has been under way for a quarter of an hour is looked at');
update payments set asked_at = now() - interval '81 minutes' where id = tests.kept_id('three');
select is(app.collection_request(tests.kept_id('three')), null, 'a provider that was away for long is not asked any more');
select is(tests.status('three'), 'cancelled', 'the guest may begin anew');

-- ── too much ─────────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.keep('gift', to_jsonb(tests.voucher('four', 60))) is not null;
create function tests.gift() returns uuid language sql stable as $$ select (tests.kept('gift') #>> '{}')::uuid $$;
grant execute on function tests.gift() to authenticated;
select tests.as('a.customer');
select tests.keep('four', create_payment('voucher', tests.gift(), 60, p_idempotency_key => 'phone 1')) is not null;
select tests.keep('five', create_payment('voucher', tests.gift(), 60, p_idempotency_key => 'phone 2')) is not null;
select tests.as_owner();
select app.collection_news(tests.kept_id('four'), tests.paid('four')), app.collection_news(tests.kept_id('five'), tests.paid('five')) is not null;
select is(tests.status('four') || ' ' || tests.status('five'), 'succeeded refunded', 'two phones pay one bill: the second one''s money goes back');
select is((select amount from refunds where payment_id = tests.kept_id('five')), 60::numeric, 'all of it');

-- ── refunds ──────────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.keep('back', to_jsonb(app.refund_one(tests.kept_id('one'), 30))) is not null;
create function tests.refund() returns uuid language sql stable as $$ select (tests.kept('back') #>> '{}')::uuid $$;
select is(app.refund_request(tests.refund()) ->> 'payment_ref', 'pi_one', 'the provider is asked for its own payment');
select is(app.refund_news(tests.refund(), '{"state": "pending", "ref": "re_1"}'), 'pending', 'it takes its time');
select is(app.refund_request(tests.refund()) ->> 'ref', 're_1', 'and is not asked twice');
select is(app.refund_news(tests.refund(), '{"state": "succeeded", "ref": "re_1"}'), 'succeeded', 'done');
select is(tests.ledger('online') - (select sum(amount) from payment_ledger where account = 'online' and refund_id is null), -30::numeric, 'the ledger has it');
select is(app.refund_news(tests.refund(), '{"state": "failed", "ref": "re_1", "reason": "expired_or_canceled_card"}'), 'failed', 'weeks later the guest''s bank sends it back');
select is((select sum(amount) from payment_ledger where refund_id = tests.refund() and account = 'online'), 0::numeric, 'the house has it again');
select is((select refunded_amount from payments where id = tests.kept_id('one')), 0::numeric, 'and may give it another way');
select is(app.refund_news(tests.refund(), '{"state": "succeeded", "ref": "re_1"}'), 'failed', 'an older word changes nothing');
select is((select count(*) from (select app.refund_elsewhere(tests.kept_id('one'), 're_dash', 5, 'succeeded') from generate_series(1, 3)) x), 3::bigint, 'given back at the provider itself, told three times');
select is((select refunded_amount from payments where id = tests.kept_id('one')), 5::numeric, 'counts once');
select lives_ok('select tests.check_ledger()', 'and the ledger balances');

-- ── disputes ─────────────────────────────────────────────────────────────────────────────────────────────────────────
create function tests.dispute(p_state text, p_withdrawn boolean) returns text language sql as $$
  select app.dispute_news(tests.kept_id('one'), jsonb_build_object('ref', 'dp_1', 'amount', '50', 'currency', 'eur', 'state', p_state, 'withdrawn', p_withdrawn, 'reason', 'fraudulent', 'answer_by', 1800000000)) $$;
select is(tests.dispute('open', true), 'open', 'a bank takes back what its customer disputes');
select is(tests.ledger('disputed'), 50::numeric, 'neither here nor lost');
select is(tests.dispute('lost', true), 'lost', 'lost');
select is(tests.ledger('disputed') || ' ' || tests.ledger('losses'), '0 50', 'a loss');
select is(tests.dispute('open', true), 'lost', 'an older word changes nothing');
select is(tests.dispute('won', false), 'won', 'won after all');
select is(tests.ledger('disputed') || ' ' || tests.ledger('losses'), '0 0', 'and here again');
select lives_ok('select tests.check_ledger()', 'the ledger balances');

-- ── events ───────────────────────────────────────────────────────────────────────────────────────────────────────────
create function tests.subject(p jsonb) returns text language sql as $$
  select app.event_subject(p || jsonb_build_object('account_id', tests.kept('account') ->> 'id')) ->> 'payment_id' $$;
select is(tests.subject(jsonb_build_object('subject', 'collection', 'ref', 'pi_one', 'payment_ref', 'pi_one')), tests.kept('one') ->> 'id', 'an event is found by the provider''s name');
select is(tests.subject(jsonb_build_object('subject', 'collection', 'ref', 'cs_x', 'ours', tests.kept('two') ->> 'id')), tests.kept('two') ->> 'id', 'or by ours');
select is(tests.subject('{"subject": "collection", "ref": "cs_x", "payment_ref": "pi_x", "ours": "'' or true --"}'), null, 'what names nothing of this house is nothing');
select tests.as('b.owner');
select tests.keep('theirs', set_payment_account('stripe', '{"secret_key": "sk_live_2", "webhook_secret": "whsec_87654321"}')) is not null;
select tests.as_owner();
select is(app.event_subject(jsonb_build_object('subject', 'collection', 'ref', 'pi_one', 'payment_ref', 'pi_one', 'ours', tests.kept('one') ->> 'id', 'account_id', tests.kept('theirs') ->> 'id')), null,
  'another organization''s account tells nothing of this one''s payments');
select * from finish();
