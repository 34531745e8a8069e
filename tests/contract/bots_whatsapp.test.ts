// A guest books, looks and cancels in WhatsApp, in the words of Telegram's test; and what others report of bots there, tried here.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { promisify } from 'node:util';
import type { SupabaseClient } from '@supabase/supabase-js';
import { startDaemon, makeTenant, program, until, rpc, type Daemon, type Tenant } from './harness.ts';
import { WhatsApp } from './servers/whatsapp.ts';

let daemon: Daemon;
let house: Tenant;
let whatsapp: WhatsApp;
let owner: SupabaseClient;
let verifyToken: string;
let bot: string;
let guest = 4915000000;

const credentials = () => ({ p_bot_id: bot, p_platform: 'whatsapp', p_credentials: { token: whatsapp.token, phone_number_id: whatsapp.phone_number_id, app_secret: whatsapp.secret } });
before(async () => {
  whatsapp = await new WhatsApp().start();
  daemon = await startDaemon({ 'whatsapp-url': whatsapp.url, workers: '2' });
  house = await makeTenant(daemon, ['dining', 'bots'], { name: 'House', settings: { public_url: 'https://house.example.com' } });
  owner = await house.signIn();
  const { data, error } = await owner.from('bot_instances').insert({ name: 'Booker' }).select('id').single();
  assert.equal(error, null);
  bot = (data as { id: string }).id;
  await rpc(owner, 'add_shipped_scenarios', { p_bot_id: bot });
  await house.sql("update restaurants set opening_hours = '{}', timezone = 'UTC', max_party_size = 12");
  const door = await rpc<{ webhook_path: string; verify_token: string }>(owner, 'set_bot_credentials', credentials());
  verifyToken = door.verify_token;
  whatsapp.house = { port: daemon.port, host: house.domain, path: door.webhook_path };
  await works();
});
after(async () => {
  await daemon.stop();
  whatsapp.stop();
});

const number = () => String(guest++);
const account = async () => (await house.sql('select status, coalesce(webhook_error, $$$$) from bot_platform_credentials where is_active')).split('|');
const works = () => until('the bot works', async () => (await account())[0] === 'works');
const messages = (chat: string, direction = 'out') =>
  house.sql(`select string_agg(m.status, ',' order by m.position) from bot_messages m join bot_chats c on c.id = m.chat_id where c.platform_chat_id = '${chat}' and m.direction = '${direction}'`);
const quiet = () =>
  until(
    'nothing is under way',
    async () => (await house.sql("select count(*) from maitred.jobs where tenant = current_schema() and kind like 'bot_%' and status in ('waiting', 'running') and run_at <= now()")) === '0',
  );
async function answers(chat: string, act: () => Promise<unknown>, count = 1): Promise<string[]> {
  const before_ = whatsapp.to(chat).length;
  await act();
  await until(`${count} answers`, () => whatsapp.to(chat).length >= before_ + count);
  return whatsapp
    .to(chat)
    .slice(before_)
    .map((m) => m.text);
}
const says = async (chat: string, text: string, expected: RegExp) => assert.match((await answers(chat, () => whatsapp.say(chat, text)))[0] ?? '', expected);
const taps = async (chat: string, title: string, expected: RegExp) => assert.match((await answers(chat, () => whatsapp.tap(chat, title)))[0] ?? '', expected);
const card = (chat: string, phone: string, wa_id: string) =>
  whatsapp.send(whatsapp.call([whatsapp.message(chat, 'contacts', { contacts: [{ name: { formatted_name: 'Ada' }, phones: [{ phone, wa_id, type: 'CELL' }] }] })]));
const deliver = (id: string, status: string, more: Record<string, unknown> = {}) => whatsapp.send(whatsapp.call([], [{ id, status, timestamp: '1', ...more }]));

test('the address proves itself with the word, and calls with the signature alone', async () => {
  const get = (word: string) =>
    new Promise<[number, string]>((resolve, reject) => {
      const query = `hub.mode=subscribe&hub.verify_token=${word}&hub.challenge=1158201444`;
      request({ host: '127.0.0.1', port: daemon.port, path: `${whatsapp.house.path}?${query}`, headers: { host: house.domain } }, (answer) => {
        let text = '';
        answer.on('data', (piece) => (text += piece));
        answer.on('end', () => resolve([answer.statusCode ?? 0, text]));
      })
        .on('error', reject)
        .end();
    });
  assert.deepEqual(await get(verifyToken), [200, '1158201444']);
  assert.notEqual((await get('wrong'))[0], 200);
  // qhkm/zeptoclaw #317: a call without its signature was worked on
  const chat = number();
  const call = whatsapp.call([whatsapp.message(chat, 'text', { text: { body: 'hi' } })]);
  for (const signature of ['', 'sha256=', `sha256=${'0'.repeat(64)}`, createHmac('sha256', whatsapp.secret).update(JSON.stringify(call)).digest('hex')])
    assert.equal(await whatsapp.post(JSON.stringify(call), signature), 401);
  assert.equal(await messages(chat, 'in'), '');
});

test('a whole table booking with buttons, lists and the own contact; seen and cancelled again', async () => {
  const chat = number();
  await says(chat, 'Hello', /Welcome to House/);
  await taps(chat, 'Book a table', /Which day/);
  await says(chat, 'in 3 days', /how many/);
  await says(chat, 'we are four', /What time/);
  const offer = whatsapp.last(chat);
  const time = [...(offer?.rows ?? []), ...(offer?.buttons ?? [])].find((c) => /^\d\d:\d\d$/.test(c.title))?.title ?? '';
  await taps(chat, time, /reach you/);
  assert.match((await answers(chat, () => card(chat, '+49 30 1112223', '49301112223')))[0] ?? '', /somebody else's contact/);
  assert.equal(await house.sql(`select phone is null and customer_id is null from bot_chats where platform_chat_id = '${chat}'`), 't');
  const [sure] = await answers(chat, () => card(chat, `+${chat}`, chat));
  // devlikeapro/waha #1643: signs in what people type become markup; the name of this guest has them
  assert.match(sure ?? '', new RegExp(`${time}, 4 people, Ada \u2217${chat}\\*.*Shall I book`));
  const [done] = await answers(chat, () => whatsapp.tap(chat, 'Yes, book'), 2);
  const code = /Your code: (\S+)/.exec(done ?? '')?.[1] ?? '';
  assert.equal(
    await house.sql(`select party_size, guest_phone, to_char(reservation_time, 'HH24:MI'), status from table_reservations where confirmation_code = '${code}'`),
    `4|+${chat}|${time}|confirmed`,
  );
  await says(chat, 'hello again', /Welcome/);
  await taps(chat, 'My bookings', /Your bookings/);
  const [first] = [...(whatsapp.last(chat)?.rows ?? []), ...(whatsapp.last(chat)?.buttons ?? [])];
  await taps(chat, first?.title ?? '', new RegExp(code));
  await taps(chat, 'Cancel it', /Really cancel/);
  await taps(chat, 'Yes, cancel', /is cancelled/);
  await until('it is cancelled', async () => (await house.sql(`select status from table_reservations where confirmation_code = '${code}'`)) === 'cancelled');
  assert.ok(whatsapp.to(chat).every((m) => m.by === 'to'));
});

test('ArnasDon/wacrm #367, aigorahub/herdr-lantern #10: a call that comes again is answered once', async () => {
  const chat = number();
  const call = whatsapp.call([whatsapp.message(chat, 'text', { text: { body: 'hi' } })]);
  assert.deepEqual([...new Set(await Promise.all(Array.from({ length: 30 }, () => whatsapp.send(call))))], [200]);
  // the same message in another call, with one more
  const again = whatsapp.call([
    ...(call['entry'] as { changes: { value: { messages: Record<string, unknown>[] } }[] }[])[0]!.changes[0]!.value.messages,
    whatsapp.message(chat, 'text', { text: { body: 'stop' } }),
  ]);
  await answers(chat, () => whatsapp.send(again));
  await until('both are answered', () => whatsapp.to(chat).length >= 2);
  await quiet();
  assert.equal(whatsapp.to(chat).length, 2);
  assert.equal(await messages(chat, 'in'), 'heard,heard');
});

test('Secreto31126/whatsapp-api-js #290: accents, other scripts and signs are signed as Meta writes them', async () => {
  const chat = number();
  await says(chat, "J'ai mangé des pâtes 🍝 / привет @you", /Welcome/);
  assert.equal(
    await house.sql(`select content ->> 'text' from bot_messages m join bot_chats c on c.id = m.chat_id where c.platform_chat_id = '${chat}' and direction = 'in'`),
    "J'ai mangé des pâtes 🍝 / привет @you",
  );
});

test('chatwoot/chatwoot #14529, fabrahaingo/joel #314: statuses come in any order and again, and one that fails after all is known', async () => {
  const chat = number();
  await says(chat, 'hi', /Welcome/);
  await quiet();
  const id = whatsapp.last(chat)?.id ?? '';
  for (const status of ['read', 'sent', 'delivered', 'sent', 'read']) assert.equal(await deliver(id, status), 200);
  await quiet();
  assert.equal(await messages(chat), 'read');
  await says(chat, 'nonsense', /choose one/);
  await quiet();
  const next = whatsapp.last(chat)?.id ?? '';
  await deliver(next, 'sent');
  await deliver(next, 'failed', { errors: [{ code: 131047, title: 'Re-engagement message' }] });
  await deliver(next, 'sent');
  await until('it is known', async () => (await messages(chat)) === 'read,failed');
});

test('chatwoot/chatwoot #15150: who hides their number is written to by their other name', async () => {
  const chat = 'DE.13491208655302741918';
  await says(chat, 'hi', /Welcome/);
  assert.equal(whatsapp.last(chat)?.by, 'recipient');
  await taps(chat, 'Book a table', /Which day/);
  assert.equal(await house.sql(`select phone is null from bot_chats where platform_chat_id = '${chat}'`), 't');
});

test('botpress/botpress #14224: too much to one guest waits, and is said in order, once', async () => {
  const chat = number();
  whatsapp.next.push('131056');
  const begun = Date.now();
  await says(chat, 'hi', /Welcome/);
  assert.ok(Date.now() - begun > 5000, 'not again at once');
  await quiet();
  assert.equal(whatsapp.to(chat).length, 1);
});

test('what a proxy answers, or an error without a code, says nothing about the account; a lost answer is not said twice', async () => {
  const chat = number();
  whatsapp.next.push('status:401', 'text:400');
  await says(chat, 'hi', /Welcome/);
  assert.equal((await account())[0], 'works');
  await quiet();
  assert.equal(whatsapp.to(chat).length, 1);
  whatsapp.next.push('lost');
  await says(chat, 'nonsense', /choose one/);
  await quiet();
  assert.equal(await messages(chat), 'sent,unclear');
});

test('shridarpatil/frappe_whatsapp #162: what is of no known kind stops nothing', async () => {
  const chat = number();
  await says(chat, 'hi', /Welcome/);
  const kinds = [
    whatsapp.message(chat, 'unsupported', { errors: [{ code: 131051, title: 'Message type unknown' }] }),
    whatsapp.message(chat, 'unknown', {}),
    whatsapp.message(chat, 'sticker', { sticker: { id: '1' } }),
    whatsapp.message(chat, 'contacts', { contacts: [] }),
    whatsapp.message(chat, 'interactive', { interactive: { type: 'nfm_reply', nfm_reply: {} } }),
  ];
  const silent = [whatsapp.message(chat, 'reaction', { reaction: { emoji: '👍' } }), whatsapp.message(chat, 'system', { system: { type: 'user_changed_number' } })];
  await answers(chat, () => whatsapp.send(whatsapp.call([...kinds, ...silent])), 4);
  await quiet();
  assert.equal(await house.sql('select count(*) from received_hooks where handled_at is null'), '0');
  await taps(chat, 'Book a table', /Which day/);
});

test('theopenconversationkit/tock #1614, sarrazola/openlivery #36: what another number of the same app hears is not answered here', async () => {
  const chat = number();
  assert.equal(await whatsapp.send(whatsapp.call([whatsapp.message(chat, 'text', { text: { body: 'hi' } })], [], '999')), 200);
  await quiet();
  assert.equal(await messages(chat, 'in'), '');
  assert.equal(whatsapp.to(chat).length, 0);
});

test('botpress/botpress #15083: statuses and messages in one call, of several guests: each is heard', async () => {
  const chats = [number(), number(), number()];
  const said = chats.map((chat) => whatsapp.message(chat, 'text', { text: { body: 'hi' } }));
  const call = whatsapp.call(said, [{ id: 'wamid.nobody', status: 'delivered' }, { id: 7, status: null }, { status: 'read' }]);
  (call['entry'] as unknown[]).push(...(whatsapp.call([whatsapp.message(chats[0] ?? '', 'text', { text: { body: 'book a table' } })])['entry'] as unknown[]));
  assert.equal(await whatsapp.send(call), 200);
  for (const chat of chats) await until('a welcome', () => /Welcome/.test(whatsapp.to(chat)[0]?.text ?? ''));
  await until('the second message comes after the first', () => /Which day/.test(whatsapp.to(chats[0] ?? '')[1]?.text ?? ''));
});

test('shridarpatil/whatomate #468, hubtype/botonic #2801: labels are within what the platform takes, in every language', async () => {
  for (const [language, hello] of [
    ['de', /Willkommen/],
    ['es', /Bienvenido/],
    ['ru', /Добро/],
    ['ar', /أهلا/],
  ] as const) {
    const chat = number();
    await house.sql(`update bot_instances set language = '${language}'`);
    await says(chat, '/start', hello);
    await answers(chat, () => whatsapp.tap(chat, [...(whatsapp.last(chat)?.buttons ?? []), ...(whatsapp.last(chat)?.rows ?? [])][0]?.title ?? ''));
    await answers(chat, () => whatsapp.tap(chat, [...(whatsapp.last(chat)?.buttons ?? []), ...(whatsapp.last(chat)?.rows ?? [])][1]?.title ?? ''));
  }
  await house.sql("update bot_instances set language = 'en'");
  assert.equal(await house.sql("select count(*) from bot_messages m where m.status = 'failed' and m.error ~ 'title|body|choices|button'"), '0', 'nothing of this file was refused for its shape');
});

test('the demo house talks as soon as its owner has pasted a token', async () => {
  await promisify(execFile)(program, ['demo', 'pizza', '--data-dir', daemon.dataDir]);
  const stored = `select api.set_bot_credentials((select id from bot_instances), 'whatsapp', '${JSON.stringify(credentials().p_credentials)}')`;
  const door = JSON.parse(await daemon.sql(`set search_path = tenant_pizza, api, app, public; ${stored}`)) as { webhook_path: string };
  const home = whatsapp.house;
  whatsapp.house = { port: daemon.port, host: 'pizza.localhost', path: door.webhook_path };
  const chat = number();
  try {
    await until('the bot works', async () => (await daemon.sql('select status from tenant_pizza.bot_platform_credentials')) === 'works');
    await says(chat, 'ciao', /Welcome to/);
    await taps(chat, 'Book a table', /Which day/);
    await says(chat, 'in 10 days', /how many/);
    await taps(chat, '2', /What time/);
    const offer = whatsapp.last(chat);
    const time = [...(offer?.rows ?? []), ...(offer?.buttons ?? [])].find((c) => /^\d\d:\d\d$/.test(c.title))?.title ?? '';
    await taps(chat, time, /reach you/);
    await answers(chat, () => card(chat, `+${chat}`, chat));
    await answers(chat, () => whatsapp.tap(chat, 'Yes, book'), 2);
    assert.equal(await daemon.sql(`select party_size, status from tenant_pizza.table_reservations where guest_phone = '+${chat}'`), '2|confirmed');
  } finally {
    whatsapp.house = home;
  }
});

test('chatwoot/chatwoot #9708: a token that is over is told to the owner; what waits is said when there is another, within its day', async () => {
  const chat = number();
  whatsapp.dead = true;
  await whatsapp.say(chat, 'hi');
  await until('the account is broken', async () => (await account())[0] === 'broken');
  assert.match((await account())[1] ?? '', /expired/);
  assert.equal(await messages(chat), 'queued', 'and nothing looks as if it was sent');
  whatsapp.dead = false;
  await rpc(owner, 'set_bot_credentials', credentials());
  await until('the greeting', () => whatsapp.to(chat).length > 0);
  // a guest who wrote yesterday is not written to: WhatsApp takes templates alone then
  await house.sql(`update bot_chats set last_heard_at = now() - interval '25 hours' where platform_chat_id = '${chat}'`);
  const id = await house.sql(`select id from bot_chats where platform_chat_id = '${chat}'`);
  await rpc(owner, 'take_over_chat', { p_chat_id: id });
  await rpc(owner, 'say_in_chat', { p_chat_id: id, p_text: 'Still there?' });
  await until('it is given up', async () => /failed$/.test(await messages(chat)));
  assert.equal(whatsapp.to(chat).length, 1);
});
