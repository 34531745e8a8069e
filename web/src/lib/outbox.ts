/* Writes that must not get lost: kept on the device until the daemon has answered, sent one after the other, and sent again
 * after a lost connection. Each carries its id as the idempotency key, so a write that arrived although its answer did not is
 * answered again and changes nothing.
 *
 *   waiting ──flush──▶ sending ──answer──▶ gone (done)
 *      ▲                  │  └──refusal──▶ gone (refused: told to the page)
 *      └──────away────────┘
 *
 * Only writes that may be repeated belong here: with an idempotency key, or of a kind that says the same twice. */
import { Away } from '@/data/refusal';
import { uuid } from './ids';
import { asString, isRecord, type Shelf } from './keep';
import { network } from './network';

export interface Write<K extends string = string, A = unknown> {
  id: string;
  kind: K;
  args: A;
  at: number;
}

export interface OutboxOptions<W extends Write> {
  /* Where the writes wait, and under which name: one outbox a bearer and place. */
  shelf: Shelf;
  key: string;
  send: (write: W) => Promise<unknown>;
  /* Tells writes of this outbox from what an older page left behind. */
  isWrite: (write: Write) => boolean;
  onDone?: (write: W, answer: unknown) => void;
  onRefused?: (write: W, error: unknown) => void;
}

const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 20_000;

function isStored(value: unknown): value is Write {
  return isRecord(value) && asString(value['id']) !== undefined && asString(value['kind']) !== undefined && typeof value['at'] === 'number' && 'args' in value;
}

export class Outbox<W extends Write> {
  #writes: readonly W[];
  #sending: string | null = null;
  #running = false;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #listeners = new Set<() => void>();
  #closed = false;
  #unwatch: () => void;

  constructor(private readonly options: OutboxOptions<W>) {
    this.#writes = this.#load();
    // The moment a poll gets through again, what waits goes out: no need to sit out the back-off.
    this.#unwatch = network.subscribe(() => {
      if (!network.isAway()) this.#soon(0);
    });
    if (this.#writes.length > 0) this.#soon(0);
  }

  /* A new array whenever something changed, the same one otherwise. */
  writes = (): readonly W[] => this.#writes;
  isSending = (id: string): boolean => this.#sending === id;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  add(kind: W['kind'], args: W['args'], id: string = uuid()): string {
    const write = { id, kind, args, at: Date.now() } as W;
    this.#set([...this.#writes, write]);
    this.#soon(0);
    return id;
  }

  /* Takes back a write that has not left yet. False: it is on its way. */
  drop(id: string): boolean {
    if (this.#sending === id || !this.#writes.some((write) => write.id === id)) return false;
    this.#set(this.#writes.filter((write) => write.id !== id));
    return true;
  }

  /* Changes a write that has not left yet. False: it is on its way. */
  change(id: string, args: W['args']): boolean {
    if (this.#sending === id || !this.#writes.some((write) => write.id === id)) return false;
    this.#set(this.#writes.map((write) => (write.id === id ? { ...write, args } : write)));
    return true;
  }

  clear(): void {
    this.#set([]);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#unwatch();
    this.#listeners.clear();
  }

  async flush(): Promise<void> {
    if (this.#running || this.#closed) return;
    this.#running = true;
    clearTimeout(this.#timer);
    try {
      for (let write = this.#writes[0]; write && !this.#closed; write = this.#writes[0]) {
        if (!(await this.#deliver(write))) break;
      }
    } finally {
      this.#running = false;
    }
  }

  /* True when the write is settled, false when it has to wait. */
  async #deliver(write: W): Promise<boolean> {
    this.#sending = write.id;
    this.#tell();
    try {
      const answer = await this.options.send(write);
      this.#tries = 0;
      // First the page takes the answer in, then the write goes: in between a line would blink.
      this.options.onDone?.(write, answer);
      this.#settle(write);
      return true;
    } catch (error) {
      if (error instanceof Away) {
        this.#sending = null;
        this.#tell();
        const pause = error.retryAfterMs ?? Math.min(RETRY_FIRST_MS * 2 ** this.#tries++, RETRY_MAX_MS);
        this.#soon(pause);
        return false;
      }
      this.#settle(write);
      this.options.onRefused?.(write, error);
      return true;
    }
  }

  #settle(write: W): void {
    this.#sending = null;
    this.#set(this.#writes.filter((other) => other.id !== write.id));
  }

  #soon(pauseMs: number): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), pauseMs);
  }

  #load(): readonly W[] {
    try {
      const stored: unknown = JSON.parse(this.options.shelf.getItem(this.options.key) ?? '[]');
      if (!Array.isArray(stored)) return [];
      return stored.filter((value): value is W => isStored(value) && this.options.isWrite(value));
    } catch {
      return [];
    }
  }

  #set(writes: readonly W[]): void {
    this.#writes = writes;
    try {
      if (writes.length === 0) this.options.shelf.removeItem(this.options.key);
      else this.options.shelf.setItem(this.options.key, JSON.stringify(writes));
    } catch {
      // A full or forbidden store: the writes still go out while the page lives.
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
