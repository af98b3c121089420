// Runs the chosen ways round by round, each in a process of its own, checks what arrived, and prints the tables. Started by ./run, which makes the servers.
import { spawn, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { Redis } from 'ioredis';

const here = import.meta.dirname;
const root = path.resolve(here, '../../..');
const { VERSUS_MESSAGES, VERSUS_RUNS, VERSUS_BYTES, VERSUS_SLOW_MESSAGES, VERSUS_SINK, VERSUS_COMMAND } = process.env;
const [messages, runs, bytes, slowMessages] = [VERSUS_MESSAGES, VERSUS_RUNS, VERSUS_BYTES, VERSUS_SLOW_MESSAGES].map(Number);
const chosen = process.argv.slice(2);
const npgsql = `Host=${process.env.PGHOST};Port=${process.env.PGPORT};Username=${process.env.PGUSER}${process.env.PGPASSWORD ? `;Password=${process.env.PGPASSWORD}` : ''}`;

const built = (project, file) => path.join(root, 'artifacts/bin', project, 'release', file);
const packageVersion = name => JSON.parse(readFileSync(path.join(here, 'node_modules', name, 'package.json'), 'utf8')).version;
const number = value => Math.round(value).toLocaleString('en-US');
const median = values => { const v = [...values].sort((a, b) => a - b); return v.length % 2 ? v[v.length >> 1] : (v[v.length / 2 - 1] + v[v.length / 2]) / 2; };

// One way = one line of a table. `concurrency`: jobs at a time without sending (24 is graphile-worker's own benchmark, 100 BullMQ's) and with it.
const node = (file, concurrent, options, env) => (count, mode) => line(process.execPath, [
  path.join(here, file), '--messages', count, '--bytes', bytes, '--mode', mode, '--concurrency', concurrent[mode], ...options], env);
const quartz = (concurrent, clustered) => (count, mode) => line('dotnet', [
  built('QuartzPeer', 'QuartzPeer.dll'), '--messages', count, '--bytes', bytes, '--mode', mode, '--concurrency', concurrent[mode], '--clustered', clustered],
{ VERSUS_QUARTZ: `${npgsql};Database=versus_quartz` });
const graphile = { noop: 24, http: 128 };
const bull = { noop: 100, http: 128 };
const pool = { noop: 20, http: 20 };
const ways = [
  { peer: 'graphile', name: 'graphile-worker, default', at: graphile, run: node('graphile.mjs', graphile, [], { PGDATABASE: 'versus_graphile' }) },
  { peer: 'graphile', name: 'graphile-worker, batched', at: graphile, run: node('graphile.mjs', graphile, ['--batched', 'yes'], { PGDATABASE: 'versus_graphile' }) },
  { peer: 'bullmq', name: 'BullMQ, appendfsync everysec', at: bull, run: node('bullmq.mjs', bull, [], { VERSUS_REDIS_PORT: process.env.VERSUS_REDIS_EVERYSEC }) },
  { peer: 'bullmq', name: 'BullMQ, appendfsync always', at: bull, run: node('bullmq.mjs', bull, [], { VERSUS_REDIS_PORT: process.env.VERSUS_REDIS_ALWAYS }) },
  { peer: 'quartz', name: 'Quartz.NET, one node', at: pool, slow: true, run: quartz(pool, 'no') },
  { peer: 'quartz', name: 'Quartz.NET, clustered', at: pool, slow: true, run: quartz(pool, 'yes') },
].filter(way => chosen.includes(way.peer));

let child;
process.on('SIGTERM', () => { child?.kill('SIGKILL'); process.exit(143); });

/** Runs a program to its end; answers what it printed. Its errors go to ours. */
function output(program, parameters, env = {}) {
  return new Promise((resolve, reject) => {
    child = spawn(program, parameters.map(String), { env: { ...process.env, NO_LOG_SUCCESS: '1', NODE_ENV: 'production', ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', data => { text += data; });
    child.on('error', reject);
    child.on('close', code => code === 0 ? resolve(text) : reject(new Error(`${program} ${parameters.join(' ')} ended with ${code}\n${text}`)));
  });
}

const line = async (program, parameters, env) => JSON.parse((await output(program, parameters, env)).trim().split('\n').at(-1));

async function sink(method) {
  const answer = await fetch(VERSUS_SINK, { method, signal: AbortSignal.timeout(30_000) });
  if (!answer.ok) throw new Error(`The sink answered ${answer.status}.`);
  return method === 'GET' ? answer.json() : null;
}

const idle = [];
const sent = [];
const wrong = [];
const entry = (table, key, facts) => table.find(e => e.key === key) ?? table[table.push({ key, rates: [], enqueued: [], stored: [], missing: 0, doubles: 0, size: 0, ...facts }) - 1];

/** What arrived at the sink since it was emptied: the rate by its clock, and what is missing or double. */
async function arrived(e, count) {
  const tally = await sink('GET');
  const span = (Date.parse(tally.lastAt) - Date.parse(tally.firstAt)) / 1000;
  e.rates.push(count / span);
  e.missing += count - (tally.effects - tally.doubles);
  e.doubles += tally.doubles;
  e.size = Math.round(tally.bodyBytes / tally.requests);
  if (tally.effects !== count || tally.doubles !== 0) wrong.push(`${e.key}: ${tally.effects} of ${count} messages at the sink, ${tally.doubles} of them double`);
}

async function peers() {
  for (const way of ways) {
    const count = way.slow ? Math.min(messages, slowMessages) : messages;
    for (const mode of ['noop', 'http']) {
      process.stderr.write(`${way.name}, ${mode}, ${count} messages ... `);
      await sink('DELETE');
      const result = await way.run(count, mode);
      const e = entry(mode === 'noop' ? idle : sent, way.name, { at: way.at[mode], count, peer: way.peer });
      e.enqueued.push(count / result.enqueued);
      e.stored.push(count / result.worked);
      if (result.done !== count) wrong.push(`${way.name}, ${mode}: ${result.done} of ${count} jobs ran`);
      if (mode === 'noop') e.rates.push(count / result.worked);
      else await arrived(e, count);
      process.stderr.write(`${number(e.rates.at(-1))}/s\n`);
    }
  }
}

/** Mainstreet's own benchmark; its rows are read from the tables that it prints. */
async function mainstreet() {
  if (!chosen.includes('mainstreet')) return;
  const bench = (only, warm = 0) => output('dotnet', [
    built('Mainstreet.Benchmarks', 'Mainstreet.Benchmarks.dll'), 'occasions-delivery', '--only', only, '--engines', 'postgres', '--messages', messages, '--runs', 1, '--warm', warm, '--sink', VERSUS_SINK],
  { MAINSTREET_TEST_POSTGRES: npgsql });
  const rows = text => text.split('\n').filter(l => l.startsWith('| Postgres |')).map(l => l.split('|').slice(2, -1).map(c => c.trim()));
  const value = cell => Number(cell.replaceAll(',', ''));
  process.stderr.write('Mainstreet, claims ... ');
  for (const [batch, connections, rate] of rows(await bench('claims'))) {
    const e = entry(idle, `Mainstreet, batches of ${batch}`.replace(/of 1$/, 'of one') + `, ${connections} connection${connections === '1' ? '' : 's'}`,
      { at: connections, count: batch === '1' ? Math.min(messages, 5_000) : messages, peer: 'mainstreet' });
    e.rates.push(value(rate));
  }
  process.stderr.write(`${number(Math.max(...idle.filter(e => e.peer === 'mainstreet').map(e => e.rates.at(-1))))}/s at best\n`);
  for (const [name, warm] of [['Mainstreet, just started', 0], ['Mainstreet, after as many before', messages]]) {
    process.stderr.write(`${name}, http ... `);
    await sink('DELETE');
    for (const [senders, rate, memory] of rows(await bench('http', warm))) {
      const e = entry(sent, name, { at: senders, count: messages, peer: 'mainstreet' });
      e.own = [...(e.own ?? []), value(rate)];
      e.memory = Math.max(e.memory ?? 0, value(memory));
      await arrived(e, messages);
      process.stderr.write(`${number(e.rates.at(-1))}/s\n`);
    }
  }
}

async function database(sql, name = 'postgres') {
  const client = new pg.Client({ database: name });
  await client.connect();
  try {
    return (await client.query(sql)).rows[0];
  } finally {
    await client.end();
  }
}

async function versions() {
  const facts = [`${os.cpus()[0].model}, ${os.cpus().length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB, Linux ${os.release()}`];
  facts.push(`.NET ${execFileSync('dotnet', ['--list-runtimes'], { encoding: 'utf8' }).split('\n').filter(l => l.startsWith('Microsoft.NETCore.App 10.')).at(-1)?.split(' ')[1]}, Node ${process.version}`);
  const pgFacts = await database(`SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
    current_setting('shared_buffers') AS buffers`);
  facts.push(`PostgreSQL ${pgFacts.version}, fsync ${pgFacts.fsync}, synchronous_commit ${pgFacts.commit}, shared_buffers ${pgFacts.buffers}`);
  if (pgFacts.fsync !== 'on' || pgFacts.commit !== 'on') throw new Error('PostgreSQL must run with fsync and synchronous_commit on.');
  if (chosen.includes('graphile')) facts.push(`graphile-worker ${packageVersion('graphile-worker')} with pg ${packageVersion('pg')}`);
  if (chosen.includes('bullmq')) {
    for (const mode of ['EVERYSEC', 'ALWAYS']) {
      const redis = new Redis({ host: '127.0.0.1', port: Number(process.env[`VERSUS_REDIS_${mode}`]) });
      const [, only] = await redis.config('GET', 'appendonly');
      const [, policy] = await redis.config('GET', 'appendfsync');
      if (only !== 'yes' || policy !== mode.toLowerCase()) throw new Error(`Redis runs with appendonly ${only}, appendfsync ${policy}.`);
      if (mode === 'ALWAYS') facts.push(`BullMQ ${packageVersion('bullmq')} with ioredis ${packageVersion('ioredis')}, Redis ${/redis_version:(\S+)/.exec(await redis.info('server'))[1]}`);
      redis.disconnect();
    }
  }
  if (chosen.some(c => c !== 'quartz' && c !== 'mainstreet')) facts.push(`undici ${packageVersion('undici')} for the Node peers' POSTs`);
  if (chosen.includes('quartz')) {
    const libraries = Object.keys(JSON.parse(readFileSync(built('QuartzPeer', 'QuartzPeer.deps.json'), 'utf8')).libraries);
    facts.push(['Quartz/', 'Npgsql/'].map(name => libraries.find(l => l.startsWith(name))?.replace('/', ' ')).join(' with '));
  }
  if (chosen.includes('mainstreet')) {
    const changed = execFileSync('git', ['-C', root, 'status', '--porcelain', '--untracked-files=no'], { encoding: 'utf8' }).trim() !== '';
    facts.push(`Mainstreet ${execFileSync('git', ['-C', root, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()}${changed ? ' with changes' : ''}`);
  }
  return facts;
}

function tables(facts, started, load) {
  const date = started.toISOString().slice(0, 10);
  const rates = e => e.rates.map(number).join(', ');
  const text = [`# Occasions beside its peers, ${date}`, '', `\`${VERSUS_COMMAND}\``, '', ...facts.map(f => `- ${f}`),
    `- ${runs} round${runs === 1 ? '' : 's'}, one way after the other in each; load average ${load.toFixed(1)} before, ${os.loadavg()[0].toFixed(1)} at the end`, '',
    '## Jobs without sending: claimed and completed', '',
    '| way | jobs | at a time | enqueue/s, median | jobs/s, each run | median |', '|---|---:|---:|---:|---|---:|'];
  for (const e of idle) text.push(`| ${e.key} | ${number(e.count)} | ${e.at} | ${e.enqueued.length ? number(median(e.enqueued)) : '-'} | ${rates(e)} | ${number(median(e.rates))} |`);
  text.push('', "The peers' worker runs an empty job; Mainstreet's rows are bare loops that claim from its store and complete there, without its worker.");
  text.push('', "## One HTTP POST each, to one sink in a process of its own", '',
    '| way | messages | at a time | body bytes | messages/s by the sink\'s clock, each run | median | own clock, median | missing | double | Mainstreet just started is | and later |', '|---|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|');
  const own = sent.filter(e => e.peer === 'mainstreet');
  const times = (mine, e) => `${(median(mine.rates) / median(e.rates)).toFixed(median(mine.rates) / median(e.rates) < 10 ? 2 : 0)} x`;
  for (const e of sent) {
    text.push(`| ${e.key} | ${number(e.count)} | ${e.at} | ${e.size} | ${rates(e)} | ${number(median(e.rates))} | ${number(median(e.own ?? e.stored))} | ${e.missing} | ${e.doubles} | `
      + [0, 1].map(i => own.length === 2 && e.peer !== 'mainstreet' ? times(own[i], e) : '-').join(' | ') + ' |');
  }
  text.push('', "The sink's clock runs from the first message that it took to the last. The peers' own clock runs from the start of the worker until nothing is left in the store, "
    + "Mainstreet's from its first attempt to its last accepted one.");
  if (own.length) text.push(`Mainstreet's process held ${Math.max(...own.map(e => e.memory))} MB at most.`);
  return text.join('\n');
}

const started = new Date();
const load = os.loadavg()[0];
const facts = await versions();
const databases = ['versus_graphile', 'versus_quartz'];
for (const name of databases) {
  await database(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await database(`CREATE DATABASE ${name}`);
}
try {
  for (let round = 1; round <= runs; round++) {
    process.stderr.write(`round ${round} of ${runs}\n`);
    await peers();
    await mainstreet();
  }
} finally {
  for (const name of databases) await database(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}
console.log(tables(facts, started, load));
for (const what of wrong) console.error(`WRONG: ${what}`);
process.exit(wrong.length === 0 ? 0 : 1);
