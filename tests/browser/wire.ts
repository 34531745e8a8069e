// The live connection of a browser, tapped: what goes by, and a pair of scissors.
import type { BrowserContext, WebSocketRoute } from 'playwright-core';

/** A message of the Realtime dialect, version 2.0.0. */
export interface Message {
  topic: string;
  event: string;
  payload: Record<string, unknown>;
}

export interface Wire {
  /** How many connections were opened. */
  opened: number;
  said: Message[];
  heard: Message[];
  /** With which codes the daemon ended connections. */
  closed: number[];
  /** While true nothing gets through: new connections end at once. */
  isBlocked: boolean;
  /** Ends the connections there are, as the daemon would with this code. */
  cut(code: number): Promise<void>;
}

function read(text: string | Buffer): Message | undefined {
  if (typeof text !== 'string') return undefined;
  const [, , topic, event, payload] = JSON.parse(text) as [unknown, unknown, string, string, Record<string, unknown>];
  return { topic, event, payload };
}

export async function tap(context: BrowserContext): Promise<Wire> {
  let open: WebSocketRoute[] = [];
  const wire: Wire = {
    opened: 0,
    said: [],
    heard: [],
    closed: [],
    isBlocked: false,
    async cut(code) {
      const ending = open;
      open = [];
      for (const route of ending) await route.close({ code });
    },
  };
  await context.routeWebSocket(/\/realtime\/v1\/websocket/, async (route) => {
    if (wire.isBlocked) return route.close({ code: 1001 });
    wire.opened++;
    open.push(route);
    const server = route.connectToServer();
    const pass = (kept: Message[], to: WebSocketRoute) => (text: string | Buffer) => {
      const message = read(text);
      if (message) kept.push(message);
      to.send(text);
    };
    route.onMessage(pass(wire.said, server));
    server.onMessage(pass(wire.heard, route));
    server.onClose((code) => {
      wire.closed.push(code ?? 0);
      // 1006 and its kin are what a browser says of a connection that broke; nobody may send them.
      void route.close(code === undefined || (code > 1003 && code < 1007) ? {} : { code });
    });
  });
  return wire;
}

const about = (messages: readonly Message[], topic: string, event: string): Message[] => messages.filter((message) => message.event === event && message.topic.startsWith(`realtime:${topic}`));

export const pushes = (wire: Wire, topic: string): Message[] => about(wire.heard, topic, 'postgres_changes');
export const joins = (wire: Wire, topic: string): Message[] => about(wire.said, topic, 'phx_join');

/** How often the daemon said that changes come now. */
export const timesLive = (wire: Wire, topic: string): number => about(wire.heard, topic, 'system').filter(({ payload }) => payload['status'] === 'ok').length;
