/* One channel of the live connection: what it watches, where it stands, and what it has to say.
 *
 *   idle ──socket opens──▶ joining ──reply ok──▶ joined ──socket gone, phx_error, phx_close──▶ idle
 *                             └──reply error──▶ idle, joins again after a while
 *
 * Live means that the daemon has said so: `system`, "ok", for postgres_changes. A place in the stream of changes is an opaque
 * text, the cursor. Every change carries its own, and so does the "ok" of a channel that begins. One that comes back says
 * `since` and gets what it missed, or is told `system`, "refetch". */
import { asString, isRecord } from './keep';

export interface Watch {
  event: '*' | 'INSERT' | 'UPDATE' | 'DELETE';
  table: string;
  /* As REST writes it: "id=eq.7". */
  filter?: string;
}

export interface Change {
  type: string;
  table: string;
  /* The row as it is now, and as it was (its key, at least); empty where there is none or too much of it. */
  record: Readonly<Record<string, unknown>>;
  old: Readonly<Record<string, unknown>>;
}

export interface Follower {
  watches: readonly Watch[];
  token: () => string | null;
  onChange: (change: Change) => void;
  /* Something may have been missed: fetch anew. Also after the first join, for what changed since the page was read. */
  onGap: () => void;
  /* Whether changes come. A connection that is back within moments was never away. */
  onLive: (isLive: boolean) => void;
}

/* What a channel needs of the connection. `send` gives the message's ref, or null while there is no connection. */
export interface Line {
  send: (joinRef: string | null, topic: string, event: string, payload: unknown) => string | null;
  random: () => number;
  joined: () => void;
  silent: () => void;
}

const JOIN_TIMEOUT_MS = 10_000;
const GRACE_MS = 5_000;
const RETRY_FIRST_MS = 2_000;
const RETRY_MAX_MS = 60_000;
const SEEN_MAX = 64;

/* Doubling, with half of it left to chance: nobody's clients come back all at once. */
export function backOffMs(firstMs: number, mostMs: number, tries: number, random: () => number): number {
  return Math.min(mostMs, firstMs * 2 ** tries) * (0.5 + random() / 2);
}

type Timer = ReturnType<typeof setTimeout>;

export class LiveChannel {
  #state: 'idle' | 'joining' | 'joined' = 'idle';
  #joinRef: string | null = null;
  #cursor: string | null = null;
  /* Of the last join: whether it asked for what was missed, whether a watch was refused. */
  #resumes = false;
  #isPartial = false;
  #seen: string[] = [];
  #told = false;
  #tries = 0;
  #patience: Timer | undefined;
  #grace: Timer | undefined;
  #retry: Timer | undefined;

  constructor(
    readonly topic: string,
    private readonly follower: Follower,
    private readonly line: Line,
  ) {}

  join(): void {
    clearTimeout(this.#retry);
    this.#resumes = this.#cursor !== null;
    this.#isPartial = false;
    const since = this.#cursor === null ? {} : { since: this.#cursor };
    const token = this.follower.token();
    this.#joinRef = this.line.send(null, this.topic, 'phx_join', {
      config: {
        broadcast: { ack: false, self: false },
        presence: { key: '', enabled: false },
        postgres_changes: this.follower.watches.map((watch) => ({ schema: 'public', ...watch, ...since })),
        private: false,
      },
      ...(token === null ? {} : { access_token: token }),
    });
    if (this.#joinRef === null) return;
    this.#state = 'joining';
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.line.silent(), JOIN_TIMEOUT_MS);
  }

  /* The token was renewed, or somebody else's took its place. */
  renew(): void {
    const token = this.follower.token();
    if (this.#state === 'joined') {
      if (token !== null) this.line.send(this.#joinRef, this.topic, 'access_token', { access_token: token });
    } else if (this.#state === 'idle') {
      this.join();
    }
  }

  leave(): void {
    if (this.#state !== 'idle') this.line.send(this.#joinRef, this.topic, 'phx_leave', {});
    this.#state = 'idle';
    for (const timer of [this.#patience, this.#grace, this.#retry]) clearTimeout(timer);
  }

  /* The connection is gone; the next one joins again. */
  lost(): void {
    this.#idle();
    this.#mayBeAway();
  }

  receive(joinRef: string | null, ref: string | null, event: string, payload: Record<string, unknown>): void {
    // An answer to a join before the last one.
    if (joinRef !== null && joinRef !== this.#joinRef) return;
    switch (event) {
      case 'phx_reply':
        if (this.#state === 'joining' && ref === this.#joinRef) this.#answered(payload);
        break;
      case 'postgres_changes':
        if (isRecord(payload['data'])) this.#changed(payload['data']);
        break;
      case 'system':
        if (payload['extension'] === 'postgres_changes') this.#system(payload);
        break;
      case 'phx_error':
      case 'phx_close':
        this.#idle();
        this.#mayBeAway();
        this.#later();
        break;
      default:
        break;
    }
  }

  #answered({ status }: Record<string, unknown>): void {
    clearTimeout(this.#patience);
    if (status !== 'ok') {
      // Refused: no right, or none any more. What can be asked says so too, and better.
      this.#idle();
      this.#tell(false);
      this.#later();
      return;
    }
    this.#state = 'joined';
    this.#tries = 0;
    this.line.joined();
  }

  #changed(data: Record<string, unknown>): void {
    const cursor = asString(data['cursor']);
    if (cursor !== undefined) {
      if (this.#seen.includes(cursor)) return;
      this.#seen = [...this.#seen.slice(1 - SEEN_MAX), cursor];
      this.#cursor = cursor;
    }
    const row = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});
    this.follower.onChange({ type: asString(data['type']) ?? '', table: asString(data['table']) ?? '', record: row(data['record']), old: row(data['old_record']) });
  }

  #system({ status, message, cursor }: Record<string, unknown>): void {
    // From here on changes come.
    if (typeof cursor === 'string') this.#cursor = cursor;
    if (status === 'ok') {
      if (!this.#resumes || typeof cursor === 'string') this.follower.onGap();
      // A daemon that had lost its stream says "ok" again when it is back.
      this.#resumes = false;
      clearTimeout(this.#grace);
      this.#grace = undefined;
      // A page that hears half of what it needs had better ask.
      this.#tell(!this.#isPartial);
    } else if (status === 'refetch') {
      this.follower.onGap();
    } else if (status === 'error') {
      if (asString(message)?.startsWith('Unable to subscribe')) this.#isPartial = true;
      this.#tell(false);
    }
  }

  #idle(): void {
    this.#state = 'idle';
    clearTimeout(this.#patience);
    clearTimeout(this.#retry);
  }

  #mayBeAway(): void {
    if (!this.#told || this.#grace !== undefined) return;
    this.#grace = setTimeout(() => {
      this.#grace = undefined;
      this.#tell(false);
    }, GRACE_MS);
  }

  #later(): void {
    this.#retry = setTimeout(() => this.join(), backOffMs(RETRY_FIRST_MS, RETRY_MAX_MS, this.#tries++, this.line.random));
  }

  #tell(isLive: boolean): void {
    if (this.#told === isLive) return;
    this.#told = isLive;
    this.follower.onLive(isLive);
  }
}
