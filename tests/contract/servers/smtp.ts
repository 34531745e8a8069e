// A small SMTP server (RFC 5321) on a real socket, which keeps what it is given and refuses what it is told to.
import { createServer, type Server, type Socket } from 'node:net';

export interface Mail {
  from: string;
  to: string[];
  data: string;
}

export class SmtpServer {
  readonly mails: Mail[] = [];
  /** How often a connection was opened. */
  connections = 0;
  /** The answer to RCPT; undefined: accepted. */
  refuse: (to: string) => string | undefined = () => undefined;
  port = 0;
  #server: Server;
  #sockets = new Set<Socket>();

  constructor() {
    this.#server = createServer((socket) => {
      this.#talk(socket);
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    this.port = typeof address === 'object' && address ? address.port : 0;
    return this;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #talk(socket: Socket): void {
    this.connections++;
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
    let buffer = '';
    let mail: Mail = { from: '', to: [], data: '' };
    let inData = false;
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 tests ready');
    socket.on('data', (chunk) => {
      buffer += chunk.toString('latin1');
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        if (inData) {
          if (line !== '.') {
            mail.data += `${line.startsWith('..') ? line.slice(1) : line}\r\n`;
            continue;
          }
          inData = false;
          this.mails.push(mail);
          mail = { from: '', to: [], data: '' };
          say('250 kept');
        } else if (/^EHLO|^HELO/i.test(line)) say('250 tests');
        else if (/^MAIL FROM:/i.test(line)) {
          mail.from = /<(.*)>/.exec(line)?.[1] ?? '';
          say('250 ok');
        } else if (/^RCPT TO:/i.test(line)) {
          const to = /<(.*)>/.exec(line)?.[1] ?? '';
          const refusal = this.refuse(to);
          if (!refusal) mail.to.push(to);
          say(refusal ?? '250 ok');
        } else if (/^DATA/i.test(line)) {
          inData = true;
          say('354 go on');
        } else if (/^QUIT/i.test(line)) {
          say('221 bye');
          socket.end();
        } else say('502 what?');
      }
    });
  }
}

/** The text of a quoted-printable mail. */
export function mailText(mail: Mail): string {
  const body = mail.data.slice(mail.data.indexOf('\r\n\r\n') + 4).replace(/=\r\n/g, '');
  return Buffer.from(
    body.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
}
