// A small server that behaves as Telegram's Bot API 10.3 does, as far as a bot of a house needs it: its checks and its words of refusal, webhooks with the
// secret, in order for each chat and again until they are taken, or getUpdates. What goes wrong can be told to go wrong: floods, blocks, dead tokens,
// updates that come twice or swapped, answers that are lost.
import { createServer, request, type IncomingMessage, type Server } from 'node:http';

type Json = Record<string, unknown>;
export interface Button {
  text: string;
  callback_data?: string;
}
export interface Said {
  method: string;
  chat_id: number;
  message_id: number;
  text: string;
  buttons: Button[];
  keyboard: Json[];
  at: number;
}
interface Webhook {
  url: string;
  secret: string;
}

export class Telegram {
  readonly token: string;
  readonly id: number;
  url = '';
  /** Where calls to the public address go, and under which Host. */
  house = { port: 0, host: '' };
  webhook: Webhook | undefined;
  lastError = '';
  /** Everything that was said, in the order in which it came. */
  said: Said[] = [];
  /** callback_query_id of each answered press, with its text. */
  answered: { id: string; text: string }[] = [];
  calls: { method: string; body: Json }[] = [];
  dead = false;
  blocked = new Set<number>();
  /** The next calls of a method: an HTTP status, a wait in seconds ("429:3"), or "lost": done, and the connection dies. */
  next: { method: string; what: string }[] = [];
  #update = 1000;
  #message = 1;
  #waiting: Json[] = [];
  #server: Server = createServer((incoming, outgoing) => {
    void this.#handle(incoming).then((answer) => {
      if (!answer) return incoming.socket.destroy();
      outgoing.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(JSON.stringify(answer.body));
      return undefined;
    });
  });

  constructor(id = 7000001) {
    this.id = id;
    this.token = `${id}:AAtest-Token_${Math.random().toString(36).slice(2).padEnd(12, 'x')}`;
  }

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

  // ── the guest's side ──

  from(chat: number): Json {
    return { id: chat, is_bot: false, first_name: 'Ada', last_name: `Lovelace ${chat}`, language_code: 'en' };
  }

  update(kind: string, about: Json): Json {
    return { update_id: this.#update++, [kind]: about };
  }

  message(chat: number, members: Json, language = 'en'): Json {
    return this.update('message', {
      message_id: this.#message++,
      date: Math.floor(Date.now() / 1000),
      chat: { id: chat, type: 'private', first_name: 'Ada' },
      from: { ...this.from(chat), language_code: language },
      ...members,
    });
  }

  press(chat: number, data: string, message = this.last(chat)?.message_id ?? 0): Json {
    return this.update('callback_query', {
      id: `press-${this.#update}`,
      from: this.from(chat),
      chat_instance: '1',
      data,
      message: { message_id: message, date: 1, chat: { id: chat, type: 'private' } },
    });
  }

  /** Delivers an update as Telegram does: again until it is taken. Returns the status of the call that took it. */
  async send(update: Json | string, secret = this.webhook?.secret): Promise<number> {
    if (!this.webhook && typeof update !== 'string') {
      this.#waiting.push(update);
      return 0;
    }
    return this.post(typeof update === 'string' ? update : JSON.stringify(update), secret);
  }

  post(body: string, secret?: string, path = new URL(this.webhook?.url ?? 'http://x/').pathname): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers: Record<string, string> = { host: this.house.host, 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
      if (secret !== undefined) headers['x-telegram-bot-api-secret-token'] = secret;
      const call = request({ host: '127.0.0.1', port: this.house.port, path, method: 'POST', headers }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  say(chat: number, text: string, language = 'en'): Promise<number> {
    return this.send(this.message(chat, { text }, language));
  }

  /** Presses the button with this label under the last message that has it. */
  tap(chat: number, label: string): Promise<number> {
    const under = this.said.findLast((m) => m.chat_id === chat && m.buttons.some((b) => b.text === label));
    const button = under?.buttons.find((b) => b.text === label);
    if (!under || !button?.callback_data) throw new Error(`no button "${label}": ${JSON.stringify(this.last(chat))}`);
    return this.send(this.press(chat, button.callback_data, under.message_id));
  }

  to(chat: number): Said[] {
    return this.said.filter((m) => m.chat_id === chat);
  }

  last(chat: number): Said | undefined {
    return this.to(chat).at(-1);
  }

  // ── the API ──

  #no(status: number, description: string, parameters?: Json): { status: number; body: Json; headers?: Record<string, string> } {
    return { status, body: { ok: false, error_code: status, description, ...(parameters ? { parameters } : {}) } };
  }

  async #handle(incoming: IncomingMessage): Promise<{ status: number; body: Json; headers?: Record<string, string> } | undefined> {
    let text = '';
    for await (const piece of incoming) text += piece as string;
    const [, token, method] = /^\/bot([^/]+)\/(\w+)$/.exec(incoming.url ?? '') ?? [];
    if (!token || !method) return this.#no(404, 'Not Found');
    if (token !== this.token || this.dead) return this.#no(401, 'Unauthorized: invalid token specified');
    const body = (text ? JSON.parse(text) : {}) as Json;
    this.calls.push({ method, body });
    const fault = this.next.findIndex((f) => f.method === method);
    const what = fault >= 0 ? this.next.splice(fault, 1)[0]?.what : undefined;
    if (what?.startsWith('429:')) {
      const wait = Number(what.slice(4));
      return { ...this.#no(429, `Too Many Requests: retry after ${wait}`, { retry_after: wait }), headers: { 'retry-after': String(wait) } };
    }
    if (what?.startsWith('proxy:')) return { status: Number(what.slice(6)), body: { html: '<h1>Not found</h1>' } };
    if (what && what !== 'lost') return this.#no(Number(what), Number(what) >= 500 ? 'Bad Gateway' : 'Bad Request: told to');
    if (method === 'getUpdates' && !this.webhook) await this.#wait(Number(body['timeout'] ?? 0), Number(body['offset'] ?? 0));
    const answer = this.#answer(method, body);
    return what === 'lost' ? undefined : answer;
  }

  #answer(method: string, body: Json) {
    const yes = (result: unknown) => ({ status: 200, body: { ok: true, result } as Json });
    switch (method) {
      case 'getMe':
        return yes({ id: this.id, is_bot: true, first_name: 'Booker', username: 'house_bot' });
      case 'setWebhook':
        if (!/^[A-Za-z0-9_-]{1,256}$/.test(String(body['secret_token']))) return this.#no(400, 'Bad Request: secret token contains unallowed characters');
        if (!String(body['url']).startsWith('https://')) return this.#no(400, 'Bad Request: bad webhook: An HTTPS URL must be provided for webhook');
        this.webhook = { url: String(body['url']), secret: String(body['secret_token']) };
        return yes(true);
      case 'deleteWebhook':
        this.webhook = undefined;
        return yes(true);
      case 'getWebhookInfo':
        return yes({
          url: this.webhook?.url ?? '',
          has_custom_certificate: false,
          pending_update_count: 0,
          ...(this.lastError ? { last_error_date: Math.floor(Date.now() / 1000) + 5, last_error_message: this.lastError } : {}),
        });
      case 'getUpdates':
        return this.#updates(body);
      case 'answerCallbackQuery':
        this.answered.push({ id: String(body['callback_query_id']), text: String(body['text'] ?? '') });
        return yes(true);
      case 'sendMessage':
      case 'sendPhoto':
      case 'sendLocation':
      case 'editMessageText':
        return this.#said(method, body);
      default:
        return this.#no(404, 'Not Found: method not found');
    }
  }

  /** Long polling: until something comes, or the time is over. */
  async #wait(seconds: number, offset: number): Promise<void> {
    for (let i = 0; i < seconds * 20 && !this.#waiting.some((u) => Number(u['update_id']) >= offset); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  #updates(body: Json) {
    if (this.webhook) return this.#no(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first");
    const offset = Number(body['offset'] ?? 0);
    this.#waiting = this.#waiting.filter((u) => Number(u['update_id']) >= offset);
    const result = this.#waiting.slice(0, Number(body['limit'] ?? 100));
    return { status: 200, body: { ok: true, result } as Json };
  }

  #said(method: string, body: Json) {
    const chat = Number(body['chat_id']);
    const text = String(body['text'] ?? body['caption'] ?? '');
    const markup = (body['reply_markup'] ?? {}) as Json;
    const buttons = ((markup['inline_keyboard'] ?? []) as Button[][]).flat();
    if (this.blocked.has(chat)) return this.#no(403, 'Forbidden: bot was blocked by the user');
    if (!Number.isSafeInteger(chat) || chat === 0) return this.#no(400, 'Bad Request: chat not found');
    if (/Message|Text/.test(method) && text === '') return this.#no(400, 'Bad Request: message text is empty');
    if (text.length > 4096) return this.#no(400, 'Bad Request: message is too long');
    if (buttons.some((b) => Buffer.byteLength(b.callback_data ?? '') > 64 || Buffer.byteLength(b.callback_data ?? '') < 1)) return this.#no(400, 'Bad Request: BUTTON_DATA_INVALID');
    if (buttons.some((b) => b.text === '')) return this.#no(400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
    const message_id = method === 'editMessageText' ? Number(body['message_id']) : this.#message++;
    if (method === 'editMessageText' && !this.said.some((m) => m.chat_id === chat && m.message_id === message_id)) return this.#no(400, 'Bad Request: message to edit not found');
    this.said.push({ method, chat_id: chat, message_id, text, buttons, keyboard: ((markup['keyboard'] ?? []) as Json[][]).flat(), at: Date.now() });
    return { status: 200, body: { ok: true, result: { message_id, date: 1, chat: { id: chat, type: 'private' }, text } } as Json };
  }
}
