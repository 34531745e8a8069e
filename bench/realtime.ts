// Thousands of subscribers on bare sockets: supabase-js for each would measure the generator, which shares the cores with the daemon.
//   node bench/realtime.ts --port P --host HOST --key KEY [--token TOKEN] --sockets N [--table T --ids FILE] --seconds S
// Opens N WebSockets (vsn 2.0.0). Without --table they stay idle. With it each joins a channel of its own name for UPDATEs of the table: with
// --ids, the one with an id from the file, in turn; else all. Prints "open" when all are there, reads a line from standard input, then
// counts for S seconds what comes and prints "deliveries p50_ms p99_ms max_ms": from the commit's own timestamp to the byte here.
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '8190' },
    host: { type: 'string', default: '' },
    key: { type: 'string', default: '' },
    token: { type: 'string' },
    sockets: { type: 'string', default: '1000' },
    table: { type: 'string' },
    ids: { type: 'string' },
    seconds: { type: 'string', default: '10' },
  },
});
const ids = options.ids ? readFileSync(options.ids, 'utf8').trim().split('\n') : [];
const latencies: number[] = [];
let counting = false;

const MARK = Buffer.from('"commit_timestamp":"');

function frame(text: string): Buffer {
  const body = Buffer.from(text);
  const head = body.length < 126 ? Buffer.from([0x81, 0x80 | body.length]) : Buffer.from([0x81, 0x80 | 126, body.length >> 8, body.length & 255]);
  return Buffer.concat([head, Buffer.alloc(4), body]); // a mask of zeros leaves the body as it is
}

function join(number: number): Buffer {
  const filter = ids.length ? { filter: `id=eq.${ids[number % ids.length]}` } : {};
  return frame(
    JSON.stringify([
      '1',
      '1',
      `realtime:bench${ids.length ? number % ids.length : ''}`,
      'phx_join',
      {
        config: {
          broadcast: { ack: false, self: false },
          presence: { key: '', enabled: false },
          private: false,
          postgres_changes: [{ event: 'UPDATE', schema: 'public', table: options.table, ...filter }],
        },
        ...(options.token ? { access_token: options.token } : {}),
      },
    ]),
  );
}

/** A server's frames are not masked: their lengths are read, so that no mark is missed at a border or found twice. */
function reader(onFrame: (payload: Buffer) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    let data = rest.length ? Buffer.concat([rest, bytes]) : bytes;
    for (;;) {
      if (data.length < 4) break;
      const short = (data[1] ?? 0) & 127;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (data.length < head) break;
      const length = short < 126 ? short : short === 126 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2));
      if (data.length < head + length) break;
      if ((data[0] ?? 0) === 0x81) onFrame(data.subarray(head, head + length));
      data = data.subarray(head + length);
    }
    rest = Buffer.from(data);
  };
}

function open(number: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: Number(options.port), noDelay: true });
    let upgraded = false;
    const feed = reader((payload) => {
      if (counting) {
        const at = payload.indexOf(MARK);
        if (at > 0) latencies.push(Date.now() - Date.parse(payload.toString('latin1', at + MARK.length, at + MARK.length + 32).replace(/".*/, '')));
      } else if (payload.includes('Subscribed to PostgreSQL')) {
        resolve(socket);
      } else if (payload.includes('"status":"error"')) {
        reject(new Error(payload.toString()));
      }
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
    socket.on('data', (bytes) => {
      if (upgraded) {
        feed(bytes);
        return;
      }
      if (!bytes.toString('latin1').startsWith('HTTP/1.1 101')) reject(new Error(bytes.toString()));
      upgraded = true;
      if (options.table) socket.write(join(number));
      else resolve(socket);
    });
    socket.write(
      `GET /realtime/v1/websocket?apikey=${options.key}&vsn=2.0.0 HTTP/1.1\r\nHost: ${options.host}\r\nUpgrade: websocket\r\n` +
        'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n',
    );
  });
}

const sockets: Socket[] = [];
const count = Number(options.sockets);
for (let from = 0; from < count; from += 50) sockets.push(...(await Promise.all(Array.from({ length: Math.min(50, count - from) }, (_, i) => open(from + i)))));
const heartbeat = setInterval(() => {
  for (const socket of sockets) socket.write(frame('[null,"9","phoenix","heartbeat",{}]'));
}, 25_000);
console.log('open');
await new Promise((resolve) => createInterface({ input: process.stdin }).once('line', resolve));
counting = true;
await new Promise((resolve) => setTimeout(resolve, Number(options.seconds) * 1000));
clearInterval(heartbeat);
latencies.sort((a, b) => a - b);
const at = (share: number): number => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
console.log(`${latencies.length} ${at(0.5).toFixed(1)} ${at(0.99).toFixed(1)} ${at(1).toFixed(1)}`);
process.exit(0);
