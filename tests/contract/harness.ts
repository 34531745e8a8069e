// A daemon for contract and browser tests, and tenants on it.
//
// By default each test file starts a daemon of its own on a free port, with its own private PostgreSQL in a temporary
// folder. script/test starts one for all files and hands it over in MAITRED_TEST_DAEMON; every file then makes tenants of
// its own on it, so that files do not meet.
import assert from 'node:assert/strict';
import { spawn, execFile, type ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, chmod } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import dns from 'node:dns';
import { promisify } from 'node:util';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';

const root = path.resolve(import.meta.dirname, '../..');
export const program = process.env['MAITRED_BIN'] ?? path.join(root, 'build/maitred');

// Node does not resolve *.localhost by itself; browsers and curl do.
const systemLookup = dns.lookup;
type LookupArguments = [hostname: string, ...rest: unknown[]];
(dns as { lookup: unknown }).lookup = (...args: LookupArguments) => {
  const [hostname, ...rest] = args;
  const name = hostname.endsWith('.localhost') ? '127.0.0.1' : hostname;
  return (systemLookup as (...a: unknown[]) => unknown)(name, ...rest);
};

export interface Daemon {
  port: number;
  platformToken: string;
  dataDir: string;
  /** Process id of the supervisor; 0 when another program started the daemon. */
  pid: number;
  /** Everything the daemon has logged so far ("" for a shared daemon). */
  log(): string;
  /** Address of a tenant (or of nobody, for an unknown host). */
  url(host?: string): string;
  platform(method: string, where: string, body?: unknown): Promise<Response>;
  /** Rows of a statement as the owner of the database, as psql prints them unaligned (fields separated by |). */
  sql(statement: string): Promise<string>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface Tenant {
  daemon: Daemon;
  name: string;
  domain: string;
  schema: string;
  url: string;
  anonKey: string;
  serviceKey: string;
  admin: { email: string; password: string };
  client(key?: string): SupabaseClient;
  /** A client signed in as the default administrator (or as somebody else). */
  signIn(email?: string, password?: string): Promise<SupabaseClient>;
  /** A statement with search_path on this tenant, as its owner. */
  sql(statement: string): Promise<string>;
}

/**
 * Asks again and again until it is so, and gives what it was. The workers of a daemon hear of a change one after the
 * other and any of them may answer: that one has heard says nothing of the next, so ask so for each thing that follows.
 */
export async function until<T>(what: string, condition: () => Promise<T> | T): Promise<NonNullable<T>> {
  for (let i = 0; i < 2400; i++) {
    const value = await condition();
    if (value) return value as NonNullable<T>;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(`a minute went by without: ${what}`);
}

/** What a function of the product answers; a refusal fails the test and says itself. */
export async function rpc<T>(client: SupabaseClient, name: string, parameters: Record<string, unknown> = {}): Promise<T> {
  const { data, error } = await client.rpc(name, parameters);
  assert.equal(error, null, `${name}: ${JSON.stringify(error)}`);
  return data as T;
}

/** The workers of a daemon, by the name each gave itself (web-0, wal-2, jobs-3 …): their process ids. */
export function children(pid: number): Map<string, number> {
  const found = new Map<string, number>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      if (parent === pid && /^(web|jobs|wal)-/.test(name)) found.set(name, Number(entry));
    } catch {
      // it has just ended
    }
  }
  return found;
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function makeDaemon(facts: { port: number; platformToken: string; dataDir: string; pid: number }, log: () => string, stop: (signal?: NodeJS.Signals) => Promise<void>): Daemon {
  const url = (host = 'localhost') => `http://${host}:${facts.port}`;
  return {
    ...facts,
    log,
    url,
    stop,
    platform: (method, where, body) =>
      fetch(`${url()}/api/v1/sys/${where}`, {
        method,
        headers: { authorization: `Bearer ${facts.platformToken}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    sql: async (statement) => {
      const { stdout } = await promisify(execFile)('/usr/lib/postgresql/15/bin/psql', ['-qXAt', '-v', 'ON_ERROR_STOP=1', '-c', statement], {
        env: { ...process.env, PGHOST: path.join(facts.dataDir, 'socket'), PGUSER: 'maitred', PGDATABASE: 'maitred' },
        maxBuffer: 64 * 1024 * 1024,
      });
      return stdout.trimEnd();
    },
  };
}

async function untilReady(url: string, child: ChildProcess, log: () => string): Promise<void> {
  for (let i = 0; i < 1200; i++) {
    if (child.exitCode !== null) throw new Error(`maitred serve ended with ${child.exitCode}:\n${log()}`);
    try {
      if ((await fetch(`${url}/readyz`)).ok) return;
    } catch {
      // not listening yet
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`maitred serve is not ready after two minutes:\n${log()}`);
}

/** Starts a daemon; `options` are settings as on the command line, `dataDir` takes an existing one over. An environment needs an option. */
export async function startDaemon(options: Record<string, string> = {}, dataDir?: string, environment: Record<string, string> = {}): Promise<Daemon> {
  const shared = process.env['MAITRED_TEST_DAEMON'];
  if (shared && !dataDir && Object.keys(options).length === 0) {
    return makeDaemon(
      { ...JSON.parse(shared), pid: 0 },
      () => '',
      async () => {},
    );
  }
  const dir = dataDir ?? (await mkdtemp(path.join(tmpdir(), 'maitred-test-')));
  await chmod(dir, 0o755); // as root, PostgreSQL runs as somebody else
  const port = Number(options['port'] ?? (await freePort()));
  const platformToken = randomUUID();
  const args = ['serve', '--port', String(port), '--data-dir', dir, '--platform-token', platformToken];
  for (const [name, value] of Object.entries(options)) if (name !== 'port') args.push(`--${name}=${value}`);
  let text = '';
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const log = () => text;
  const kill = () => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  try {
    await untilReady(`http://127.0.0.1:${port}`, child, log);
  } catch (error) {
    kill(); // a child that lives would keep this process, and so the whole step, waiting for ever
    throw error;
  }
  const daemon = makeDaemon({ port, platformToken, dataDir: dir, pid: child.pid ?? 0 }, log, async (signal = 'SIGTERM') => {
    child.kill(signal);
    await ended;
    process.removeListener('exit', kill);
    if (!dataDir && signal === 'SIGTERM') await rm(dir, { recursive: true, force: true });
  });
  // A tenant is a thousand files; a killed process loses nothing by it, only a machine would.
  if (!dataDir && !options['database-url']) await daemon.sql('alter system set fsync = off').then(() => daemon.sql('select pg_reload_conf()'));
  return daemon;
}

export async function makeTenant(daemon: Daemon, modules: string[] = ['dining'], given: Partial<{ name: string; domain: string; settings: Record<string, unknown> }> = {}): Promise<Tenant> {
  const tag = randomUUID().slice(0, 8);
  const domain = given.domain ?? `t${tag}.localhost`;
  const admin = { email: `owner@${domain}.test`, password: `Correct-horse-${tag}` };
  const answer = await daemon.platform('POST', 'provision', {
    name: given.name ?? `Tenant ${tag}`,
    domain,
    schema_name: `tenant_t${tag}`,
    modules,
    admin: { ...admin, full_name: 'Olive Owner' },
    ...(given.settings ? { settings: given.settings } : {}),
  });
  const body = await answer.json();
  if (answer.status !== 201) throw new Error(`provision: ${answer.status} ${JSON.stringify(body)}`);
  const url = daemon.url(domain);
  const schema: string = body.schema_name;
  const anonKey: string = body.anon_key;
  const serviceKey: string = body.service_role_key;
  const client = (key = anonKey) => createClient(url, key, { auth: { persistSession: false, autoRefreshToken: false } });
  return {
    daemon,
    name: body.name,
    domain,
    schema,
    url,
    anonKey,
    serviceKey,
    admin,
    client,
    signIn: async (email = admin.email, password = admin.password) => {
      const signedIn = client();
      const { error } = await signedIn.auth.signInWithPassword({ email, password });
      if (error) throw error;
      return signedIn;
    },
    sql: (statement) => daemon.sql(`set search_path = ${schema}, api, app, public; ${statement}`),
  };
}
