// The package of client/, as somebody else gets it: packed, unpacked into an app outside, type-checked and run there on a real tenant.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { makeTenant, startDaemon, type Daemon, type Tenant } from './harness.ts';
import { appWith, complaints, root, tsconfig } from './types_support.ts';

const PACKAGES = ['@supabase/supabase-js', '@tanstack/react-query', '@testing-library/react', '@types/react', 'jsdom', 'react', 'react-dom', 'ws'];
const npm = (...args: string[]): string =>
  execFileSync('npm', args, { cwd: path.join(root, 'client'), encoding: 'utf8', env: { ...process.env, PATH: `${path.dirname(process.execPath)}:${process.env['PATH']}` } });

let daemon: Daemon;
let tenant: Tenant;
let packed: string;
before(async () => {
  daemon = await startDaemon();
  tenant = await makeTenant(daemon, ['experiences']);
  packed = mkdtempSync(path.join(tmpdir(), 'maitred-pack-'));
  npm('pack', '--silent', '--pack-destination', packed);
});
after(async () => {
  rmSync(packed, { recursive: true, force: true });
  await daemon.stop();
});

/** An app with the package unpacked in node_modules, as npm would do it, its peers beside it. */
function app(files: Record<string, string>): string {
  const folder = appWith(files, PACKAGES);
  const place = path.join(folder, 'node_modules/maitred-client');
  mkdirSync(place);
  execFileSync('tar', ['-xzf', path.join(packed, 'maitred-client-0.1.0.tgz'), '-C', place, '--strip-components=1']);
  return folder;
}

// As the booking spec writes it, with the package behind its "@/".
const SPEC = `
import { useDashboard } from '@/hooks/useDashboard';
import { useBookings } from '@/hooks/useBookings';
import { supabase } from '@/lib/supabase';

export function Dashboard() {
  const { loading, stats, weeklyTrend, upcomingBookings, todaysHourly, recentActivity, refreshDashboard } = useDashboard();
  return (
    <div>
      <h1>Total Bookings: {stats?.total_bookings}</h1>
      <button onClick={refreshDashboard}>Refresh</button>
      {loading} {weeklyTrend.length + upcomingBookings.length + todaysHourly.length + recentActivity.length}
    </div>
  );
}

export function BookingsPage() {
  const { bookings, createBooking, updateBooking, cancelBooking, getAvailableSlots } = useBookings();
  const handleCreateBooking = async () => {
    await createBooking({ venue_id: 'venue-id', game_id: 'game-id', customer_id: 'customer-id', booking_date: '2025-01-15', booking_time: '14:00', players: 4, total_amount: 120.0 });
  };
  return <div onClick={handleCreateBooking}>{bookings.length}{[updateBooking, cancelBooking, getAvailableSlots].length}</div>;
}

export async function venues() {
  const { data: venue } = await supabase.rpc('get_venue_by_embed_key', { p_embed_key: 'your-embed-key' });
  const { data: games } = await supabase.rpc('get_venue_games', { p_venue_id: venue.id });
  const game = games[0];
  const { data: booking } = await supabase.rpc('create_widget_booking', {
    p_venue_id: venue.id, p_game_id: game.id, p_customer_name: 'John Doe', p_customer_email: 'john@example.com', p_customer_phone: '+1234567890',
    p_booking_date: '2025-01-15', p_start_time: '14:00', p_end_time: '15:00', p_party_size: 4, p_ticket_types: [], p_total_amount: 120.0, p_final_amount: 120.0,
  });
  return booking;
}
`;

test('the spec’s own lines build, and mistakes do not', async () => {
  const paths = { '@/*': ['./node_modules/maitred-client/dist/*'] };
  const spec = app({
    'tsconfig.json': tsconfig({ module: 'esnext', moduleResolution: 'bundler', strict: false, exactOptionalPropertyTypes: false, noUncheckedIndexedAccess: false, paths }),
    'spec.tsx': SPEC,
  });
  assert.equal(await complaints(spec), '');
  rmSync(spec, { recursive: true });

  const strict = app({
    'tsconfig.json': tsconfig(),
    'app.tsx': `
import { connect, supabase, useBookings, useDashboard, type Database } from 'maitred-client';
import { useBookings as again } from 'maitred-client/hooks/useBookings';
import { supabase as same } from 'maitred-client/lib/supabase';
connect('http://shop.localhost', 'key');
export function Page() {
  const { bookings, createBooking, updateBooking } = useBookings();
  const { stats } = useDashboard();
  const name: string | null | undefined = bookings[0]?.customer_name;
  // @ts-expect-error may be null
  const certain: string = bookings[0]!.customer_name;
  // @ts-expect-error no such status
  void updateBooking('id', { status: 'burning' });
  // @ts-expect-error players are missing
  void createBooking({ venue_id: 'v', game_id: 'g', customer_id: 'c', booking_date: '2025-01-15', booking_time: '14:00' });
  // @ts-expect-error no such figure
  stats?.total_boookings;
  return [name, certain, stats?.total_bookings, again, supabase.from('bookings') === same.from('bookings')];
}
export type Row = Database['public']['Tables']['bookings']['Row'];
`,
  });
  assert.equal(await complaints(strict), '');
  rmSync(strict, { recursive: true });
});

test('in an app the hooks fetch, book, and follow what somebody else books', async () => {
  const owner = await tenant.signIn();
  const organization = await tenant.sql('select id from organizations');
  const venue = await owner.rpc('create_venue', { p_organization_id: organization, p_name: 'Hall', p_timezone: 'UTC' });
  assert.equal(venue.error, null);
  const game = await tenant.sql(`insert into games (organization_id, name, duration_minutes, min_players, max_players, price) values ('${organization}', 'Vault', 60, 1, 8, 30) returning id`);
  await tenant.sql(`insert into game_venues (organization_id, game_id, venue_id) values ('${organization}', '${game}', '${venue.data.id}')`);
  const customer = await tenant.sql(`insert into customers (organization_id, full_name, email) values ('${organization}', 'Ada', 'ada@shop.test') returning id`);
  const folder = app({
    'package.json': '{"type": "module"}',
    'run.js': `
import { lookup } from 'node:dns';
import dns from 'node:dns';
dns.lookup = (host, ...rest) => lookup(host.endsWith('.localhost') ? '127.0.0.1' : host, ...rest);
import { JSDOM } from 'jsdom';
const { window } = new JSDOM('<!doctype html><body></body>', { url: 'http://localhost/' });
for (const name of ['window', 'document', 'HTMLElement', 'Node']) globalThis[name] = name === 'window' ? window : window[name];
globalThis.IS_REACT_ACT_ENVIRONMENT = true;
const [{ createElement }, { render, act, waitFor }, { WebSocket }, { connect, supabase, useBookings, useDashboard }] = await Promise.all([
  import('react'), import('@testing-library/react'), import('ws'), import('maitred-client')]);
const { url, key, email, password, venue, game, customer } = JSON.parse(process.env.HOUSE);
try { supabase.from('bookings'); throw new Error('used before connect'); } catch (error) { if (!/call connect/.test(error.message)) throw error; }
connect(url, key, { realtime: { transport: WebSocket }, auth: { persistSession: false } });
const { error } = await supabase.auth.signInWithPassword({ email, password });
if (error) throw error;

let hooks;
function Page() {
  hooks = { ...useDashboard(), ...useBookings() };
  return createElement('p', null, String(hooks.stats?.total_bookings ?? '-'), ' / ', String(hooks.bookings.length));
}
const page = render(createElement(Page));
const shows = (text) => waitFor(() => { if (page.container.textContent !== text) throw new Error(page.container.textContent); }, { timeout: 60_000 });
await shows('0 / 0');

const day = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
const [slot, next] = (await hooks.getAvailableSlots(game, day)).filter((one) => one.available);
let booking;
await act(async () => { booking = await hooks.createBooking({ venue_id: venue, game_id: game, customer_id: customer, booking_date: day, booking_time: slot.start_time, players: 2 }); });
await waitFor(() => { if (hooks.bookings[0]?.id !== booking.id || hooks.bookings[0].customer_name !== 'Ada') throw new Error('not listed yet'); }, { timeout: 60_000 });

// Somebody else books: nobody asks here, it is pushed (or asked for by the clock).
const other = await supabase.rpc('create_booking', { p_venue_id: venue, p_game_id: game, p_customer_id: customer, p_booking_date: day, p_start_time: next.start_time, p_party_size: 3 });
if (other.error) throw other.error;
await waitFor(() => { if (hooks.bookings.length !== 2) throw new Error('not there yet'); }, { timeout: 60_000 });

let refused;
await act(async () => { await hooks.createBooking({ venue_id: venue, game_id: game, customer_id: customer, booking_date: day, booking_time: slot.start_time, players: 2 }).catch((reason) => { refused = reason; }); });
await act(async () => { await hooks.cancelBooking(booking.id, 'ill'); });
await waitFor(() => { if (hooks.bookings.find((one) => one.id === booking.id)?.status !== 'cancelled') throw new Error('not cancelled yet'); }, { timeout: 60_000 });
page.unmount();
console.log(JSON.stringify({ refused: refused?.code, reference: booking.reference_number }));
process.exit(0);
`,
  });
  const house = { url: tenant.url, key: tenant.anonKey, ...tenant.admin, venue: venue.data.id, game, customer };
  const { stdout } = await promisify(execFile)(process.execPath, ['run.js'], { cwd: folder, env: { ...process.env, HOUSE: JSON.stringify(house) } });
  const told = JSON.parse(stdout.trim().split('\n').at(-1)!) as { refused: string; reference: string };
  assert.equal(told.refused, 'MD409', 'what is taken is refused with the daemon’s code');
  assert.match(told.reference, /^[A-Z2-9]{4}-[A-Z2-9]{4}$/);
  rmSync(folder, { recursive: true });
});
