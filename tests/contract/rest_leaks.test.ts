// The leak matrix through HTTP: every table × every role × own and foreign rows × reading, counting, embedding, writing, and every function
// with somebody else's ids. Each row carries a mark in its texts, and no answer may hold a mark that is not the reader's by
// db/tests/matrix/expectations.sql. What was written is compared past row security.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startDaemon, makeTenant, type Daemon, type Tenant } from './harness.ts';
import { setAuth, token } from './auth_support.ts';
import { Door, type World, fill, sign, snapshot, type Answer, type ApiFunction, type Json, type Parameter, type Row, type Who } from './leaks_support.ts';

const modules = ['dining', 'stays', 'pool', 'experiences', 'labor', 'procurement', 'bots'];
const staffRoles = ['waiter', 'kitchen', 'staff', 'finance', 'manager', 'admin', 'owner'];
const userRoles = [...staffRoles, 'customer', 'super_admin'];
const readers = ['anon', 'a.guest', ...userRoles.map((role) => `a.${role}`), ...userRoles.map((role) => `b.${role}`), 'service_role'];
const writers = ['anon', 'a.guest', 'a.customer', ...staffRoles.map((role) => `a.${role}`), 'b.customer', 'b.manager', 'b.owner'];

let daemon: Daemon;
let red: Tenant;
let blue: Tenant;
let world: World;
let other: World;
let door: Door;
const people = new Map<string, Who>(); // of red
const strangers = new Map<string, Who>(); // of blue, with the same ids

before(async () => {
  daemon = await startDaemon();
  [red, blue] = [await makeTenant(daemon, modules, { name: 'Red' }), await makeTenant(daemon, modules, { name: 'Blue' })];
  await setAuth(red);
  [world, other] = [await fill(red, 'leak'), await fill(blue, 'peek')];
  door = new Door(red);
  await cast(red, world, people);
  await cast(blue, other, strangers);
  // people of organization a sign in as people do
  for (const role of userRoles) {
    const email = String(world.row('users', `a.${role}`)?.row['email']);
    person(`a.${role}`).token = await token(await red.signIn(email, 'Matrix-horse-battery-1'));
  }
});
after(async () => {
  door?.close();
  await daemon?.stop();
});

async function cast(tenant: Tenant, rows: World, into: Map<string, Who>): Promise<void> {
  const secret = await daemon.sql(`select k.jwt_secret from maitred.tenant_keys k join public.tenants t on t.id = k.tenant_id where t.schema_name = '${tenant.schema}'`);
  const { ids, organizations } = rows.made;
  const add = (name: string, role: string, organization: Who['organization'], key: string, dbRole: Who['dbRole'] = 'authenticated') => into.set(name, { name, role, organization, dbRole, token: key });
  for (const organization of ['a', 'b'] as const) {
    for (const role of userRoles) {
      const claims = { sub: ids[`${organization}.${role}`], app_role: role, tenant: tenant.schema, organization_id: role === 'super_admin' ? null : organizations[organization] };
      add(`${organization}.${role}`, role, organization, sign(secret, claims));
    }
  }
  const guest = (table: string) => rows.row(table, 'a.guest')?.row['id'];
  add('a.guest', 'guest', 'a', sign(secret, { app_role: 'guest', tenant: tenant.schema, table_session_id: guest('table_sessions'), customer_session_id: guest('session_customers') }));
  add('anon', 'anon', null, tenant.anonKey, 'anon');
  add('service_role', 'service_role', null, tenant.serviceKey, 'service_role');
}

function person(name: string): Who {
  const who = people.get(name);
  assert.ok(who, name);
  return who;
}

/** Fails with all findings at once. */
function none(found: string[], what: string): void {
  assert.equal(found.length, 0, `${what}\n  ${found.slice(0, 40).join('\n  ')}${found.length > 40 ? `\n  and ${found.length - 40} more` : ''}`);
}

const refused = (status: number) => status === 401 || status === 403;

/** What an answer holds of rows that this reader may not read. */
function leaks(rows: World, who: Who, text: string, stranger = other.mark): string[] {
  // what somebody booked is named to them, though the table of games is closed
  const named = ([tab, key]: [string, string]) => tab === 'games' && rows.relation(who, key) === 'mine';
  const found = rows
    .marksIn(text)
    .filter(([tab, key]) => !rows.allowed(who, tab, key, 'r') && !named([tab, key]))
    .map(([tab, key]) => `shows ${tab} (${key})`);
  if (new RegExp(`${stranger}\\d{5}x`, 'i').test(text)) found.push('shows a row of another tenant');
  return found;
}

/** What is wrong with a list of rows of a table, read without any filter. */
function misread(who: Who, tab: string, answer: Answer): string[] {
  const found = leaks(world, who, answer.text);
  if (answer.status !== 200 && !refused(answer.status)) return [...found, `${answer.status} ${answer.text}`];
  const rows = answer.status === 200 ? (JSON.parse(answer.text) as Row[]) : [];
  const seen = new Set(rows.map((row) => world.pkText(tab, row)));
  for (const row of world.rowsOf(tab)) {
    const shown = seen.has(world.pkText(tab, row.pk));
    if (shown !== world.allowed(who, tab, row.key, 'r')) found.push(shown ? `shows the row of ${row.key}` : `lacks the row of ${row.key}`);
  }
  // rows that were there before belong to a third organization
  if (who.organization && who.role !== 'super_admin' && !world.made.expected[tab]?.public) {
    const mine = [world.made.organizations[who.organization], null, undefined];
    for (const row of rows) {
      if (!mine.includes(row['organization_id'] as string) && world.keyOf(tab, row) === undefined) found.push(`shows a row of ${row['organization_id']}`);
    }
  }
  return found;
}

for (const name of readers) {
  test(`${name}: GET and HEAD of every table show and count what is theirs`, async () => {
    const who = person(name);
    const found = await Promise.all(
      world.tables.map(async (tab) => {
        const [get, head] = await Promise.all([door.ask(who, 'GET', tab), door.ask(who, 'HEAD', `${tab}?limit=0`, undefined, { prefer: 'count=exact' })]);
        const problems = misread(who, tab, get).map((problem) => `${tab}, ${name}, GET: ${problem}`);
        const count = get.status === 200 ? (JSON.parse(get.text) as Row[]).length : undefined;
        if (count !== undefined && head.range !== `*/${count}`) problems.push(`${tab}, ${name}, HEAD: counts ${head.range} of ${count}`);
        if (count === undefined && !refused(head.status)) problems.push(`${tab}, ${name}, HEAD: ${head.status} ${head.range}`);
        return problems;
      }),
    );
    none(found.flat(), `${name} reads`);
  });
}

test('tokens of another tenant read no table', async () => {
  const found = await Promise.all(
    [...strangers.values()].flatMap((who) =>
      world.tables.map(async (tab) => {
        const answer = await door.ask(who, 'GET', tab);
        return answer.status === 401 ? [] : [`${tab}, ${who.name} of another tenant, GET: ${answer.status} ${answer.text}`];
      }),
    ),
  );
  none(found.flat(), 'a token of another tenant reads');
});

/** Requests that embed every related table that the role may name, and the rest one by one. */
function embeds(who: Who, tab: string): string[] {
  const open = world.made.links.flatMap((link, n) => [
    ...(link.from === tab ? [{ far: link.to, select: `r${n}:${link.to}!${link.name}(*)` }] : []),
    ...(link.to === tab ? [{ far: link.from, select: `m${n}:${link.from}!${link.name}(*)` }] : []),
  ]);
  const may = open.filter((link) => world.table(link.far).read[who.dbRole]).map((link) => link.select);
  const chunks: string[] = [];
  for (let i = 0; i < may.length; i += 12) chunks.push(may.slice(i, i + 12).join(','));
  return [...chunks, ...open.filter((link) => !world.table(link.far).read[who.dbRole]).map((link) => link.select)];
}

/** Embedded rows that this reader may not read, by primary key. */
function embedded(who: Who, rows: Row[]): string[] {
  return rows.flatMap((row) =>
    Object.entries(row).flatMap(([name, value]) => {
      const link = world.made.links[Number(/^[rm](\d+)$/.exec(name)?.[1] ?? -1)];
      if (!link || value === null || typeof value !== 'object') return [];
      const far = name.startsWith('r') ? link.to : link.from;
      return [value].flat().flatMap((inner) => {
        const key = world.keyOf(far, inner as Row);
        return key !== undefined && !world.allowed(who, far, key, 'r') ? [`embeds ${far} (${key})`] : [];
      });
    }),
  );
}

for (const name of ['anon', 'a.guest', ...userRoles.map((role) => `a.${role}`)]) {
  test(`${name}: embedding a related table shows nothing that reading it does not`, async () => {
    const who = person(name);
    let shown = 0;
    const found = await Promise.all(
      world.tables
        .filter((tab) => world.table(tab).read[who.dbRole])
        .flatMap((tab) =>
          embeds(who, tab).map(async (select) => {
            const pk = world.table(tab).pk.join(',');
            const answer = await door.ask(who, 'GET', `${tab}?select=${pk},${select}`);
            const problems = leaks(world, who, answer.text);
            if (answer.status === 200) {
              shown++;
              problems.push(...embedded(who, JSON.parse(answer.text) as Row[]));
            } else if (!refused(answer.status)) problems.push(`${answer.status} ${answer.text}`);
            return problems.map((problem) => `${tab}?select=${select.slice(0, 60)}, ${name}, GET: ${problem}`);
          }),
        ),
    );
    none(found.flat(), `${name} embeds`);
    assert.ok(shown > 20, `only ${shown} answers`);
  });
}

// --- Writing -------------------------------------------------------------------------------------------------------------

/** `or=(and(a.eq.1,b.eq.2),…)`: these rows. */
function these(tab: string, rows: { pk: Row }[]): string {
  const one = (pk: Row) =>
    `and(${world
      .table(tab)
      .pk.map((column) => `${column}.eq.${encodeURIComponent(JSON.stringify(String(pk[column])))}`)
      .join(',')})`;
  return `or=(${rows.map((row) => one(row.pk)).join(',')})`;
}

/** What differs from before in rows that this person may not change, and what was added to the foreign organization. */
async function damage(who: Who, earlier: Awaited<ReturnType<typeof snapshot>>, harmless: (tab: string, column: string) => boolean = () => false): Promise<string[]> {
  const now = await snapshot(red, world);
  const found: string[] = [];
  const theirs = (row: Row) => who.organization === null || world.made.organizations[who.organization] !== row['organization_id'];
  for (const [pk, { tab, row }] of earlier) {
    const key = world.keyOf(tab, row);
    if (key === undefined || world.relation(who, key) === 'mine' || !theirs(row)) continue;
    const then = now.get(pk)?.row;
    if (!then) found.push(`${tab}, ${who.name}: the row of ${key} is gone`);
    else
      for (const column of Object.keys(row)) {
        if (JSON.stringify(row[column]) !== JSON.stringify(then[column]) && !harmless(tab, column)) {
          found.push(`${tab}, ${who.name}: ${column} of ${key} was ${JSON.stringify(row[column])}, is ${JSON.stringify(then[column])}`);
        }
      }
  }
  for (const [pk, { tab, row }] of now) {
    if (!earlier.has(pk) && world.table(tab).organization && row['organization_id'] && theirs(row) && !harmless(tab, '*')) {
      found.push(`${tab}, ${who.name}: a row was added: ${JSON.stringify(row).slice(0, 200)}`);
    }
  }
  return found;
}

for (const name of writers) {
  test(`${name}: POST, PATCH and DELETE leave every row alone that is not theirs`, async () => {
    const who = person(name);
    const earlier = await snapshot(red, world);
    const found = await Promise.all(
      world.tables.map(async (tab) => {
        const problems: string[] = [];
        const table = world.table(tab);
        const closed = (letter: 'c' | 'u' | 'd') => world.rowsOf(tab).filter((row) => !world.allowed(who, tab, row.key, letter));
        // a repeated row: row security answers before the unique key does
        const posts = closed('c')
          .filter((row) => ['foreign', 'own', `b:${name}`].includes(row.key))
          .map(async (row) => {
            const body = Object.fromEntries(Object.entries(row.row).filter(([column]) => table.insert.includes(column)));
            const answer = await door.ask(who, 'POST', tab, body, { prefer: 'return=representation' });
            problems.push(...leaks(world, who, answer.text.includes('"message"') ? '' : answer.text));
            if (answer.status < 300 || answer.status === 409 || answer.status >= 500) problems.push(`POST of ${row.key}: ${answer.status} ${answer.text}`);
          });
        const change = async (method: 'PATCH' | 'DELETE', letter: 'u' | 'd', body?: Row) => {
          const rows = closed(letter);
          if (!rows.length) return;
          const answer = await door.ask(who, method, `${tab}?${these(tab, rows)}`, body, { prefer: 'return=representation' });
          problems.push(...leaks(world, who, answer.text));
          if (!refused(answer.status) && !(answer.status === 200 && answer.text === '[]')) problems.push(`${method}: ${answer.status} ${answer.text.slice(0, 300)}`);
        };
        // organization_id comes first: the row is carried off
        const column = table.update.find((c) => c === 'organization_id') ?? table.update.find((c) => !table.pk.includes(c)) ?? table.pk[0]!;
        const value: Json = column === 'organization_id' ? world.made.organizations[who.organization ?? 'a'] : (world.row(tab, 'own')?.row[column] ?? null);
        await Promise.all([...posts, change('PATCH', 'u', { [column]: value }), change('DELETE', 'd')]);
        return problems.map((problem) => `${tab}, ${name}, ${problem}`);
      }),
    );
    none([...found.flat(), ...(await damage(who, earlier))], `${name} writes`);
  });
}

/** Foreign keys that could reach into another organization. */
const crossing = () => world.made.links.filter((link) => link.column && link.to !== 'users' && link.to !== 'staff' && world.table(link.from)?.organization && world.table(link.to)?.organization);

test('a.owner: a new row hangs on no row of another organization', async () => {
  const who = person('a.owner');
  const earlier = await snapshot(red, world);
  let tried = 0;
  const found = await Promise.all(
    crossing()
      .filter((link) => world.allowed(who, link.from, 'own', 'c'))
      .map(async (link) => {
        const { tab, row } = world.row(link.from, 'own') ?? assert.fail(link.from);
        const fresh = JSON.parse(JSON.stringify(row).replace(/leak\d{5}x/g, () => `new${Math.random().toString(36).slice(2, 9)}`)) as Row;
        const columns = world.table(tab).insert.filter((column) => column !== 'id' && column !== 'organization_id');
        const body = { ...Object.fromEntries(columns.map((column) => [column, fresh[column] ?? null])), [link.column!]: world.row(link.to, 'foreign')?.row['id'] ?? null };
        const answer = await door.ask(who, 'POST', tab, body, { prefer: 'return=representation' });
        tried++;
        // some parents are read off another one, whatever the client says
        const made = answer.status < 300 ? (JSON.parse(answer.text) as Row[])[0] : undefined;
        return (made?.[link.column!] === body[link.column!] && made) || answer.status >= 500 ? [`${tab}.${link.column}, a.owner, POST: ${answer.status} ${answer.text}`] : [];
      }),
  );
  assert.ok(tried > 30, `${tried} foreign keys`);
  none([...found.flat(), ...(await damage(who, earlier))], 'a.owner writes');
});

// --- Functions -----------------------------------------------------------------------------------------------------------

/** Tables that a parameter's name may mean, the likeliest first. */
const meanings: Record<string, string[]> = {
  table: ['restaurant_tables'],
  line: ['order_lines'],
  ticket: ['pool_tickets'],
  duplicate: ['customers'],
  record: ['onboarding_records', 'bookings'],
  entry: ['time_entries'],
  item: ['kitchen_order_items'],
  share: ['bill_shares'],
  session: ['table_sessions'],
  from_session: ['table_sessions'],
  into_session: ['table_sessions'],
  to_session: ['table_sessions'],
  to_store: ['stores'],
  mentor: ['staff'],
  import: ['ical_imports'],
  task: ['onboarding_tasks'],
  template: ['onboarding_templates'],
  entity: ['bookings'],
  s: ['notifications'],
  schedule: ['staff_schedules'],
  waitlist: ['waitlist_entries'],
  membership: ['pool_memberships'],
  reservation: ['table_reservations'],
  scenario: ['bot_scenarios'],
  customer_session: ['session_customers'],
  booking: ['bookings', 'chalet_bookings', 'pool_tickets', 'pool_memberships', 'orders', 'table_sessions'],
};
const bookingTypes: Record<string, string> = { bookings: 'experience', chalet_bookings: 'chalet', pool_tickets: 'pool', pool_memberships: 'membership', orders: 'order', table_sessions: 'session' };
function tablesFor(parameter: Parameter): string[] {
  const noun = parameter.name.replace(/^p_/, '').replace(/_?ids?$/, '') || 's';
  return meanings[noun] ?? [`${noun}s`];
}
const isId = (parameter: Parameter) => /^uuid(\[\])?$/.test(parameter.type) || parameter.name === 'p_table';

const texts: Record<string, string> = {
  p_slot: 'morning',
  p_kind: 'waste',
  p_unit: 'g',
  p_method: 'cash',
  p_payment_method: 'cash',
  p_type: 'individual',
  p_billing_cycle: 'monthly',
  p_report_type: 'revenue',
  p_email: 'visitor@example.com',
  p_guest_email: 'visitor@example.com',
  p_customer_email: 'visitor@example.com',
  p_signer_email: 'visitor@example.com',
  p_phone: '+4915112345678',
  p_customer_phone: '+4915112345678',
  p_guest_phone: '+4915112345678',
  p_otp: '000000',
  p_timezone: 'UTC',
  p_activity_type: 'note',
  p_version: '9.9.9',
  p_reason: 'help',
  p_signature: 'data:image/png;base64,iVBORw0KGgo=',
};
const day = (ahead: number) => new Date(Date.now() + ahead * 86400000).toISOString().slice(0, 10);
function plain(parameter: Parameter, id: (tab: string) => Json, functionName: string): Json {
  const { name, type } = parameter;
  if (name === 'p_status') return functionName === 'set_table_status' ? 'cleaning' : functionName === 'set_onboarding_task' ? 'done' : 'cancelled';
  if (name === 'p_items') return [{ menu_item_id: id('menu_items'), quantity: 1 }];
  if (name === 'p_lines') return [{ ingredient_id: id('ingredients'), quantity: 1, unit_price: 1, unit: 'g' }];
  if (name === 'p_addons') return [{ id: id('chalet_addons'), addon_id: id('chalet_addons'), quantity: 1 }];
  if (name === 'p_bookings') return [{ type: 'experience', id: id('bookings'), booking_type: 'experience', booking_id: id('bookings') }];
  if (name === 'p_changes') return { special_requests: 'quiet' };
  if (name === 'p_measures') return ['bookings'];
  if (name === 'p_payments') return [{ method: 'cash', amount: 1 }];
  if (name === 'p_members' || name === 'p_shares' || name === 'p_events') return [];
  if (type === 'jsonb') return {};
  if (name === 'p_party_size' || name === 'p_guests') return 2;
  if (name === 'p_parameters') return { start_date: day(7), end_date: day(10) };
  if (type === 'date') return /end|out|_to$/.test(name) ? day(10) : name === 'p_date_of_birth' ? '1990-01-01' : day(7);
  if (type.startsWith('time without')) return name.includes('end') ? '18:00' : '12:07'; // at which no game starts: visitors may book
  if (type.startsWith('timestamp')) return `${day(/end|out|_to$/.test(name) ? 10 : 7)}T12:00:00Z`;
  if (type === 'interval') return '1 hour';
  if (type === 'boolean') return false;
  if (/^(integer|bigint|smallint|numeric)/.test(type)) return 1;
  if (type.endsWith('[]')) return [];
  return texts[name] ?? 'WRONG1';
}

// optional parameters that make a call go further
const telling = /^p_(items|lines|bookings|addons|booking_type|reason|party_size|.*_date|start_time|.*_name|date_of_birth)$/;

interface Call {
  name: string;
  body: Row;
}

/** Calls with ids of these owners: `keys(n)` owns what the n-th id means. */
function calls(fn: ApiFunction, keys: (n: number) => string, variants: number, only?: string): Call[] {
  const ids = fn.parameters.filter((parameter) => isId(parameter) && (only === undefined || parameter.name === only || !parameter.optional));
  const choices = Math.min(variants, Math.max(1, ...ids.map((parameter) => tablesFor(parameter).length)));
  return Array.from({ length: choices }, (_, choice) => {
    const body: Row = {};
    let first = '';
    ids.forEach((parameter, n) => {
      const tables = tablesFor(parameter);
      const tab = tables[choice % tables.length]!;
      first ||= tab;
      const id = world.row(tab, keys(n))?.row['id'] ?? null;
      body[parameter.name] = parameter.type.endsWith('[]') ? [id] : id;
    });
    const id = (tab: string) => world.row(tab, keys(0))?.row['id'] ?? null;
    for (const parameter of fn.parameters) {
      if (isId(parameter) || (parameter.optional && !telling.test(parameter.name))) continue;
      body[parameter.name] = parameter.name === 'p_booking_type' ? (bookingTypes[first] ?? 'experience') : plain(parameter, id, fn.name);
    }
    return { name: fn.name, body };
  });
}

/** Every function with ids of `key`, with each id that may be left out alone, and with one id of `key` among ids of `mine`. */
function attempts(who: Who, key: string, mine: string): Call[] {
  return world.made.functions
    .filter((fn) => fn.callers[who.dbRole])
    .flatMap((fn) => {
      const ids = fn.parameters.filter(isId);
      const count = ids.length;
      const alone = count < 2 ? [] : ids.filter((parameter) => parameter.optional).flatMap((parameter) => calls(fn, () => key, 6, parameter.name));
      const mixed = count < 2 ? [] : Array.from({ length: count }, (_, i) => calls(fn, (n) => (n === i ? key : mine), 1)).flat();
      return [...calls(fn, () => key, 6), ...alone, ...mixed];
    });
}

// Who holds the code of a table may know what it belongs to.
// The tables of games and houses are closed to visitors; what a widget, a waiver and a receipt name of them they tell.
const shownByFunctions: Record<string, string[]> = {
  // strangers with a login read no row of restaurants: these tell everybody what a menu shows
  get_restaurants: ['restaurants'],
  get_menu: ['restaurants'],
  get_table: ['restaurant_tables', 'restaurants'],
  open_table_session: ['restaurant_tables'],
  get_venue_games: ['games'],
  create_widget_booking: ['games'],
  quote_booking: ['games'],
  get_booking: ['games', 'organizations'],
  get_waiver: ['games', 'organizations'],
  // what a house offers, as its front page shows it; a booking says whose house it is
  get_front_page: ['organizations', 'games', 'restaurants'],
  get_game_calendar: ['games'],
  get_table_times: ['restaurants'],
  get_my_bookings: ['organizations'],
  get_my_booking: ['organizations', 'games'],
  quote_stay: ['organizations'], // its id, as the chalet's own row says it to visitors
};

async function invoke(who: Who, call: Call): Promise<{ answer: Answer; problems: string[] }> {
  const answer = await door.ask(who, 'POST', `rpc/${call.name}`, call.body);
  const asked = JSON.stringify(call.body);
  const isPerson = ['anon', 'guest', 'customer'].includes(who.role);
  const wrong = [...world.marksIn(answer.text), ...world.idsIn(answer.text, asked)].filter(([tab, key]) => {
    const owner = world.relation(who, key);
    return (owner === 'foreign' || (owner === 'own' && isPerson)) && !world.allowed(who, tab, key, 'r') && !shownByFunctions[call.name]?.includes(tab);
  });
  const problems = [...new Set(wrong.map(([tab, key]) => `shows ${tab} (${key})`))];
  if (/peek\d{5}x/.test(answer.text)) problems.push('shows a row of another tenant');
  if (answer.status >= 500) problems.push(`${answer.status} ${answer.text}`);
  return { answer, problems: problems.map((problem) => `${call.name}, ${who.name}, POST ${asked}: ${problem}`) };
}

for (const name of ['anon', 'a.guest', 'a.customer', ...staffRoles.map((role) => `a.${role}`)]) {
  test(`${name}: functions with somebody else's ids tell and change nothing`, async () => {
    const who = person(name);
    const earlier = await snapshot(red, world);
    const found: string[] = [];
    const isPerson = ['anon', 'guest', 'customer'].includes(who.role);
    const todo = [...attempts(who, 'foreign', isPerson && who.role !== 'anon' ? name : 'own'), ...(isPerson ? attempts(who, 'own', name) : [])];
    const done = await Promise.all(todo.map((call) => invoke(who, call)));
    for (const { problems } of done) found.push(...problems);
    // whoever waits in front of a restaurant may join its waitlist, and whoever knows a booking may begin to pay for it
    none([...found, ...(await damage(who, earlier, (tab, column) => column === '*' && ['waitlist_entries', 'payments', 'audit_logs'].includes(tab)))], `${name} calls`);
  });
}

test('the probes reach behind the first check: with ids of their own, people get answers from most functions', async () => {
  // the owner's calls above have changed much; each function counts that answers somebody
  const answered = new Set<string>();
  for (const name of ['a.owner', 'a.guest', 'a.customer']) {
    const who = person(name);
    const todo = world.made.functions
      .filter((fn) => fn.callers[who.dbRole])
      .flatMap((fn) => {
        const key = name === 'a.owner' ? 'own' : name;
        return [...calls(fn, () => key, 6), ...fn.parameters.filter(isId).flatMap((parameter) => calls(fn, () => key, 6, parameter.name))];
      });
    const done = await Promise.all(todo.map(async (call) => ({ call, ...(await invoke(who, call)) })));
    for (const { call, answer } of done) if (answer.status < 300 || answer.status === 409 || answer.status === 422 || answer.text.includes('"23514"')) answered.add(call.name);
  }
  const silent = world.made.functions.map((fn) => fn.name).filter((name) => !answered.has(name));
  // baskets, parties and what a guest has booked are reached by references and digits, which no row's id gives
  assert.ok(answered.size > world.made.functions.length * 0.65, `${answered.size} of ${world.made.functions.length}, silent: ${silent.join(' ')}`);
});

test('no row has come to hang on a row of another organization', async () => {
  const asked = crossing().map(
    (link) => `select '${link.from}.${link.column}: ' || f.organization_id || ' ' || t.organization_id
    from ${link.from} f join ${link.to} t on t.id = f.${link.column} where t.organization_id <> f.organization_id`,
  );
  assert.ok(asked.length > 100, `${asked.length} links`);
  assert.equal(await red.sql(asked.join(' union all ')), '');
});

// --- Under load ----------------------------------------------------------------------------------------------------------

test("fifty requests at once, of all roles and two tenants: nobody gets another one's answer", async () => {
  const [here, there] = [new Door(red, 25), new Door(blue, 25)];
  const busy = [
    'users',
    'customers',
    'bookings',
    'orders',
    'order_lines',
    'table_sessions',
    'session_customers',
    'payments',
    'notifications',
    'chalet_bookings',
    'pool_tickets',
    'staff_schedules',
    'invoices',
    'menu_items',
    'kitchen_orders',
    'auth_sessions',
    'audit_logs',
    'folios',
  ];
  const names = [...people.keys()];
  // from now on rows of the matrix may have changed, what each may read has not
  const found: string[] = [];
  let read = 0;
  const work = Array.from({ length: 3000 }, (_, i) => i);
  const one = async (i: number) => {
    const blueOne = i % 2 === 1;
    const [rows, who] = blueOne ? [other, strangers.get(names[(i * 7) % names.length]!)!] : [world, person(names[(i * 7) % names.length]!)];
    const tab = busy[(i * 5 + Math.floor(i / 18)) % busy.length]!;
    const answer = await (blueOne ? there : here).ask(who, 'GET', `${tab}?select=*`);
    if (answer.status === 200 && answer.text !== '[]') read++;
    if (answer.status !== 200 && !refused(answer.status)) found.push(`${tab}, ${who.name}: ${answer.status} ${answer.text}`);
    found.push(...leaks(rows, who, answer.text, blueOne ? world.mark : other.mark).map((problem) => `${tab}, ${who.name} of ${blueOne ? 'blue' : 'red'}: ${problem}`));
  };
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      for (let i = work.pop(); i !== undefined; i = work.pop()) await one(i);
    }),
  );
  here.close();
  there.close();
  none(found, 'under load');
  assert.ok(read > 1000, `${read} answers with rows`);
});
