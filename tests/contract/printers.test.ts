// Printers of the kitchen: each ticket once, by raw TCP, by CloudPRNT and by Epson's Server Direct Print, also when paper runs out, somebody is away, or
// nobody knows.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import type { SupabaseClient } from '@supabase/supabase-js';
import { makeTenant, startDaemon, until, type Daemon, type Tenant } from './harness.ts';
import { startNetworkPrinter, type NetworkPrinter } from './servers/printer.ts';

let daemon: Daemon;
let house: Tenant;
let staff: SupabaseClient;
let restaurant: string;
let items: string[];
let printer: NetworkPrinter;
const made: NetworkPrinter[] = [];

before(async () => {
  daemon = await startDaemon({ workers: '1', 'print-networks': '127.0.0.0/8' });
  house = await makeTenant(daemon, ['dining'], { name: 'Grill' });
  restaurant = await house.sql('select id from restaurants limit 1');
  await house.sql(`update organizations set locale = 'en'; update restaurants set accepts_takeaway = true, opening_hours = '{}'`);
  items = (
    await house.sql(`insert into menu_items (restaurant_id, name, price, station) select '${restaurant}', n, 500, s from (values ('Steak', 'grill'), ('Bier', 'bar')) x (n, s) returning id`)
  ).split('\n');
  staff = await house.signIn();
  printer = await startNetworkPrinter();
  made.push(printer);
});
after(async () => {
  await daemon.stop();
  for (const one of made) await one.stop();
});

async function rpc(name: string, args: Record<string, unknown>): Promise<any> {
  const { data, error } = await staff.rpc(name, args);
  assert.equal(error, null, `${name}: ${JSON.stringify(error)}`);
  return data;
}
const order = async (station: 0 | 1, quantity = 1): Promise<string> =>
  (await rpc('place_order', { p_restaurant_id: restaurant, p_customer_name: 'Ada', p_items: [{ menu_item_id: items[station], quantity }] })).order.id;
async function addPrinter(row: Record<string, unknown>): Promise<string> {
  const { data, error } = await staff
    .from('printers')
    .insert({ restaurant_id: restaurant, name: 'P', ...row })
    .select('id')
    .single();
  assert.equal(error, null, JSON.stringify(error));
  return (data as { id: string }).id;
}
const retire = (id: string) => house.sql(`update printers set is_active = false where id = '${id}'`);
const states = (id: string) => house.sql(`select coalesce(string_agg(status || ' ' || attempts, ', ' order by queued_at, id), '') from print_jobs where planned_printer_id = '${id}'`);
const untilStates = (id: string, wanted: string) => until(`jobs are ${wanted}`, async () => (await states(id)) === wanted);

test('a ticket is printed once at the printer of its station, with the cut and nothing that a printer does not know', async () => {
  const id = await addPrinter({ name: 'Grill', kind: 'raw_tcp', stations: ['grill'], address: '127.0.0.1', port: printer.port, code_page: 'cp858' });
  await order(0, 2);
  await order(1);
  await untilStates(id, 'printed 1');
  const paper = printer.papers[0];
  assert.deepEqual([paper?.problems, paper?.cuts, paper?.codePage, paper?.asked], [[], 1, 19, 1]);
  assert.match(paper?.text.toString('latin1') ?? '', /To take away[\s\S]*2 x Steak|2 \S Steak/);
  assert.equal(await house.sql(`select status from printers where id = '${id}'`), 'ready');
  // a second course of orders goes over one connection after the other
  await Promise.all([order(0), order(0), order(0), order(0)]);
  await untilStates(id, 'printed 1, printed 1, printed 1, printed 1, printed 1');
  assert.deepEqual([printer.papers.length, printer.mostAtOnce], [5, 1]);
  await retire(id);
});

test('dots where the code page lacks a sign, or none is named', async () => {
  const id = await addPrinter({ name: 'Dots', kind: 'raw_tcp', stations: ['grill'], address: '127.0.0.1', port: printer.port, width_dots: 384 });
  const before = printer.papers.length;
  await order(0);
  await untilStates(id, 'printed 1');
  const paper = printer.papers[before];
  assert.deepEqual([paper?.problems, paper?.width, paper?.text.length], [[], 384, 0]);
  await retire(id);
});

test('out of paper: nothing is sent, the ticket waits, the kitchen sees it, and it comes once when there is paper', async () => {
  const own = await startNetworkPrinter();
  made.push(own);
  own.paper = 'out';
  const id = await addPrinter({ name: 'Empty', kind: 'raw_tcp', stations: ['grill'], address: '127.0.0.1', port: own.port });
  await order(0);
  await until('it said so', async () => (await house.sql(`select status from printers where id = '${id}'`)) === 'paper_out');
  await untilStates(id, 'queued 0');
  const board = await rpc('get_kitchen_board', { p_restaurant_id: restaurant });
  assert.deepEqual(
    board.printers.map((p: { name: string; status: string; waiting: number }) => [p.name, p.status, p.waiting]),
    [['Empty', 'paper_out', 1]],
  );
  assert.equal(own.papers.length, 0);
  own.paper = 'there';
  await untilStates(id, 'printed 1');
  assert.equal(own.papers.length, 1);
  assert.deepEqual((await rpc('get_kitchen_board', { p_restaurant_id: restaurant })).printers, []);
  await retire(id);
});

test('nobody answers: it falls over to the other printer by rule, and says where it belongs', async () => {
  const own = await startNetworkPrinter();
  made.push(own);
  const second = await addPrinter({ name: 'Bar', kind: 'raw_tcp', stations: ['nothing'], address: '127.0.0.1', port: own.port, code_page: 'cp858' });
  const first = await addPrinter({ name: 'Away', kind: 'raw_tcp', stations: ['grill'], address: '127.0.0.1', port: 1, fallback_id: second, fallback_seconds: 5 });
  await order(0);
  await untilStates(first, 'printed 1');
  assert.equal(await house.sql(`select count(*) from print_jobs where planned_printer_id = '${first}' and printer_id = '${second}'`), '1');
  assert.match(own.papers[0]?.text.toString('latin1') ?? '', /Printed here instead of Away/);
  assert.equal(await house.sql(`select status from printers where id = '${first}'`), 'offline');
  await retire(first);
  await retire(second);
});

test('it took everything and nobody knows whether it printed: it comes again, and says so', async () => {
  const own = await startNetworkPrinter();
  made.push(own);
  own.resetAfter = 200;
  const id = await addPrinter({ name: 'Torn', kind: 'raw_tcp', stations: ['grill'], address: '127.0.0.1', port: own.port, code_page: 'cp858' });
  await order(0);
  await untilStates(id, 'sending 1');
  own.resetAfter = Number.POSITIVE_INFINITY;
  await untilStates(id, 'printed 2');
  assert.match(own.papers.at(-1)?.text.toString('latin1') ?? '', /REPRINT/);
  await retire(id);
});

test('a printer that answers no question is believed when it takes everything', async () => {
  const own = await startNetworkPrinter();
  made.push(own);
  own.mute = true;
  const id = await addPrinter({ name: 'Mute', kind: 'raw_tcp', stations: ['grill'], address: '127.0.0.1', port: own.port });
  await order(0);
  await untilStates(id, 'printed 1');
  assert.equal(own.papers.length, 1);
  await retire(id);
});

test('who orders does not wait for who takes a job of the same printer', async () => {
  const id = await addPrinter({ name: 'Slow', kind: 'cloudprnt', stations: ['grill'] });
  await order(0);
  const taking = house.sql(`begin; select app.print_take('${id}') ->> 'job_id'; select pg_sleep(4); commit`);
  await until('it takes', async () => (await house.sql(`select count(*) from pg_stat_activity where query like '%pg_sleep(4)%' and wait_event = 'PgSleep'`)) !== '0');
  const from = Date.now();
  await order(0);
  assert.ok(Date.now() - from < 2000, 'its order was there at once');
  await taking;
  await retire(id);
});

test('an address outside the networks of the operator is not opened', async () => {
  const before = printer.connections;
  const id = await addPrinter({ name: 'Outside', kind: 'raw_tcp', stations: ['grill'], address: '169.254.169.254', port: 80 });
  await order(0);
  await until('it says why', async () => /none of the networks/.test(await house.sql(`select coalesce(status_text, '') from printers where id = '${id}'`)));
  assert.equal(await states(id), 'queued 0');
  assert.equal(printer.connections, before);
  await retire(id);
});

/** A printer of Star's that polls, as far as its protocol goes. */
async function star(path: string, method: string, body?: unknown): Promise<{ status: number; json: any; bytes: Buffer; headers: Headers }> {
  const answer = await fetch(`${house.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const isJson = (answer.headers.get('content-type') ?? '').includes('json');
  return { status: answer.status, json: isJson ? JSON.parse(bytes.toString()) : null, bytes, headers: answer.headers };
}

test('CloudPRNT: polled, fetched as a picture, deleted when it is on paper; with the key of that printer alone', async () => {
  const id = await addPrinter({ name: 'Star', kind: 'cloudprnt', stations: ['grill'], mac: '00:11:62:aa:bb:cc' });
  const { path } = await rpc('renew_printer_key', { p_printer_id: id });
  assert.match(path, /^\/print\/v1\/cloudprnt\/[2-9a-z]{40}$/);
  const state = { status: '23 6 0 0 0 0 0 0 0 ', printerMAC: '00:11:62:AA:BB:CC', statusCode: '200%20OK', printingInProgress: false };
  assert.deepEqual((await star(path, 'POST', state)).json, { jobReady: false });
  await order(0);
  const polled = await star(path, 'POST', state);
  assert.deepEqual([polled.json.jobReady, polled.json.mediaTypes], [true, ['image/png']]);
  const token: string = polled.json.jobToken;
  // while it prints, or cannot, it is offered nothing
  assert.equal((await star(path, 'POST', { ...state, printingInProgress: true })).json.jobReady, false);
  assert.equal((await star(path, 'POST', { ...state, statusCode: '410%20Out%20of%20paper' })).json.jobReady, false);
  assert.equal(await house.sql(`select status from printers where id = '${id}'`), 'paper_out');
  const job = await star(`${path}?mac=00%3A11%3A62%3Aaa%3Abb%3Acc&type=image%2Fpng&token=${token}`, 'GET');
  assert.deepEqual([job.status, job.headers.get('content-type'), job.headers.get('x-star-cut')], [200, 'image/png', 'partial; feed=true']);
  assert.deepEqual([job.bytes.readUInt32BE(16), job.bytes[24], job.bytes[25]], [576, 8, 0], 'as wide as the paper, grey');
  const data = inflateSync(job.bytes.subarray(job.bytes.indexOf('IDAT') + 4));
  assert.ok(data.includes(0xff) && data.includes(0), 'black on white');
  // while it may still be printing it is not offered again; when it could not print it is, and not as a reprint
  assert.equal((await star(path, 'POST', state)).json.jobReady, false);
  assert.equal((await star(`${path}?code=${encodeURIComponent('410 Out of paper')}&token=${token}`, 'DELETE')).status, 200);
  assert.equal(await states(id), 'queued 0');
  assert.equal((await star(path, 'POST', state)).json.jobToken, token);
  await star(`${path}?type=image/png&token=${token}`, 'GET');
  assert.equal((await star(`${path}?code=200%20OK&token=${token}`, 'DELETE')).status, 200);
  assert.equal((await star(`${path}?code=200%20OK&token=${token}`, 'DELETE')).status, 200, 'told twice');
  assert.equal(await states(id), 'printed 1');
  assert.equal((await star(path, 'POST', state)).json.jobReady, false);
  assert.equal((await star(`${path}?type=image/png`, 'GET')).status, 404);

  // it never came back: it is offered again, and says what it may be
  await order(0);
  await star(path, 'POST', state);
  await star(`${path}?type=image/png`, 'GET');
  await house.sql(`update print_jobs set sent_at = now() - interval '1 minute' where planned_printer_id = '${id}' and status = 'sending'`);
  assert.equal((await star(path, 'POST', state)).json.jobReady, true);
  const again = await star(`${path}?type=image/png`, 'GET');
  assert.ok(again.bytes.readUInt32BE(20) > job.bytes.readUInt32BE(20), 'a line more');
  await star(`${path}?code=OK`, 'DELETE');
  assert.equal(await states(id), 'printed 1, printed 2');

  // who is not this printer
  const refusals: [string, string, unknown, number][] = [
    [`${path.slice(0, -1)}x`, 'POST', state, 404],
    [path.replace('cloudprnt', 'epson'), 'POST', 'ConnectionType=GetRequest&ID=x', 404],
    [path, 'POST', { ...state, printerMAC: '00:11:62:00:00:00' }, 404],
    [path, 'POST', '[', 400],
    [path, 'POST', '"x"', 400],
    [`${path}?type=text/plain`, 'GET', undefined, 415],
    [path, 'PUT', {}, 405],
  ];
  for (const [where, method, body, status] of refusals) assert.equal((await star(where, method, body)).status, status, `${method} ${where} ${JSON.stringify(body)}`);
  const hash = await house.sql(`select key_hash from printers where id = '${id}'`);
  assert.equal(hash, createHash('sha256').update(path.split('/').at(-1)).digest('hex'), 'the key itself is kept nowhere');
  assert.notEqual((await staff.from('printers').select('key_hash')).error, null, 'nor is its hash shown');
  await rpc('renew_printer_key', { p_printer_id: id });
  assert.equal((await star(path, 'POST', state)).status, 404, 'a new key ends the old one');
  await retire(id);
});

test('Epson Server Direct Print: asked by a form, answered as ePOS-Print XML, told how it went', async () => {
  const id = await addPrinter({ name: 'TM', kind: 'epson_sdp', stations: ['grill'], width_dots: 512 });
  const { path } = await rpc('renew_printer_key', { p_printer_id: id });
  const call = async (fields: Record<string, string>) => {
    const answer = await fetch(`${house.url}${path}`, { method: 'POST', body: new URLSearchParams(fields) });
    return { status: answer.status, text: await answer.text() };
  };
  const ask = () => call({ ConnectionType: 'GetRequest', ID: 'kitchen', Name: 'TM-m30' });
  const told = (job: string, success: boolean, code = '') =>
    call({
      ConnectionType: 'SetResponse',
      ID: 'kitchen',
      Name: 'TM-m30',
      ResponseFile: `<?xml version="1.0" encoding="UTF-8"?><PrintResponseInfo Version="2.00"><ePOSPrint><Parameter><devid>local_printer</devid><printjobid>${job}</printjobid></Parameter>
<PrintResponse><response success="${success}" code="${code}" status="${success ? 251658262 : 252444700}" battery="0" xmlns="http://www.epson-pos.com/schemas/2011/03/epos-print"/></PrintResponse></ePOSPrint></PrintResponseInfo>`,
    });
  assert.equal((await ask()).text, '', 'nothing to print');
  await order(0);
  const first = await ask();
  const job = /<printjobid>([0-9a-f-]{36})<\/printjobid>/.exec(first.text)?.[1] ?? '';
  const image = /<image width="(\d+)" height="(\d+)" color="color_1" mode="mono">([A-Za-z0-9+/=]+)<\/image>/.exec(first.text);
  assert.ok(job && image, first.text.slice(0, 500));
  assert.equal(Number(image[1]), 512);
  assert.equal(Buffer.from(image[3] ?? '', 'base64').length, (512 / 8) * Number(image[2]), 'a bit a dot');
  assert.match(first.text, /<PrintRequestInfo Version="2.00">[\s\S]*<cut type="feed"\/><\/epos-print><\/PrintData>/);
  await order(0);
  assert.equal((await ask()).text, '', 'while it may still print it is given nothing');
  assert.equal((await told(job, false, 'EPTR_REC_EMPTY')).status, 200);
  assert.deepEqual([await states(id), await house.sql(`select status from printers where id = '${id}'`)], ['queued 0, queued 0', 'paper_out']);
  const second = await ask();
  assert.match(second.text, new RegExp(job));
  assert.equal((await told(job, true)).status, 200);
  assert.equal(await states(id), 'printed 1, queued 0');
  const third = /<printjobid>([0-9a-f-]{36})<\/printjobid>/.exec((await ask()).text)?.[1] ?? '';
  assert.ok(third && third !== job);
  await told(third, true);
  assert.equal((await ask()).text, '');
  // what is no such call
  const wrong: Record<string, string>[] = [{}, { ConnectionType: 'Other' }, { ConnectionType: 'SetResponse', ResponseFile: '<x/>' }];
  for (const fields of wrong) assert.equal((await call(fields)).status, 400);
  await retire(id);
});

test('a ticket that is taken back before it was printed is not; after that the kitchen hears of it', async () => {
  const id = await addPrinter({ name: 'Late', kind: 'cloudprnt', stations: ['grill'] });
  const { path } = await rpc('renew_printer_key', { p_printer_id: id });
  const gone = await order(0);
  await rpc('cancel_order', { p_order_id: gone, p_reason: 'Changed their mind' });
  assert.equal(await states(id), 'cancelled 0');
  const known = await order(0);
  await star(path, 'POST', { statusCode: '200%20OK' });
  await star(`${path}?type=image/png`, 'GET');
  await star(`${path}?code=OK`, 'DELETE');
  await rpc('cancel_order', { p_order_id: known, p_reason: 'Changed their mind' });
  assert.equal(
    await house.sql(`select string_agg(kind || ' ' || status, ', ' order by queued_at, kind desc) from print_jobs where planned_printer_id = '${id}' and status <> 'cancelled'`),
    'ticket printed, cancellation queued',
  );
  await retire(id);
});
