/* The client under the name that the booking spec imports. Which tenant answers, and its public key, the daemon says: a module that
 * imports this waits for that. Our own pages do not use it: a guest's phone loads no client library. */
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { fetchConfig } from '@/data/config';

const { origin } = window.location;
const config = await fetchConfig(window.fetch.bind(window), origin);

export const supabase: SupabaseClient = createClient(origin, config.anon_key);
