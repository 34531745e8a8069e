// Requests as bytes: what a polite client library would never send.
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { inflateRawSync } from 'node:zlib';

export interface Reply {
  status: number;
  /** Names in lower case; several lines of one name are joined by ", ". */
  headers: Record<string, string>;
  body: Buffer;
}

/** One connection, and the answers that come over it in their order. */
export class Wire {
  readonly socket: Socket;
  private bytes = Buffer.alloc(0);
  private ended = false;
  private wake: () => void = () => {};

  constructor(port: number, tls = false) {
    this.socket = tls ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }) : connect(port, '127.0.0.1');
    this.socket.on('data', (chunk: Buffer) => {
      this.bytes = Buffer.concat([this.bytes, chunk]);
      this.wake();
    });
    this.socket.on('close', () => {
      this.ended = true;
      this.wake();
    });
    this.socket.on('error', () => {
      this.ended = true;
      this.wake();
    });
  }

  send(text: string | Buffer): this {
    this.socket.write(text);
    return this;
  }

  private async more(): Promise<boolean> {
    if (this.ended) return false;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    return true;
  }

  private async until(ready: () => boolean): Promise<boolean> {
    while (!ready()) if (!(await this.more())) return ready();
    return true;
  }

  private take(length: number): Buffer {
    const taken = this.bytes.subarray(0, length);
    this.bytes = this.bytes.subarray(length);
    return taken;
  }

  private async line(): Promise<string> {
    if (!(await this.until(() => this.bytes.includes('\r\n')))) throw new Error('the connection ended in a line');
    return this.take(this.bytes.indexOf('\r\n') + 2)
      .toString('latin1')
      .trimEnd();
  }

  private async exactly(length: number): Promise<Buffer> {
    if (!(await this.until(() => this.bytes.length >= length))) throw new Error('the connection ended in a body');
    return this.take(length);
  }

  /** The next answer; null when the connection ended before one began. `method` HEAD has no body. */
  async reply(method = 'GET'): Promise<Reply | null> {
    if (!(await this.until(() => this.bytes.length > 0))) return null;
    const status = Number((await this.line()).split(' ')[1]);
    const headers: Record<string, string> = {};
    for (let line = await this.line(); line; line = await this.line()) {
      const name = line.slice(0, line.indexOf(':')).toLowerCase();
      const value = line.slice(line.indexOf(':') + 1).trim();
      headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
    }
    if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return { status, headers, body: Buffer.alloc(0) };
    if (headers['transfer-encoding'] === 'chunked') {
      const pieces: Buffer[] = [];
      for (;;) {
        const length = parseInt(await this.line(), 16);
        if (length) pieces.push(await this.exactly(length));
        await this.line();
        if (!length) return { status, headers, body: Buffer.concat(pieces) };
      }
    }
    if ('content-length' in headers) return { status, headers, body: await this.exactly(Number(headers['content-length'])) };
    await this.closed();
    return { status, headers, body: this.take(this.bytes.length) };
  }

  /** Resolves when the daemon has ended the connection. */
  async closed(): Promise<void> {
    while (await this.more());
  }

  end(): void {
    this.socket.destroy();
  }
}

/** One request on a connection of its own. */
export async function exchange(port: number, request: string | Buffer, method = 'GET', tls = false): Promise<Reply | null> {
  const wire = new Wire(port, tls);
  try {
    return await wire.send(request).reply(method);
  } finally {
    wire.end();
  }
}

export function text(reply: Reply | null): string {
  return reply ? reply.body.toString() : '';
}

/** The content of a gzip member. */
export function gunzip(body: Buffer): string {
  return inflateRawSync(body.subarray(10)).toString();
}
