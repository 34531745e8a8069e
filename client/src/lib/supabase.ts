/* The client of a tenant, typed by its database. `connect` once at the start; `supabase` is then the same client everywhere. */
import { createClient, type SupabaseClient, type SupabaseClientOptions } from '@supabase/supabase-js';
import type { Database } from '../database.js';

export type Client = SupabaseClient<Database>;

let connected: Client | null = null;

/* `url`: where the tenant answers; `key`: its anon key (`maitred tenant show --keys`). */
export function connect(url: string, key: string, options: SupabaseClientOptions<'public'> = {}): Client {
  connected = createClient<Database>(url, key, options);
  return connected;
}

function client(): Client {
  if (!connected) throw new Error('maitred-client: call connect(url, key) before the first use of supabase.');
  return connected;
}

/* Modules import this before anything has run, so it looks the client up when it is used. */
export const supabase: Client = new Proxy({} as Client, {
  get: (_, name) => {
    const value: unknown = Reflect.get(client(), name);
    return typeof value === 'function' ? value.bind(client()) : value;
  },
});
