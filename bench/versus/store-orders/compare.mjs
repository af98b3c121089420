// Runs the orders against each system in turn, VERSUS_RUNS rounds, and prints Markdown with the median of the rounds. `run` says what it needs.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';

const { VERSUS_ORDERS, VERSUS_WARMUP, VERSUS_RUNS, VERSUS_PRODUCTS, VERSUS_CONCURRENCY, VERSUS_METHOD, VERSUS_SYSTEMS, VERSUS_COMMAND, VERSUS_PROGRAM, VERSUS_LOAD, VERSUS_PORT } = process.env;
const { PGHOST, PGPORT, PGUSER, PGPASSWORD } = process.env;
const here = new URL('.', import.meta.url).pathname;
const work = mkdtempSync(join(tmpdir(), 'mainstreet-orders.'));
const groceries = join(work, 'groceries.json');
const run = `versus_${process.pid}`;
const databases = [];
let server;
let helper;

async function sql(text) {
  const client = new pg.Client({ host: PGHOST, port: Number(PGPORT), user: PGUSER, password: PGPASSWORD, database: 'postgres' });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function makeDatabase(name) {
  databases.push(`${run}_${name}`);
  await sql(`CREATE DATABASE ${run}_${name}`);
  return `${run}_${name}`;
}

/** Starts a server and waits for the line that says that it serves. */
function start(command, args, env, ready) {
  const log = openSync(join(work, 'server.log'), 'a');
  server = spawn(command, args, { cwd: dirname(VERSUS_PROGRAM), env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', log] });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the server does not serve')), 90_000);
    server.stdout.on('data', text => { if (String(text).includes(ready)) { clearTimeout(timer); resolve(); } });
    server.on('exit', code => { clearTimeout(timer); reject(new Error(`the server ended with ${code}: ${readFileSync(join(work, 'server.log'), 'utf8').slice(-2_000)}`)); });
  });
}

async function stop() {
  if (!server || server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise(resolve => { server.removeAllListeners('exit').on('exit', resolve); });
  server.kill('SIGTERM');
  const timer = setTimeout(() => server.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}

/** Runs a program to its end; answers what it printed. */
function finish(command, args, env) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  helper = child;
  let text = '';
  child.stdout.setEncoding('utf8').on('data', part => { text += part; });
  return new Promise((resolve, reject) => child.on('error', reject).on('close', code => (code === 0 ? resolve(text) : reject(new Error(`${args.slice(0, 2).join(' ')} ended with ${code}`)))));
}

const drive = async (command, args, env) => (await finish(command, args, env)).trim().split('\n').map(line => JSON.parse(line));
const counts = ['--orders', VERSUS_ORDERS, '--warmup', VERSUS_WARMUP, '--concurrency', VERSUS_CONCURRENCY];

async function mainstreet(folder, settings, database) {
  await start(VERSUS_PROGRAM, ['serve', '--urls', `http://127.0.0.1:${VERSUS_PORT}`, '--no-seed', '--data', join(work, folder)], {
    ASPNETCORE_ENVIRONMENT: 'Development', Logging__LogLevel__Default: 'Warning', Web__RequestsPerSecond: '100000', Web__Burst: '100000', ...settings,
  }, 'Mainstreet serves on');
  const behind = database ? ['--database', database] : [];
  return drive('dotnet', [VERSUS_LOAD, 'orders', '--json', '--target', `http://127.0.0.1:${VERSUS_PORT}`, '--products', VERSUS_PRODUCTS, '--method', VERSUS_METHOD, ...counts, ...behind]);
}

const names = { postgres: 'Mainstreet on PostgreSQL', vendure: 'Vendure on PostgreSQL', sqlite: 'Mainstreet on SQLite' };
const systems = {
  async postgres() {
    const database = systems.postgres.database ??= await makeDatabase('mainstreet');
    const connection = `Host=${PGHOST};Port=${PGPORT};Username=${PGUSER};Database=${database}${PGPASSWORD ? `;Password=${PGPASSWORD}` : ''}`;
    return mainstreet('on-postgres', { Database__Provider: 'postgres', Database__ConnectionString: connection }, connection);
  },
  async vendure() {
    const env = { PGDATABASE: systems.vendure.database, VENDURE_PORT: VERSUS_PORT, NODE_ENV: 'production' };
    if (!env.PGDATABASE) {
      env.PGDATABASE = systems.vendure.database = await makeDatabase('vendure');
      process.stderr.write('filling the shop of Vendure\n');
      await finish(process.execPath, [`${here}server.js`, 'populate', groceries], env);
    }

    await start(process.execPath, [`${here}server.js`, 'serve'], env, 'ready');
    return drive(process.execPath, [`${here}load.mjs`, groceries, ...counts], env);
  },
  sqlite: () => mainstreet('on-sqlite', { Database__Provider: 'sqlite' }),
};

const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const found = new Map();
async function measure() {
  writeFileSync(groceries, await finish('dotnet', [VERSUS_LOAD, 'groceries', '--products', VERSUS_PRODUCTS]));
  for (let round = 1; round <= Number(VERSUS_RUNS); round++) {
    for (const system of VERSUS_SYSTEMS.split(' ')) {
      process.stderr.write(`round ${round}: ${names[system]}\n`);
      for (const line of await systems[system]()) {
        const key = `${line.concurrency} ${system}`;
        found.set(key, [...(found.get(key) ?? []), line]);
      }

      await stop();
    }
  }
}

async function print() {
  const [{ server_version: postgres }] = await sql('SHOW server_version');
  const [{ synchronous_commit: commit }] = await sql('SHOW synchronous_commit');
  const [{ fsync }] = await sql('SHOW fsync');
  const version = name => JSON.parse(readFileSync(`${here}node_modules/${name}/package.json`)).version;
  console.log(`${new Date().toISOString().slice(0, 10)}, ${cpus().length} x ${cpus()[0].model}, Linux ${release()}, PostgreSQL ${postgres} (fsync ${fsync}, synchronous_commit ${commit}), `
    + `.NET ${execFileSync('dotnet', ['--version']).toString().trim()}, node ${process.versions.node}, Vendure ${version('@vendure/core')}, pg ${version('pg')}. Command: \`${VERSUS_COMMAND}\`. `
    + `${VERSUS_PRODUCTS} products, ${VERSUS_ORDERS} orders at each concurrency after ${VERSUS_WARMUP} to warm up, median of ${VERSUS_RUNS} rounds (lowest to highest).\n`);
  const keys = [...found.keys()].sort((a, b) => parseInt(a, 10) - parseInt(b, 10));
  const range = (key, of, digits = 1) => { const all = found.get(key).map(of); return `${median(all).toFixed(digits)}${all.length > 1 ? ` (${Math.min(...all).toFixed(digits)}-${Math.max(...all).toFixed(digits)})` : ''}`; };
  console.log('| shoppers at once | system | orders/s | failures | all done behind them after, s | times Vendure |\n|---|---|---|---|---|---|');
  for (const key of keys) {
    const [concurrency, system] = key.split(' ');
    const peer = found.get(`${concurrency} vendure`);
    const rate = median(found.get(key).map(f => f.perSecond));
    const ratio = peer && system !== 'vendure' ? (rate / median(peer.map(f => f.perSecond))).toFixed(1) : '';
    console.log(`| ${concurrency} | ${names[system]} | ${range(key, f => f.perSecond)} | ${found.get(key).reduce((sum, f) => sum + f.failures, 0)} | ${found.get(key)[0].behindSeconds === undefined || found.get(key)[0].behindSeconds === null ? '' : range(key, f => f.behindSeconds)} | ${ratio} |`);
  }

  console.log('\nMilliseconds of each step, median of the rounds:\n\n| shoppers at once | system | step | requests | p50 | p95 | p99 |\n|---|---|---|---|---|---|---|');
  for (const key of keys) {
    const [concurrency, system] = key.split(' ');
    for (const step of Object.keys(found.get(key)[0].steps)) {
      const at = name => median(found.get(key).map(f => f.steps[step][name])).toFixed(1);
      console.log(`| ${concurrency} | ${names[system]} | ${step} | ${found.get(key)[0].steps[step].count} | ${at('p50')} | ${at('p95')} | ${at('p99')} |`);
    }
  }
}

async function tidy() {
  helper?.kill('SIGKILL');
  await stop();
  for (const database of databases) await sql(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  rmSync(work, { recursive: true, force: true });
}

for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) process.on(signal, () => tidy().finally(() => process.exit(code)));
let status = 0;
try {
  await measure();
  await print();
} catch (error) {
  console.error(error.message);
  status = 1;
}

await tidy();
process.exit(status);
