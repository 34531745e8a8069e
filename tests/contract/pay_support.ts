// A house with an account at the small Stripe, for the tests of payments.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { startDaemon, makeTenant, rpc, type Daemon, type Tenant } from './harness.ts';
import { Stripe } from './servers/stripe.ts';

export interface Bill {
  session: string;
  guest: SupabaseClient;
  shares: { id: string; amount: number }[];
}
export interface PayHouse {
  stripe: Stripe;
  daemon: Daemon;
  house: Tenant;
  owner: SupabaseClient;
  /** The next free table: two guests, two dishes on a bill that is split in two. Only of a house with module dining. */
  bill(): Promise<Bill>;
  stop(): Promise<void>;
}

async function simpleDish(house: Tenant): Promise<string> {
  const anon = house.client();
  const table = await rpc<{ restaurant: { id: string } }>(anon, 'get_table', { p_table: await house.sql('select code from restaurant_tables order by table_number limit 1') });
  const menu = await rpc<{ categories: { items: { id: string; modifier_groups: { min_choices: number }[] }[] }[] }>(anon, 'get_menu', { p_restaurant_id: table.restaurant.id });
  const dish = menu.categories.flatMap((c) => c.items).find((i) => i.modifier_groups.every((g) => g.min_choices === 0));
  assert.ok(dish);
  return dish.id;
}

export async function payHouse(modules: string[]): Promise<PayHouse> {
  const stripe = await new Stripe().start();
  const daemon = await startDaemon({ 'stripe-url': stripe.url, workers: '2' });
  const house = await makeTenant(daemon, modules, { name: 'House' });
  const owner = await house.signIn();
  const account = await rpc<{ webhook_path: string }>(owner, 'set_payment_account', { p_provider: 'stripe', p_secrets: { secret_key: stripe.key, webhook_secret: stripe.hookSecret } });
  stripe.hook = house.url + account.webhook_path;
  const dish = modules.includes('dining') ? await simpleDish(house) : '';
  let tables = 0;
  return {
    stripe,
    daemon,
    house,
    owner,
    bill: async () => {
      const code = await house.sql(`select code from restaurant_tables order by table_number limit 1 offset ${tables++}`);
      const opened = await rpc<{ session: { id: string }; access_token: string }>(house.client(), 'open_table_session', { p_table: code, p_name: 'Ada' });
      const guest = createClient(house.url, house.anonKey, { accessToken: async () => opened.access_token });
      await rpc(guest, 'add_order_line', { p_menu_item_id: dish, p_quantity: 2 });
      await rpc(guest, 'place_order', { p_idempotency_key: randomUUID() });
      const split = await rpc<{ bill: { shares: { id: string; amount: number }[] } }>(guest, 'split_bill', { p_method: 'equal', p_shares: 2 });
      return { session: opened.session.id, guest, shares: split.bill.shares };
    },
    stop: async () => {
      await daemon.stop();
      stripe.stop();
    },
  };
}
