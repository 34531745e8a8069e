// A request whose plan no longer fits is planned again from what was asked, not from what the first plan made of it.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { makeTenant, startDaemon, until, type Daemon, type Tenant } from './harness.ts';

let daemon: Daemon;
let tenant: Tenant;
before(async () => {
  daemon = await startDaemon();
  tenant = await makeTenant(daemon, []);
});
after(async () => {
  await daemon.stop();
});

test('a table that changes while it is read answers in the form that was asked for', async () => {
  await tenant.sql('create table moody (a int); insert into moody values (1); grant select on moody to service_role');
  const ask = (accept: string) => fetch(`${tenant.url}/rest/v1/moody?select=*`, { headers: { apikey: tenant.serviceKey, accept } });
  for (let round = 0; round < 3; round++) {
    const column = `c${round}`;
    for (const [accept, type, body] of [
      ['text/csv', 'text/csv', `${column}\n1`],
      ['text/html, application/vnd.pgrst.object+json', 'application/vnd.pgrst.object+json', `{"${column}":1}`],
      ['application/x-nothing, application/json;q=0.5', 'application/json', `[{"${column}":1}]`],
    ] as const) {
      await ask(accept);
      await tenant.sql(`drop table moody; create table moody (${column} int); insert into moody values (1); grant select on moody to service_role`);
      await until('the new column is answered', async () => {
        const answer = await ask(accept);
        const text = await answer.text();
        if (answer.status === 200) assert.equal(answer.headers.get('content-type')?.split(';')[0], type);
        return text === body;
      });
    }
  }
});
