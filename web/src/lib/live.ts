/* What changes, the moment it changes: one WebSocket a page in the Realtime dialect, version 2.0.0, where every message is
 * [join_ref, ref, topic, event, payload]. Opened with the first channel, closed a moment after the last one left.
 *
 * A connection is only as good as its last sign of life: heartbeats find the ones that died quietly, and a page that was
 * hidden or without a network looks at once. Lost, it comes back by itself, later and later while nobody answers. Pages never
 * depend on it: without it they poll (lib/poll.ts).
 *
 * Our own, because supabase-js's client knows no cursor: what changes between two connections is lost to it. */
import { isRecord } from './keep';
import { backOffMs, LiveChannel, type Follower, type Line } from './liveChannel';
import { network } from './network';

export interface LiveOptions {
  /* Of the page: http://pizza.localhost:8080 */
  origin: string;
  apiKey: string;
  open: (url: string) => WebSocket;
  random?: () => number;
}

export interface Following {
  /* The token has changed. */
  renew: () => void;
  leave: () => void;
}

const HEARTBEAT_MS = 25_000;
const ANSWER_MS = 10_000;
/* A page that wakes up should not trust its connection for long. */
const WAKING_ANSWER_MS = 3_000;
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 60_000;
const RESTART_MS = 1_000;
/* Pages follow each other: the next one finds the connection open. */
const LINGER_MS = 1_000;

/* RFC 6455, 7.4.1, and IANA's register: the service is about to restart. */
const NORMAL = 1000;
const SERVICE_RESTART = 1012;
const LOST = 1006;

type Timer = ReturnType<typeof setTimeout>;

export class Live {
  #socket: WebSocket | null = null;
  #isOpen = false;
  #isAsleep = false;
  #channels = new Map<string, LiveChannel>();
  #refs = 0;
  #tries = 0;
  #retry: Timer | undefined;
  #heartbeat: Timer | undefined;
  #patience: Timer | undefined;
  #linger: Timer | undefined;
  #unwatch: (() => void) | undefined;
  readonly #random: () => number;
  readonly #line: Line;

  constructor(private readonly options: LiveOptions) {
    this.#random = options.random ?? Math.random;
    this.#line = {
      send: (joinRef, topic, event, payload) => this.#send(joinRef, topic, event, payload),
      random: this.#random,
      joined: () => (this.#tries = 0),
      silent: () => this.#dead(),
    };
  }

  follow(name: string, follower: Follower): Following {
    const topic = this.#free(`realtime:${name}`);
    const channel = new LiveChannel(topic, follower, this.#line);
    this.#channels.set(topic, channel);
    clearTimeout(this.#linger);
    this.#unwatch ??= this.#watch();
    if (this.#isOpen) channel.join();
    else this.#connect();
    return {
      renew: () => channel.renew(),
      leave: () => {
        if (this.#channels.get(topic) !== channel) return;
        this.#channels.delete(topic);
        channel.leave();
        if (this.#channels.size === 0) this.#linger = setTimeout(() => this.#end(), LINGER_MS);
      },
    };
  }

  /* A connection has each topic once: the second join would end the first. */
  #free(topic: string): string {
    let name = topic;
    for (let at = 2; this.#channels.has(name); at++) name = `${topic}:${at}`;
    return name;
  }

  #url(): string {
    const { origin, apiKey } = this.options;
    return `${origin.replace(/^http/, 'ws')}/realtime/v1/websocket?apikey=${encodeURIComponent(apiKey)}&vsn=2.0.0`;
  }

  #connect(): void {
    if (this.#socket || this.#isAsleep) return;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    let socket: WebSocket;
    try {
      socket = this.options.open(this.#url());
    } catch {
      // A policy or a setting forbids it: polling does the work.
      this.#retryLater();
      return;
    }
    this.#socket = socket;
    this.#expectLife(ANSWER_MS);
    socket.onopen = () => {
      if (socket !== this.#socket) return;
      this.#alive();
      this.#isOpen = true;
      this.#beatLater();
      for (const channel of this.#channels.values()) channel.join();
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (socket !== this.#socket) return;
      this.#alive();
      this.#read(data);
    };
    socket.onclose = ({ code }) => this.#gone(socket, code);
  }

  #read(data: unknown): void {
    if (typeof data !== 'string') return; // broadcasts, which no page listens to
    let message: unknown;
    try {
      message = JSON.parse(data);
    } catch {
      return;
    }
    if (!Array.isArray(message)) return;
    const [joinRef, ref, topic, event, payload] = message as unknown[];
    if (typeof topic !== 'string' || typeof event !== 'string') return;
    const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
    this.#channels.get(topic)?.receive(text(joinRef), text(ref), event, isRecord(payload) ? payload : {});
  }

  #send(joinRef: string | null, topic: string, event: string, payload: unknown): string | null {
    if (!this.#socket || !this.#isOpen) return null;
    const ref = String(++this.#refs);
    this.#socket.send(JSON.stringify([event === 'phx_join' ? ref : joinRef, ref, topic, event, payload]));
    return ref;
  }

  #beatLater(): void {
    clearTimeout(this.#heartbeat);
    this.#heartbeat = setTimeout(() => this.#beat(ANSWER_MS), HEARTBEAT_MS);
  }

  #beat(patienceMs: number): void {
    this.#send(null, 'phoenix', 'heartbeat', {});
    this.#expectLife(patienceMs);
    this.#beatLater();
  }

  #expectLife(withinMs: number): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#dead(), withinMs);
  }

  #alive(): void {
    clearTimeout(this.#patience);
  }

  /* Nothing comes back: do not wait for the closing handshake, it would not come either. */
  #dead(): void {
    const socket = this.#socket;
    if (!socket) return;
    this.#gone(socket, LOST);
    socket.close();
  }

  #gone(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return;
    this.#forget();
    for (const channel of this.#channels.values()) channel.lost();
    if (this.#channels.size === 0 || this.#isAsleep) return;
    // A daemon that restarts has said so, and another one is there already.
    if (code === SERVICE_RESTART) this.#retryIn(this.#random() * RESTART_MS);
    else this.#retryLater();
  }

  #forget(): void {
    this.#socket = null;
    this.#isOpen = false;
    for (const timer of [this.#patience, this.#heartbeat, this.#retry]) clearTimeout(timer);
  }

  #retryLater(): void {
    this.#retryIn(backOffMs(RETRY_FIRST_MS, RETRY_MAX_MS, this.#tries++, this.#random));
  }

  #retryIn(ms: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), ms);
  }

  #end(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#hangUp();
  }

  #hangUp(): void {
    const socket = this.#socket;
    this.#forget();
    socket?.close(NORMAL);
  }

  /* The network or the tab is back: no need to sit out the back-off, and no reason to believe the old connection. */
  #wake(): void {
    if (this.#isAsleep || this.#channels.size === 0) return;
    if (this.#isOpen) this.#beat(WAKING_ANSWER_MS);
    else this.#connect();
  }

  #watch(): () => void {
    const wake = (): void => this.#wake();
    const seen = (): void => {
      if (document.visibilityState === 'visible') this.#wake();
    };
    // A page with an open connection cannot be kept for "back": it hangs up, and calls again when it is shown.
    const sleep = (): void => {
      this.#isAsleep = true;
      this.#hangUp();
      for (const channel of this.#channels.values()) channel.lost();
    };
    const rise = (): void => {
      this.#isAsleep = false;
      this.#wake();
    };
    window.addEventListener('online', wake);
    window.addEventListener('pagehide', sleep);
    window.addEventListener('pageshow', rise);
    document.addEventListener('visibilitychange', seen);
    const unsubscribe = network.subscribe(() => {
      if (!network.isAway() && !this.#isOpen) this.#wake();
    });
    return () => {
      window.removeEventListener('online', wake);
      window.removeEventListener('pagehide', sleep);
      window.removeEventListener('pageshow', rise);
      document.removeEventListener('visibilitychange', seen);
      unsubscribe();
    };
  }
}
