// What the proofs of this folder stand on: private servers on loopback, below the ports that the kernel hands out, in a scratch folder; all of it ends with them.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const root = path.resolve(import.meta.dirname, '../..');
export const say = (...words) => console.log(new Date().toISOString().slice(11, 23), ...words);
export const until = async (what, test, seconds = 60, every = 100) => {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await test();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await sleep(every);
  }
};

const isRoot = process.getuid() === 0;
const highest = (folder) => fs.existsSync(folder) ? fs.readdirSync(folder).sort((a, b) => parseFloat(a) - parseFloat(b)).at(-1) : undefined;
const postgresBin = process.env.MAINSTREET_TEST_POSTGRES_BIN ?? `/usr/lib/postgresql/${highest('/usr/lib/postgresql')}/bin`;
const rabbitBin = process.env.MAINSTREET_TEST_RABBITMQ_SBIN ?? `/usr/lib/rabbitmq/lib/${highest('/usr/lib/rabbitmq/lib')}/sbin`;
export const asPostgres = (program, args) => isRoot ? ['runuser', ['-u', 'postgres', '--', program, ...args]] : [program, args];
const run = ([program, args]) => execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });

/** One HTTP request on a connection of its own or of `agent`; never repeated. Resolves with status 0 when no answer came. */
export const ask = (url, { method = 'GET', body, headers = {}, agent, timeout = 15000 } = {}) => new Promise((resolve) => {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const begun = performance.now();
  const done = (status, answer, answerHeaders = {}) => resolve({ status, text: answer, headers: answerHeaders, ms: performance.now() - begun, json: () => JSON.parse(answer) });
  const request = http.request(url, {
    method, agent, timeout,
    headers: { ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }), ...headers },
  }, (answer) => {
    const parts = [];
    answer.on('data', (part) => parts.push(part));
    answer.on('end', () => done(answer.statusCode, Buffer.concat(parts).toString(), answer.headers));
    answer.on('error', (failure) => done(0, failure.message));
  });
  request.on('timeout', () => request.destroy(new Error('timeout')));
  request.on('error', (failure) => done(0, failure.code ?? failure.message));
  request.end(text);
});

export class World {
  #closers = [];
  #ending;
  #ports = new Set();

  constructor(name) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), `mainstreet-${name}.`));
    fs.chmodSync(this.folder, 0o755);
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => this.end().then(() => process.exit(130)));
  }

  path(...parts) { return path.join(this.folder, ...parts); }

  onEnd(close) { this.#closers.push(close); }

  /** Ends what was started, last first, and removes the folder unless KEEP is set. */
  end() { return this.#ending ??= this.#end(); }

  async #end() {
    for (const close of this.#closers.splice(0).reverse()) await Promise.resolve().then(close).catch(() => {});
    if (process.env.KEEP) say('kept', this.folder);
    else fs.rmSync(this.folder, { recursive: true, force: true });
  }

  async port() {
    for (let port = 24000 + (process.pid % 700) * 10; ; port++) {
      if (this.#ports.has(port)) continue;
      const free = await new Promise((resolve) => {
        const probe = net.createServer().once('error', () => resolve(false)).once('listening', () => probe.close(() => resolve(true)));
        probe.listen(port, '127.0.0.1');
      });
      if (free) { this.#ports.add(port); return port; }
    }
  }

  /** A program whose output goes to a file of its name; ended with the world. */
  start(name, program, args, options = {}) {
    const log = fs.openSync(this.path(`${name}.log`), 'a');
    const child = spawn(program, args, { stdio: ['ignore', log, log], ...options });
    fs.closeSync(log);
    child.gone = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
    child.once('error', (failure) => say(`${name}: ${failure.message}`));
    this.onEnd(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      await Promise.race([child.gone, sleep(20000)]);
      child.kill('SIGKILL');
    });
    return child;
  }

  /** A PostgreSQL cluster of its own; `data` may lie on a disk of the caller's, `wal` elsewhere. */
  async postgres({ data = this.path('pg'), wal, settings = [] } = {}) {
    const port = await this.port();
    for (const folder of [data, wal].filter(Boolean)) {
      fs.mkdirSync(folder, { recursive: true });
      if (isRoot) execFileSync('chown', ['postgres', folder]);
    }
    run(asPostgres(`${postgresBin}/initdb`, ['-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync', ...(wal ? [`--waldir=${wal}/wal`] : [])]));
    const options = [`-p ${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=/tmp`, 'shared_buffers=128MB', 'max_connections=200', ...settings]
      .map((s) => s.startsWith('-') ? s : `-c ${s}`).join(' ');
    const control = (...args) => run(asPostgres(`${postgresBin}/pg_ctl`, ['-D', data, ...args]));
    const server = {
      port, data,
      start: () => control('-w', '-l', `${data}/log`, '-o', options, 'start'),
      stop: (mode = 'fast') => control('-w', '-m', mode, 'stop'),
      pid: () => parseInt(fs.readFileSync(`${data}/postmaster.pid`, 'utf8'), 10),
      sql: (text, database = 'postgres') => execFileSync(`${postgresBin}/psql`, ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-d', database, '-qAtX', '-v', 'ON_ERROR_STOP=1', '-c', text],
        { encoding: 'utf8', maxBuffer: 1 << 28 }).trim(),
    };
    server.start();
    this.onEnd(() => { try { process.kill(server.pid(), 'SIGCONT'); } catch { /* it is gone */ } server.stop('immediate'); });
    return server;
  }

  /** A RabbitMQ node of its own, with its metrics. */
  async rabbit() {
    const [port, distribution, epmd, metrics] = [await this.port(), await this.port(), await this.port(), await this.port()];
    const home = this.path('mq');
    fs.mkdirSync(`${home}/home`, { recursive: true });
    fs.writeFileSync(`${home}/plugins`, '[rabbitmq_prometheus].');
    fs.writeFileSync(`${home}/rabbitmq.conf`, `listeners.tcp.1 = 127.0.0.1:${port}\nprometheus.tcp.ip = 127.0.0.1\nprometheus.tcp.port = ${metrics}\ndisk_free_limit.absolute = 50MB\nraft.wal_max_size_bytes = 67108864\n`);
    const env = {
      ...process.env, RUNNING_UNDER_SYSTEMD: '1', HOME: `${home}/home`, ERL_EPMD_PORT: String(epmd), ERL_EPMD_ADDRESS: '127.0.0.1', RABBITMQ_CONF_ENV_FILE: `${home}/none`,
      RABBITMQ_CONFIG_FILE: `${home}/rabbitmq.conf`, RABBITMQ_ADVANCED_CONFIG_FILE: `${home}/none.config`, RABBITMQ_ENABLED_PLUGINS_FILE: `${home}/plugins`,
      RABBITMQ_NODENAME: `proof-${port}@localhost`, RABBITMQ_MNESIA_BASE: `${home}/db`, RABBITMQ_LOG_BASE: `${home}/log`, RABBITMQ_DIST_PORT: String(distribution),
      RABBITMQ_PID_FILE: `${home}/pid`, RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    };
    this.start('epmd', 'epmd', ['-port', String(epmd), '-address', '127.0.0.1'], { env });
    const node = {
      port, metrics, child: undefined,
      start: async () => {
        node.child = this.start('rabbit', `${rabbitBin}/rabbitmq-server`, [], { env, cwd: home, detached: true });
        await until('RabbitMQ', () => ask(`http://127.0.0.1:${metrics}/metrics`).then((a) => a.status === 200), 120, 500);
      },
      // The server's script starts the machine as a child: the group is ended.
      kill: async () => { try { process.kill(-node.child.pid, 'SIGKILL'); } catch { /* it is gone */ } await node.child.gone; },
      control: (...args) => execFileSync(`${rabbitBin}/rabbitmqctl`, ['-q', '-n', env.RABBITMQ_NODENAME, ...args], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    };
    this.onEnd(() => node.kill());
    await node.start();
    return node;
  }

  /** The built program; MAINSTREET_PROGRAM names another. */
  program() {
    const found = process.env.MAINSTREET_PROGRAM ?? ['release', 'debug'].map((f) => `${root}/artifacts/bin/Mainstreet/${f}/mainstreet`).find((f) => fs.existsSync(f));
    if (!found) throw new Error('the program is not built: dotnet build src/Mainstreet -c Release');
    return found;
  }

  /** One replica. `settings` are configuration keys with `:`. */
  serve(name, { program = this.program(), port, settings, environment = 'Production', wrap = [] }) {
    const env = { ...process.env, ASPNETCORE_ENVIRONMENT: environment, DOTNET_gcServer: '0', Access__RegistrationsPerAddressPerHour: '1000000' };
    for (const [key, value] of Object.entries(settings)) env[key.replaceAll(':', '__')] = String(value);
    const command = [...wrap, program, 'serve', '--data', settings.Data ?? this.path(`data-${name}`), '--urls', `http://127.0.0.1:${port}`];
    const child = this.start(name, command[0], command.slice(1), { env });
    child.url = `http://127.0.0.1:${port}`;
    return child;
  }

  ready(url, seconds = 120) { return until(`${url} ready`, () => ask(`${url}/health/ready`, { timeout: 2000 }).then((a) => a.status === 200), seconds, 100); }
}

/** A synthetic account, signed in. */
export const account = async (url) => {
  const email = `proof-${Math.random().toString(16).slice(2)}${Date.now().toString(16)}@synthetic.test`;
  const password = `Aa1-${Math.random().toString(36)}${Math.random().toString(36)}`;
  const registered = await ask(`${url}/v1/auth/register`, { method: 'POST', body: { email, password, displayName: 'Synthetic', role: 'customer', synthetic: true } });
  if (registered.status >= 300) throw new Error(`register: ${registered.status} ${registered.text}`);
  const signIn = async () => {
    const answer = await ask(`${url}/v1/auth/login`, { method: 'POST', body: { email, password } });
    if (answer.status !== 200) throw new Error(`sign in: ${answer.status} ${answer.text}`);
    return answer.json().accessToken;
  };
  return { email, signIn, token: await signIn() };
};
