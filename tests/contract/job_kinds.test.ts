// Every kind of job that SQL puts into the queue has a row in a table of kinds, and those that run in order are given their lane.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');
const bin = process.env.MAITRED_BIN ?? join(root, 'build/maitred');
type Kind = { name: string; seconds: number; at_once: number; in_order: boolean };
const kinds = JSON.parse(execFileSync(bin, ['jobs', 'kinds', '--json'], { encoding: 'utf8' })) as Kind[];

// The arguments of a call whose opening parenthesis is at `open`, split at the commas of its own level.
function argumentsAt(text: string, open: number): string[] {
  const found = [''];
  let depth = 0,
    quoted = false;
  for (let i = open; i < text.length; i++) {
    const c = text[i] ?? '';
    if (c === "'") quoted = !quoted;
    if (!quoted && c === '(' && depth++ === 0) continue;
    if (!quoted && c === ')' && --depth === 0) return found.map((argument) => argument.trim());
    if (!quoted && depth === 1 && c === ',') found.push('');
    else found[found.length - 1] += c;
  }
  throw new Error('a call that does not end');
}

// 'send_mail', or case … when … then 'send_sms' else 'send_mail' end.
function kindsOf(expression: string): string[] {
  if (expression === 'p_kind') return hookKinds(); // app.receive_hook: what providers of webhooks ask for (struct hook_provider)
  const plain = /^'(\w+)'$/.exec(expression);
  if (plain) return [plain[1]!];
  const chosen = [...expression.matchAll(/\b(?:then|else)\s+'(\w+)'/g)].map((match) => match[1]!);
  assert.ok(/^case\b/.test(expression) && chosen.length, `this test cannot read which kind ${expression} is`);
  return chosen;
}

// The rows of tables of providers in C: {"stripe", verify, event_id, "kind"…}
function hookKinds(): string[] {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.c'));
  const tables = sources.map((name) => readFileSync(join(root, 'src', name), 'utf8')).flatMap((text) => [...text.matchAll(/struct hook_provider \w+\[\] = \{([^;]*);/g)].map((found) => found[1]!));
  const found = tables.flatMap((table) => [...table.matchAll(/\{"\w+",\s*\w+,\s*\w+,\s*"(\w+)"/g)].map((row) => row[1]!));
  assert.ok(found.includes('hook_test'), 'providers of webhooks are found');
  return found;
}

const files = ['app', 'api', 'platform', 'tenant', 'demo'].flatMap((folder) =>
  readdirSync(join(root, 'db', folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sql'))
    .map((name) => join('db', folder, name)),
);
const asked: { file: string; kind: string; lane: boolean }[] = [];
for (const file of files) {
  const text = readFileSync(join(root, file), 'utf8').replace(/--.*$/gm, '');
  for (const call of text.matchAll(/(?:perform|select|:=|\()\s*app\.enqueue\s*(?=\()/g)) {
    const given = argumentsAt(text, call.index + call[0].length);
    for (const kind of kindsOf(given[0]!)) asked.push({ file, kind, lane: given.length >= 5 || given.some((argument) => argument.startsWith('p_lane')) });
  }
  for (const row of text.matchAll(/insert into maitred\.schedules \(name, kind\b[^)]*\)\s*values\s*\('\w+', '(\w+)'/g)) asked.push({ file, kind: row[1]!, lane: false });
}

test('SQL asks for kinds of job at all, in as many places as the word stands', () => {
  assert.ok(asked.length >= 8, `${asked.length} were found`);
  const direct = files.filter((file) => /insert into maitred\.jobs/.test(readFileSync(join(root, file), 'utf8')) && !/db\/app\/core\/jobs\.sql|db\/platform\/0231/.test(file));
  assert.deepEqual(direct, [], 'everybody else queues through app.enqueue');
});

test('every one of them is known', () => {
  const known = new Set(kinds.map((kind) => kind.name));
  assert.deepEqual(
    asked.filter((job) => !known.has(job.kind)),
    [],
  );
});

test('those that run in order say after whom', () => {
  const ordered = new Set(kinds.filter((kind) => kind.in_order).map((kind) => kind.name));
  assert.ok(ordered.has('refund_payment'));
  assert.deepEqual(
    asked.filter((job) => ordered.has(job.kind) && !job.lane),
    [],
  );
});

test('no two rooms know the same kind', () => {
  assert.deepEqual(kinds.map((kind) => kind.name).sort(), [...new Set(kinds.map((kind) => kind.name))].sort());
  for (const kind of kinds) assert.ok(kind.seconds > 0 && kind.at_once >= 0, kind.name);
});
