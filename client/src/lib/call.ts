/* A function of the database, typed by it. What was refused rejects with supabase-js's PostgrestError: `code`, `message`, `details` (JSON), `hint`. */
import type { Database } from '../database.js';
import { supabase } from './supabase.js';

type Functions = Database['public']['Functions'];
export type Args<N extends keyof Functions> = Functions[N]['Args'];
export type Answer<N extends keyof Functions> = Functions[N]['Returns'];

export async function call<N extends keyof Functions>(name: N, args: Args<N>, options: { get?: boolean } = {}): Promise<Answer<N>> {
  const { data, error } = await supabase.rpc(name as never, args as never, options);
  if (error) throw error;
  return data as Answer<N>;
}
