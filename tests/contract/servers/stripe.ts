// A small server that behaves as Stripe's API of 2026-10-28.endive does, as far as a house needs it: checkout sessions, payment intents, refunds,
// disputes, idempotency, signed events. What goes wrong between two machines can be told to go wrong: answers that are lost, errors, declines, events
// that come twice, late, in reverse, signed wrongly.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createHmac, randomUUID } from 'node:crypto';
import { moreKinds } from './stripe_kinds.ts';

export type Json = Record<string, unknown>;
export interface Session extends Json {
  id: string;
  url: string;
  status: 'open' | 'complete' | 'expired';
  payment_status: 'paid' | 'unpaid';
  payment_intent: string | null;
  amount_total: number;
  currency: string;
  metadata: Record<string, string>;
  livemode: boolean;
}
export interface Intent extends Json {
  id: string;
  status: string;
  amount: number;
  amount_received: number;
  currency: string;
  metadata: Record<string, string>;
  livemode: boolean;
}
export interface Reader extends Json {
  id: string;
  action: { type: string; status: string; process_payment_intent: { payment_intent: string }; failure_code: string | null; failure_message: string | null } | null;
  /** Not on the network. */
  isAway: boolean;
}
/** What has happened to a call. */
export type Step = 'asked' | 'done' | 'answered';
export interface Answer {
  status: number;
  body: Json;
  headers?: Record<string, string>;
}

export const short = () => randomUUID().replaceAll('-', '').slice(0, 24);

/** Stripe's form encoding: a[b][0]=x. */
export function readForm(text: string): Json {
  const found: Json = {};
  for (const [key, value] of new URLSearchParams(text)) {
    const path = [...key.matchAll(/^[^[]+|\[([^\]]*)\]/g)].map((part) => part[1] ?? part[0]);
    let at = found;
    path.slice(0, -1).forEach((name) => {
      at = (at[name] ??= {}) as Json;
    });
    at[path.at(-1) ?? ''] = value;
  }
  return found;
}

export class Stripe {
  key = `sk_test_${short()}`;
  readonly hookSecret = `whsec_${short()}`;
  url = '';
  /** Where events go; set when the account's webhook address is known. */
  hook = '';
  sessions = new Map<string, Session>();
  intents = new Map<string, Intent>();
  refunds = new Map<string, Json>();
  disputes = new Map<string, Json>();
  setups = new Map<string, Json>();
  subscriptions = new Map<string, Json>();
  invoices: Json[] = [];
  readers = new Map<string, Reader>();
  /** Stored cards by pm_…: what they do when they are charged without the guest. */
  methods = new Map<string, { customer: string; does: 'pays' | 'declines' | 'asks'; isDetached: boolean }>();
  payouts = new Map<string, Json>();
  /** Balance transactions; those without a payout wait for the next one. */
  transactions: Json[] = [];
  events: Json[] = [];
  /** Method and path of each call, in order. */
  calls: string[] = [];
  /** Money that has moved: payments up, refunds down, in the smallest unit. */
  balance = 0;
  /** The next answers: an HTTP status instead of the right one, "proxy": 403 of something on the way, or "lost": done, and the connection dies. */
  next: (number | 'proxy' | 'lost')[] = [];
  /** What the account is like: whether it is paid out, and what its webhook is told of. */
  paysOut = true;
  hookEvents = ['*'];
  refundState: 'succeeded' | 'pending' | 'failed' = 'succeeded';
  /** When one is to end: it ends, or is put off. */
  endsSubscriptions: 'now' | 'later' = 'now';
  /** Calls ("GET /v1/refunds/re_1") that Stripe refuses for good: 400. */
  refuses = (_call: string): boolean => false;
  /** Hears of each call when it arrives, when it is done and when it is answered; true: there is no answer, for nobody listens any more. */
  interrupts?: (call: string, step: Step) => Promise<boolean>;
  #done = new Map<string, { request: string; answer: Answer }>();
  #server: Server = createServer((request, response) => {
    void this.#handle(request).then((answer) => {
      if (!answer) {
        request.socket.destroy();
        return undefined;
      }
      response.writeHead(answer.status, { 'content-type': 'application/json', 'request-id': `req_${short()}`, ...answer.headers }).end(JSON.stringify(answer.body));
      return this.interrupts?.(`${request.method} ${(request.url ?? '/').split('?')[0]}`, 'answered');
    });
  });

  async start(): Promise<this> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    this.url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    return this;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** The guest pays at the provider's page. Returns the events that this makes, not yet sent. */
  pay(session: Session, amount = session.amount_total): Json[] {
    if (session.status !== 'open') throw new Error(`the page is ${session.status}`);
    const intent: Intent = {
      id: `pi_${short()}`,
      object: 'payment_intent',
      status: 'succeeded',
      amount,
      amount_received: amount,
      currency: session.currency,
      metadata: session['intent_metadata'] as Record<string, string>,
      livemode: false,
    };
    this.intents.set(intent.id, intent);
    if (session['keeps_card'] === true) intent['payment_method'] = this.keepCard(session);
    Object.assign(session, { status: 'complete', payment_status: 'paid', payment_intent: intent.id, amount_total: amount });
    this.moved('charge', amount, { object: 'charge', id: `ch_${short()}`, payment_intent: intent.id });
    return [this.event('payment_intent.succeeded', intent), this.event('checkout.session.completed', session)];
  }

  /** Money has moved: the balance and its transaction; what comes in costs 1.5 % and 25. */
  moved(type: string, amount: number, source: Json, fee = type === 'charge' ? Math.round(amount * 0.015) + 25 : 0): void {
    if (type !== 'payout') this.balance += amount;
    this.transactions.push({ id: `txn_${short()}`, object: 'balance_transaction', type, amount, fee, net: amount - fee, currency: 'eur', description: type, source, payout: null });
  }

  /** Sends everything that waits to the bank. */
  payOut(status = 'paid'): Json {
    const waiting = this.transactions.filter((t) => t['payout'] === null);
    const amount = waiting.reduce((sum, t) => sum + Number(t['net']), 0);
    const payout: Json = { id: `po_${short()}`, object: 'payout', amount, currency: 'eur', status, automatic: true, livemode: false, arrival_date: Math.floor(Date.now() / 1000) };
    this.payouts.set(String(payout['id']), payout);
    this.moved('payout', -amount, { ...payout });
    for (const transaction of this.transactions) transaction['payout'] ??= payout['id'];
    return payout;
  }

  addReader(): Reader {
    const reader: Reader = { id: `tmr_${short()}`, object: 'terminal.reader', label: 'Bar', status: 'online', livemode: false, action: null, isAway: false };
    this.readers.set(reader.id, reader);
    return reader;
  }

  /** A guest holds a card against the reader. Returns the events that this makes, not yet sent. */
  present(reader: Reader, outcome: 'paid' | 'declined' | 'lost' = 'paid'): Json[] {
    const action = reader.action;
    const intent = this.intents.get(action?.process_payment_intent.payment_intent ?? '');
    if (action?.status !== 'in_progress' || !intent) throw new Error('the reader waits for nothing');
    if (outcome === 'paid') {
      Object.assign(intent, { status: 'succeeded', amount_received: intent.amount });
      action.status = 'succeeded';
      this.moved('charge', intent.amount, { object: 'charge', id: `ch_${short()}`, payment_intent: intent.id });
      return [this.event('terminal.reader.action_succeeded', reader), this.event('payment_intent.succeeded', intent)];
    }
    Object.assign(action, {
      status: 'failed',
      failure_code: outcome === 'lost' ? 'connection_error' : 'card_declined',
      failure_message: outcome === 'lost' ? 'The reader lost its connection.' : 'Your card was declined.',
    });
    if (outcome === 'lost') return [this.event('terminal.reader.action_failed', reader)];
    intent['last_payment_error'] = { type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds', message: 'Your card has insufficient funds.' };
    return [this.event('terminal.reader.action_failed', reader), this.event('payment_intent.payment_failed', intent)];
  }

  /** A card is typed in at a page and kept. */
  keepCard(session: Session): string {
    const method = `pm_${short()}`;
    session['customer'] ??= `cus_${short()}`;
    this.methods.set(method, { customer: String(session['customer']), does: 'pays', isDetached: false });
    return method;
  }

  /** The guest leaves a card at a page that takes no money. */
  leaveCard(session: Session): Json[] {
    if (session.status !== 'open' || session['mode'] !== 'setup') throw new Error(`the page is ${session.status}`);
    const intent: Json = {
      id: `seti_${short()}`,
      object: 'setup_intent',
      status: 'succeeded',
      usage: 'off_session',
      payment_method: this.keepCard(session),
      metadata: session['intent_metadata'],
      livemode: false,
    };
    this.setups.set(String(intent['id']), intent);
    Object.assign(session, { status: 'complete', setup_intent: intent['id'], payment_status: 'no_payment_required' });
    return [this.event('setup_intent.succeeded', intent), this.event('checkout.session.completed', session)];
  }

  /** The guest begins a subscription at its page: what is due now is paid, the rest comes by renew(). */
  begin(session: Session): Json[] {
    if (session.status !== 'open' || session['mode'] !== 'subscription') throw new Error(`the page is ${session.status}`);
    const data = session['subscription_data'] as Json;
    const subscription: Json = { id: `sub_${short()}`, object: 'subscription', status: 'active', customer: `cus_${short()}`, metadata: data['metadata'], items: { data: [] }, livemode: false };
    this.subscriptions.set(String(subscription['id']), subscription);
    Object.assign(session, { status: 'complete', payment_status: 'paid', subscription: subscription['id'] });
    const items = Object.values(session['items'] as Json) as { price_data: { unit_amount: string; recurring?: unknown } }[];
    const now = items.filter((i) => !i.price_data.recurring).reduce((sum, i) => sum + Number(i.price_data.unit_amount), 0);
    subscription['renewal'] = items.filter((i) => i.price_data.recurring).reduce((sum, i) => sum + Number(i.price_data.unit_amount), 0);
    const events = this.#bill(subscription, now, true);
    return [...events, this.event('customer.subscription.created', subscription), this.event('checkout.session.completed', session)];
  }

  /** A period is over: the card pays for the next one, or does not. */
  renew(subscription: Json, isPaid = true): Json[] {
    subscription['status'] = isPaid ? 'active' : 'past_due';
    return [...this.#bill(subscription, Number(subscription['renewal']), isPaid), this.event('customer.subscription.updated', subscription)];
  }

  /** The member pays what has failed. */
  payInvoice(subscription: Json): Json[] {
    const invoice = this.invoices.find((i) => i['subscription'] === subscription['id'] && i['status'] === 'open');
    if (!invoice) throw new Error('nothing is open');
    subscription['status'] = 'active';
    this.#take(invoice);
    return [this.event('invoice.paid', invoice), this.event('customer.subscription.updated', subscription)];
  }

  #bill(subscription: Json, amount: number, isPaid: boolean): Json[] {
    const id = `in_${short()}`;
    const invoice: Json = {
      id,
      object: 'invoice',
      status: 'open',
      amount_due: amount,
      amount_paid: 0,
      currency: 'eur',
      hosted_invoice_url: `${this.url}/invoice/${id}`,
      subscription: subscription['id'],
      parent: { type: 'subscription_details', subscription_details: { subscription: subscription['id'], metadata: subscription['metadata'] } },
      livemode: false,
    };
    this.invoices.unshift(invoice);
    if (isPaid) this.#take(invoice);
    return [this.event(isPaid ? 'invoice.paid' : 'invoice.payment_failed', invoice)];
  }

  #take(invoice: Json): void {
    const amount = Number(invoice['amount_due']);
    const intent = `pi_${short()}`;
    Object.assign(invoice, { status: 'paid', amount_paid: amount, payments: { object: 'list', data: [{ object: 'invoice_payment', payment: { type: 'payment_intent', payment_intent: intent } }] } });
    if (amount > 0) this.moved('charge', amount, { object: 'charge', id: `ch_${short()}`, payment_intent: intent });
  }

  /** A thing with what `expand` names in place of its id. */
  expanded(session: Session, form: Json): Json {
    const wanted = Object.values((form['expand'] ?? {}) as Json).map(String);
    const shown: Json = { ...session };
    for (const path of wanted) {
      const [name = '', inner] = path.split('.');
      const found = name === 'payment_intent' ? this.intents.get(String(session[name])) : this.setups.get(String(session[name]));
      if (!found) continue;
      const method = String((found as Json)['payment_method'] ?? '');
      shown[name] = {
        ...found,
        ...(inner && this.methods.has(method) ? { payment_method: { id: method, object: 'payment_method', type: 'card', card: { brand: 'visa', last4: '4242', exp_month: 8, exp_year: 2031 } } } : {}),
      };
    }
    return shown;
  }

  event(type: string, object: Json): Json {
    const event = {
      id: `evt_${short()}`,
      object: 'event',
      api_version: '2026-10-28.endive',
      created: Math.floor(Date.now() / 1000),
      livemode: false,
      pending_webhooks: 1,
      type,
      data: { object: structuredClone(object) },
    };
    this.events.push(event);
    return event;
  }

  sign(body: string, at = Math.floor(Date.now() / 1000), secret = this.hookSecret): string {
    return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
  }

  async send(event: Json, signature?: string): Promise<Response> {
    const body = JSON.stringify(event);
    return fetch(this.hook, { method: 'POST', headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature ?? this.sign(body) }, body });
  }

  async #handle(request: IncomingMessage): Promise<Answer | null> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const [path = '/', query = ''] = (request.url ?? '/').split('?');
    this.calls.push(`${request.method} ${path}`);
    const wrong = (status: number, code: string, message: string): Answer => ({ status, body: { error: { type: 'invalid_request_error', code, message } } });
    if (request.headers.authorization !== `Bearer ${this.key}`) return wrong(401, 'api_key_invalid', 'Invalid API Key provided');
    if (!request.headers['stripe-version']) return wrong(400, 'no_version', 'send a version');
    if (this.refuses(`${request.method} ${path}`)) return wrong(400, 'not_now', 'This cannot be done.');
    if (await this.interrupts?.(`${request.method} ${path}`, 'asked')) return null;
    const trouble = this.next.shift();
    if (typeof trouble === 'number') return { status: trouble, body: { error: { type: 'api_error', message: 'trouble' } }, headers: trouble === 429 ? { 'retry-after': '1' } : {} };
    if (trouble === 'proxy') return { status: 403, body: { html: '<h1>Forbidden</h1>' } };
    const key = request.headers['idempotency-key'];
    let answer: Answer;
    if (request.method === 'POST' && typeof key === 'string') {
      const first = this.#done.get(key);
      if (first && first.request !== path + text) return { status: 400, body: { error: { type: 'idempotency_error', message: 'other parameters' } } };
      answer = first ? { ...first.answer, headers: { 'idempotent-replayed': 'true' } } : this.#do(path, readForm(text), request.method);
      this.#done.set(key, { request: path + text, answer: structuredClone(answer) });
    } else {
      answer = this.#do(path, readForm(text || query), request.method ?? 'GET');
    }
    if (await this.interrupts?.(`${request.method} ${path}`, 'done')) return null;
    return trouble === 'lost' ? null : structuredClone(answer);
  }

  #do(path: string, form: Json, method: string): Answer {
    const wrong = (status: number, code: string, message: string): Answer => ({ status, body: { error: { type: 'invalid_request_error', code, message } } });
    const [, , kind, a, b, c] = path.split('/');
    if (kind === 'account') return { status: 200, body: { object: 'account', charges_enabled: true, payouts_enabled: this.paysOut } };
    if (kind === 'webhook_endpoints')
      return { status: 200, body: { object: 'list', has_more: false, data: [{ object: 'webhook_endpoint', url: this.hook, status: 'enabled', enabled_events: this.hookEvents }] } };
    if (kind === 'balance') return { status: 200, body: { object: 'balance', livemode: false } };
    if (kind === 'checkout' && a === 'sessions') {
      if (method === 'POST' && !b) {
        if ('payment_method_types' in form) return wrong(400, 'payment_method_types_no_longer_supported', 'no longer');
        const item = ((form['line_items'] as Json | undefined)?.['0'] ?? { price_data: { unit_amount: '0', currency: form['currency'] }, quantity: '1' }) as {
          price_data: { unit_amount: string; currency: string };
          quantity: string;
        };
        const id = `cs_test_${short()}`;
        const session: Session = {
          id,
          object: 'checkout.session',
          url: `${this.url}/pay/${id}`,
          status: 'open',
          payment_status: 'unpaid',
          payment_intent: null,
          livemode: false,
          amount_total: Number(item.price_data.unit_amount) * Number(item.quantity),
          currency: item.price_data.currency,
          metadata: (form['metadata'] ?? {}) as Record<string, string>,
          client_reference_id: form['client_reference_id'],
          success_url: form['success_url'],
          cancel_url: form['cancel_url'],
          expires_at: Number(form['expires_at']),
          mode: form['mode'],
          items: form['line_items'],
          subscription_data: form['subscription_data'],
          intent_metadata: ((form['payment_intent_data'] ?? form['setup_intent_data']) as Json | undefined)?.['metadata'] ?? {},
          keeps_card: (form['payment_intent_data'] as Json | undefined)?.['setup_future_usage'] === 'off_session' && form['customer_creation'] === 'always',
        };
        this.sessions.set(id, session);
        return { status: 200, body: session };
      }
      const session = this.sessions.get(b ?? '');
      if (!session) return wrong(404, 'resource_missing', 'No such checkout.session');
      if (c === 'expire') {
        if (session.status !== 'open') return wrong(400, 'checkout_session_not_open', 'Only open sessions can be expired');
        session.status = 'expired';
      }
      return { status: 200, body: this.expanded(session, form) };
    }
    if (kind === 'refunds') {
      if (method === 'POST') {
        const intent = this.intents.get(String(form['payment_intent']));
        if (!intent) return wrong(404, 'resource_missing', 'No such payment_intent');
        const back = [...this.refunds.values()].filter((r) => r['payment_intent'] === intent.id && r['status'] !== 'failed').reduce((sum, r) => sum + Number(r['amount']), 0);
        const amount = Number(form['amount'] ?? intent.amount_received - back);
        if (back + amount > intent.amount_received) return wrong(400, 'charge_already_refunded', 'more than was paid');
        const refund = {
          id: `re_${short()}`,
          object: 'refund',
          amount,
          currency: intent.currency,
          status: this.refundState,
          payment_intent: intent.id,
          metadata: form['metadata'] ?? {},
          ...(this.refundState === 'failed' ? { failure_reason: 'expired_or_canceled_card' } : {}),
        };
        this.refunds.set(refund.id, refund);
        if (refund.status === 'succeeded') this.moved('refund', -amount, refund);
        return { status: 200, body: refund };
      }
      const refund = this.refunds.get(a ?? '');
      return refund ? { status: 200, body: refund } : wrong(404, 'resource_missing', 'No such refund');
    }
    if (kind === 'disputes') {
      const dispute = this.disputes.get(a ?? '');
      return dispute ? { status: 200, body: dispute } : wrong(404, 'resource_missing', 'No such dispute');
    }
    const more = moreKinds[kind ?? '']?.(this, [a, b, c], form, method);
    if (more) return more;
    return wrong(404, 'unknown', `Unrecognized request URL (${method}: ${path})`);
  }
}
