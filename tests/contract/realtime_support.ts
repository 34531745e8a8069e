// A bare client of the Realtime dialect beside supabase-js, for what that client hides: references, cursors, bytes.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { RealtimeChannel } from '@supabase/supabase-js';
import { until, type Tenant } from './harness.ts';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export interface Message {
  join_ref: string | null;
  ref: string | null;
  topic: string;
  event: string;
  payload: Record<string, any>;
}
export interface Wish {
  event?: string;
  schema?: string;
  table?: string;
  filter?: string;
  select?: string[];
  since?: string;
}
export interface Change {
  type: string;
  table: string;
  cursor: string;
  record?: Record<string, any>;
  old_record?: Record<string, any>;
  columns: { name: string; type: string }[];
  commit_timestamp: string;
}

export class Phoenix {
  readonly messages: Message[] = [];
  closed: { code: number; reason: string } | undefined;
  readonly socket: WebSocket;
  private refs = 0;
  private readonly vsn: string;

  private constructor(url: string, vsn: string) {
    this.vsn = vsn;
    this.socket = new WebSocket(url);
    this.socket.binaryType = 'arraybuffer';
    this.socket.addEventListener('message', ({ data }) => this.messages.push(this.read(data as string | ArrayBuffer)));
    this.socket.addEventListener('close', ({ code, reason }) => {
      this.closed = { code, reason };
    });
    this.socket.addEventListener('error', () => {});
  }

  static async open(tenant: Tenant, { key = tenant.anonKey, vsn = '2.0.0' }: { key?: string; vsn?: string } = {}): Promise<Phoenix> {
    const client = new Phoenix(`${tenant.url.replace('http', 'ws')}/realtime/v1/websocket?apikey=${encodeURIComponent(key)}&vsn=${vsn}`, vsn);
    // Node's client stays CONNECTING for half a minute after it was refused
    await new Promise<void>((resolve) => {
      for (const event of ['open', 'error', 'close']) client.socket.addEventListener(event, () => resolve());
    });
    if (client.socket.readyState !== WebSocket.OPEN) throw new Error('not opened');
    return client;
  }

  private read(data: string | ArrayBuffer): Message {
    if (typeof data === 'string') {
      if (this.vsn === '1.0.0') return JSON.parse(data) as Message;
      const [join_ref, ref, topic, event, payload] = JSON.parse(data);
      return { join_ref, ref, topic, event, payload };
    }
    const bytes = Buffer.from(data);
    const [kind, topic, event, meta, encoding] = bytes;
    assert.equal(kind, 4);
    const text = (from: number, length: number) => bytes.subarray(from, from + length).toString();
    const rest = bytes.subarray(5 + topic! + event! + meta!);
    const said = text(5 + topic! + event!, meta!);
    return {
      join_ref: null,
      ref: null,
      topic: text(5, topic!),
      event: 'broadcast',
      payload: { type: 'broadcast', event: text(5 + topic!, event!), payload: encoding === 1 ? JSON.parse(rest.toString()) : rest, ...(said ? { meta: JSON.parse(said) } : {}) },
    };
  }

  send(topic: string, event: string, payload: unknown, joinRef: string | null = null): string {
    const ref = String(++this.refs);
    this.socket.send(this.vsn === '1.0.0' ? JSON.stringify({ topic, event, payload, ref, join_ref: joinRef }) : JSON.stringify([joinRef, ref, topic, event, payload]));
    return ref;
  }

  raw(data: string | Uint8Array<ArrayBuffer>): void {
    this.socket.send(data);
  }

  async reply(ref: string): Promise<Record<string, any>> {
    return (await until(`a reply to ${ref}`, () => this.messages.find((m) => m.event === 'phx_reply' && m.ref === ref))).payload;
  }

  async ask(topic: string, event: string, payload: unknown, joinRef: string | null = null): Promise<Record<string, any>> {
    return this.reply(this.send(topic, event, payload, joinRef));
  }

  /** Joins realtime:<name>; resolves with the reply's payload. */
  join(name: string, config: Record<string, unknown> = {}, token?: string): Promise<Record<string, any>> {
    const ref = String(this.refs + 1);
    return this.ask(`realtime:${name}`, 'phx_join', { config, ...(token === undefined ? {} : { access_token: token }) }, ref);
  }

  /** Joins with postgres_changes and waits until they live; resolves with the cursor to start from. */
  async watch(name: string, wishes: Wish[], token?: string): Promise<string> {
    const from = this.messages.length;
    const reply = await this.join(name, { postgres_changes: wishes.map((wish) => ({ schema: 'public', event: '*', ...wish })) }, token);
    assert.equal(reply['status'], 'ok', JSON.stringify(reply));
    await until('Subscribed to PostgreSQL', () => this.messages.slice(from).some((m) => m.topic === `realtime:${name}` && m.event === 'system' && m.payload['message'] === 'Subscribed to PostgreSQL'));
    return String(reply['response']['cursor'] ?? '');
  }

  of(name: string, event: string): Record<string, any>[] {
    return this.messages.filter((m) => m.topic === `realtime:${name}` && m.event === event).map((m) => m.payload);
  }

  changes(name: string): Change[] {
    return this.of(name, 'postgres_changes').map((p) => p['data'] as Change);
  }

  async close(): Promise<void> {
    this.socket.close();
    await until('a closed socket', () => this.closed);
  }
}

/** Subscribes with supabase-js; resolves when it is SUBSCRIBED, and its changes live. */
export async function subscribed(channel: RealtimeChannel, changes = false): Promise<RealtimeChannel> {
  let live = !changes;
  channel.on('system', {}, (payload: Record<string, unknown>) => {
    if (payload['message'] === 'Subscribed to PostgreSQL') live = true;
  });
  await new Promise<void>((resolve, reject) => {
    channel.subscribe((status, error) => {
      if (status === 'SUBSCRIBED') resolve();
      else reject(error ?? new Error(status));
    });
  });
  await until('Subscribed to PostgreSQL', () => live);
  return channel;
}

/** A token of the tenant's own making. */
export async function sign(tenant: Tenant, claims: Record<string, unknown>, lifetime = 3600): Promise<string> {
  const secret = await tenant.daemon.sql(`select k.jwt_secret from maitred.tenant_keys k join public.tenants t on t.id = k.tenant_id where t.schema_name = '${tenant.schema}'`);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ aud: 'authenticated', role: 'authenticated', tenant: tenant.schema, iat: now, exp: now + lifetime, ...claims })}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

/** What everybody is told after everything that was committed before: a mark that travels behind it. */
export async function settled(tenant: Tenant, clients: Phoenix[], topic = 'settled'): Promise<void> {
  const mark = `m${Math.random()}`;
  await Promise.all(
    clients.map(async (client) => {
      if (!client.messages.some((m) => m.topic === `realtime:${topic}`)) {
        await client.join(topic, { broadcast: { replication_ready: true } });
        await until('replication_ready', () => client.of(topic, 'system').length);
      }
    }),
  );
  await tenant.sql(`select app.broadcast('${topic}', 'mark', '{"mark": "${mark}"}', false)`);
  await Promise.all(clients.map((client) => until('the mark', () => client.of(topic, 'broadcast').some((p) => p['payload']['mark'] === mark))));
}
