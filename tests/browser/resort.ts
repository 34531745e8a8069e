// A house with everything in it: a chalet, a pool, a venue with games and a waiver, beside the restaurant; and guests who have booked there.
import assert from 'node:assert/strict';
import { openHouse, type House } from './support.ts';

export interface Resort extends House {
  venue: { id: string; embedKey: string };
  /** Ids by name. */
  games: { vault: string; manor: string };
  chalet: string;
  restaurant: string;
  waiver: string;
}

export type Part = Record<string, unknown>;

export interface Booked {
  reference: string;
  contact: string;
  parts: { kind: string; reference: string; booking_id: string; booking_type: string; price: number }[];
}

export const WAIVER_TEXT = 'You take part at your own risk.\n\n1. Nothing needs force.\n2. The green button opens every door.\n\n[ ] I tell the staff if strobe light is bad for me.';

export async function openResort(options: Record<string, string> = {}): Promise<Resort> {
  const house = await openHouse(options, ['dining', 'stays', 'pool', 'experiences', 'payments']);
  const { tenant } = house;
  const week = JSON.stringify(Object.fromEntries(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((day) => [day, [{ open: '10:00', close: '22:00' }]])));
  await tenant.sql(`
    update restaurants set accepts_reservations = true;
    insert into cancellation_policies (organization_id, name, applies_to, rules)
    select id, 'Half', '{chalet,pool,experience}', '[{"hours_before": 336, "refund_percent": 100}, {"hours_before": 72, "refund_percent": 50}]' from organizations;
    insert into chalets (organization_id, name, description, capacity, base_price, min_nights, max_nights) select id, 'Alpine', 'Under the fir trees', 4, 100, 1, 14 from organizations;
    insert into pool_slots (organization_id, slot, starts_at, ends_at, capacity, early_minutes)
    select o.id, t.* from organizations o, (values ('morning', time '09:00', time '13:00', 10, 15), ('afternoon', '13:00', '19:00', 8, 15), ('full_day', '09:00', '19:00', null, 15)) t (slot, a, b, c, d) on conflict do nothing;
    insert into pool_prices (organization_id, slot, age_group, price, weekend_price)
    select o.id, s, g, case g when 'adult' then 10 else 5 end, case g when 'adult' then 10 else 5 end from organizations o, unnest('{morning,afternoon,full_day}'::text[]) s, unnest('{adult,child}'::text[]) g on conflict do nothing;
    insert into venues (organization_id, name, city, timezone, embed_key, operating_hours, requires_payment) select id, 'Old mill', 'Berlin', 'Europe/Berlin', 'mill-${tenant.schema.slice(-8)}', '${week}', false from organizations;
    insert into games (organization_id, name, tagline, duration_minutes, buffer_minutes, min_players, max_players, price, booking_mode, price_model, requires_waiver)
    select id, 'Vault', 'An hour to get out', 60, 15, 2, 6, 30, 'private', 'per_person', true from organizations
    union all select id, 'Manor tour', 'With a lamp', 60, 0, 1, 10, 15, 'shared', 'per_person', false from organizations;
    insert into game_venues (venue_id, game_id, organization_id) select v.id, g.id, g.organization_id from venues v, games g;
    insert into waivers (organization_id, title, content, minimum_age, adult_age, valid_days) select id, 'Rules of the house', '${WAIVER_TEXT}', 6, 18, 365 from organizations;`);
  const one = (statement: string): Promise<string> => tenant.sql(statement);
  return {
    ...house,
    venue: { id: await one('select id from venues'), embedKey: await one('select embed_key from venues') },
    games: { vault: await one(`select id from games where name = 'Vault'`), manor: await one(`select id from games where name = 'Manor tour'`) },
    chalet: await one(`select id from chalets where name = 'Alpine'`),
    restaurant: await one('select id from restaurants limit 1'),
    waiver: await one('select id from waivers'),
  };
}

/** A day so many days from now, on the clock of the houses. */
export const dayFromNow = (days: number): string => new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin' }).format(Date.now() + days * 86_400_000);

export const parts = (resort: Resort, days: number) => ({
  stay: { kind: 'stay', chalet_id: resort.chalet, check_in: dayFromNow(days), check_out: dayFromNow(days + 2), guests: 2 },
  table: { kind: 'table', restaurant_id: resort.restaurant, date: dayFromNow(days), time: '19:00', party_size: 2 },
  pool: { kind: 'pool', date: dayFromNow(days + 1), slot: 'morning', adults: 2, children: 1 },
  game: { kind: 'game', venue_id: resort.venue.id, game_id: resort.games.vault, date: dayFromNow(days + 1), time: '15:00', party_size: 3 },
});

/** A basket of these parts, confirmed: what the guest's pages of booking do. */
export async function book(resort: Resort, email: string, wanted: Part[], name = 'Fay Wray'): Promise<Booked> {
  const guest = resort.tenant.client();
  const held = await guest.rpc('hold_basket', { p_parts: wanted });
  assert.equal(held.error, null, JSON.stringify(held.error));
  const done = await guest.rpc('confirm_basket', { p_token: (held.data as { token: string }).token, p_guest: { full_name: name, email } });
  assert.equal(done.error, null, JSON.stringify(done.error));
  const basket = done.data as { reference: string; parts: Booked['parts'] };
  return { reference: basket.reference, contact: email, parts: basket.parts };
}

export const partOf = (booked: Booked, kind: string): Booked['parts'][number] => {
  const part = booked.parts.find((one) => one.kind === kind);
  assert.ok(part, `nothing of kind ${kind} was booked`);
  return part;
};

/** Lets a picture of the page lie where SCREENSHOTS says, to be looked at. */
export async function look(page: import('playwright-core').Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}
