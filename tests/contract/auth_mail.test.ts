// Mails leave through the job queue: by SMTP, or into the outbox where there is no server.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
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
