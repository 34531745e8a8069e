// The leak matrix through realtime: every table × every role. Each row is updated, deleted and inserted again past row security; what a
// subscriber to everything is sent must be exactly what their own SELECT over REST gives, column by column.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startDaemon, makeTenant, until, type Daemon, type Tenant } from './harness.ts';
import { Door, type World, fill, sign, type Json, type Row, type Who } from './leaks_support.ts';
import { Phoenix, type Change } from './realtime_support.ts';

const modules = ['dining', 'stays', 'pool', 'experiences', 'labor', 'procurement', 'bots'];
const roles = ['waiter', 'kitchen', 'staff', 'finance', 'manager', 'admin', 'owner', 'customer', 'super_admin'];

let daemon: Daemon;
let red: Tenant;
let blue: Tenant;
let world: World;
let other: World;
let door: Door;
let socket: Phoenix;
const people = new Map<string, Who>();
const strangers = new Map<string, Who>();

async function cast(tenant: Tenant, rows: World, into: Map<string, Who>): Promise<void> {
  const secret = await daemon.sql(`select k.jwt_secret from maitred.tenant_keys k join public.tenants t on t.id = k.tenant_id where t.schema_name = '${tenant.schema}'`);
  const { ids, organizations } = rows.made;
  const add = (name: string, role: string, organization: Who['organization'], token: string, dbRole: Who['dbRole'] = 'authenticated') => into.set(name, { name, role, organization, dbRole, token });
  for (const organization of ['a', 'b'] as const) {
    for (const role of roles) {
      add(
        `${organization}.${role}`,
        role,
        organization,
        sign(secret, { sub: ids[`${organization}.${role}`], app_role: role, tenant: tenant.schema, organization_id: role === 'super_admin' ? null : organizations[organization] }),
      );
    }
  }
  const guest = (table: string) => rows.row(table, 'a.guest')?.row['id'];
  add('a.guest', 'guest', 'a', sign(secret, { app_role: 'guest', tenant: tenant.schema, table_session_id: guest('table_sessions'), customer_session_id: guest('session_customers') }));
  add('anon', 'anon', null, tenant.anonKey, 'anon');
  add('service_role', 'service_role', null, tenant.serviceKey, 'service_role');
}

before(async () => {
  daemon = await startDaemon();
  [red, blue] = [await makeTenant(daemon, modules, { name: 'Red' }), await makeTenant(daemon, modules, { name: 'Blue' })];
  [world, other] = [await fill(red, 'leak'), await fill(blue, 'peek')];
  door = new Door(red);
  await cast(red, world, people);
  await cast(blue, other, strangers);
  await red.sql(`create table marks (id int primary key); alter table marks enable row level security;
    create policy everybody on marks for select to anon, authenticated, service_role using (true); grant select on marks to anon, authenticated, service_role`);
  socket = await Phoenix.open(red);
  for (const who of people.values()) await socket.watch(who.name, [{ table: '*' }], who.token);
});
after(async () => {
  door?.close();
  socket?.socket.close();
  await daemon?.stop();
});

const pk = (tab: string, row: Row) => JSON.stringify(world.table(tab).pk.map((column) => row[column] ?? null));

/** Waits until everybody was told of a row that everybody may see, behind all that was committed before it. */
async function drained(mark: number): Promise<void> {
  await red.sql(`insert into marks values (${mark})`);
  for (const name of people.keys()) {
    await until(`the mark for ${name}`, () => socket.changes(name).some((change) => change.table === 'marks' && change.record!['id'] === mark));
  }
}

const literal = (value: Json) => `'${String(value).replaceAll("'", "''")}'`;
const where = (tab: string, row: Row) =>
  world
    .table(tab)
    .pk.map((column) => `${column} = ${literal(row[column] ?? null)}`)
    .join(' and ');

/** Runs a statement for each row of the matrix, with triggers and foreign keys at rest. */
async function forEachRow(statement: (tab: string, row: Row, columns: string) => string): Promise<void> {
  const columns = JSON.parse(
    await red.sql(`select json_object_agg(relname, list) from (select c.relname, string_agg(quote_ident(a.attname), ', ' order by attnum) as list
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') group by 1) x`),
  ) as Record<string, string>;
  for (const tab of world.tables) {
    const rows = new Map(world.rowsOf(tab).map((row) => [pk(tab, row.pk), row.pk]));
    const statements = [...rows.values()].map((row) => statement(tab, row, columns[tab]!));
    if (statements.length) await red.sql(`set session_replication_role = replica; begin; ${statements.join('; ')}; commit`);
  }
}

/** What is wrong with what one person was told of one table: compared with what they read. */
async function wrong(who: Who, tab: string, changes: Change[]): Promise<string[]> {
  const answer = await door.ask(who, 'GET', `${tab}?limit=10000`);
  const read = new Map(answer.status === 200 ? (JSON.parse(answer.text) as Row[]).map((row) => [pk(tab, row), row]) : []);
  const told = new Map(changes.map((change) => [pk(tab, change.record as Row), change.record as Row]));
  const found: string[] = [];
  if (told.size !== changes.length) found.push(`${changes.length} changes of ${told.size} rows`);
  for (const { pk: key, key: owner } of world.rowsOf(tab)) {
    const id = pk(tab, key);
    if (told.has(id) !== read.has(id)) found.push(told.has(id) ? `is told of the row of ${owner}` : `is not told of the row of ${owner}`);
    else if (told.has(id)) {
      try {
        assert.deepEqual(told.get(id), read.get(id));
      } catch (error) {
        found.push(`is told otherwise of ${owner}: ${String(error).slice(0, 400)}`);
      }
    }
  }
  return found.map((problem) => `${who.name}, ${tab}: ${problem}`);
}

async function compare(kind: string, from: Map<string, number>): Promise<void> {
  const found: string[] = [];
  let told = 0;
  for (const who of people.values()) {
    const changes = socket
      .changes(who.name)
      .slice(from.get(who.name))
      .filter((change) => change.type === kind && change.table !== 'marks');
    told += changes.length;
    const of = (tab: string) => changes.filter((change) => change.table === tab);
    // unlogged tables are not in the WAL
    for (const tab of world.tables.filter((one) => one !== 'rate_limits')) found.push(...(await wrong(who, tab, of(tab))));
    const text = JSON.stringify(changes);
    for (const [tab, key] of world.marksIn(text)) if (!world.allowed(who, tab, key, 'r')) found.push(`${who.name}: shows ${tab} (${key})`);
    if (new RegExp(`${other.mark}\\d{5}x`, 'i').test(text)) found.push(`${who.name}: shows a row of another tenant`);
  }
  assert.ok(told > 1000, `only ${told} changes`);
  assert.equal(found.length, 0, `${kind}\n  ${found.slice(0, 40).join('\n  ')}${found.length > 40 ? `\n  and ${found.length - 40} more` : ''}`);
}

const now = () => new Map([...people.keys()].map((name) => [name, socket.changes(name).length]));

test('an update is told to exactly those who may read the row, as they read it', async () => {
  const from = now();
  await forEachRow((tab, row) => `update ${tab} set ${world.table(tab).pk[0]} = ${world.table(tab).pk[0]} where ${where(tab, row)}`);
  await drained(1);
  await compare('UPDATE', from);
});

test('so is an insert; a delete tells the key and nothing else', async () => {
  const from = now();
  await forEachRow(
    (tab, row, columns) => `create temporary table kept on commit drop as select ${columns} from ${tab} where ${where(tab, row)}; delete from ${tab} where ${where(tab, row)};
    insert into ${tab} (${columns}) select ${columns} from kept; drop table kept`,
  );
  await drained(2);
  await compare('INSERT', from);
  for (const who of people.values()) {
    for (const change of socket.changes(who.name).filter((one) => one.type === 'DELETE')) {
      assert.equal(change.record, undefined);
      const key = world.table(change.table).pk;
      assert.ok(
        Object.keys(change.old_record!).every((column) => key.includes(column)),
        `${who.name}, ${change.table}: ${JSON.stringify(change.old_record)}`,
      );
    }
  }
});

test('what happens in one tenant is not told in another', async () => {
  const from = now();
  // every worker hears of the other tenant's changes, too
  const neighbours: Phoenix[] = [];
  for (let i = 0; i < 24; i++) neighbours.push(await Phoenix.open(blue, { key: blue.serviceKey }));
  for (const neighbour of neighbours) await neighbour.watch('all', [{ table: '*' }]);
  await blue.sql(`update customers set phone = '1'; update restaurants set is_active = is_active; update menu_items set price = price`);
  await until('they are told at home', () => neighbours.every((neighbour) => neighbour.changes('all').some((change) => change.table === 'menu_items')));
  await drained(3);
  for (const neighbour of neighbours) {
    assert.ok(!neighbour.changes('all').some((change) => change.table === 'marks'));
    await neighbour.close();
  }
  for (const name of people.keys())
    assert.deepEqual(
      socket
        .changes(name)
        .slice(from.get(name))
        .map((change) => change.table),
      ['marks'],
    );
  const elsewhere = await Phoenix.open(red);
  for (const who of strangers.values()) assert.equal((await elsewhere.join(who.name, { postgres_changes: [{ event: '*', schema: 'public', table: '*' }] }, who.token))['status'], 'error', who.name);
  const named = await elsewhere.join('named', { postgres_changes: [{ event: '*', schema: blue.schema, table: 'customers' }] }, red.serviceKey);
  assert.equal(named['status'], 'ok');
  const said = await until('a system message', () => elsewhere.of('named', 'system')[0]);
  assert.equal(said['status'], 'error');
  await elsewhere.close();
});
