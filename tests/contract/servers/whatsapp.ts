// A small server that behaves as WhatsApp's Cloud API does, as far as a bot of a house needs it: its checks and codes of refusal, the day after a guest's
// last word, statuses, calls that hold several messages, signed over the bytes as Meta writes them (everything above ASCII escaped). What goes wrong can be
// told to go wrong: codes, proxies on the way, dead tokens, answers that are lost.
import { createHmac } from 'node:crypto';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';

type Json = Record<string, unknown>;
export interface Choice {
  id: string;
  title: string;
  description?: string;
}
export interface Said {
  id: string;
  chat: string;
  by: 'to' | 'recipient';
  type: string;
  text: string;
  buttons: Choice[];
  rows: Choice[];
  at: number;
}

const day = 24 * 3600 * 1000;
const many = (text: string) => [...text].length;

export class WhatsApp {
  readonly token = `EAA${Math.random().toString(36).slice(2).padEnd(16, 'x')}`;
  readonly secret = `app-secret-${Math.random().toString(36).slice(2)}`;
  readonly phone_number_id: string;
  url = '';
  /** Where calls to the public address go, and under which Host; the path that the house told. */
  house = { port: 0, host: '', path: '' };
  said: Said[] = [];
  /** When each guest wrote last: outside the day after it, free texts are refused. */
  heard = new Map<string, number>();
  dead = false;
  /** What the next messages meet: a code of Meta's, "status:404" of a proxy, "text:400" without a code, or "lost": taken, and the connection dies. */
  next: string[] = [];
  asked = 0;
  #message = 1;
  #server: Server = createServer((incoming, outgoing) => {
    void this.#handle(incoming).then((answer) => {
      if (!answer) return incoming.socket.destroy();
      outgoing.writeHead(answer.status, { 'content-type': typeof answer.body === 'string' ? 'text/html' : 'application/json' });
      outgoing.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
      return undefined;
    });
  });

  constructor(phone_number_id = '10634295353625') {
    this.phone_number_id = phone_number_id;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    this.url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/v26.0`;
    return this;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  // ── the guest's side ──

  /** One message as it stands in a call. `chat`: digits of a number, or a BSUID of somebody whose number is hidden. */
  message(chat: string, type: string, members: Json): Json {
    const who = /^\d+$/.test(chat) ? { from: chat } : { from_user_id: chat };
    return { id: `wamid.${this.#message++}`, timestamp: String(Math.floor(Date.now() / 1000)), ...who, type, ...members };
  }

  /** The call with these messages and statuses, of this number of the house. */
  call(messages: Json[], statuses: Json[] = [], phone_number_id = this.phone_number_id): Json {
    const contacts = messages.map((m) => ({
      profile: { name: `Ada *${String(m['from'] ?? m['from_user_id'])}*` },
      ...(m['from'] ? { wa_id: m['from'] } : {}),
      user_id: m['from_user_id'] ?? `DE.${String(m['from'])}`,
    }));
    const value = {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '49301234567', phone_number_id },
      ...(messages.length ? { contacts, messages } : {}),
      ...(statuses.length ? { statuses } : {}),
    };
    return { object: 'whatsapp_business_account', entry: [{ id: '1', changes: [{ field: 'messages', value }] }] };
  }

  /** Delivers a call. Meta signs what it writes: text above ASCII escaped in lower case, slashes too. */
  send(call: Json, signature?: string): Promise<number> {
    const body = JSON.stringify(call)
      .replaceAll(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .replaceAll('/', '\\/');
    for (const entry of call['entry'] as { changes: { value: { messages?: Json[] } }[] }[])
      for (const change of entry.changes) for (const m of change.value.messages ?? []) this.heard.set(String(m['from'] ?? m['from_user_id']), Date.now());
    return this.post(body, signature ?? `sha256=${createHmac('sha256', this.secret).update(body).digest('hex')}`);
  }

  post(body: string, signature: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers: Record<string, string> = { host: this.house.host, 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
      if (signature) headers['x-hub-signature-256'] = signature;
      const call = request({ host: '127.0.0.1', port: this.house.port, path: this.house.path, method: 'POST', headers }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  say(chat: string, text: string): Promise<number> {
    return this.send(this.call([this.message(chat, 'text', { text: { body: text } })]));
  }

  /** Presses the button or takes the row of this title under the last message that has it. */
  press(chat: string, title: string): Json {
    const under = this.said.findLast((m) => m.chat === chat && [...m.buttons, ...m.rows].some((c) => c.title === title));
    const button = under?.buttons.find((c) => c.title === title);
    const row = under?.rows.find((c) => c.title === title);
    if (!button && !row) throw new Error(`nothing is called "${title}": ${JSON.stringify(this.last(chat))}`);
    const interactive = button ? { type: 'button_reply', button_reply: { id: button.id, title } } : { type: 'list_reply', list_reply: { id: row?.id, title } };
    return this.message(chat, 'interactive', { interactive, context: { id: under?.id } });
  }

  tap(chat: string, title: string): Promise<number> {
    return this.send(this.call([this.press(chat, title)]));
  }

  to(chat: string): Said[] {
    return this.said.filter((m) => m.chat === chat);
  }

  last(chat: string): Said | undefined {
    return this.to(chat).at(-1);
  }

  // ── the API ──

  #no(code: number, message: string, status = code === 190 ? 401 : code === 4 || code === 131056 || code === 130429 ? 429 : 400) {
    return { status, body: { error: { message: `(#${code}) ${message}`, type: 'OAuthException', code, error_data: { messaging_product: 'whatsapp', details: message }, fbtrace_id: 'x' } } as Json };
  }

  async #handle(incoming: IncomingMessage): Promise<{ status: number; body: Json | string } | undefined> {
    let text = '';
    for await (const piece of incoming) text += piece as string;
    const url = new URL(incoming.url ?? '', 'http://x');
    const proof = createHmac('sha256', this.secret).update(this.token).digest('hex');
    const what = this.next.shift();
    if (what?.startsWith('status:')) return { status: Number(what.slice(7)), body: '<h1>a proxy</h1>' };
    if (what?.startsWith('text:')) return { status: Number(what.slice(5)), body: { error: { message: 'no code', code: 'none' } } };
    if (incoming.headers.authorization !== `Bearer ${this.token}` || this.dead) return this.#no(190, 'Error validating access token: Session has expired');
    if (url.searchParams.get('appsecret_proof') !== proof) return this.#no(100, 'Invalid appsecret_proof provided in the API argument');
    if (url.pathname === `/v26.0/${this.phone_number_id}`) {
      this.asked++;
      return { status: 200, body: { display_phone_number: '+49 30 1234567', verified_name: 'House', id: this.phone_number_id } };
    }
    if (url.pathname !== `/v26.0/${this.phone_number_id}/messages`) return this.#no(100, 'Unsupported post request');
    if (what && what !== 'lost') return this.#no(Number(what), 'told to');
    const answer = this.#said(JSON.parse(text) as Json);
    return what === 'lost' ? undefined : answer;
  }

  #fault(body: Json, interactive: { type?: string; action?: { button?: string } }, text: string, buttons: Choice[], rows: Choice[]): string | undefined {
    const ids = [...buttons, ...rows].map((c) => c.id);
    if (body['messaging_product'] !== 'whatsapp') return 'The parameter messaging_product is required.';
    if (!text && body['type'] !== 'location') return 'body is required';
    if (many(text) > (interactive.type ? 1024 : 4096)) return 'body is too long';
    if (buttons.length > 3 || rows.length > 10) return 'too many choices';
    if (new Set(ids).size !== ids.length || ids.some((id) => !id || id.length > 200)) return 'ids must be unique';
    if (buttons.some((c) => !c.title || many(c.title) > 20)) return 'Button title length invalid. Min length: 1, Max length: 20';
    if (rows.some((c) => !c.title || many(c.title) > 24 || many(c.description ?? '') > 72)) return 'Row title is too long. Max length is 24';
    if (rows.length && (!interactive.action?.button || many(interactive.action.button) > 20)) return 'action.button is 1 to 20 characters';
    return undefined;
  }

  #said(body: Json) {
    const chat = String(body['to'] ?? body['recipient'] ?? '');
    const type = String(body['type']);
    const interactive = (body['interactive'] ?? {}) as { type?: string; body?: { text?: string }; action?: { button?: string; buttons?: { reply: Choice }[]; sections?: { rows: Choice[] }[] } };
    const text = String((body['text'] as Json | undefined)?.['body'] ?? interactive.body?.text ?? (body['image'] as Json | undefined)?.['caption'] ?? '');
    const buttons = (interactive.action?.buttons ?? []).map((b) => b.reply);
    const rows = (interactive.action?.sections ?? []).flatMap((s) => s.rows);
    const fault = this.#fault(body, interactive, text, buttons, rows);
    if (fault) return this.#no(131009, fault);
    if (Date.now() - (this.heard.get(chat) ?? 0) > day) return this.#no(131047, 'Message failed to send because more than 24 hours have passed since the customer last replied to this number.');
    const id = `wamid.OUT${this.#message++}`;
    const by = body['to'] === undefined ? 'recipient' : 'to';
    // a BSUID in "to" is taken, and reaches nobody: it is read as the digits behind the country
    this.said.push({ id, chat: by === 'to' ? chat.replace(/^[A-Z]{2}\./, '') : chat, by, type: interactive.type ?? type, text, buttons, rows, at: Date.now() });
    return { status: 200, body: { messaging_product: 'whatsapp', contacts: [{ input: chat }], messages: [{ id, message_status: 'accepted' }] } as Json };
  }
}
