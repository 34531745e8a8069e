-- Payouts: what the provider's books say beside ours, and what it keeps for itself.
\ir ../start.sql
\ir ../words.sql
select * from no_plan();
create function tests.ledger(p_account text) returns numeric language sql stable security definer as
  'select coalesce(sum(amount), 0) from tenant_alpha.payment_ledger where account = p_account';
select tests.as('a.owner');
select set_payment_account('stripe', '{"secret_key": "sk_test_1", "webhook_secret": "whsec_12345678"}') is not null;
select tests.as_owner();
select tests.keep('account', jsonb_build_object('id', (select id from payment_accounts where organization_id = tests.id('a')))) is not null;
select tests.keep('pay', jsonb_build_object('id', app.record_payment(tests.id('a'), 'other', gen_random_uuid(), 100, null, 'online', p_metadata =>
  '{"tip_amount": 10, "provider": "stripe", "provider_ref": "cs_1", "provider_data": {"payment_id": "pi_1"}}'))) is not null;
select tests.keep('back', jsonb_build_object('id', app.refund_one(tests.kept_id('pay'), 30))) is not null;
update refunds set status = 'succeeded', provider_ref = 're_1' where id = tests.kept_id('back');
select is(tests.ledger('online'), 70::numeric, 'the provider holds what was paid less what went back');
create function tests.payout(p jsonb default '{}') returns text language sql as $$
  select app.payout_news(tests.kept_id('account'), '{"ref": "po_1", "state": "paid", "amount": "67.40", "currency": "EUR", "live": false, "arrives_at": 1800000000, "complete": true,
    "lines": [{"ref": "txn_1", "kind": "payment", "amount": "100.00", "fee": "1.60", "currency": "EUR", "payment_ref": "pi_1"},
              {"ref": "txn_2", "kind": "refund", "amount": "-30.00", "fee": "0.00", "currency": "EUR", "source": "re_1", "payment_ref": "pi_1"},
              {"ref": "txn_3", "kind": "fee", "amount": "-1.00", "fee": "0.00", "currency": "EUR"}]}' || p) $$;
select is(tests.payout('{"live": true}'), 'other_mode', 'what the other mode says is nobody''s');
select is(tests.payout('{"state": "pending", "lines": [], "complete": false}'), 'pending', 'announced');
select is(tests.ledger('bank'), 0::numeric, 'it has not arrived');
select is(tests.payout(), 'paid', 'arrived');
select is(tests.payout('{"state": "pending", "lines": [], "complete": false}'), 'paid', 'an older word changes nothing');
select is(tests.payout(), 'paid', 'nor the same again');
select is(tests.ledger('bank'), 67.40, 'the bank has it once');
select is(tests.ledger('fees'), 2.60, 'what the provider keeps is a cost');
select is(tests.ledger('online'), 0::numeric, 'and it holds nothing any more');
select tests.keep('payout', jsonb_build_object('id', (select id from payouts))) is not null;
select tests.as('a.waiter');
select is(tests.refused('select get_payouts()'), 'MD403', 'the books are not a waiter''s');
select is(tests.refused('select get_payout(tests.kept_id(''payout''))'), 'MD404 p_payout_id', 'none of them');
select tests.as('b.owner');
select is(tests.refused('select reconcile_payout(tests.kept_id(''payout''))'), 'MD404 p_payout_id', 'nor another house''s');
select is(get_payouts(), '[]', 'which has none');
select tests.as('a.manager');
select is((get_payouts() #>> '{0,agrees}')::boolean, true, 'a manager reads them');
select tests.as('a.finance');
select is((get_payouts() -> 0) - '{id,reconciled_at,arrives_on,reason}'::text[], '{"provider": "stripe", "provider_ref": "po_1", "status": "paid", "amount": 67.40, "currency": "EUR", "is_complete": true,
  "payments": 100.00, "refunds": -30.00, "disputes": 0, "fees": 2.60, "other": 0, "difference": 0.00, "agrees": true}', 'sums by kind');
select is((select string_agg(format('%s %s %s', l ->> 'kind', l ->> 'booked', l ->> 'agrees'), ', ' order by l ->> 'provider_ref') from jsonb_array_elements(get_payout(tests.kept_id('payout')) -> 'lines') l),
  'payment 100.00 true, refund -30.00 true, fee -1.00 true', 'each line beside the books');
select isnt(reconcile_payout(tests.kept_id('payout')) ->> 'reconciled_at', null, 'to the cent');

-- ── what differs ─────────────────────────────────────────────────────────────────────────────────────────────────────
select tests.as_owner();
select is(tests.payout('{"ref": "po_2", "amount": "49.99", "lines": [{"ref": "txn_4", "kind": "payment", "amount": "50.00", "fee": "0", "currency": "EUR", "payment_ref": "pi_unknown"}]}'), 'paid', 'another');
select tests.keep('payout', jsonb_build_object('id', (select id from payouts where provider_ref = 'po_2'))) is not null;
select tests.as('a.finance');
select is(tests.refused('select reconcile_payout(tests.kept_id(''payout''))'), 'MD409 p_payout_id', 'a cent is missing and a line is nobody''s');
select is((tests.detail('select reconcile_payout(tests.kept_id(''payout''))') ->> 'difference')::numeric, -0.01, 'the detail says how much');
select is(tests.detail('select reconcile_payout(tests.kept_id(''payout''))') #>> '{lines,0,provider_ref}', 'txn_4', 'and which');
select tests.as_owner();
select is(tests.payout('{"state": "failed", "reason": "The account is closed."}'), 'failed', 'the bank sends it back');
select is(tests.payout(), 'failed', 'and what failed does not arrive later');
select is(tests.ledger('bank'), 49.99, 'the bank has only the other one');
select is((select count(*) from notifications where type = 'payout_failed' and organization_id = tests.id('a')) > 0, true, 'finance is told');
select is(tests.payout('{"ref": "po_3", "amount": "-5.00", "lines": [{"ref": "txn_5", "kind": "refund", "amount": "-5.00", "fee": "0", "currency": "EUR", "source": "re_x"}]}'), 'paid', 'the provider takes money from the bank');
select is(tests.ledger('bank'), 44.99, 'which has less');
select is(tests.payout('{"ref": "po_4", "amount": "0.30", "lines": [{"ref": "txn_6", "kind": "fee", "amount": "0.00", "fee": "-0.30", "currency": "EUR"}]}'), 'paid', 'the provider gives a fee back');
select is(tests.ledger('fees'), 2.30, 'it lessens what was kept');
set constraints all immediate;
select pass('and the ledger balances');
select * from finish();
rollback;
