// What the tests of the Storage dialect share: a house with people, pictures, files as bytes.
import assert from 'node:assert/strict';
import { readdirSync, existsSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import type { SupabaseClient } from '@supabase/supabase-js';
import { makeTenant, type Daemon, type Tenant } from './harness.ts';
import { address } from './auth_support.ts';

export interface House {
  tenant: Tenant;
  service: SupabaseClient;
  anon: SupabaseClient;
  owner: SupabaseClient;
  /** Anything below /storage/v1, as the service role unless a key is named ('' for none). */
  storage(where: string, init?: RequestInit & { key?: string }): Promise<Response>;
  /** A customer who has signed in. */
  customer(): Promise<SupabaseClient>;
  /** How many whole files the house has on the disk. */
  files(): number;
}

export async function openHouse(daemon: Daemon, settings: Record<string, unknown> = {}): Promise<House> {
  const tenant = await makeTenant(daemon, ['storage'], { settings });
  const owner = await tenant.signIn();
  return {
    tenant,
    owner,
    service: tenant.client(tenant.serviceKey),
    anon: tenant.client(),
    storage: (where, init = {}) => {
      const { key = tenant.serviceKey, headers, ...others } = init;
      return fetch(`${tenant.url}/storage/v1/${where}`, { ...others, headers: { ...(key ? { authorization: `Bearer ${key}` } : {}), ...(headers as Record<string, string>) } });
    },
    customer: async () => {
      const login = { email: address('customer'), password: 'Correct-horse-battery-1' };
      const { error } = await tenant.client(tenant.serviceKey).auth.admin.createUser({ ...login, email_confirm: true });
      assert.equal(error, null);
      return tenant.signIn(login.email, login.password);
    },
    files: () => wholeFiles(path.join(daemon.dataDir, 'storage', tenant.schema, 'objects')),
  };
}

export function wholeFiles(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
}

/** A refusal of the dialect, as supabase-js gives it: the true code is the text `statusCode`. */
export function refused(error: unknown, statusCode: string, message?: RegExp | string): void {
  const said = error as { statusCode?: string; message?: string } | null;
  assert.ok(said, 'nothing was refused');
  assert.equal(String(said.statusCode), statusCode, JSON.stringify(said));
  if (typeof message === 'string') assert.equal(said.message, message);
  else if (message) assert.match(said.message ?? '', message);
}

const crcTable = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  let c = 0xffffffff;
  for (const byte of body) c = (crcTable[(c ^ byte) & 0xff] ?? 0) ^ (c >>> 8);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE((c ^ 0xffffffff) >>> 0, body.length + 4);
  return out;
}

/** A PNG of this size in one colour, left half and right half apart; `head` says another size than there is. */
export function png(width: number, height: number, said: [number, number] = [width, height], extra: [string, Buffer][] = []): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(said[0], 0);
  header.writeUInt32BE(said[1], 4);
  header.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.alloc(1 + width * 3);
  for (let x = 0; x < width; x++) row.set(x < width / 2 ? [200, 30, 30] : [30, 30, 200], 1 + x * 3);
  const raw = Buffer.concat(Array.from({ length: height }, () => row));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...extra.map(([type, data]) => chunk(type, data)),
    chunk('IDAT', deflateSync(raw)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The least JPEG there is: enough to be told by. */
export const jpeg = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
  'base64',
);
