// A receipt printer on the network, as port 9100 is: takes one connection at a time, answers questions for its state, and keeps what it printed. It can run out
// of paper, be mute, refuse, reset in the middle, and take everything without saying that it was printed.
import net from 'node:net';
import { readEscpos, type Paper } from './escpos.ts';

export interface NetworkPrinter {
  port: number;
  /** What came out, one for each connection that sent something to print. */
  papers: Paper[];
  paper: 'there' | 'low' | 'out';
  /** Does not answer questions, as cheap printers do not. */
  mute: boolean;
  /** Answers questions for its state, but never that it has printed. */
  silent: boolean;
  /** Resets the connection after so many bytes. */
  resetAfter: number;
  connections: number;
  mostAtOnce: number;
  stop(): Promise<void>;
}

/** DLE EOT n: the n of each, in order. */
function asked(bytes: Buffer): number[] {
  const found: number[] = [];
  for (let i = 0; i + 2 < bytes.length; i++) if (bytes[i] === 0x10 && bytes[i + 1] === 4 && (bytes[i + 2] === 2 || bytes[i + 2] === 4)) found.push(bytes[i + 2] ?? 0);
  return found;
}

export async function startNetworkPrinter(): Promise<NetworkPrinter> {
  let open = 0;
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    const parts: Buffer[] = [];
    let size = 0;
    let answered = 0;
    printer.connections += 1;
    printer.mostAtOnce = Math.max(printer.mostAtOnce, ++open);
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => {
      parts.push(data);
      size += data.length;
      if (size > printer.resetAfter) {
        socket.resetAndDestroy();
        return;
      }
      const all = Buffer.concat(parts);
      if (printer.mute) return;
      // questions in real time, in the order in which they came
      const questions = asked(all);
      for (; answered < questions.length; answered++) {
        const out = printer.paper === 'out';
        if (questions[answered] === 2) socket.write(Buffer.from([out ? 0x32 : 0x12]));
        else socket.write(Buffer.from([out ? 0x7e : printer.paper === 'low' ? 0x1e : 0x12]));
      }
      if (!printer.silent && all.subarray(-3).equals(Buffer.from([0x1d, 0x72, 0x01]))) socket.write(Buffer.from([0x00]));
    });
    socket.on('end', () => {
      socket.end();
    });
    socket.on('close', () => {
      open -= 1;
      const paper = readEscpos(Buffer.concat(parts));
      if (paper.rows > 0 || paper.text.length > 0) printer.papers.push(paper);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const printer: NetworkPrinter = {
    port: typeof address === 'object' && address ? address.port : 0,
    papers: [],
    paper: 'there',
    mute: false,
    silent: false,
    resetAfter: Number.POSITIVE_INFINITY,
    connections: 0,
    mostAtOnce: 0,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return printer;
}
