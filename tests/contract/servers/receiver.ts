// A program of an integrator: it keeps what it is told, checks the signature as the standard's own library does, and answers as it is bid.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface Call {
  id: string;
  path: string;
  signature: string;
  text: string;
  body: { type: string; timestamp: string; sequence: number; data: Record<string, unknown> };
}

export class Receiver {
  calls: Call[] = [];
  /** What the next calls are answered with; 200 when there is none left. A function is asked. */
  answers: (number | ((answer: http.ServerResponse) => void))[] = [];
  #server = http.createServer((request, answer) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const text = Buffer.concat(pieces).toString();
      const head = (name: string) => String(request.headers[name] ?? '');
      this.calls.push({ id: head('webhook-id'), path: request.url ?? '', signature: head('webhook-signature'), text, body: JSON.parse(text) });
      this.headers.set(head('webhook-id'), { 'webhook-id': head('webhook-id'), 'webhook-timestamp': head('webhook-timestamp'), 'webhook-signature': head('webhook-signature') });
      const next = this.answers.shift() ?? 200;
      if (typeof next === 'function') next(answer);
      else answer.writeHead(next, next === 302 ? { location: `${this.url}/elsewhere` } : {}).end();
    });
  });
  headers = new Map<string, Record<string, string>>();

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  /** Throws unless this call was signed with that secret just now. */
  verify(secret: string, call: Call): unknown {
    return new Webhook(secret).verify(call.text, this.headers.get(call.id) ?? {});
  }
  of(objectId: string): Call[] {
    return this.calls.filter((call) => call.body.data['id'] === objectId);
  }
  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
