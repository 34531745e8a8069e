// A guest books, looks and cancels in Telegram. However updates come and whatever dies, each message is answered once, in order.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import type { SupabaseClient } from '@supabase/supabase-js';
import { startDaemon, makeTenant, until, children, rpc, type Daemon, type Tenant } from './harness.ts';
import { Telegram } from './servers/telegram.ts';

let daemon: Daemon;
let house: Tenant;
let telegram: Telegram;
let owner: SupabaseClient;
let bot: string;
let guest = 50000;

before(async () => {
  telegram = await new Telegram().start();
  daemon = await startDaemon({ 'telegram-url': telegram.url, workers: '2' });
  house = await makeTenant(daemon, ['dining', 'bots'], { name: 'House', settings: { public_url: 'https://house.example.com' } });
  telegram.house = { port: daemon.port, host: house.domain };
  owner = await house.signIn();
  const { data, error } = await owner.from('bot_instances').insert({ name: 'Booker' }).select('id').single();
  assert.equal(error, null);
  bot = (data as { id: string }).id;
  await rpc(owner, 'add_shipped_scenarios', { p_bot_id: bot });
  await house.sql("update restaurants set opening_hours = '{}', timezone = 'UTC', max_party_size = 12");
  await rpc(owner, 'set_bot_credentials', { p_bot_id: bot, p_platform: 'telegram', p_credentials: { token: `${telegram.token}\n` } });
  await works();
});
after(async () => {
  await daemon.stop();
  telegram.stop();
});

const account = async () => (await house.sql('select status, hears_by, account_name, coalesce(webhook_url, $$$$), coalesce(webhook_error, $$$$) from bot_platform_credentials')).split('|');
const works = () => until('the bot works', async () => (await account())[0] === 'works');
/** Until the bot has said something new in this chat and nothing is under way: what it said. */
async function answers(chat: number, act: () => Promise<unknown>, count = 1): Promise<string[]> {
  const before_ = telegram.to(chat).length;
  await act();
  await until(`${count} answers`, () => telegram.to(chat).length >= before_ + count);
  return telegram
    .to(chat)
    .slice(before_)
    .map((m) => m.text);
}
const says = async (chat: number, text: string, expected: RegExp, language = 'en') => {
  const [first] = await answers(chat, () => telegram.say(chat, text, language));
  assert.match(first ?? '', expected);
};
const taps = async (chat: number, label: string, expected: RegExp) => {
  const [first] = await answers(chat, () => telegram.tap(chat, label));
  assert.match(first ?? '', expected);
};
const quiet = () =>
  until(
    'nothing is under way',
    async () => (await house.sql("select count(*) from maitred.jobs where tenant = current_schema() and kind like 'bot_%' and status in ('waiting', 'running') and run_at <= now()")) === '0',
  );
const contact = (chat: number, phone: string, owner_ = chat) => telegram.send(telegram.message(chat, { contact: { phone_number: phone, first_name: 'Ada', user_id: owner_ } }));
/** A free time of the day that the open question offers. */
const offered = (chat: number) => telegram.last(chat)?.buttons.find((b) => /^\d\d:\d\d$/.test(b.text))?.text ?? '';
async function upToTimes(chat: number): Promise<string> {
  await says(chat, '/start', /Welcome to House/);
  await taps(chat, 'Book a table', /Which day/);
  await says(chat, 'in 3 days', /how many/);
  await says(chat, 'we are four', /What time/);
  return offered(chat);
}

test('a token is checked, and Telegram is told where to call and which word to show', async () => {
  assert.deepEqual((await account()).slice(0, 3), ['works', 'webhook', '@house_bot']);
  assert.match(telegram.webhook?.url ?? '', /^https:\/\/house\.example\.com\/hooks\/v1\/telegram\/[0-9a-f-]{36}$/);
  assert.match(telegram.webhook?.secret ?? '', /^[0-9a-f]{64}$/);
});

test('a whole table booking: words for days and people, a button for the time, a shared contact, and it stands in the book', async () => {
  const chat = guest++;
  const time = await upToTimes(chat);
  await taps(chat, time, /reach you/);
  assert.equal(telegram.last(chat)?.keyboard[0]?.['request_contact'], true);
  const [ask] = await answers(chat, () => contact(chat, '+49 30 1112223', chat + 5));
  assert.match(ask ?? '', /somebody else's contact/);
  assert.equal(await house.sql(`select phone is null and customer_id is null from bot_chats where platform_chat_id = '${chat}'`), 't', 'whose card it is proves nothing of who sends it');
  const [sure] = await answers(chat, () => contact(chat, '49301112223'));
  assert.match(sure ?? '', new RegExp(`${time}, 4 people, Ada Lovelace ${chat}.*Shall I book`));
  const [done] = await answers(chat, () => telegram.tap(chat, 'Yes, book'), 2);
  assert.match(done ?? '', /Booked!.*Your code: \S+/);
  const code = /Your code: (\S+)/.exec(done ?? '')?.[1] ?? '';
  assert.equal(
    await house.sql(`select party_size, guest_phone, to_char(reservation_time, 'HH24:MI'), reservation_date - current_date, status from table_reservations where confirmation_code = '${code}'`),
    `4|+49301112223|${time}|3|confirmed`,
  );

  // and sees it, and cancels it: the chat is the customer's now
  await says(chat, 'hello again', /Welcome/);
  await taps(chat, 'My bookings', /Your bookings/);
  await taps(chat, telegram.last(chat)?.buttons[0]?.text ?? '', new RegExp(code));
  await taps(chat, 'Cancel it', /Really cancel/);
  await taps(chat, 'Yes, cancel', /is cancelled/);
  await until('it is cancelled', async () => (await house.sql(`select status from table_reservations where confirmation_code = '${code}'`)) === 'cancelled');
});

test('an update that comes a hundred times is heard once; two taps on one button book once', async () => {
  const chat = guest++;
  const time = await upToTimes(chat);
  await taps(chat, time, /reach you/);
  await says(chat, '+49 30 99887766', /Shall I book/);
  const button = telegram.last(chat)?.buttons.find((b) => b.text === 'Yes, book');
  const one = telegram.press(chat, button?.callback_data ?? '');
  const two = telegram.press(chat, button?.callback_data ?? '');
  const sent = await Promise.all(Array.from({ length: 100 }, (_, i) => telegram.send(i % 2 ? one : two)));
  assert.deepEqual([...new Set(sent)], [200]);
  await quiet();
  assert.equal(await house.sql("select count(*) from table_reservations where guest_phone = '+493099887766'"), '1');
  assert.equal(telegram.to(chat).filter((m) => /Your code/.test(m.text)).length, 1);
  assert.ok(
    telegram.answered.some((a) => /already answered/.test(a.text)),
    'the second tap is told so, without a message',
  );
});

test('a sticker, a far day, too many people, a long text: the bot says what it wants, and the question stays', async () => {
  const chat = guest++;
  await says(chat, '/start', /Welcome/);
  const [again] = await answers(chat, () => telegram.send(telegram.message(chat, { sticker: { file_id: 'x' } })));
  assert.match(again ?? '', /choose one of these/);
  await says(chat, '1', /Which day/); // by its place, too
  await says(chat, '31.2.', /Which day is that/);
  await says(chat, '24.12.1999', /over or too far/);
  await says(chat, 'x'.repeat(4000), /Which day is that/);
  await taps(chat, 'Tomorrow', /how many/);
  await says(chat, '2 adults, 3 children', /one number from 1 to 12/);
  await says(chat, '500', /one number from 1 to 12/);
  await taps(chat, '2', /What time/);
  await says(chat, '3:07', /That time is not free/);
});

test("in the guest's own language", async () => {
  const chat = guest++;
  await says(chat, '/start', /Willkommen bei House/, 'de');
  await says(chat, 'tisch buchen', /An welchem Tag/, 'de');
  await says(chat, 'übermorgen', /Für wie viele/, 'de');
  const other = guest++;
  await says(other, '/start', /Добро пожаловать/, 'ru-RU');
  await says(other, 'забронировать стол', /На какой день/, 'ru');
  await says(other, 'в пятницу', /Сколько вас/, 'ru');
});

test('calls without the word are refused; what nobody can read is taken, once, and answers nothing', async () => {
  const chat = guest++;
  await quiet();
  const before_ = telegram.said.length;
  const update = telegram.message(chat, { text: 'hi' });
  assert.equal(await telegram.send(update, 'wrong'), 401);
  assert.equal(await telegram.post(JSON.stringify(update), undefined), 401);
  for (const body of [
    '{',
    '[]',
    '{}',
    '{"update_id":"x"}',
    '{"update_id":1e400}',
    `{"update_id":7,"message":{"chat":{"id":${chat},"type":"private"},"text":"\\u0000"}}`,
    '{"update_id":8,"message":7}',
    `{"update_id":9,"message":{"chat":{"id":"${chat}"}}}`,
  ])
    assert.equal(await telegram.post(body, telegram.webhook?.secret), 200, body);
  assert.equal(await telegram.post(JSON.stringify({ ...update, filler: 'x'.repeat(1_100_000) }), telegram.webhook?.secret), 413);
  for (const kind of ['edited_message', 'channel_post', 'poll', 'something_new']) assert.equal(await telegram.send(telegram.update(kind, { chat: { id: chat, type: 'private' }, text: 'hi' })), 200);
  assert.equal(await telegram.send(telegram.message(-100123, { text: 'hi', chat: { id: -100123, type: 'supergroup' } })), 200);
  await quiet();
  assert.equal(telegram.said.length, before_);
  assert.equal(await house.sql('select count(*) from received_hooks where handled_at is null'), '0');
});

test('429: nothing is said before the time is over, then everything in order, once', async () => {
  const chat = guest++;
  telegram.next.push({ method: 'sendMessage', what: '429:2' });
  await says(chat, '/start', /Welcome/);
  // the job was put off, not tried again at once
  assert.equal(telegram.to(chat).length, 1);
  telegram.next.push({ method: 'sendMessage', what: '502' });
  await taps(chat, 'Book a table', /Which day/);
  await quiet();
  assert.equal(telegram.to(chat).length, 2);
});

test('what a proxy on the way answers says nothing about the account', async () => {
  const chat = guest++;
  telegram.next.push({ method: 'sendMessage', what: 'proxy:404' });
  await says(chat, '/start', /Welcome/);
  assert.equal((await account())[0], 'works');
  telegram.next.push({ method: 'getMe', what: 'proxy:401' });
  await house.sql("select app.enqueue('bot_check', jsonb_build_object('credential_id', id), p_lane => 'bot/' || id) from bot_platform_credentials");
  await until('it was asked', () => telegram.next.length === 0);
  assert.equal((await account())[0], 'works');
  // it is asked again by itself; the tests that follow begin after that
  await until('it was asked again', async () => {
    await house.sql("update maitred.jobs set run_at = now() where tenant = current_schema() and kind = 'bot_check' and status = 'waiting' and run_at > now()");
    return (await house.sql("select count(*) from maitred.jobs where tenant = current_schema() and kind = 'bot_check' and status in ('waiting', 'running')")) === '0';
  });
  assert.equal((await account())[0], 'works');
});

test('an answer that is lost is not said twice', async () => {
  const chat = guest++;
  telegram.next.push({ method: 'sendMessage', what: 'lost' });
  await says(chat, '/start', /Welcome/);
  await quiet();
  assert.equal(telegram.to(chat).length, 1);
  assert.equal(await house.sql(`select m.status from bot_messages m join bot_chats c on c.id = m.chat_id where c.platform_chat_id = '${chat}' and direction = 'out'`), 'unclear');
});

test('who blocks the bot hears nothing more, until they write again', async () => {
  const chat = guest++;
  telegram.blocked.add(chat);
  await telegram.say(chat, '/start');
  await until('it is known', async () => (await house.sql(`select unreachable from bot_chats where platform_chat_id = '${chat}'`)) === 'Forbidden: bot was blocked by the user');
  telegram.blocked.delete(chat);
  await says(chat, '/start', /Welcome/);
  assert.equal(
    await telegram.send(telegram.update('my_chat_member', { chat: { id: chat, type: 'private' }, from: telegram.from(chat), date: 1, new_chat_member: { status: 'kicked', user: {} } })),
    200,
  );
  await until('the conversation is over', async () => (await house.sql(`select count(*) from bot_dialog_states d join bot_chats c on c.id = d.chat_id where c.platform_chat_id = '${chat}'`)) === '0');
});

test('/stop is honoured, /start begins again', async () => {
  const chat = guest++;
  await says(chat, '/start', /Welcome/);
  await says(chat, '/stop', /hear no more/);
  assert.equal(await house.sql(`select stopped_at is not null from bot_chats where platform_chat_id = '${chat}'`), 't');
  await says(chat, '/start', /Welcome/);
  assert.equal(await house.sql(`select stopped_at is not null from bot_chats where platform_chat_id = '${chat}'`), 'f');
});

test('a scenario that is replaced in the middle of a talk ends in the version it began with', async () => {
  const chat = guest++;
  await says(chat, '/start', /Welcome to House/);
  const draft = await rpc<string>(owner, 'draft_bot_scenario', { p_scenario_id: await house.sql("select id from bot_scenarios where name = 'table' and status = 'published'") });
  await taps(chat, 'Book a table', /Which day/);
  await house.sql(`update bot_scenarios set scenario_data = jsonb_set(scenario_data, '{steps,people,text}', '"NEW: how many?"') where id = '${draft}'`);
  await rpc(owner, 'publish_bot_scenario', { p_scenario_id: draft });
  await says(chat, 'tomorrow', /^For how many/);
  const other = guest++;
  await says(other, '/start', /Welcome/);
  await taps(other, 'Book a table', /Which day/);
  await says(other, 'tomorrow', /^NEW: how many/);
  await rpc(owner, 'publish_bot_scenario', { p_scenario_id: await house.sql("select id from bot_scenarios where name = 'table' and version = '1'") });
});

test('a person takes over, answers, and gives the chat back', async () => {
  const chat = guest++;
  await says(chat, '/start', /Welcome/);
  await taps(chat, 'Talk to a person', /Somebody will answer/);
  await telegram.say(chat, 'Do you have a high chair?');
  await quiet();
  const id = await house.sql(`select id from bot_chats where platform_chat_id = '${chat}' and waits_for_person_since is not null`);
  assert.equal(telegram.to(chat).length, 2, 'the bot is silent');
  await rpc(owner, 'take_over_chat', { p_chat_id: id });
  const [said] = await answers(chat, () => rpc(owner, 'say_in_chat', { p_chat_id: id, p_text: 'We have three.' }));
  assert.equal(said, 'We have three.');
  const [menu] = await answers(chat, () => rpc(owner, 'give_back_chat', { p_chat_id: id }));
  assert.match(menu ?? '', /Welcome/);
});

test('a reminder and the end of waiting come by themselves', async () => {
  const chat = guest++;
  const time = await upToTimes(chat);
  await taps(chat, time, /reach you/);
  await says(chat, '+49 30 5550101', /Shall I book/);
  const hurry = () =>
    house.sql(
      `update bot_dialog_states d set wake_at = now() from bot_chats c where c.id = d.chat_id and c.platform_chat_id = '${chat}'; update maitred.jobs set run_at = now() where kind = 'bot_wake' and status = 'waiting' and tenant = current_schema()`,
    );
  const [reminder] = await answers(chat, hurry);
  assert.match(reminder ?? '', /not booked yet/);
  const [over] = await answers(chat, hurry);
  assert.match(over ?? '', /Nothing was booked/);
});

test('a webhook that somebody takes away is set again, and its owner reads what was wrong', async () => {
  assert.ok(telegram.webhook);
  const right = telegram.webhook.url;
  telegram.webhook = { url: 'https://elsewhere.example.com/x', secret: 's' };
  await house.sql("select app.enqueue('bot_check', jsonb_build_object('credential_id', id), p_lane => 'bot/' || id) from bot_platform_credentials");
  await until('it is set again', () => telegram.webhook?.url === right);
  await until('it is said', async () => /led to https:\/\/elsewhere.*set again/.test((await account())[4] ?? ''));
});

test('the job worker is killed between hearing and saying: nothing is lost, nothing comes twice', async () => {
  const chats = Array.from({ length: 12 }, () => guest++);
  const jobs = () => [...children(daemon.pid)].filter(([name]) => name.startsWith('jobs-')).map(([, pid]) => pid);
  const sent = chats.map((chat) => telegram.say(chat, '/start'));
  for (const pid of jobs()) process.kill(pid, 'SIGKILL');
  assert.deepEqual([...new Set(await Promise.all(sent))], [200]);
  await house.sql("update maitred.jobs set locked_until = now() where status = 'running' and tenant = current_schema()");
  for (const chat of chats) await until('the greeting', () => telegram.to(chat).length > 0);
  await quiet();
  // a message whose sending was cut off may come again, once; a conversation never begins twice
  for (const chat of chats) assert.ok(telegram.to(chat).length <= 2, String(telegram.to(chat).length));
  assert.equal(
    await house.sql(`select count(*) from bot_messages m join bot_chats c on c.id = m.chat_id where m.direction = 'out' and c.platform_chat_id in (${chats.map((c) => `'${c}'`).join()})`),
    String(chats.length),
  );
});

test('a token that is revoked: the owner reads why, what waits is said when a new one is there, and no text shows it', async () => {
  const chat = guest++;
  telegram.dead = true;
  await telegram.say(chat, '/start');
  await until('the account is broken', async () => (await account())[0] === 'broken');
  assert.match((await account())[4] ?? '', /Unauthorized/);
  telegram.dead = false;
  await rpc(owner, 'set_bot_credentials', { p_bot_id: bot, p_platform: 'telegram', p_credentials: { token: telegram.token } });
  await until('the greeting', () => telegram.to(chat).length > 0);
  const secret = telegram.token.split(':')[1] ?? '';
  assert.equal(daemon.log().includes(secret), false);
  assert.equal(await house.sql(`select count(*) from maitred.jobs where last_error like '%${secret}%'`), '0');
});

test('without a public address the bot asks for what came', async () => {
  const other = await new Telegram(7000002).start();
  const second = await startDaemon({ 'telegram-url': other.url, workers: '1' });
  try {
    const place = await makeTenant(second, ['dining', 'bots'], { name: 'Garden' });
    const boss = await place.signIn();
    const { data } = await boss.from('bot_instances').insert({ name: 'Booker' }).select('id').single();
    const id = (data as { id: string }).id;
    await rpc(boss, 'add_shipped_scenarios', { p_bot_id: id });
    await rpc(boss, 'set_bot_credentials', { p_bot_id: id, p_platform: 'telegram', p_credentials: { token: other.token } });
    for (let i = 0; i < 3; i++) await other.say(61, i ? 'hm' : '/start');
    await until('three answers', () => other.to(61).length >= 3);
    assert.match(other.to(61)[0]?.text ?? '', /Welcome to Garden/);
    assert.equal(await place.sql('select hears_by from bot_platform_credentials'), 'polling');
  } finally {
    await second.stop();
    other.stop();
  }
});
