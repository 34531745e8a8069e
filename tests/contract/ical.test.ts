// Calendars: ours go out at /ical/<token>.ics, other portals' come in by the job worker, and holds that ran out end by themselves.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { makeTenant, program, startDaemon, type Daemon, type Tenant } from './harness.ts';

const day = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);
const compact = (date: string) => date.replaceAll('-', '');
const calendar = (uid: string, from: string, to: string) => ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//portal//EN', 'BEGIN:VEVENT', `UID:${uid}`,
  `DTSTART;VALUE=DATE:${compact(from)}`, `DTEND;VALUE=DATE:${compact(to)}`, 'SUMMARY:Booked elsewhere', 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');

async function makeChalet(tenant: Tenant): Promise<string> {
  return tenant.sql(`insert into chalets (organization_id, name, base_price, capacity)
    select id, 'Alpine', 100, 4 from organizations limit 1 returning id`);
}

/** Everything that is due happens now, whoever takes it: this command or the daemon's own worker. */
async function upkeep(daemon: Daemon, options: string[]): Promise<void> {
  await daemon.sql(`update maitred.schedules set next_run_at = now() where name = 'maintain_often'`);
  for (let round = 0; round < 2; round++) { // the round of every few minutes, and the reading that it orders
    await promisify(execFile)(program, ['jobs', 'run-once', '--data-dir', daemon.dataDir, ...options]);
  }
}

async function until(question: () => Promise<string>, answer: RegExp): Promise<void> {
  let last = '';
  for (let i = 0; i < 200; i++) {
    last = await question();
    if (answer.test(last)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.match(last, answer);
}

describe('a calendar that other portals read', () => {
  let tenant: Tenant;
  let token: string;
  before(async () => {
    tenant = await makeTenant(await startDaemon(), ['stays']);
    const chalet = await makeChalet(tenant);
    await tenant.sql(`insert into chalet_blocks (chalet_id, start_date, end_date, note) values ('${chalet}', '${day(10)}', '${day(12)}', 'Secret roof')`);
    token = await tenant.sql(`insert into ical_exports (chalet_id) values ('${chalet}') returning token`);
  });
  after(() => tenant.daemon.stop());

  it('is text/calendar with the nights that are taken, and says nothing else', async () => {
    const answer = await fetch(`${tenant.url}/ical/${token}.ics`);
    const text = await answer.text();
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'text/calendar; charset=utf-8');
    assert.match(text, new RegExp(`DTSTART;VALUE=DATE:${compact(day(10))}\r\nDTEND;VALUE=DATE:${compact(day(12))}`));
    assert.doesNotMatch(text, /Secret/);
  });
  it('costs nothing when nothing has changed', async () => {
    const first = await fetch(`${tenant.url}/ical/${token}.ics`);
    const etag = first.headers.get('etag') ?? '';
    const again = await fetch(`${tenant.url}/ical/${token}.ics`, { headers: { 'if-none-match': etag } });
    assert.equal(again.status, 304);
    await tenant.sql(`update chalet_blocks set end_date = end_date + 1`);
    const changed = await fetch(`${tenant.url}/ical/${token}.ics`, { headers: { 'if-none-match': etag } });
    assert.equal(changed.status, 200);
    assert.notEqual(changed.headers.get('etag'), etag);
  });
  it('is there for its token alone', async () => {
    for (const file of [`${'0'.repeat(48)}.ics`, token, "'.ics", '.ics']) {
      const answer = await fetch(`${tenant.url}/ical/${file}`);
      assert.equal(answer.status, 404, file);
      assert.equal((await answer.json()).code, 'MD404', file);
    }
  });
  it('ends when it is switched off', async () => {
    await tenant.sql(`update ical_exports set is_active = false`);
    assert.equal((await fetch(`${tenant.url}/ical/${token}.ics`)).status, 404);
  });
});

describe('calendars of other portals', () => {
  let daemon: Daemon;
  let tenant: Tenant;
  let portal: Server;
  let chalet: string;
  let given = '';
  const tag = () => `"${createHash('sha256').update(given).digest('hex')}"`;
  const asked: (string | undefined)[] = [];
  before(async () => {
    portal = createServer((req, res) => {
      asked.push(req.headers['if-none-match']);
      if (req.url === '/away') { res.writeHead(500).end('<html>'); return; }
      if (req.headers['if-none-match'] === tag()) { res.writeHead(304).end(); return; }
      res.writeHead(200, { 'content-type': 'text/calendar', etag: tag() }).end(given);
    });
    await new Promise<void>((resolve) => { portal.listen(0, '127.0.0.1', resolve); });
    daemon = await startDaemon({ 'sync-private': 'on' });
    tenant = await makeTenant(daemon, ['stays', 'pool', 'experiences']);
    chalet = await makeChalet(tenant);
  });
  after(async () => {
    portal.close();
    await daemon.stop();
  });
  const port = () => { const address = portal.address(); return typeof address === 'object' && address ? address.port : 0; };
  const state = () => tenant.sql(`select concat_ws(' ', coalesce(events_seen, -1), etag, last_error) from ical_imports order by url limit 1`);
  const nights = () => tenant.sql(`select coalesce(string_agg(start_date || '/' || end_date, ' '), '') from chalet_blocks where kind = 'ical'`);

  it('close the nights that are taken there', async () => {
    given = calendar('a@portal', day(20), day(23));
    await tenant.sql(`insert into ical_imports (chalet_id, name, url) values ('${chalet}', 'Portal', 'http://127.0.0.1:${port()}/a.ics')`);
    await upkeep(daemon, ['--sync-private=on']);
    await until(state, /^1 /);
    assert.equal(await nights(), `${day(20)}/${day(23)}`);
  });
  it('are not read again before their time, nor imported again unchanged', async () => {
    const before = asked.length;
    await upkeep(daemon, ['--sync-private=on']);
    assert.equal(asked.length, before);
    await tenant.sql(`update ical_imports set next_sync_at = now(), last_synced_at = null`);
    await upkeep(daemon, ['--sync-private=on']);
    await until(() => tenant.sql('select last_synced_at is not null from ical_imports'), /t/);
    assert.equal(asked.at(-1), tag());
    assert.equal(await nights(), `${day(20)}/${day(23)}`);
  });
  it('keep their nights while they cannot be read', async () => {
    given = given.replace('END:VCALENDAR', '').slice(0, -40);
    await tenant.sql(`update ical_imports set next_sync_at = now()`);
    await upkeep(daemon, ['--sync-private=on']);
    await until(state, /not a whole calendar/);
    await tenant.sql(`update ical_imports set next_sync_at = now(), url = 'http://127.0.0.1:${port()}/away'`);
    await upkeep(daemon, ['--sync-private=on']);
    await until(state, /answered 500/);
    assert.equal(await nights(), `${day(20)}/${day(23)}`);
  });
  it('give nights back that are free there', async () => {
    given = calendar('b@portal', day(30), day(31));
    await tenant.sql(`update ical_imports set next_sync_at = now(), url = 'http://127.0.0.1:${port()}/a.ics'`);
    await upkeep(daemon, ['--sync-private=on']);
    await until(nights, new RegExp(`^${day(30)}/${day(31)}$`));
  });
  it('nights of an unpaid booking come back when its hold runs out, and nobody has to ask', async () => {
    await tenant.sql(`insert into chalet_bookings (organization_id, chalet_id, check_in, check_out, guests, total_price, currency, hold_expires_at, user_id)
      select organization_id, '${chalet}', '${day(40)}', '${day(42)}', 2, 200, 'EUR', now() - interval '1 minute', (select id from users limit 1) from chalets`);
    await upkeep(daemon, ['--sync-private=on']);
    await until(() => tenant.sql(`select status || ' ' || hold_ran_out from chalet_bookings`), /^cancelled true$/);
  });
  it('the round asks each module of the tenant', async () => {
    assert.deepEqual(Object.keys(JSON.parse(await tenant.sql('select app.maintain_often()'))).sort(), ['experiences', 'pool', 'stays']);
  });
});

describe('addresses inside the house', () => {
  let tenant: Tenant;
  before(async () => { tenant = await makeTenant(await startDaemon(), ['stays']); });
  after(() => tenant.daemon.stop());

  it('are not read for a tenant', async () => {
    let reached = false;
    const inside = createServer((_, res) => { reached = true; res.end(calendar('x', day(5), day(6))); });
    await new Promise<void>((resolve) => { inside.listen(0, '127.0.0.1', resolve); });
    const address = inside.address();
    const chalet = await makeChalet(tenant);
    await tenant.sql(`insert into ical_imports (chalet_id, name, url) values ('${chalet}', 'Inside', 'http://localhost:${typeof address === 'object' && address ? address.port : 0}/a.ics')`);
    await upkeep(tenant.daemon, []);
    await until(() => tenant.sql('select last_error is not null from ical_imports'), /t/);
    assert.equal(reached, false);
    assert.equal(await tenant.sql('select count(*) from chalet_blocks'), '0');
    inside.close();
  });
});
