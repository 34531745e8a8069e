// What the leak matrix knows: the rows that db/tests/matrix/fill.sql made, who may read which of them by db/tests/matrix/expectations.sql,
// and the marks by which a row is recognised in any answer.
import http from 'node:http';
import path from 'node:path';
import { createHmac } from 'node:crypto';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Daemon, Tenant } from './harness.ts';

export type Letter = 'r' | 'c' | 'u' | 'd';
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Row = Record<string, Json>;
/** A foreign key; `column` is the one that refers to an id (null: none does). */
export interface Link {
  name: string;
  from: string;
  to: string;
  column: string | null;
}
export interface Parameter {
  name: string;
  type: string;
  optional: boolean;
}
export interface ApiFunction {
  name: string;
  callers: Record<string, true>;
  parameters: Parameter[];
}
interface Expected {
  resource: string;
  scope: string;
  staff: string;
  keeper: string;
  person: string;
  guest: string;
  public: string;
  service: string;
}
interface Table {
  pk: string[];
  read: Record<string, true>;
  insert: string[];
  update: string[];
  organization: true | null;
}
interface Made {
  failures: Json[];
  marks: Record<string, [tab: string, key: string]>;
  rows: { tab: string; key: string; pk: Row; row: Row }[];
  ids: Record<string, string>;
  organizations: { a: string; b: string };
  expected: Record<string, Expected>;
  permissions: { role: string; letters: string; resources: string }[];
  deviations: { tab: string; roles: string[]; owner: string | null; action: string; allowed: boolean }[];
  tables: Record<string, Table>;
  links: Link[];
  functions: ApiFunction[];
}

/** Somebody who asks: `a.manager`, `b.waiter`, `anon` …, with a token that the tenant takes. */
export interface Who {
  name: string;
  role: string;
  organization: 'a' | 'b' | null;
  dbRole: 'anon' | 'authenticated' | 'service_role';
  token: string;
}

const everyAction = { r: 'select', c: 'insert', u: 'update', d: 'delete' } as const;

export class World {
  readonly made: Made;
  readonly mark: string;
  private readonly byId = new Map<string, [tab: string, key: string][]>();
  private readonly byPk = new Map<string, string>();

  constructor(made: Made, mark: string) {
    this.made = made;
    this.mark = mark;
    for (const { tab, key, pk } of made.rows) {
      this.byPk.set(this.pkText(tab, pk), key);
      if (typeof pk['id'] === 'string') this.byId.set(pk['id'], [...(this.byId.get(pk['id']) ?? []), [tab, key]]);
    }
  }

  get tables(): string[] {
    return Object.keys(this.made.tables).sort();
  }
  table(tab: string): Table {
    return this.made.tables[tab]!;
  }
  row(tab: string, key: string) {
    return this.made.rows.find((row) => row.tab === tab && row.key === key);
  }
  rowsOf(tab: string) {
    return this.made.rows.filter((row) => row.tab === tab);
  }
  pkText(tab: string, row: Row): string {
    return `${tab} ${JSON.stringify(this.table(tab).pk.map((column) => row[column] ?? null))}`;
  }
  /** The key of a row by its primary key; undefined for a row that was there before. */
  keyOf(tab: string, row: Row): string | undefined {
    return this.byPk.get(this.pkText(tab, row));
  }

  static organizationOf(key: string): 'a' | 'b' {
    return key === 'foreign' || /^b[:.]/.test(key) ? 'b' : 'a';
  }

  relation(who: Who, key: string): 'mine' | 'own' | 'mine_b' | 'foreign' {
    const here = World.organizationOf(key) === who.organization;
    const me = key.replace(/^b:/, '') === who.name;
    return here ? (me ? 'mine' : 'own') : me ? 'mine_b' : 'foreign';
  }

  /** Whether the expectations let this person do this to this row. */
  allowed(who: Who, tab: string, key: string, letter: Letter): boolean {
    const e = this.made.expected[tab]!;
    // who works for the whole tenant belongs to no organization
    const owner = tab === 'users' && key.endsWith('.super_admin') && key !== who.name ? 'foreign' : this.relation(who, key);
    if (who.role === 'service_role') return e.service.includes(letter);
    const except = this.made.deviations.find((d) => d.tab === tab && d.roles.includes(who.role) && d.action === everyAction[letter] && (d.owner === null || d.owner === owner));
    if (except) return except.allowed;
    if (letter === 'r' && e.public.includes('r')) return true;
    if (who.role === 'anon') return false;
    // staff know the people of their own department
    const department = ['staff', 'waiter', 'kitchen'].includes(who.role) && this.department(who.name);
    if (tab === 'users' && letter === 'r' && owner === 'own' && department && department === this.department(key)) return true;
    if (who.role === 'guest') return owner === 'mine' && e.guest.includes(letter);
    const permitted = (needed: string, anyResource: boolean) =>
      this.made.permissions.some((p) => p.role === who.role && p.letters.includes(needed) && (p.resources === '*' || (anyResource && p.resources.split(' ').includes(e.resource))));
    const reaches = e.scope === 'tenant' || owner === 'mine' || owner === 'own' || who.role === 'super_admin';
    // a ticket that hangs on no order is written by hand (the probe of the matrix runs without the trigger that places it)
    if (tab === 'kitchen_orders' && letter === 'c') return reaches && permitted('c', true);
    return (
      (reaches && ((e.staff.includes(letter) && permitted(letter, true)) || (e.keeper.includes(letter) && permitted('d', true)))) ||
      ((owner === 'mine' || owner === 'mine_b') && e.person.toLowerCase().includes(letter))
    );
  }

  private department(key: string): Json {
    return this.row('staff', key)?.row['department'] ?? null;
  }

  /** Rows whose marks stand in a text, each once. */
  marksIn(text: string): [tab: string, key: string][] {
    const found = new Set(text.toLowerCase().match(new RegExp(`${this.mark}\\d{5}x`, 'g')));
    return [...found].map((mark) => this.made.marks[mark.slice(this.mark.length, -1)]!);
  }

  /** Rows whose ids stand in a text and not in what was asked. */
  idsIn(text: string, asked: string): [tab: string, key: string][] {
    const found = new Set(text.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g));
    return [...found].filter((id) => !asked.includes(id)).flatMap((id) => this.byId.get(id) ?? []);
  }
}

function psql(daemon: Daemon, tenant: Tenant, args: string[]): Promise<{ stdout: string }> {
  return promisify(execFile)('/usr/lib/postgresql/15/bin/psql', ['-qXAt', '-v', 'ON_ERROR_STOP=1', ...args], {
    env: { ...process.env, PGHOST: path.join(daemon.dataDir, 'socket'), PGUSER: 'maitred', PGDATABASE: 'maitred', PGOPTIONS: `-c search_path=${tenant.schema},api,app,public` },
    maxBuffer: 256 * 1024 * 1024,
  });
}

export async function fill(tenant: Tenant, mark: string): Promise<World> {
  const file = path.resolve(import.meta.dirname, '../../db/tests/matrix/fill.sql');
  const { stdout } = await psql(tenant.daemon, tenant, ['-v', `mark=${mark}`, '-f', file]);
  return new World(JSON.parse(stdout) as Made, mark);
}

/** Every row of every table of the matrix, by table and primary key, past row security. */
export async function snapshot(tenant: Tenant, world: World): Promise<Map<string, { tab: string; row: Row }>> {
  const parts = world.tables.map((tab) => `select '${tab}' as tab, to_jsonb(t) as row from ${tab} t`);
  const rows = JSON.parse(await tenant.sql(`select json_agg(r) from (${parts.join(' union all ')}) r`)) as { tab: string; row: Row }[];
  return new Map(rows.map((entry) => [world.pkText(entry.tab, entry.row), entry]));
}

export interface Answer {
  status: number;
  text: string;
  range: string;
}

/** Requests over eight (or so) connections that are kept. */
export class Door {
  private readonly agent: http.Agent;
  private readonly tenant: Tenant;

  constructor(tenant: Tenant, connections = 8) {
    this.tenant = tenant;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  }

  ask(who: Pick<Who, 'token'>, method: string, where: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const request = http.request(
        {
          agent: this.agent,
          host: '127.0.0.1',
          port: this.tenant.daemon.port,
          method,
          path: `/rest/v1/${where}`,
          headers: {
            host: `${this.tenant.domain}:${this.tenant.daemon.port}`,
            apikey: who.token,
            authorization: `Bearer ${who.token}`,
            ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
            ...headers,
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString(), range: answer.headers['content-range'] ?? '' }));
          answer.on('error', reject);
        },
      );
      request.on('error', reject);
      request.end(text);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

export function sign(secret: string, claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ aud: 'authenticated', role: 'authenticated', iat: now, exp: now + 3600, ...claims })}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}
