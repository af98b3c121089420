// BullMQ on Redis: fills the queue by addBulk(1000), runs it dry, prints {enqueued, worked, done}: seconds and jobs.
import { Queue, Worker } from 'bullmq';
import { concurrency, messages, payload, report, seconds, until, work } from './job.mjs';

const connection = { host: '127.0.0.1', port: Number(process.env.VERSUS_REDIS_PORT) };
const stamp = Date.now().toString(36);
const queue = new Queue(`greet-${stamp}`, { connection });
await queue.waitUntilReady();

let since = performance.now();
for (let from = 0; from < messages; from += 1_000) {
  await queue.addBulk(Array.from({ length: Math.min(1_000, messages - from) }, (_, k) => ({ name: 'greet', data: payload(stamp, from + k), opts: { removeOnComplete: true } })));
}
const enqueued = seconds(since);

let done = 0;
let last;
const all = new Promise(resolve => { last = resolve; });
since = performance.now();
const worker = new Worker(queue.name, async job => { await work(job.data); if (++done === messages) last(); }, { connection, concurrency });
worker.on('failed', (_, error) => process.stderr.write(`${error}\n`));
await all;
await until(async () => Object.values(await queue.getJobCounts('active', 'waiting', 'delayed', 'failed')).every(count => count === 0));
const worked = seconds(since);
await worker.close();
await queue.obliterate({ force: true });
await queue.close();
await report({ enqueued, worked, done });
