// Schemas that maitred did not make: one that a tenant's row points at (tests/differential/shop.sql), and those of `serve --schema`.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { freePort, makeTenant, program, type Daemon, type Tenant } from './harness.ts';

export interface Shop {
  tenant: Tenant;
  anon: SupabaseClient;
  service: SupabaseClient;
  rest(where: string, init?: RequestInit & { key?: string }): Promise<Response>;
}

export async function openShop(daemon: Daemon): Promise<Shop> {
  await daemon.sql(await readFile(path.resolve(import.meta.dirname, '../differential/shop.sql'), 'utf8'));
  const tenant = await makeTenant(daemon, [], { settings: { schemas: ['shop', 'annex'] } });
  const rest = (where: string, init: RequestInit & { key?: string } = {}) => {
    const { key = tenant.serviceKey, headers, ...others } = init;
    return fetch(`${tenant.url}/rest/v1/${where}`, { ...others, headers: { apikey: key, ...(headers as Record<string, string>) } });
  };
  return { tenant, anon: tenant.client(), service: tenant.client(tenant.serviceKey), rest };
}

export function clientOf(tenant: Tenant, key: string, schema: string): SupabaseClient<any, string, any> {
  return createClient<any, string, any>(tenant.url, key, { auth: { persistSession: false, autoRefreshToken: false }, db: { schema } });
}

export interface ServedSchema {
  url: string;
  stop(): Promise<void>;
}

/** `maitred serve` with these options, in front of the database of a daemon, where it logs in as `user`; one worker. */
export async function serveSchema(host: Daemon, user: string, ...options: string[]): Promise<ServedSchema> {
  const port = await freePort();
  const dir = await mkdtemp(path.join(tmpdir(), 'maitred-test-'));
  const child = spawn(program, ['serve', '--port', String(port), '--data-dir', dir, '--workers', '1', '--database-url', `host=${host.dataDir}/socket user=${user} dbname=maitred`, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = `http://127.0.0.1:${port}`;
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  for (let i = 0; ; i++) {
    try {
      if ((await fetch(`${url}/readyz`)).ok) break;
    } catch {
      // not yet
    }
    if (i > 2400 || child.exitCode !== null) throw new Error(log);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await rm(dir, { recursive: true, force: true });
  const stop = async () => {
    if (child.kill('SIGTERM')) await new Promise((resolve) => child.once('exit', resolve));
  };
  return { url, stop };
}
