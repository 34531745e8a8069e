// A tenant whose row points at a schema that maitred did not make: tests/differential/shop.sql.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { makeTenant, type Daemon, type Tenant } from './harness.ts';

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
