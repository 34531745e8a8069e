// Documents on paper: a receipt, a bill, a signed waiver as PDF and as what a receipt printer takes. What stands in a PDF is read by poppler's pdftotext.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { crc32, deflateSync } from 'node:zlib';
import { makeTenant, startDaemon, rpc, type Daemon, type Tenant } from './harness.ts';
import { readEscpos } from './servers/escpos.ts';

let daemon: Daemon;
let house: Tenant;
let folder: string;
let receipt: string;

before(async () => {
  daemon = await startDaemon();
  house = await makeTenant(daemon, ['dining', 'experiences'], { name: 'Löwe & Söhne' });
  folder = await mkdtemp(path.join(tmpdir(), 'print-'));
  await house.sql(`update organizations set currency = 'EUR', locale = 'en', timezone = 'Europe/Berlin', address = 'Marktplatz 1' || chr(10) || '10115 Berlin', default_tax_rate = 19;
    update restaurants set timezone = 'Europe/Berlin', name = 'Löwe & Söhne', address = 'Marktplatz 1' || chr(10) || '10115 Berlin'`);
  receipt = await sellOne();
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
  await daemon.stop();
});

/** A table that ate and paid; the code of its receipt. */
async function sellOne(): Promise<string> {
  const staff = await house.signIn();
  const restaurant = await house.sql('select id from restaurants limit 1');
  const items = (
    await house.sql(`insert into menu_items (restaurant_id, name, price, tax_rate)
      select '${restaurant}', n, p, t from (values ('Pizza Ärger', 1250, 19), ('Борщ с хлебом', 700, 7), ('شاي بالنعناع', 300, 7)) x (n, p, t) returning id`)
  ).split('\n');
  await house.sql(`insert into restaurant_tables (restaurant_id, table_number, capacity, code) values ('${restaurant}', 71, 4, 'print71') on conflict do nothing`);
  const opened = await rpc<{ session: { id: string } }>(staff, 'open_table_session', { p_table: 'print71', p_name: 'Ada' });
  const session = opened.session.id;
  await rpc(staff, 'place_order', { p_session_id: session, p_items: items.map((id, n) => ({ menu_item_id: id, quantity: n + 1 })) });
  await rpc(staff, 'bill_session', { p_session_id: session });
  await rpc(staff, 'pay_bill_share', { p_share_id: await house.sql(`select id from bill_shares where session_id = '${session}'`), p_method: 'card' });
  return house.sql(`select receipt_code from table_sessions where id = '${session}'`);
}

async function get(where: string, token?: string): Promise<{ status: number; type: string; bytes: Buffer; headers: Headers }> {
  const answer = await fetch(`${house.url}${where}`, { headers: { apikey: house.anonKey, ...(token ? { authorization: `Bearer ${token}` } : {}) } });
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', bytes: Buffer.from(await answer.arrayBuffer()), headers: answer.headers };
}

async function textOf(pdf: Buffer): Promise<string> {
  const file = path.join(folder, 'read.pdf');
  await writeFile(file, pdf);
  const { stdout } = await promisify(execFile)('pdftotext', ['-layout', file, '-']);
  return stdout.normalize('NFKC').replace(/[  ]/g, ' ');
}

test('a receipt is a PDF with every script on it, the same bytes each time', async () => {
  const first = await get(`/print/v1/receipts/${receipt}`);
  assert.deepEqual([first.status, first.type], [200, 'application/pdf'], first.bytes.toString('utf8', 0, 300));
  assert.match(first.bytes.toString('latin1', 0, 8), /^%PDF-1\.5/);
  const text = await textOf(first.bytes);
  assert.ok(text.replaceAll(' ', '').includes('شايبالنعناع'), 'Arabic is read in its own order, its letters joined');
  for (const part of ['Löwe & Söhne', 'Marktplatz 1', 'Pizza Ärger', '2 × Борщ с хлебом', '€12.50', '€14.00', '€9.00', 'Total', '€35.50', 'Card']) {
    assert.ok(text.includes(part), `${part} in:\n${text}`);
  }
  assert.match(text, /19 ?% +10\.50 +2\.00 +12\.50/);
  assert.match(text, /7 ?% +21\.49 +1\.51 +23\.00/, 'tax by rate, the sum of its lines');
  assert.ok(first.bytes.equals((await get(`/print/v1/receipts/${receipt}`)).bytes), 'the same bytes');
  assert.match(first.headers.get('cache-control') ?? '', /private/);
});

test('in the language that is asked for; Arabic stands from the right', async () => {
  const german = await textOf((await get(`/print/v1/receipts/${receipt}?language=de`)).bytes);
  assert.match(german, /Summe +35,50 €/);
  assert.match(german, /Tisch 71/);
  const arabic = await get(`/print/v1/receipts/${receipt}?language=ar`);
  const file = path.join(folder, 'arabic.pdf');
  await writeFile(file, arabic.bytes);
  const { stdout } = await promisify(execFile)('pdftotext', ['-bbox', file, '-']);
  const words = [...stdout.matchAll(/<word xMin="([\d.]+)"[^>]*>([^<]*)</g)].map((m) => ({ x: Number(m[1]), text: (m[2] ?? '').normalize('NFKC') }));
  const total = words.filter((w) => w.text.includes('35.50')).map((w) => w.x);
  assert.ok(total.length >= 1 && total.every((x) => x < 113), `amounts stand on the left: ${total}`);
  const table = words.find((w) => w.text === '71');
  assert.ok(table && table.x > 85, 'what a line begins with on the right');
});

test('who has no such document hears so, in the shape of every error', async () => {
  const refusals: [string, number, string][] = [
    ['/print/v1/receipts/22222222222222222222', 404, 'MD404'],
    ['/print/v1/receipts/%27%3B', 404, 'MD404'],
    [`/print/v1/receipts/${receipt}?format=docx`, 400, 'MD400'],
    [`/print/v1/receipts/${receipt}?format=escpos&dots=9999999`, 400, 'MD400'],
    [`/print/v1/receipts/${receipt}?language=${'e'.repeat(300)}`, 400, 'MD400'],
    ['/print/v1/bills/session/not-a-uuid', 404, 'MD404'],
    ['/print/v1/bills/session/00000000-0000-4000-8000-000000000000', 401, '42501'],
    ['/print/v1/waivers/00000000-0000-4000-8000-000000000000', 401, '42501'],
    ['/print/v1/nothing', 404, 'PGRST125'],
  ];
  for (const [where, status, code] of refusals) {
    const answer = await get(where);
    assert.equal(answer.status, status, `${where}: ${answer.bytes}`);
    assert.equal(JSON.parse(answer.bytes.toString()).code, code, where);
  }
  // a language that is not spoken here is the house's
  assert.match(await textOf((await get(`/print/v1/receipts/${receipt}?language=xx`)).bytes), /Total/);
});

test('many at once all come, and the event loop goes on', async () => {
  const answers = await Promise.all(Array.from({ length: 30 }, () => get(`/print/v1/receipts/${receipt}`)));
  assert.deepEqual([...new Set(answers.map((a) => a.status))], [200]);
  assert.equal(new Set(answers.map((a) => a.bytes.toString('latin1'))).size, 1);
});

test('the same receipt for a printer: dots as wide as its paper, cut at the end', async () => {
  const answer = await get(`/print/v1/receipts/${receipt}?format=escpos&dots=384`);
  assert.equal(answer.status, 200);
  const paper = readEscpos(answer.bytes);
  assert.deepEqual([paper.problems, paper.cuts, paper.drawer], [[], 1, 0]);
  assert.equal(paper.width, 384);
  assert.ok(paper.rows > 300 && paper.black > 3000, `${paper.rows} rows, ${paper.black} dots`);
});

test("a bill is its staff's and its guests', not a stranger's", async () => {
  const session = await house.sql(`select id from table_sessions where receipt_code = '${receipt}'`);
  const staff = await house.signIn();
  const token = (await staff.auth.getSession()).data.session?.access_token ?? '';
  const text = await textOf((await get(`/print/v1/bills/session/${session}?language=es`, token)).bytes);
  assert.match(text, /Cuenta/);
  assert.match(text, /Pizza Ärger +1 +12,50 € +12,50 €/);
  assert.match(text, /Pendiente +0,00 €/);
});

test('a signed waiver says what was shown, who signed, when and from where', async () => {
  const form = await house.sql(`insert into waivers (organization_id, title, content, valid_days)
    select id, 'Jump at your own risk', repeat('The water is cold and deep. ', 400) || chr(10) || 'Last line of the text.', 30 from organizations limit 1 returning id`);
  const drawing = png(200, 80);
  const signed = await house.client().rpc('submit_waiver', { p_waiver_id: form, p_signer_name: 'Zoë Springer', p_signature: drawing, p_date_of_birth: '1990-05-05' });
  assert.equal(signed.error, null, JSON.stringify(signed.error));
  const id: string = signed.data.id;
  const staff = await house.signIn();
  const token = (await staff.auth.getSession()).data.session?.access_token ?? '';
  const answer = await get(`/print/v1/waivers/${id}`, token);
  assert.equal(answer.status, 200, answer.bytes.toString('utf8', 0, 300));
  const text = await textOf(answer.bytes);
  for (const part of ['Jump at your own risk', 'The water is cold and deep.', 'Last line of the text.', 'Zoë Springer', '1990-05-05', '127.0.0.1']) {
    assert.ok(text.includes(part), `${part} in:\n${text.slice(0, 3000)}`);
  }
  assert.match(text, /\n *1 ?\/ ?(\d)[\s\S]*\n *\1 ?\/ ?\1/, 'pages are counted');
  assert.match(text, new RegExp(await house.sql(`select content_hash from waiver_submissions where id = '${id}'`)));
  const size = answer.bytes.length;
  // a drawing that says it unpacks to gigabytes, and one that is none, are not unpacked: the document says so, and has all the rest
  for (const wrong of [png(60_000, 60_000, 1), 'data:image/png;base64,AAAA', 'data:image/png;base64,*']) {
    await house.sql(`alter table waiver_submissions disable trigger refuse_change; update waiver_submissions set signature = '${wrong}' where id = '${id}';
      alter table waiver_submissions enable trigger refuse_change`);
    const without = await get(`/print/v1/waivers/${id}`, token);
    assert.equal(without.status, 200);
    assert.match(await textOf(without.bytes), /\[PNG, \d+ B\][\s\S]*Zoë Springer/);
    assert.ok(without.bytes.length < size, 'no picture is in it');
  }
  const other = await makeTenant(daemon, ['experiences']);
  const stranger = (await (await other.signIn()).auth.getSession()).data.session?.access_token ?? '';
  assert.equal((await get(`/print/v1/waivers/${id}`, stranger)).status, 401, 'the token of another house');
});

/** A drawing: noise in black, as a PNG of so many dots; `rows` of them are there. */
function png(width: number, height: number, rows = height): string {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const dots = Buffer.alloc(rows * (width * 4 + 1));
  for (let i = 0; i < dots.length; i++) if (i % (width * 4 + 1) !== 0 && (i % (width * 4 + 1)) % 4 === 0) dots[i] = (i * 2654435761) % 251;
  const file = [Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', head), chunk('IDAT', deflateSync(dots)), chunk('IEND', Buffer.alloc(0))];
  return `data:image/png;base64,${Buffer.concat(file).toString('base64')}`;
}
