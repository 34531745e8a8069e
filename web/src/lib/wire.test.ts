import { afterEach, describe, expect, test } from 'vitest';
import { network } from './network';
import { wire, type Fetch } from './wire';

interface Sent {
  url: string;
  etag: string | null;
}

function daemon(answer: (sent: Sent) => Response): { fetch: Fetch; sent: Sent[] } {
  const sent: Sent[] = [];
  return {
    sent,
    fetch: async (input, init) => {
      const request = { url: String(input), etag: new Headers(init?.headers).get('if-none-match') };
      sent.push(request);
      return answer(request);
    },
  };
}

const tagged = (etag: string, body: string) => new Response(body, { status: 200, headers: { etag, 'content-type': 'application/json' } });

afterEach(() => network.reached());

describe('conditional requests', () => {
  test('the second time asks with the ETag and takes 304 for the kept answer', async () => {
    const { fetch, sent } = daemon(({ etag }) => (etag === '"1"' ? new Response(null, { status: 304 }) : tagged('"1"', '{"a":1}')));
    const asked = wire(fetch);
    expect(await (await asked('http://x/rest')).json()).toEqual({ a: 1 });
    const second = await asked('http://x/rest');
    expect(second.status).toBe(200);
    expect(await second.json()).toEqual({ a: 1 });
    expect(sent.map((one) => one.etag)).toEqual([null, '"1"']);
  });

  test('a changed answer replaces the kept one', async () => {
    let version = 1;
    const { fetch } = daemon(() => tagged(`"${version}"`, String(version++)));
    const asked = wire(fetch);
    expect(await (await asked('http://x/')).text()).toBe('1');
    expect(await (await asked('http://x/')).text()).toBe('2');
  });

  test('what one bearer was answered is never shown to another', async () => {
    const { fetch, sent } = daemon(() => tagged('"1"', '1'));
    const asked = wire(fetch);
    await asked('http://x/', { headers: { authorization: 'Bearer ada' } });
    await asked('http://x/', { headers: { authorization: 'Bearer bob' } });
    expect(sent.map((one) => one.etag)).toEqual([null, null]);
  });

  test('writes are neither kept nor asked conditionally', async () => {
    const { fetch, sent } = daemon(() => tagged('"1"', '1'));
    const asked = wire(fetch);
    await asked('http://x/', { method: 'POST' });
    await asked('http://x/', { method: 'POST' });
    expect(sent.map((one) => one.etag)).toEqual([null, null]);
  });

  test('an error is not kept, and drops what was', async () => {
    let step = 0;
    const { fetch, sent } = daemon(() => (step++ === 1 ? new Response('{}', { status: 410 }) : tagged('"1"', '1')));
    const asked = wire(fetch);
    await asked('http://x/');
    expect((await asked('http://x/')).status).toBe(410);
    await asked('http://x/');
    expect(sent.map((one) => one.etag)).toEqual([null, '"1"', null]);
  });
});

describe('whether the daemon is there', () => {
  test.each([502, 503, 504])('%i counts as away, and an answer brings it back', async (status) => {
    let isAway = true;
    const asked = wire(async () => new Response(null, { status: isAway ? status : 200 }));
    await asked('http://x/');
    expect(network.isAway()).toBe(true);
    isAway = false;
    await asked('http://x/');
    expect(network.isAway()).toBe(false);
  });

  test('no network is away; a page that was left is not', async () => {
    const asked = wire(async (_input, init) => {
      init?.signal?.throwIfAborted();
      throw new TypeError('Failed to fetch');
    });
    const left = new AbortController();
    left.abort();
    await expect(asked('http://x/', { signal: left.signal })).rejects.toThrow();
    expect(network.isAway()).toBe(false);
    await expect(asked('http://x/')).rejects.toThrow(TypeError);
    expect(network.isAway()).toBe(true);
  });

  test('a refusal is an answer', async () => {
    network.lost();
    await wire(async () => new Response('{}', { status: 409 }))('http://x/');
    expect(network.isAway()).toBe(false);
  });
});
