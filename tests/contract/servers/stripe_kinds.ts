// What else of Stripe's API the small server knows: each kind of thing by the first word of its path.
import { short, type Answer, type Intent, type Json, type Stripe } from './stripe.ts';

type Kind = (stripe: Stripe, path: (string | undefined)[], form: Json, method: string) => Answer | null;
const found = (body: Json | undefined, name: string): Answer => (body ? { status: 200, body } : refused(404, 'resource_missing', `No such ${name}`));
function refused(status: number, code: string, message: string, more: Json = {}): Answer {
  return { status, body: { error: { type: status === 402 ? 'card_error' : 'invalid_request_error', code, message, ...more } } };
}

/** A stored card is charged: it pays, or answers 402 with the intent. */
function confirmed(stripe: Stripe, intent: Intent, form: Json): Answer {
  const method = stripe.methods.get(String(form['payment_method']));
  if (!method || method.isDetached || method.customer !== form['customer']) return refused(400, 'resource_missing', 'No such PaymentMethod.');
  if (form['off_session'] !== 'true') return refused(400, 'parameter_missing', 'nobody is there to ask');
  if (method.does === 'pays') {
    Object.assign(intent, { status: 'succeeded', amount_received: intent.amount, payment_method: form['payment_method'] });
    stripe.moved('charge', intent.amount, { object: 'charge', id: `ch_${short()}`, payment_intent: intent.id });
    return { status: 200, body: intent };
  }
  const code = method.does === 'asks' ? 'authentication_required' : 'card_declined';
  const message = method.does === 'asks' ? 'Your card was declined. This transaction requires authentication.' : 'Your card was declined.';
  intent['last_payment_error'] = { type: 'card_error', code, decline_code: method.does === 'asks' ? code : 'generic_decline', message };
  return refused(402, code, message, { payment_intent: intent });
}

const payment_methods: Kind = (stripe, [id, what]) => {
  const method = stripe.methods.get(id ?? '');
  if (!method || what !== 'detach') return refused(404, 'resource_missing', 'No such PaymentMethod');
  method.isDetached = true;
  return { status: 200, body: { id, object: 'payment_method', customer: null } };
};

const payment_intents: Kind = (stripe, [id, what], form, method) => {
  if (method === 'POST' && !id) {
    if ('payment_method_types' in form) return refused(400, 'payment_method_types_no_longer_supported', 'no longer');
    const intent: Intent = {
      id: `pi_${short()}`,
      object: 'payment_intent',
      status: 'requires_payment_method',
      amount: Number(form['amount']),
      amount_received: 0,
      currency: String(form['currency']),
      metadata: (form['metadata'] ?? {}) as Record<string, string>,
      livemode: false,
      last_payment_error: null,
    };
    stripe.intents.set(intent.id, intent);
    return form['confirm'] === 'true' ? confirmed(stripe, intent, form) : { status: 200, body: intent };
  }
  const intent = stripe.intents.get(id ?? '');
  if (intent && what === 'cancel') {
    if (intent.status === 'succeeded' || intent.status === 'canceled')
      return refused(400, 'payment_intent_unexpected_state', `You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`);
    intent.status = 'canceled';
  }
  return found(intent, 'payment_intent');
};

const terminal: Kind = (stripe, [kind, id, what], form) => {
  if (kind === 'readers' && !id) return { status: 200, body: { object: 'list', has_more: false, data: [...stripe.readers.values()] } };
  const reader = kind === 'readers' ? stripe.readers.get(id ?? '') : undefined;
  if (!reader) return refused(404, 'resource_missing', 'No such terminal.reader');
  if (what && reader.isAway) return refused(400, 'terminal_reader_offline', 'Reader is currently offline, please ensure the reader is powered on and connected to the internet.');
  if (what === 'process_payment_intent') {
    if (reader.action?.status === 'in_progress') return refused(400, 'terminal_reader_busy', 'Reader is currently busy processing another request.');
    const intent = stripe.intents.get(String(form['payment_intent']));
    if (intent?.status !== 'requires_payment_method') return refused(400, 'intent_invalid_state', 'The intent is not in a state to be processed.');
    reader.action = { type: 'process_payment_intent', status: 'in_progress', process_payment_intent: { payment_intent: intent.id }, failure_code: null, failure_message: null };
  }
  if (what === 'cancel_action') {
    if (reader.action?.status !== 'in_progress') return refused(400, 'terminal_reader_no_action', 'There is nothing to cancel.');
    reader.action = null;
  }
  return { status: 200, body: reader };
};

const payouts: Kind = (stripe, [id]) => found(stripe.payouts.get(id ?? ''), 'payout');

const balance_transactions: Kind = (stripe, _path, form) => {
  const all = stripe.transactions.filter((t) => t['payout'] === form['payout']);
  const from = form['starting_after'] ? all.findIndex((t) => t['id'] === form['starting_after']) + 1 : 0;
  const limit = Number(form['limit'] ?? 10);
  const isExpanded = JSON.stringify(form['expand'] ?? '').includes('data.source');
  const data = all.slice(from, from + limit).map((t) => (isExpanded ? t : { ...t, source: (t['source'] as Json)['id'] }));
  return { status: 200, body: { object: 'list', url: '/v1/balance_transactions', has_more: from + limit < all.length, data } };
};

/** One is ended by DELETE, at once; there is no path for it. */
const subscriptions: Kind = (stripe, [id, what], _form, method) => {
  if (what || (method !== 'GET' && method !== 'DELETE')) return null;
  const subscription = stripe.subscriptions.get(id ?? '');
  if (subscription && method === 'DELETE') {
    if (subscription['status'] === 'canceled') return refused(404, 'resource_missing', 'No such subscription');
    if (stripe.endsSubscriptions === 'now') subscription['status'] = 'canceled';
  }
  return found(subscription, 'subscription');
};

/** Without `payments`, unless they are asked for, as since basil. */
const invoices: Kind = (stripe, _path, form) => {
  const isExpanded = JSON.stringify(form['expand'] ?? '').includes('data.payments');
  const data = stripe.invoices.filter((i) => i['subscription'] === form['subscription']).map(({ subscription: _gone, payments, ...invoice }) => (isExpanded ? { ...invoice, payments } : invoice));
  return { status: 200, body: { object: 'list', url: '/v1/invoices', has_more: false, data } };
};

export const moreKinds: Record<string, Kind> = { payment_intents, payment_methods, terminal, payouts, balance_transactions, subscriptions, invoices };
