// `maitred types`: what it prints is what the database is, and what the unmodified supabase-js takes for its Database type.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { makeTenant, startDaemon, type Daemon, type Tenant } from './harness.ts';
import { appWith, complaints, root, tsconfig, types } from './types_support.ts';

// Every module that there is; those that a tenant always has are in it anyway.
const MODULES = readdirSync(path.join(root, 'db/tenant'));

let daemon: Daemon;
let tenant: Tenant;
let whole: string;
before(async () => {
  daemon = await startDaemon();
  tenant = await makeTenant(daemon, MODULES);
  whole = await types(daemon, tenant.schema);
});
after(async () => {
  await daemon.stop();
});

test('the file in the repository is what the database says', () => {
  const kept = readFileSync(path.join(root, 'client/src/database.ts'), 'utf8').split('\n');
  const now = whole.split('\n');
  const at = now.findIndex((line, index) => line !== kept[index]);
  assert.ok(now.length === kept.length && at < 0, `client/src/database.ts is stale from line ${at + 1} on: run script/types.\nkept: ${kept[at]}\nnow:  ${now[at]}`);
});

test('it is the same text each time', async () => {
  assert.equal(await types(daemon, tenant.domain), whole);
});

test('a tenant has the functions and shapes of its modules alone', async () => {
  const cafe = await makeTenant(daemon, ['core']);
  const text = await types(daemon, cafe.schema);
  assert.match(text, /^ {6}get_audit_logs: \{/m);
  assert.doesNotMatch(text, /get_menu|menu_items|"menu_item"|create_booking/);
  const folder = appWith({ 'tsconfig.json': tsconfig(), 'database.ts': text }, []);
  assert.equal(await complaints(folder), '', 'and it stands alone');
  rmSync(folder, { recursive: true });
});

test('supabase-js checks queries by it: right ones build, and every mistake is one', async () => {
  const app = `
import { createClient } from '@supabase/supabase-js';
import { Constants, type Database, type Shapes, type Tables, type TablesInsert, type TablesUpdate } from './database.js';

const supabase = createClient<Database>('http://localhost', 'key');
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): T | undefined => undefined;

export async function right() {
  const tables = await supabase.from('restaurant_tables').select('id, code, section, status, table_sessions!table_sessions_table_id_fkey(id, total_amount)').single();
  if (tables.data) {
    holds<Same<typeof tables.data.section, string | null>>();
    holds<Same<typeof tables.data.status, 'available' | 'occupied' | 'reserved' | 'cleaning' | 'out_of_service'>>();
    tables.data.table_sessions[0]?.total_amount.toFixed();
  }
  const menu = await supabase.rpc('get_menu', { p_restaurant_id: 'id' }, { get: true });
  menu.data?.categories[0]?.items[0]?.modifier_groups[0]?.modifiers[0]?.adds_allergens.join();
  const list = await supabase.rpc('list_bookings', { p_limit: 5 });
  holds<Same<NonNullable<typeof list.data>[number]['customer_name'], string | null>>();
  await supabase.from('menu_items').insert({ name: 'Soup', price: 650 });
  await supabase.from('menu_items').update({ price: 700 }).eq('id', 'id');
  const view = await supabase.from('account').select('name, is_active').single();
  view.data?.is_active.valueOf();
  const order: Tables<'orders'> | undefined = undefined;
  const insert: TablesInsert<'orders'> = { customer_name: 'Ada' };
  const update: TablesUpdate<'orders'> = { status: 'DONE' };
  const line: Shapes['line'] | undefined = undefined;
  return [order, insert, update, line, Constants.public.Enums];
}

export async function wrong() {
  // @ts-expect-error no such table
  await supabase.from('restaurant_tabels').select();
  // @ts-expect-error no such column
  (await supabase.from('orders').select('custommer_name').single()).data?.custommer_name;
  // @ts-expect-error no such function
  await supabase.rpc('get_menus', { p_restaurant_id: 'id' });
  // @ts-expect-error no such parameter
  await supabase.rpc('get_menu', { p_restaurant: 'id' });
  // @ts-expect-error a number
  await supabase.from('menu_items').insert({ name: 'Soup', price: '6.50' });
  // @ts-expect-error no status of a table
  await supabase.from('restaurant_tables').update({ status: 'burning' }).eq('id', 'id');
  // @ts-expect-error the name is missing
  await supabase.from('menu_items').insert({ price: 650 });
  // @ts-expect-error no such column in an answer
  (await supabase.rpc('get_menu', { p_restaurant_id: 'id' })).data?.kategories;
}
`;
  const folder = appWith({ 'tsconfig.json': tsconfig(), 'database.ts': whole, 'app.ts': app }, ['@supabase/supabase-js']);
  assert.equal(await complaints(folder), '');
  rmSync(folder, { recursive: true });
});

// --- Schemas as others have them: what their generators got wrong ----------------------------------------------------

const ODD = `
create schema odd;
grant usage on schema odd to anon, authenticated, service_role;
set search_path = odd;
create type mood as enum ('it''s fine', 'so | so', 'back\\slash', '2nd');
create type contact as (email text, tags text[]);
create type household as (head contact, members contact[]);
create domain positive as int check (value > 0);
create domain size as text not null check (value in ('S', 'M'));
create table things (
  id bigint generated always as identity primary key,
  number int generated by default as identity,
  "default" text not null,
  "zip code" text,
  class positive not null,
  size size,
  mood mood not null default '2nd',
  moods mood[],
  kind text not null check (kind in ('a', 'b''c')),
  kind_or_none text check (kind_or_none = any (array['x', 'y']::text[])),
  grade text check (grade in ('1', '2') or grade like 'z%'),
  period tstzrange not null,
  lasts interval not null,
  spots int4multirange,
  home household,
  contacts contact[],
  price numeric(10, 2) not null default 0,
  doubled numeric generated always as (price * 2) stored,
  ref oid, place point, money money, address inet, document jsonb not null, matrix int[][],
  parent bigint references things (id));
create table details (thing bigint primary key references things (id), note text);
create view bare as select id, "default", class, kind, parent from things;
create view joined as select t.id, t."default", d.note, d.thing from things t left join details d on d.thing = t.id;
create view with_row as select d.thing, d from details d;
create view counted as select kind, count(*) as n from things group by rollup (kind);
create function title(things) returns text stable language sql as 'select $1."default"';
create function near(p_id bigint) returns setof things stable language sql as 'select * from things where id = p_id';
create function one(p_id bigint) returns things stable language sql as 'select * from things where id = p_id';
create function twice(n int) returns int stable language sql as 'select n * 2';
create function twice(word text) returns text stable language sql as 'select word || word';
create function pairs(p_from int, p_to int default 3) returns table (n int, words text[]) stable language sql as 'select 1, null::text[]';
create function doubles(a int, out doubled int, out "as text" text) stable language sql as 'select a * 2, a::text';
create function many(variadic numbers int[]) returns bigint stable language sql as 'select count(*) from unnest(numbers)';
create function nothing() returns void language sql as '';
create function whole(json) returns json stable language sql as 'select $1';
create function unnamed(int, text) returns int stable language sql as 'select 1';
create function hidden() returns int stable language sql as 'select 1';
revoke all on function hidden() from public;
grant select, insert, update, delete on all tables in schema odd to authenticated, service_role;
grant execute on function title(things), near(bigint), one(bigint), twice(int), twice(text), pairs(int, int), doubles(int), many(int[]), nothing(), whole(json), unnamed(int, text) to authenticated, service_role;
insert into things ("default", class, size, kind, period, lasts, document, spots, home, contacts, ref, place, money, address, matrix, moods)
values ('x', 1, 'S', 'a', '[2026-01-01,2026-01-02)', '90 minutes', '{}', '{[1,3)}', row(row('a@b.c', '{x}')::contact, array[row('d@e.f', null)::contact])::household, array[row('a@b.c', '{x}')::contact], 26, '(1,2)', 5, '10.0.0.1', '{{1,2},{3,4}}', '{2nd}');
`;

/** The members of an object in the text, from its key's line to the bracket that closes it, blanks made one. */
function part(text: string, ...keys: string[]): string {
  let lines = text.split('\n');
  for (const key of keys) {
    const start = lines.findIndex((line) => line.trim().startsWith(`${key}:`) || line.trim().startsWith(`${key}?:`));
    assert.ok(start >= 0, `there is a ${key}`);
    const indent = /^ */.exec(lines[start]!)![0].length;
    // what closes a bracket may open the next
    const end = lines.findIndex((line, index) => index > start && /^ */.exec(line)![0].length <= indent && !/[{[]$/.test(line));
    lines = lines.slice(start, /[{[]$/.test(lines[start]!) ? end + 1 : start + 1);
  }
  return lines.map((line) => line.trim()).join(' ');
}

test('what other generators were reported for has its right type, and rows have it too', async () => {
  await daemon.sql(ODD);
  await assert.rejects(types(daemon, tenant.schema, '--schema', 'odd'), { code: 3, stderr: /shows no schema odd\.\n.*"schemas"/ }, 'a schema that the tenant does not show is refused');
  await daemon.sql(`update public.tenants set settings = settings || '{"schemas": ["odd"]}' where schema_name = '${tenant.schema}'`);
  const text = await types(daemon, tenant.schema, '--schema', 'odd');
  const says: [string[], string, RegExp | string][] = [
    [['things', 'Row'], 'reserved words and blanks are names', /default: string "doubled|"zip code": string \| null/],
    [['things', 'Row', 'class'], 'a domain is its base type', 'class: number'],
    [['things', 'Row', 'size'], 'a domain that is not null is not, and lists its texts', 'size: "S" | "M"'],
    [['things', 'Row', 'mood'], 'an enum is one', 'mood: Database["odd"]["Enums"]["mood"]'],
    [['things', 'Row', 'moods'], 'so is a list of them', 'moods: Database["odd"]["Enums"]["mood"][] | null'],
    [['things', 'Row', 'kind'], 'a check lists its texts', 'kind: "a" | "b\'c"'],
    [['things', 'Row', 'kind_or_none'], 'however it is written', 'kind_or_none: "x" | "y" | null'],
    [['things', 'Row', 'grade'], 'one that allows more does not', 'grade: string | null'],
    [['things', 'Row', 'period'], 'a range is a text', 'period: string'],
    [['things', 'Row', 'spots'], 'so is a multirange', 'spots: string | null'],
    [['things', 'Row', 'lasts'], 'and an interval', 'lasts: string'],
    [['things', 'Row', 'ref'], 'and an oid, as JSON has it', 'ref: string | null'],
    [['things', 'Row', 'money'], 'and money', 'money: string | null'],
    [['things', 'Row', 'id'], 'an int8 is a number', 'id: number'],
    [['things', 'Row', 'matrix'], 'a list of lists', 'matrix: number[] | null'],
    [['things', 'Row', 'home'], 'a composite is one', 'home: Database["odd"]["CompositeTypes"]["household"] | null'],
    [['things', 'Row', 'contacts'], 'a list of composites too', 'contacts: Database["odd"]["CompositeTypes"]["contact"][] | null'],
    [['things', 'Row', 'title'], 'a computed column may be null', 'title: string | null'],
    [['things', 'Insert', 'id'], 'what is always generated is never written', 'id?: never'],
    [['things', 'Update', 'doubled'], 'a stored expression neither', 'doubled?: never'],
    [['things', 'Insert', 'number'], 'what has a default may be left out', 'number?: number'],
    [['things', 'Insert', 'kind'], 'what has none may not', 'kind: "a" | "b\'c"'],
    [['details', 'Relationships'], 'a key that is unique is one to one', /foreignKeyName: "details_thing_fkey" columns: \["thing"\] isOneToOne: true referencedRelation: "bare"/],
    [['bare', 'Row'], 'a view of one table is as null as the table', 'Row: { class: number default: string id: number kind: "a" | "b\'c" parent: number | null }'],
    [['joined', 'Row'], 'behind an outer join all may be', 'Row: { default: string | null id: number | null note: string | null thing: number | null }'],
    [['with_row', 'Row', 'd'], 'a row in a view is one', 'd: Database["odd"]["Tables"]["details"]["Row"] | null'],
    [['counted', 'Row'], 'grouping sets make null', 'Row: { kind: "a" | "b\'c" | null n: number | null }'],
    [['bare', 'Relationships'], 'a view has the keys of its table', /foreignKeyName: "things_parent_fkey" columns: \["parent"\] isOneToOne: false referencedRelation: "things"/],
    [['Functions', 'twice'], 'of overloaded ones a call fits one', /Args: \{ n: number \} Returns: number \} \| \{ Args: \{ word: string \} Returns: string/],
    [
      ['Functions', 'near'],
      'rows of a table can be asked further',
      /Returns: Database\["odd"\]\["Tables"\]\["things"\]\["Row"\]\[\] SetofOptions: \{ from: "\*" to: "things" isOneToOne: false isSetofReturn: true \}/,
    ],
    [['Functions', 'one'], 'one row is no list', /Returns: Database\["odd"\]\["Tables"\]\["things"\]\["Row"\] SetofOptions: \{ from: "\*" to: "things" isOneToOne: true isSetofReturn: false \}/],
    [['Functions', 'pairs'], 'columns, and what may be left out', /Args: \{ p_from: number p_to\?: number \} Returns: \{ n: number words: string\[\] \}\[\]/],
    [['Functions', 'doubles'], 'parameters that are answered', /Args: \{ a: number \} Returns: \{ doubled: number "as text": string \} \}/],
    [['Functions', 'many'], 'a variadic list may be left out', /Args: \{ numbers\?: number\[\] \} Returns: number/],
    [['Functions', 'nothing'], 'no parameter and no answer', /Args: never Returns: undefined/],
    [['Functions', 'whole'], 'a body as it is', /Args: \{ "": Json \} Returns: Json/],
    [['Enums'], 'labels with any sign', /mood: "it's fine" \| "so \| so" \| "back\\\\slash" \| "2nd"/],
    [
      ['CompositeTypes', 'household'],
      'parts of a composite may be null',
      /head: Database\["odd"\]\["CompositeTypes"\]\["contact"\] \| null members: Database\["odd"\]\["CompositeTypes"\]\["contact"\]\[\] \| null/,
    ],
  ];
  for (const [where, what, wanted] of says) {
    const found = part(text, ...where);
    if (typeof wanted === 'string') assert.equal(found, wanted, what);
    else assert.match(found, wanted, what);
  }
  assert.doesNotMatch(text, /unnamed|hidden/, 'what no request can call is not there');

  const app = `
import { createClient } from '@supabase/supabase-js';
import type { Database, Enums, Tables } from './database.js';
const supabase = createClient<Database, 'odd'>('http://localhost', 'key', { db: { schema: 'odd' } });
export type Row = Tables<{ schema: 'odd' }, 'things'>;
export type Mood = Enums<'mood'>;
export async function right() {
  const { data } = await supabase.from('details').select('note, things(id, default)').single();
  data?.things.id.toFixed();
  const near = await supabase.rpc('near', { p_id: 1 }).select('default, details(note)');
  near.data?.[0]?.default.toUpperCase();
  (await supabase.rpc('twice', { n: 1 })).data?.toFixed();
  (await supabase.rpc('twice', { word: 'a' })).data?.toUpperCase();
  // @ts-expect-error always generated
  await supabase.from('things').insert({ id: 1 });
}
`;
  const folder = appWith({ 'tsconfig.json': tsconfig(), 'database.ts': text, 'app.ts': app }, ['@supabase/supabase-js']);
  assert.equal(await complaints(folder), '');
  rmSync(folder, { recursive: true });

  // The daemon's answer has these types.
  const owner = await tenant.signIn();
  const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value);
  const row = (await owner.schema('odd').from('things').select().single()).data as Record<string, unknown> | null;
  assert.ok(row, 'the odd schema is answered');
  assert.deepEqual(
    Object.fromEntries(
      ['id', 'price', 'doubled', 'period', 'spots', 'lasts', 'ref', 'money', 'place', 'address', 'mood', 'moods', 'matrix', 'home', 'contacts', 'document'].map((name) => [name, kindOf(row[name])]),
    ),
    {
      id: 'number',
      price: 'number',
      doubled: 'number',
      period: 'string',
      spots: 'string',
      lasts: 'string',
      ref: 'string',
      money: 'string',
      place: 'string',
      address: 'string',
      mood: 'string',
      moods: 'list',
      matrix: 'list',
      home: 'object',
      contacts: 'list',
      document: 'object',
    },
  );
});
