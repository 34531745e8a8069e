// What the tests of the auth dialect share: settings of a tenant, the mails it sent, people to sign in.
import { randomUUID, createHmac } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { SupabaseClient } from '@supabase/supabase-js';
import type { Tenant } from './harness.ts';

/** Changes the tenant's sign-in settings; by default nothing waits and nothing is limited, so that tests do not meet. */
export async function setAuth(tenant: Tenant, settings: Record<string, unknown> = {}): Promise<void> {
  const relaxed = {
    mail_interval_s: 0,
    sms_interval_s: 0,
    address_lock_after: 100000,
    limits: { signup: 0, anonymous: 0, token: 0, refresh: 0, otp: 0, verify: 0, factors: 0, oauth: 0, anonymous_hour: 0, anonymous_tenant: 0, mail: 0, mail_tenant: 0, sms: 0, sms_tenant: 0 },
  };
  const text = JSON.stringify({ ...relaxed, ...settings }).replaceAll("'", "''");
  await tenant.sql(`update public.tenants set settings = settings || jsonb_build_object('auth', '${text}'::jsonb) where schema_name = '${tenant.schema}'`);
}

export interface Message {
  to: string;
  subject: string;
  text: string;
  occasion: string;
  link: string;
  code: string;
}

/** The messages to an address or number, oldest first. */
export async function messages(tenant: Tenant, to: string): Promise<Message[]> {
  // A job forgets what it said once it is sent; the outbox has it then, in the same order.
  const rows = await tenant.sql(`select coalesce(json_agg(payload order by created_at), '[]') from maitred.jobs
    where tenant = '${tenant.schema}' and kind in ('send_mail', 'send_sms') and payload ->> 'to' = '${to}'`);
  const sent = outbox(tenant.daemon.dataDir, to);
  return (JSON.parse(rows) as { to: string; subject?: string; text?: string; occasion: string }[]).map((job) => {
    const m = { subject: '', text: '', ...(job.text === undefined ? sent.shift() : job), to: job.to, occasion: job.occasion };
    return { ...m, link: /https?:\S+\/verify\?\S+/.exec(m.text)?.[0] ?? '', code: /code[^:\n]*: (\d{6})/.exec(m.text)?.[1] ?? '' };
  });
}

/** What lies in the outbox for an address or number, oldest first. */
function outbox(dataDir: string, to: string): { subject: string; text: string }[] {
  const folder = path.join(dataDir, 'outbox');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /\.(eml|sms)$/.test(name))
    .sort()
    .map((name) => readFileSync(path.join(folder, name), 'utf8').replaceAll('\r\n', '\n'))
    .filter((text) => new RegExp(`^To: .*${to.replace(/[.+]/g, '\\$&')}`, 'm').test(text))
    .map((text) => ({ subject: /^Subject: (.*)$/m.exec(text)?.[1] ?? '', text: text.slice(text.indexOf('\n\n') + 2).trimEnd() }));
}

export async function lastMessage(tenant: Tenant, to: string): Promise<Message> {
  const all = await messages(tenant, to);
  const last = all.at(-1);
  if (!last) throw new Error(`no message to ${to}`);
  return last;
}

export const address = (name = 'guest') => `${name}.${randomUUID().slice(0, 8)}@example.com`;
export const password = () => `Stable-door-${randomUUID().slice(0, 8)}`;
export const phone = () => `+4915${String(Math.floor(Math.random() * 1e9)).padStart(9, '0')}`;

export interface Person {
  id: string;
  email: string;
  password: string;
}

/** A confirmed customer. */
export async function person(tenant: Tenant, attributes: Record<string, unknown> = {}): Promise<Person> {
  const who = { email: address(), password: password() };
  const { data, error } = await tenant.client(tenant.serviceKey).auth.admin.createUser({ ...who, email_confirm: true, ...attributes });
  if (error) throw error;
  return { ...who, id: data.user.id };
}

export async function signIn(tenant: Tenant, who: { email: string; password: string }): Promise<SupabaseClient> {
  const client = tenant.client();
  const { error } = await client.auth.signInWithPassword({ email: who.email, password: who.password });
  if (error) throw error;
  return client;
}

export async function token(client: SupabaseClient): Promise<string> {
  const { data } = await client.auth.getSession();
  if (!data.session) throw new Error('not signed in');
  return data.session.access_token;
}

export function claims(jwt: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
}

/** A request without the client's help. */
export async function raw(tenant: Tenant, method: string, where: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(`${tenant.url}/auth/v1${where}`, {
    method,
    redirect: 'manual',
    headers: { apikey: tenant.anonKey, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json');
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
}

/** The fragment or query of a redirect. */
export function arrival(location: string | null): { url: URL; fragment: URLSearchParams; query: URLSearchParams } {
  const url = new URL(location ?? '');
  return { url, fragment: new URLSearchParams(url.hash.slice(1)), query: url.searchParams };
}

/** RFC 6238, as an authenticator app computes it. */
export function totp(secret: string, atMs = Date.now()): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replace(/=+$/, '')].map((c) => alphabet.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(atMs / 30000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, '0');
}

export async function events(tenant: Tenant, userId: string): Promise<string[]> {
  const rows = await tenant.sql(`select coalesce(json_agg(event_type order by created_at), '[]') from security_audit_log where user_id = '${userId}'`);
  return JSON.parse(rows);
}
