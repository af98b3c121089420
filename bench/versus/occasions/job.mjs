// What every Node peer shares: one job's payload, one POST, one line of result.
import { Pool } from 'undici';

const arguments_ = process.argv.slice(2);
export const argument = (name, otherwise) => {
  const at = arguments_.indexOf(`--${name}`);
  return at >= 0 && at + 1 < arguments_.length ? arguments_[at + 1] : otherwise;
};

export const messages = Number(argument('messages', '1000'));
export const bytes = Number(argument('bytes', '200'));
export const concurrency = Number(argument('concurrency', '100'));
export const sends = argument('mode', 'noop') === 'http';

/** Job number i of a run: JSON of `bytes` bytes, with a key of its own. */
export function payload(run, i) {
  const job = {
    idempotencyKey: `vs-${run}-${i}`, recipientId: i, occasion: 'birthday', localYear: 2026, dueAt: '2026-06-14T09:00:00Z', firstName: 'Ada', text: 'Happy birthday, Ada!',
  };
  job.text = job.text.padEnd(job.text.length + Math.max(0, bytes - JSON.stringify(job).length), '.');
  return job;
}

const pool = sends ? new Pool(process.env.VERSUS_SINK, { connections: concurrency, pipelining: 1 }) : null;

/** Sends the job where messages are sent; throws unless it was taken. */
export async function work(job) {
  if (!pool) return;
  const answer = await pool.request({
    path: '/', method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': job.idempotencyKey }, body: JSON.stringify(job),
  });
  await answer.body.dump();
  if (answer.statusCode !== 200) throw new Error(`The sink answered ${answer.statusCode}.`);
}

export const seconds = since => (performance.now() - since) / 1000;

/** Asks every 10 ms until nothing is left in the store. */
export async function until(empty) {
  while (!await empty()) await new Promise(resolve => setTimeout(resolve, 10));
}

/** The last thing a driver does. `done`: jobs that ran, repeated ones included. */
export async function report(result) {
  await pool?.close();
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
