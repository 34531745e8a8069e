// Mails leave through the job queue: by SMTP, or into the outbox where there is no server.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { startDaemon, makeTenant, until } from './harness.ts';
import { SmtpServer, mailText } from './servers/smtp.ts';
import { address, password, raw, setAuth } from './auth_support.ts';

test('a confirmation reaches the mailbox by SMTP, and its link works', async (t) => {
  const smtp = await new SmtpServer().start();
  const daemon = await startDaemon({ 'smtp-url': `smtp://127.0.0.1:${smtp.port}`, 'mail-from': 'floor@bistro.example' });
  t.after(async () => {
    smtp.stop();
    await daemon.stop();
  });
  const tenant = await makeTenant(daemon, [], { name: 'Café Zoë' });
  await setAuth(tenant);
  const email = address();
  await tenant.client().auth.signUp({ email, password: password() });
  const mail = await until('the mail', async () => smtp.mails.find((m) => m.to.includes(email)));
  assert.equal(mail.from, 'floor@bistro.example');
  assert.match(mail.data, /^Subject: =\?UTF-8\?B\?/m, 'a name with an accent travels encoded');
  assert.match(mail.data, /^Content-Type: text\/plain; charset=utf-8/m);
  assert.ok(
    mail.data.split('\r\n').every((line) => line.length <= 76 + 2 || line.startsWith('Subject')),
    'no line is too long',
  );
  const text = mailText(mail);
  assert.match(text, /Café Zoë/);
  const visit = await fetch(/https?:\S+\/verify\?\S+/.exec(text)![0], { redirect: 'manual' });
  assert.match(visit.headers.get('location') ?? '', /access_token=/);
});

test('a server that is busy is tried again, one that refuses is not', async (t) => {
  const smtp = await new SmtpServer().start();
  const daemon = await startDaemon({ 'smtp-url': `smtp://127.0.0.1:${smtp.port}` });
  t.after(async () => {
    smtp.stop();
    await daemon.stop();
  });
  const tenant = await makeTenant(daemon, []);
  await setAuth(tenant);
  const [busy, gone] = [address('busy'), address('gone')];
  smtp.refuse = (to) => (to === busy ? '450 later' : to === gone ? '550 no such mailbox' : undefined);
  for (const email of [busy, gone]) await raw(tenant, 'POST', '/signup', { email, password: password() });
  const state = async (email: string) => tenant.sql(`select status || ' ' || attempts from maitred.jobs where payload ->> 'to' = '${email}'`);
  await until('the refused one is given up', async () => (await state(gone)) === 'dead 1');
  await until('the busy one waits for its next try', async () => /^waiting [1-9]/.test(await state(busy)));
  smtp.refuse = () => undefined;
  await tenant.sql(`update maitred.jobs set run_at = now() where payload ->> 'to' = '${busy}'`);
  await until('the mail arrives in the end', async () => smtp.mails.find((m) => m.to.includes(busy)));
});

test('a gateway of text messages that names its time is not asked before, nor is who hands out tokens for mails', async (t) => {
  const asked: string[] = [];
  const busy = http.createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(request.url === '/sms' ? 429 : 503, { 'retry-after': request.url === '/sms' ? '1800' : new Date(Date.now() + 2_700_000).toUTCString() }).end();
  });
  await new Promise<void>((done) => busy.listen(0, '127.0.0.1', done));
  const at = `http://127.0.0.1:${(busy.address() as AddressInfo).port}`;
  const daemon = await startDaemon({ 'sms-url': `${at}/sms`, 'smtp-url': 'smtp://me@127.0.0.1:9', 'smtp-oauth-url': `${at}/token`, 'smtp-oauth-client': 'us' });
  t.after(async () => {
    busy.close();
    await daemon.stop();
  });
  const tenant = await makeTenant(daemon, []);
  const wait = async (kind: string, payload: object) => {
    const id = await tenant.sql(`select app.enqueue('${kind}', '${JSON.stringify(payload)}')`);
    await until(`${kind} was tried`, async () => (await tenant.sql(`select attempts from maitred.jobs where id = '${id}' and status = 'waiting'`)) === '1');
    return Number(await tenant.sql(`select extract(epoch from run_at - now()) / 60 from maitred.jobs where id = '${id}'`));
  };
  const sms = await wait('send_sms', { to: '+491700000', text: 'hello' });
  assert.ok(sms > 28 && sms < 31, `the gateway said half an hour, it waits ${sms}`);
  const mail = await wait('send_mail', { to: 'a@b.test', subject: 's', text: 't' });
  assert.ok(mail > 43 && mail < 46, `the token's door said three quarters, it waits ${mail}`);
  assert.deepEqual(asked, ['/sms', '/token'], 'each was asked once');
});

test('without a server mails lie in the outbox, readable', async (t) => {
  const daemon = await startDaemon();
  t.after(async () => {
    await daemon.stop();
  });
  const tenant = await makeTenant(daemon, []);
  await setAuth(tenant);
  const email = address();
  await tenant.client().auth.signUp({ email, password: password() });
  const outbox = path.join(daemon.dataDir, 'outbox');
  const text = await until('the file', async () => {
    for (const name of await readdir(outbox).catch(() => [] as string[])) {
      const file = await readFile(path.join(outbox, name), 'utf8').catch(() => '');
      if (name.endsWith('.eml') && file.includes(`To: ${email}`)) return file;
    }
    return undefined;
  });
  assert.match(text, /verify\?token=\S+&type=signup/);
});
