/* The live connection against a daemon of paper: what goes over the wire, and what happens when the wire breaks. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Live, type Following } from './live';
import type { Change, Follower, Watch } from './liveChannel';
import { network } from './network';

type Message = [joinRef: string | null, ref: string | null, topic: string, event: string, payload: Record<string, unknown>];

class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: Message[] = [];
  closedWith: number | undefined | null = null;
  constructor(readonly url: string) {}
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Message);
  }
  close(code?: number): void {
    this.closedWith = code;
  }

  accept(): void {
    this.onopen?.();
  }
  drop(code = 1006): void {
    this.onclose?.({ code });
  }
  say(...message: Message): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  of(event: string): Message[] {
    return this.sent.filter((message) => message[3] === event);
  }
  join(topic = TOPIC): Message {
    const join = this.of('phx_join').findLast((message) => message[2] === topic);
    if (!join) throw new Error(`nobody joined ${topic}`);
    return join;
  }
  reply(topic = TOPIC): void {
    const [joinRef, ref] = this.join(topic);
    this.say(joinRef, ref, topic, 'phx_reply', { status: 'ok', response: { postgres_changes: [] } });
  }
  /* Answers the last join as the daemon does: with a cursor where changes begin, without one where they go on. */
  welcome(cursor?: string, topic = TOPIC): void {
    this.reply(topic);
    this.system('ok', { ...(cursor === undefined ? {} : { cursor }) }, topic);
  }
  system(status: string, more: Record<string, unknown> = {}, topic = TOPIC): void {
    this.say(this.join(topic)[0], null, topic, 'system', { extension: 'postgres_changes', status, message: '', channel: topic, ...more });
  }
  change(cursor: string, record: Record<string, unknown> = {}, topic = TOPIC): void {
    this.say(this.join(topic)[0], null, topic, 'postgres_changes', {
      ids: [1],
      data: { type: 'UPDATE', schema: 'public', table: 'table_sessions', commit_timestamp: '', columns: [], record, old_record: {}, errors: null, cursor },
    });
  }
}

const TOPIC = 'realtime:session:1';
const WATCH: Watch = { event: 'UPDATE', table: 'table_sessions', filter: 'id=eq.1' };

let sockets: FakeSocket[];
let followings: Following[];
let heard: string[];
let live: Live;
let token: string;
const last = (): FakeSocket => {
  const socket = sockets.at(-1);
  if (!socket) throw new Error('no connection was opened');
  return socket;
};

function follower(name = ''): Follower {
  return {
    watches: [WATCH],
    token: () => token,
    onChange: ({ record }: Change) => void heard.push(`${name}change ${String(record['version'])}`),
    onGap: () => void heard.push(`${name}gap`),
    onLive: (isLive) => void heard.push(`${name}${isLive ? 'live' : 'not live'}`),
  };
}

function join(name: string, given: Follower): Following {
  const following = live.follow(name, given);
  followings.push(following);
  return following;
}

/* A channel that is joined and live; `heard` is empty again. */
function lively(): FakeSocket {
  join('session:1', follower());
  last().accept();
  last().welcome('c0');
  heard.length = 0;
  return last();
}

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  followings = [];
  heard = [];
  token = 'token';
  network.reached();
  live = new Live({
    origin: 'https://pizza.example',
    apiKey: 'anon key',
    random: () => 0.5,
    open: (url) => {
      const socket = new FakeSocket(url);
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
  });
});
afterEach(() => {
  for (const following of followings) following.leave();
  vi.advanceTimersByTime(1_000);
  vi.useRealTimers();
});

describe('joining', () => {
  test('nothing is opened before somebody follows; then one connection does for all', () => {
    expect(sockets).toHaveLength(0);
    join('session:1', follower());
    join('menu:1', follower());
    expect(sockets.map((socket) => socket.url)).toEqual(['wss://pizza.example/realtime/v1/websocket?apikey=anon%20key&vsn=2.0.0']);
    last().accept();
    expect(
      last()
        .of('phx_join')
        .map((message) => message[2]),
    ).toEqual(['realtime:session:1', 'realtime:menu:1']);
  });

  test('says what it watches and who it is, in the words of the dialect', () => {
    join('session:1', follower());
    last().accept();
    const [joinRef, ref, topic, , payload] = last().join();
    expect(joinRef).toBe(ref);
    expect(topic).toBe('realtime:session:1');
    expect(payload).toEqual({
      config: {
        broadcast: { ack: false, self: false },
        presence: { key: '', enabled: false },
        postgres_changes: [{ event: 'UPDATE', schema: 'public', table: 'table_sessions', filter: 'id=eq.1' }],
        private: false,
      },
      access_token: 'token',
    });
  });

  test('what the page has read before may be old; it is live when the daemon says so', () => {
    join('session:1', follower());
    last().accept();
    last().reply();
    expect(heard).toEqual([]);
    last().system('ok', { cursor: 'c0' });
    expect(heard).toEqual(['gap', 'live']);
  });

  test('two followers of one name do not end each other', () => {
    join('menu:1', follower('a '));
    join('menu:1', follower('b '));
    last().accept();
    last().welcome('c0', 'realtime:menu:1');
    last().welcome('c0', 'realtime:menu:1:2');
    expect(heard).toEqual(['a gap', 'a live', 'b gap', 'b live']);
  });

  test('a refused join is polled, and tried again later and later', () => {
    join('session:1', follower());
    last().accept();
    const refuse = (): void => {
      const [joinRef, ref] = last().join();
      last().say(joinRef, ref, TOPIC, 'phx_reply', { status: 'error', response: { reason: 'no right' } });
    };
    refuse();
    expect(heard).toEqual([]);
    vi.advanceTimersByTime(1_499);
    expect(last().of('phx_join')).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(last().of('phx_join')).toHaveLength(2);
    refuse();
    vi.advanceTimersByTime(2_999);
    expect(last().of('phx_join')).toHaveLength(2);
    vi.advanceTimersByTime(1);
    last().welcome();
    expect(heard).toEqual(['gap', 'live']);
  });

  test('a join that nobody answers ends the connection: another one may be better', () => {
    join('session:1', follower());
    last().accept();
    vi.advanceTimersByTime(10_000);
    expect(last().closedWith).not.toBeNull();
    vi.advanceTimersByTime(750);
    expect(sockets).toHaveLength(2);
  });

  test('messages for a join before the last one, binary ones and nonsense are not heard', () => {
    const socket = lively();
    socket.say('99', null, TOPIC, 'phx_close', {});
    socket.say('99', null, TOPIC, 'postgres_changes', { data: { cursor: 'x', record: { version: 1 } } });
    for (const data of [new ArrayBuffer(4), 'no json', '{}', '[]', '[1,2,3,4,5]', '[null,null,"realtime:else","x",{}]', `["1",null,"${TOPIC}","postgres_changes",null]`]) socket.onmessage?.({ data });
    vi.advanceTimersByTime(20_000);
    expect(heard).toEqual([]);
  });
});

describe('changes', () => {
  test('are handed on, each once', () => {
    const socket = lively();
    socket.change('c1', { version: 1 });
    socket.change('c2', { version: 2 });
    socket.change('c1', { version: 1 });
    socket.change('c2', { version: 2 });
    expect(heard).toEqual(['change 1', 'change 2']);
  });

  test('a daemon without logical decoding says so, and takes it back when it can again', () => {
    join('session:1', follower());
    last().accept();
    last().reply();
    last().system('error', { message: 'wal_level is not logical' });
    expect(heard).toEqual([]);
    last().system('ok', { cursor: 'c0' });
    last().system('error');
    last().system('ok', { cursor: 'c1' });
    expect(heard).toEqual(['gap', 'live', 'not live', 'gap', 'live']);
  });

  test('a page that may watch only half of what it shows is polled', () => {
    join('session:1', follower());
    last().accept();
    last().reply();
    last().system('error', { message: 'Unable to subscribe to changes with given parameters: there is no table' });
    last().system('ok', { cursor: 'c0' });
    expect(heard).toEqual(['gap']);
  });
});

describe('coming back', () => {
  test('asks for what came since the last change it saw, and gets it without fetching anew', () => {
    lively().change('c7', { version: 7 });
    last().drop();
    vi.advanceTimersByTime(750);
    last().accept();
    expect(last().join()[4]).toMatchObject({ config: { postgres_changes: [{ ...WATCH, since: 'c7' }] } });
    heard.length = 0;
    last().reply();
    last().change('c8', { version: 8 });
    last().change('c7', { version: 7 });
    last().system('ok');
    expect(heard).toEqual(['change 8']);
  });

  test('before any change, from where the daemon said that changes begin', () => {
    lively().drop();
    vi.advanceTimersByTime(750);
    last().accept();
    expect(last().join()[4]).toMatchObject({ config: { postgres_changes: [{ since: 'c0' }] } });
  });

  test('too long away: told to fetch anew, and goes on from there', () => {
    lively().drop();
    vi.advanceTimersByTime(750);
    last().accept();
    last().reply();
    last().system('refetch', { cursor: 'c90' });
    expect(heard).toEqual(['gap']);
    last().system('ok', { cursor: 'c90' });
    last().drop();
    vi.advanceTimersByTime(750);
    last().accept();
    expect(last().join()[4]).toMatchObject({ config: { postgres_changes: [{ since: 'c90' }] } });
  });

  test('asked for what it missed and was told a beginning instead: fetches anew', () => {
    lively().drop();
    vi.advanceTimersByTime(750);
    last().accept();
    last().welcome('c90');
    expect(heard).toEqual(['gap']);
  });

  test('told to fetch anew in the middle of things, it does, and goes on', () => {
    const socket = lively();
    socket.change('c1');
    socket.system('refetch');
    socket.change('c5', { version: 5 });
    expect(heard).toEqual(['change undefined', 'gap', 'change 5']);
  });

  test('a daemon that knows no cursor: fetches anew after every join', () => {
    join('session:1', follower());
    last().accept();
    last().welcome();
    last().drop();
    vi.advanceTimersByTime(750);
    last().accept();
    last().welcome();
    expect(heard).toEqual(['gap', 'live', 'gap']);
  });

  test('back within moments it was never away; later it is', () => {
    lively().drop();
    vi.advanceTimersByTime(750);
    last().accept();
    last().welcome();
    expect(heard).toEqual([]);
    last().drop();
    vi.advanceTimersByTime(4_999);
    expect(heard).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(heard).toEqual(['not live']);
  });

  test('waits longer after each failure, up to a minute, and starts anew after a join', () => {
    const waits: number[] = [];
    join('session:1', follower());
    for (let at = 0; at < 9; at++) {
      last().drop();
      const since = Date.now();
      const count = sockets.length;
      while (sockets.length === count) vi.advanceTimersByTime(250);
      waits.push(Date.now() - since);
    }
    expect(waits).toEqual([750, 1_500, 3_000, 6_000, 12_000, 24_000, 45_000, 45_000, 45_000]);
    last().accept();
    last().welcome();
    last().drop();
    vi.advanceTimersByTime(750);
    expect(sockets).toHaveLength(11);
  });

  test('a daemon that restarts is called again at once, by each page at its own moment', () => {
    lively().drop(1012);
    vi.advanceTimersByTime(499);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(sockets).toHaveLength(2);
  });

  test.each([
    ['the browser has a network again', () => window.dispatchEvent(new Event('online'))],
    ['the tab is looked at again', () => document.dispatchEvent(new Event('visibilitychange'))],
    ['a request got through', () => (network.lost(), network.reached())],
  ])('does not sit out the wait when %s', (_what, happens) => {
    join('session:1', follower());
    last().drop();
    last().drop();
    happens();
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(5_000);
    expect(sockets).toHaveLength(2); // the wait that was cut short does not come to its end as well
  });

  test('a channel that broke joins again by itself, with its cursor', () => {
    const socket = lively();
    socket.change('c3');
    socket.say(socket.join()[0], null, TOPIC, 'phx_error', {});
    vi.advanceTimersByTime(1_500);
    expect(socket.of('phx_join')).toHaveLength(2);
    expect(socket.join()[4]).toMatchObject({ config: { postgres_changes: [{ since: 'c3' }] } });
    expect(sockets).toHaveLength(1);
  });

  test('a browser that allows no connection breaks nothing', () => {
    live = new Live({
      origin: 'http://x',
      apiKey: '',
      open: () => {
        throw new DOMException('forbidden', 'SecurityError');
      },
    });
    const following = join('session:1', follower());
    vi.advanceTimersByTime(10_000);
    following.leave();
    expect(heard).toEqual([]);
  });
});

describe('the heart', () => {
  test('beats every 25 seconds, and goes on when it is answered', () => {
    const socket = lively();
    for (let beat = 1; beat <= 4; beat++) {
      vi.advanceTimersByTime(25_000);
      expect(socket.of('heartbeat')).toHaveLength(beat);
      expect(socket.of('heartbeat').at(-1)?.[2]).toBe('phoenix');
      socket.say(null, socket.of('heartbeat').at(-1)?.[1] ?? null, 'phoenix', 'phx_reply', { status: 'ok', response: {} });
    }
    expect(sockets).toHaveLength(1);
  });

  test('unanswered, it ends the connection without waiting for the other side', () => {
    const socket = lively();
    vi.advanceTimersByTime(25_000 + 10_000);
    expect(socket.closedWith).not.toBeNull();
    vi.advanceTimersByTime(750);
    expect(sockets).toHaveLength(2);
    // The old one's last words say nothing about the new one.
    socket.drop();
    last().accept();
    last().welcome();
    expect(heard).toEqual([]);
  });

  test('a page that wakes up feels the pulse at once', () => {
    const socket = lively();
    window.dispatchEvent(new Event('online'));
    expect(socket.of('heartbeat')).toHaveLength(1);
    vi.advanceTimersByTime(3_000 + 750);
    expect(sockets).toHaveLength(2);
  });
});

describe('tokens', () => {
  test('a renewed one is said to the daemon, and used for the next join', () => {
    const following = join('session:1', follower());
    last().accept();
    last().welcome();
    token = 'renewed';
    following.renew();
    expect(last().of('access_token')).toMatchObject([[last().join()[0], expect.any(String), TOPIC, 'access_token', { access_token: 'renewed' }]]);
    last().drop();
    vi.advanceTimersByTime(750);
    last().accept();
    expect(last().join()[4]).toMatchObject({ access_token: 'renewed' });
  });

  test('one that had run out is replaced at once', () => {
    const following = join('session:1', follower());
    last().accept();
    const [joinRef, ref] = last().join();
    last().say(joinRef, ref, TOPIC, 'phx_reply', { status: 'error', response: { reason: 'the token has expired' } });
    token = 'renewed';
    following.renew();
    expect(last().join()[4]).toMatchObject({ access_token: 'renewed' });
    last().welcome('c0');
    vi.advanceTimersByTime(10_000);
    expect(last().of('phx_join')).toHaveLength(2);
  });
});

describe('leaving', () => {
  test('says goodbye, and hangs up when nobody came after it', () => {
    const following = join('session:1', follower());
    last().accept();
    last().welcome();
    heard.length = 0;
    following.leave();
    expect(last().of('phx_leave')).toMatchObject([[last().join()[0], expect.any(String), TOPIC, 'phx_leave', {}]]);
    vi.advanceTimersByTime(999);
    expect(last().closedWith).toBeNull();
    vi.advanceTimersByTime(1);
    expect(last().closedWith).toBe(1000);
    last().drop(1000);
    vi.advanceTimersByTime(60_000);
    window.dispatchEvent(new Event('online'));
    expect(sockets).toHaveLength(1);
    expect(heard).toEqual([]);
  });

  test('the next page finds the connection open', () => {
    const following = join('session:1', follower());
    last().accept();
    following.leave();
    join('menu:1', follower());
    vi.advanceTimersByTime(5_000);
    expect(last().closedWith).toBeNull();
    expect(last().join('realtime:menu:1')).toBeTruthy();
  });

  test('a page that goes into the drawer hangs up, and calls again when it is taken out', () => {
    const socket = lively();
    socket.change('c5');
    heard.length = 0;
    window.dispatchEvent(new Event('pagehide'));
    expect(socket.closedWith).toBe(1000);
    window.dispatchEvent(new Event('online'));
    vi.advanceTimersByTime(2_000);
    expect(sockets).toHaveLength(1);
    window.dispatchEvent(new Event('pageshow'));
    last().accept();
    expect(sockets).toHaveLength(2);
    expect(last().join()[4]).toMatchObject({ config: { postgres_changes: [{ since: 'c5' }] } });
  });
});
