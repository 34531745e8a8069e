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
const calendar = (uid: string, from: string, to: string) =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//portal//EN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `DTSTART;VALUE=DATE:${compact(from)}`,
    `DTEND;VALUE=DATE:${compact(to)}`,
    'SUMMARY:Booked elsewhere',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');

async function makeChalet(tenant: Tenant): Promise<string> {
  return tenant.sql(`insert into chalets (organization_id, name, base_price, capacity)
    select id, 'Alpine', 100, 4 from organizations limit 1 returning id`);
}

/** Everything that is due happens now, whoever takes it: this command or the daemon's own worker. */
async function upkeep(daemon: Daemon, options: string[]): Promise<void> {
  await daemon.sql(`update maitred.schedules set next_run_at = now() where name = 'maintain_often'`);
  for (let round = 0; round < 2; round++) {
    // the round of every few minutes, and the reading that it orders
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
      if (req.url === '/away') {
        res.writeHead(500).end('<html>');
        return;
      }
      if (req.headers['if-none-match'] === tag()) {
        res.writeHead(304).end();
        return;
      }
      res.writeHead(200, { 'content-type': 'text/calendar', etag: tag() }).end(given);
    });
    await new Promise<void>((resolve) => {
      portal.listen(0, '127.0.0.1', resolve);
    });
    daemon = await startDaemon({ 'sync-private': 'on' });
    tenant = await makeTenant(daemon, ['stays', 'pool', 'experiences']);
    chalet = await makeChalet(tenant);
  });
  after(async () => {
    portal.close();
    await daemon.stop();
  });
  const port = () => {
    const address = portal.address();
    return typeof address === 'object' && address ? address.port : 0;
  };
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
    assert.deepEqual(Object.keys(JSON.parse(await tenant.sql('select app.maintain_often()'))).sort(), ['experiences', 'payments', 'pool', 'stays']);
  });
});

/** What portals and calendars really send, in small, with the nights that they take. Days are counted from today. */
describe('feeds as portals write them', () => {
  let tenant: Tenant;
  let portal: Server;
  const zone = 'Europe/Berlin';
  const hours = (n: number, time: string) => `${compact(day(n))}T${time}`;
  const event = (...lines: string[]) => ['BEGIN:VEVENT', 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT'];
  const days = (from: number, to: number) => [`DTSTART;VALUE=DATE:${compact(day(from))}`, `DTEND;VALUE=DATE:${compact(day(to))}`];
  const nights = (...pairs: [number, number][]) => pairs.map(([from, to]) => `${day(from)}/${day(to)}`).join(' ');
  const feeds: Record<string, { lines: string[]; taken: string; error?: RegExp }> = {
    airbnb: {
      lines: [
        ...event('UID:1418fb94e984-aa@airbnb.com', ...days(20, 24), 'SUMMARY:Reserved', 'DESCRIPTION:Reservation URL: https://x.example/de', ' tails/HM\\nPhone Number (Last 4 Digits): 1234'),
        ...event('UID:6fec1092d3fa-bb@airbnb.com', ...days(200, 300), 'SUMMARY:Airbnb (Not available)'),
      ],
      taken: nights([20, 24], [200, 300]),
    },
    booking: { lines: event('UID:0f3d9c@booking.com', ...days(24, 27), 'SUMMARY:CLOSED - Not available'), taken: nights([24, 27]) },
    sameUid: { lines: [...event('UID:one@vrbo', ...days(20, 23)), ...event('UID:one@vrbo', ...days(30, 33))], taken: nights([20, 23], [30, 33]) },
    smoobu: {
      lines: [
        ...event('UID:s-in', `DTSTART:${hours(20, '140000Z')}`, `DTEND:${hours(20, '150000Z')}`),
        ...event('UID:s-out', `DTSTART:${hours(22, '090000Z')}`, `DTEND:${hours(22, '100000Z')}`),
        ...event('UID:s-all', ...days(20, 22)),
      ],
      taken: nights([20, 22]),
    },
    owner: {
      lines: event('UID:weekly@owner', ...days(20, 22), 'RRULE:FREQ=WEEKLY;COUNT=3', `EXDATE;VALUE=DATE:${compact(day(27))}`, `RDATE;VALUE=DATE:${compact(day(40))}`),
      taken: nights([20, 22], [34, 36], [40, 42]),
    },
    google: {
      lines: [
        ...event('UID:g@google.com', ...days(20, 22), 'RRULE:FREQ=WEEKLY;COUNT=2'),
        ...event('UID:g@google.com', `RECURRENCE-ID;VALUE=DATE:${compact(day(27))}`, ...days(28, 30)),
        ...event('UID:birthday@google.com', ...days(50, 51), 'TRANSP:TRANSPARENT'),
      ],
      taken: nights([20, 22], [28, 30]),
    },
    // noon in the far west and the far east is another day than at the house for one of them; midnight of the house written in UTC is the house's day
    zones: {
      lines: [
        ...event('UID:z1', `DTSTART;TZID="Hawaiian Standard Time":${hours(20, '200000')}`, `DTEND;TZID="Hawaiian Standard Time":${hours(22, '200000')}`),
        ...event('UID:z2', `DTSTART;TZID=Asia/Tokyo:${hours(30, '030000')}`, `DTEND;TZID=Asia/Tokyo:${hours(31, '110000')}`),
        ...event('UID:z3', `DTSTART:${hours(40, '150000')}`, `DTEND:${hours(42, '100000')}`),
      ],
      taken: nights([21, 23], [29, 31], [40, 42]),
    },
    unreadable: { lines: [...event('UID:bad', ...days(20, 22), 'RRULE:FREQ=FORTNIGHTLY'), ...event('UID:fine', ...days(30, 31))], taken: nights([20, 22], [30, 31]), error: /cannot be read/ },
    latin1: { lines: event('UID:m', ...days(20, 22), 'SUMMARY:M\u00fcller'), taken: nights([20, 22]) },
  };
  before(async () => {
    portal = createServer((req, res) => {
      const feed = feeds[(req.url ?? '').slice(1)];
      const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//portal//EN', ...(feed?.lines ?? []), 'END:VCALENDAR', ''].join('\r\n');
      res.writeHead(200, { 'content-type': 'text/calendar' }).end(Buffer.from(text, req.url === '/latin1' ? 'latin1' : 'utf8'));
    });
    await new Promise<void>((resolve) => {
      portal.listen(0, '127.0.0.1', resolve);
    });
    const daemon = await startDaemon({ 'sync-private': 'on' });
    tenant = await makeTenant(daemon, ['stays']);
    const address = portal.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await tenant.sql(`update organizations set timezone = '${zone}'`);
    await tenant.sql(
      Object.keys(feeds)
        .map(
          (name) => `with c as (insert into chalets (organization_id, name, base_price, capacity) select id, '${name}', 100, 4 from organizations limit 1 returning id)
      insert into ical_imports (chalet_id, name, url) select id, '${name}', 'http://127.0.0.1:${port}/${name}' from c`,
        )
        .join('; '),
    );
    await upkeep(daemon, ['--sync-private=on']);
    await until(() => tenant.sql('select count(*) from ical_imports where last_synced_at is null'), /^0$/);
  });
  after(async () => {
    portal.close();
    await tenant.daemon.stop();
  });
  for (const [name, feed] of Object.entries(feeds)) {
    it(name, async () => {
      assert.equal(
        await tenant.sql(`select string_agg(k.start_date || '/' || k.end_date, ' ' order by k.start_date) from chalet_blocks k join chalets c on c.id = k.chalet_id where c.name = '${name}'`),
        feed.taken,
      );
      assert.match(await tenant.sql(`select coalesce(last_error, '') from ical_imports where name = '${name}'`), feed.error ?? /^$/);
    });
  }
  it('a night that both sold is told to the owner', async () => {
    await tenant.sql(`delete from chalet_blocks where import_id = (select id from ical_imports where name = 'booking')`);
    await tenant.sql(`insert into chalet_bookings (organization_id, chalet_id, check_in, check_out, guests, total_price, currency, status, user_id)
      select organization_id, id, '${day(24)}', '${day(26)}', 2, 200, 'EUR', 'confirmed', (select id from users limit 1) from chalets where name = 'booking'`);
    await tenant.sql(`update ical_imports set next_sync_at = now(), etag = null where name = 'booking'`);
    await upkeep(tenant.daemon, ['--sync-private=on']);
    await until(() => tenant.sql(`select count(*) from activity_logs where action = 'calendar_conflict'`), /^1$/);
    assert.match(await tenant.sql(`select string_agg(distinct u.role, ' ') from notifications n join users u on u.id = n.user_id where n.type = 'calendar_conflict'`), /owner/);
  });
});

describe('addresses inside the house', () => {
  let tenant: Tenant;
  before(async () => {
    tenant = await makeTenant(await startDaemon(), ['stays']);
  });
  after(() => tenant.daemon.stop());

  it('are not read for a tenant', async () => {
    let reached = false;
    const inside = createServer((_, res) => {
      reached = true;
      res.end(calendar('x', day(5), day(6)));
    });
    await new Promise<void>((resolve) => {
      inside.listen(0, '127.0.0.1', resolve);
    });
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
