// Requests at a set pace, or a set number of them: what wrk cannot do.
//   node bench/load.ts --url URL [--header 'name: value']… [--connections 16] (--rate PER_SECOND --seconds N | --count N)
// Prints "requests errors p50_ms p99_ms max_ms". With --rate requests leave when they are due, whether or not earlier ones were answered
// (an open loop): a server that stalls is charged for everybody who had to wait. The clock of a request starts when the timer, which ticks
// each millisecond, sends it, so the timer's own jitter counts for nobody.
import http from 'node:http';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    url: { type: 'string', default: '' },
    header: { type: 'string', multiple: true, default: [] },
    connections: { type: 'string', default: '16' },
    rate: { type: 'string' },
    seconds: { type: 'string', default: '5' },
    count: { type: 'string' },
  },
});
const url = new URL(options.url);
const connections = Number(options.connections);
const agent = new http.Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
const headers = Object.fromEntries(options.header.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
const latencies: number[] = [];
let errors = 0;

function ask(): Promise<void> {
  const start = process.hrtime.bigint();
  return new Promise((resolve) => {
    const failed = () => {
      errors++;
      resolve();
    };
    http
      .get({ host: url.hostname, port: url.port, path: url.pathname + url.search, headers, agent }, (answer) => {
        answer.resume();
        answer.on('end', () => {
          latencies.push(Number(process.hrtime.bigint() - start) / 1e6);
          if (answer.statusCode !== 200) errors++;
          resolve();
        });
        answer.on('error', failed);
      })
      .on('error', failed);
  });
}

async function paced(rate: number, seconds: number): Promise<void> {
  const start = performance.now();
  const asked: Promise<void>[] = [];
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min((performance.now() - start) / 1000, seconds) * rate;
      while (asked.length < due) asked.push(ask());
      if (performance.now() - start < seconds * 1000) return;
      clearInterval(timer);
      resolve();
    }, 1);
  });
  await Promise.all(asked);
}

async function counted(count: number): Promise<void> {
  let left = count;
  const one = async () => {
    while (left-- > 0) await ask();
  };
  await Promise.all(Array.from({ length: connections }, one));
}

if (options.count) await counted(Number(options.count));
else await paced(Number(options.rate), Number(options.seconds));
latencies.sort((a, b) => a - b);
const at = (share: number) => (latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0).toFixed(2);
console.log(latencies.length, errors, at(0.5), at(0.99), at(1));
agent.destroy();
