// One graphile-worker with a task that does nothing. Writes "ready" once it runs, then the milliseconds since 1970 at which the last of
// JOBS tasks ended, for each time that so many have. Jobs come from outside (bench/jobs.sh).
import { run } from 'graphile-worker';

const wanted = Number(process.env['PEER_JOBS']);
let ended = 0;
const runner = await run({
  connectionString: process.env['PEER_DATABASE']!,
  concurrency: Number(process.env['PEER_CONCURRENCY']),
  maxPoolSize: Number(process.env['PEER_CONCURRENCY']) + 2,
  noHandleSignals: false,
  pollInterval: 1000,
  taskList: {
    empty: async () => {
      if (++ended === wanted) {
        console.log(performance.timeOrigin + performance.now());
        ended = 0;
      }
    },
  },
  logger: undefined,
});
console.log('ready');
await runner.promise;
