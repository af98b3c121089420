// graphile-worker on PostgreSQL: fills the queue, runs it dry, prints {enqueued, worked, done}: seconds and jobs.
//   --batched   local queue of 500 and completions in batches, the setting of its own performance page
import { makeWorkerUtils, run, Logger } from 'graphile-worker';
import pg from 'pg';
import { argument, concurrency, messages, payload, report, seconds, until, work } from './job.mjs';

const batched = argument('batched', 'no') === 'yes';
const logger = new Logger(() => (level, text) => { if (level === 'error' || level === 'warning') process.stderr.write(`${text}\n`); });
// It wants a connection for each job at a time; as many as the server can spare.
const server = new pg.Client();
await server.connect();
const spare = Number((await server.query('SHOW max_connections')).rows[0].max_connections) - 30;
await server.end();
const pool = new pg.Pool({ max: Math.min(concurrency + 10, spare) });
const tell = error => process.stderr.write(`${error}\n`);
pool.on('error', tell);
pool.on('connect', client => client.on('error', tell));
const utils = await makeWorkerUtils({ pgPool: pool, logger });
await utils.migrate();
await pool.query('TRUNCATE graphile_worker._private_jobs');

const stamp = Date.now().toString(36);
let since = performance.now();
for (let from = 0; from < messages; from += 10_000) {
  const jobs = Array.from({ length: Math.min(10_000, messages - from) }, (_, k) => ({ identifier: 'greet', payload: payload(stamp, from + k) }));
  await pool.query(
    'SELECT count(*) FROM (SELECT graphile_worker.add_jobs(array(SELECT json_populate_recordset(null::graphile_worker.job_spec, $1::json)))) j', [JSON.stringify(jobs)]);
}
const enqueued = seconds(since);
await pool.query('VACUUM ANALYZE graphile_worker._private_jobs');
await pool.query('CHECKPOINT');

let done = 0;
let last;
const all = new Promise(resolve => { last = resolve; });
since = performance.now();
const runner = await run({
  pgPool: pool,
  logger,
  noHandleSignals: true,
  taskList: { greet: async job => { await work(job); if (++done === messages) last(); } },
  preset: { worker: { concurrentJobs: concurrency, ...(batched ? { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } : {}) } },
});
await all;
await until(async () => (await pool.query('SELECT NOT EXISTS (SELECT FROM graphile_worker._private_jobs) AS empty')).rows[0].empty);
const worked = seconds(since);
await runner.stop();
await utils.release();
await pool.end();
await report({ enqueued, worked, done });
