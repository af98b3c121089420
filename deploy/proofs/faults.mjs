// See deploy/prove-faults.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { FaultProxy } from './proxy.mjs';
import { Watch } from './watch.mjs';
import { account, ask, say, until, World } from './world.mjs';

const { values: given, positionals } = parseArgs({ allowPositionals: true, options: { list: { type: 'boolean' }, short: { type: 'boolean' }, scale: { type: 'string', default: '30' } } });

/** Pages that tell what users feel. Where requests really fail or wait, they may come besides the page that names the cause. */
const felt = /^Api(Error|Latency)Budget/;

/** Requests that go on all the while, read and write in turns at both replicas; never repeated. */
class Traffic {
  constructor(world) { this.world = world; this.since = []; this.running = true; this.loops = world.nodes.map((node, i) => this.#loop(node, i)); }

  async #loop(node, i) {
    for (let n = 0; this.running; n++) {
      const { person } = this.world;
      const headers = { authorization: `Bearer ${person.token}` };
      const answer = n % 2
        ? await ask(`${node.url}/v1/recipients?limit=5&businessId=${person.business}`, { headers, timeout: 20000 })
        : await ask(`${node.url}/v1/recipients`, { method: 'POST', headers, timeout: 20000, body: { firstName: `${i}-${n}`, lastName: 'traffic', birthday: '--02-29', timeZone: 'Etc/UTC', businessId: person.business } });
      this.since.push({ node: i, write: n % 2 === 0, status: answer.status, retryAfter: answer.headers['retry-after'], code: answer.status >= 500 ? codeOf(answer) : undefined });
      await sleep(60);
    }
  }

  mark() { this.since = []; }

  async stop() { this.running = false; await Promise.all(this.loops); }
}
const codeOf = (answer) => { try { return answer.json().code; } catch { return undefined; } };

class Street {
  static async begin() {
    const street = new Street();
    const world = street.world = new World('faults');
    street.postgres = await world.postgres({ settings: ['max_connections=100'] });
    street.postgres.sql('create database mainstreet');
    street.rabbit = await world.rabbit();
    // Providers of greetings: each as well as it is told to be.
    street.providers = [{ up: true, wait: 0, got: 0 }, { up: true, wait: 0, got: 0 }];
    const port = await world.port();
    const sink = http.createServer((request, answer) => {
      const provider = street.providers[Number(request.url.slice(2))];
      request.resume().on('end', async () => {
        await sleep(provider.wait);
        if (provider.up) provider.got++;
        answer.writeHead(provider.up ? 200 : 500, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise((resolve) => { sink.listen(port, '127.0.0.1', resolve); });
    world.onEnd(() => { sink.closeAllConnections(); sink.close(); });
    street.providerUrl = (i) => `http://127.0.0.1:${port}/p${i}`;
    fs.mkdirSync(world.path('backups'));
    fs.writeFileSync(world.path('backups', 'daily'), 'x'.repeat(1000));

    street.nodes = [];
    for (const name of ['a', 'b']) {
      const node = { name, port: await world.port() };
      node.url = `http://127.0.0.1:${node.port}`;
      node.database = await FaultProxy.between(await world.port(), street.postgres.port);
      node.broker = await FaultProxy.between(await world.port(), street.rabbit.port);
      world.onEnd(() => { node.database.close(); node.broker.close(); });
      street.nodes.push(node);
    }
    await street.start(street.nodes[0]);
    await street.start(street.nodes[1]);
    const { url } = street.nodes[0];
    street.person = await account(url);
    const made = await ask(`${url}/v1/businesses`, { method: 'POST', body: { name: 'Synthetic' }, headers: { authorization: `Bearer ${street.person.token}` } });
    if (made.status !== 201) throw new Error(`business: ${made.status} ${made.text}`);
    Object.assign(street.person, { token: await street.person.signIn(), business: made.json().id });
    return street;
  }

  settings(node, data) {
    return {
      'Database:Provider': 'postgres', 'Database:ConnectionString': `Host=127.0.0.1;Port=${node.database.port};Username=postgres;Database=mainstreet;Timeout=3`, 'Database:MaxPoolSize': 20,
      'Broker:Uri': `amqp://guest:guest@127.0.0.1:${node.broker.port}`, 'Files:Root': this.world.path('files'), 'Backup:Folder': this.world.path('backups'), 'Metrics:ReadSeconds': 1,
      'Metrics:Public': true, 'Shutdown:DrainSeconds': 0, 'Roles': 'web,worker', 'Seed': false, 'Web:RequestsPerSecond': 100000, 'Web:Burst': 100000, 'Logging:LogLevel:Default': 'Warning',
      'Occasions:Providers:0:Url': this.providerUrl(0), 'Occasions:Providers:1:Url': this.providerUrl(1), 'Data': data,
    };
  }

  /** Starts a replica; `wrap` is a command in front of it. Development: providers on this machine without TLS. */
  async start(node, { wrap, data = this.world.path(`data-${node.name}`) } = {}) {
    node.child = this.world.serve(node.name, { port: node.port, settings: this.settings(node, data), environment: 'Development', wrap });
    await this.world.ready(node.url);
  }

  async kill(node) { node.child.kill('SIGKILL'); await node.child.gone; }

  get targets() { return this.nodes.map((n) => `127.0.0.1:${n.port}`); }

  get headers() { return { authorization: `Bearer ${this.person.token}` }; }

  /** Greetings that become due at the next full minute that is far enough away; resolves a little after it. */
  async greetings(count) {
    const { person } = this;
    const due = new Date(Math.ceil((Date.now() + 20000) / 60000) * 60000);
    const current = await ask(`${this.nodes[0].url}/v1/occasions/settings?businessId=${person.business}`, { headers: this.headers });
    const changed = await ask(`${this.nodes[0].url}/v1/occasions/settings?businessId=${person.business}`, {
      method: 'PUT', headers: { ...this.headers, ...(current.headers.etag ? { 'if-match': current.headers.etag } : {}) },
      body: { ...current.json(), sendAt: due.toISOString().slice(11, 16), quietFrom: null, quietUntil: null },
    });
    if (changed.status >= 300) throw new Error(`settings: ${changed.status} ${changed.text}`);
    const rows = ['firstName,lastName,birthday,timeZone'];
    for (let i = 0; i < count; i++) rows.push(`g${i},greeted${due.getTime()},${due.getUTCMonth() + 1}`.replace(/,(\d+)$/, (_, m) => `,1990-${m.padStart(2, '0')}-${String(due.getUTCDate()).padStart(2, '0')},Etc/UTC`));
    const imported = await new Promise((resolve) => {
      const text = rows.join('\n');
      const request = http.request(`${this.nodes[0].url}/v1/recipients/import?businessId=${person.business}`,
        { method: 'POST', headers: { ...this.headers, 'content-type': 'text/csv', 'content-length': Buffer.byteLength(text) } },
        (answer) => { const parts = []; answer.on('data', (p) => parts.push(p)); answer.on('end', () => resolve({ status: answer.statusCode, text: Buffer.concat(parts).toString() })); });
      request.end(text);
    });
    if (imported.status >= 300) throw new Error(`import: ${imported.status} ${imported.text}`);
    return due;
  }
}

/** Client sessions of PostgreSQL that do nothing: as many as asked for. */
const idleSessions = async (port, count) => {
  const text = 'user\0postgres\0database\0mainstreet\0\0';
  const startup = Buffer.alloc(8 + text.length);
  startup.writeInt32BE(startup.length, 0);
  startup.writeInt32BE(196608, 4);
  startup.write(text, 8, 'latin1');
  return Promise.all(Array.from({ length: count }, () => new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(startup));
    socket.once('data', () => resolve(socket));
    socket.once('error', reject);
  })));
};
const cgroup = (name, limit) => {
  const folder = `/sys/fs/cgroup/memory/${name}`;
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(`${folder}/memory.limit_in_bytes`, String(limit));
  return { folder, wrap: ['sh', '-c', `echo $$ > ${folder}/cgroup.procs; exec "$@"`, 'sh'] };
};
const all = (answers, test) => answers.length > 0 && answers.every(test);
const fine = (answers) => all(answers, (a) => a.status < 300);

/**
 * name: the fault; alert and to: what must be told, and to whom; also: pages that come besides, and why; felt: users fail or wait meanwhile, so that pages of the objectives may come too;
 * inject answers how to heal; degraded judges the answers since the injection, and what else the documents promise.
 */
const faults = [
  {
    name: 'database-down', alert: 'DatabaseDown', to: 'page', felt: true, short: true,
    async inject(s) { s.postgres.stop('immediate'); return async () => s.postgres.start(); },
    async degraded(s, answers) {
      const late = answers.slice(-10);
      const [live, ready] = await Promise.all(['live', 'ready'].map((p) => ask(`${s.nodes[0].url}/health/${p}`, { timeout: 8000 })));
      return [['503 database_unavailable with Retry-After', all(late, (a) => a.status === 503 && a.code === 'database_unavailable' && a.retryAfter)], ['live says yes, ready no', live.status === 200 && ready.status === 503]];
    },
  },
  {
    name: 'database-slow', alert: 'DatabaseSlow', to: 'mail', felt: true,
    async inject(s) { for (const n of s.nodes) n.database.delay = 75; return async () => { for (const n of s.nodes) n.database.delay = 0; }; },
    async degraded(s, answers) { return [['slower, and nothing fails', fine(answers)]]; },
  },
  {
    name: 'database-out-of-sessions', alert: 'DatabaseSessionsNearLimit', to: 'page',
    async inject(s) {
      const used = Number(s.postgres.sql("select count(*) from pg_stat_activity where backend_type = 'client backend'"));
      const held = await idleSessions(s.postgres.port, Math.max(1, 90 - used));
      return async () => { for (const socket of held) socket.destroy(); };
    },
    async degraded(s, answers) { return [['pools have theirs, nothing fails', fine(answers)]]; },
  },
  {
    // Health asks through the same pool, so the database seems to be away as well.
    name: 'table-locked', alert: 'PoolExhausted', to: 'page', felt: true, also: ['DatabaseDown'],
    async inject(s) {
      const [program, ...args] = ['psql', '-h', '127.0.0.1', '-p', String(s.postgres.port), '-U', 'postgres', '-d', 'mainstreet', '-qAtX'];
      const holder = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'] });
      holder.stdin.write('begin; lock table occasions.recipients in access exclusive mode;\n');
      let go = true;
      const crowd = s.nodes.flatMap((n) => Array.from({ length: 30 }, async () => {
        while (go) { await ask(`${n.url}/v1/recipients?limit=1&businessId=${s.person.business}`, { headers: s.headers, timeout: 30000 }); await sleep(100); }
      }));
      return async () => { go = false; holder.stdin.end('rollback;\n'); await Promise.all(crowd); };
    },
    async degraded(s) {
      const live = await ask(`${s.nodes[0].url}/health/live`, { timeout: 8000 });
      return [['the process lives', live.status === 200]];
    },
  },
  {
    name: 'broker-down', alert: 'BrokerDown', to: 'mail', short: true,
    async inject(s) { await s.rabbit.kill(); return () => s.rabbit.start(); },
    async degraded(s, answers) { return [['the database carries the work, nothing fails', fine(answers)]]; },
  },
  {
    name: 'broker-out-of-memory', alert: 'BrokerOutOfMemory', to: 'page',
    async inject(s) { s.rabbit.control('set_vm_memory_high_watermark', 'absolute', '1MB'); return async () => s.rabbit.control('set_vm_memory_high_watermark', '0.4'); },
    async degraded(s, answers) { return [['the database carries the work, nothing fails', fine(answers)]]; },
  },
  {
    name: 'broker-out-of-disk', alert: 'BrokerOutOfDisk', to: 'page',
    async inject(s) { s.rabbit.control('set_disk_free_limit', '100000000000000'); return async () => s.rabbit.control('set_disk_free_limit', '50000000'); },
    async degraded(s, answers) { return [['the database carries the work, nothing fails', fine(answers)]]; },
  },
  {
    name: 'provider-down', alert: 'ProviderDown', to: 'mail',
    async inject(s) { s.providers[0].up = false; await s.greetings(150); return async () => { s.providers[0].up = true; await s.greetings(30); }; },
    async degraded(s, answers) { await until('greetings by the second provider', () => s.providers[1].got >= 100, 60); return [['the second provider takes them, nothing fails', fine(answers)]]; },
  },
  {
    name: 'every-provider-down', alert: 'EveryProviderDown', to: 'page', patience: 240,
    async inject(s) { for (const p of s.providers) p.up = false; await s.greetings(400); return async () => { for (const p of s.providers) p.up = true; }; },
    async degraded(s, answers) { return [['messages wait, nothing fails', fine(answers)]]; },
  },
  {
    name: 'queue-overflows', alert: 'QueueOverflows', to: 'mail', patience: 240,
    // Each greeting takes its time: more become due than the providers take.
    async inject(s) { for (const p of s.providers) p.wait = 6000; await s.greetings(24000); return async () => { for (const p of s.providers) p.wait = 0; }; },
    async degraded(s, answers) { return [['requests go on', fine(answers)]]; },
  },
  {
    name: 'disk-full', alert: 'DiskFull', to: 'page', root: true,
    async inject(s) {
      const folder = s.world.path('small');
      fs.mkdirSync(folder, { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=755', 'tmpfs', folder]);
      s.world.onEnd(() => execFileSync('umount', ['-l', folder]));
      await s.kill(s.nodes[0]);
      await s.start(s.nodes[0], { data: folder });
      execFileSync('sh', ['-c', `head -c 62M /dev/zero > ${folder}/full`]);
      return async () => fs.rmSync(`${folder}/full`);
    },
    async degraded(s, answers) { return [['files and rows lie elsewhere, nothing fails', fine(answers.slice(-20))]]; },
  },
  {
    name: 'memory-limit', alert: 'MemoryNearLimit', to: 'mail', root: true, short: false,
    async inject(s) {
      const used = Number(fs.readFileSync(`/proc/${s.nodes[1].child.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) * 1024;
      await s.kill(s.nodes[1]);
      const group = cgroup(`mainstreet-proof-${process.pid}`, Math.round(used * 1.15));
      s.world.onEnd(async () => { await sleep(500); fs.rmdirSync(group.folder); });
      await s.start(s.nodes[1], { wrap: group.wrap });
      return async () => { await s.kill(s.nodes[1]); await s.start(s.nodes[1]); };
    },
    async degraded(s, answers) { return [['the other serves', fine(answers.filter((a) => a.node === 0))]]; },
  },
  {
    name: 'clock-skew', alert: 'ClockSkewed', to: 'mail',
    async inject(s) {
      await s.kill(s.nodes[1]);
      // The library alone: the command of that name stays in between and would take the kill. With its "fix" of monotonic waits .NET's waits end at once, for ever.
      const library = fs.readdirSync('/usr/lib').map((name) => `/usr/lib/${name}/faketime/libfaketime.so.1`).find((file) => fs.existsSync(file));
      await s.start(s.nodes[1], { wrap: ['env', `LD_PRELOAD=${library}`, 'FAKETIME=+20s', 'FAKETIME_DONT_FAKE_MONOTONIC=1', 'FAKETIME_FORCE_MONOTONIC_FIX=0'] });
      return async () => { await s.kill(s.nodes[1]); await s.start(s.nodes[1]); };
    },
    async degraded(s, answers) { return [['the other serves', fine(answers.filter((a) => a.node === 0))]]; },
  },
  {
    name: 'partition', alert: 'DatabaseDown', to: 'page', felt: true,
    async inject(s) {
      for (const proxy of [s.nodes[1].database, s.nodes[1].broker]) proxy.silent = true;
      return async () => { for (const proxy of [s.nodes[1].database, s.nodes[1].broker]) { proxy.speak(); proxy.cut(); } };
    },
    async degraded(s, answers) {
      const ready = await Promise.all(s.nodes.map((n) => ask(`${n.url}/health/ready`, { timeout: 8000 })));
      return [['the other serves', fine(answers.filter((a) => a.node === 0))], ['only the one cut off is not ready', ready[0].status === 200 && ready[1].status === 503]];
    },
  },
  {
    name: 'replica-killed', alert: 'ReplicaDown', to: 'mail', short: true,
    async inject(s) { await s.kill(s.nodes[1]); return () => s.start(s.nodes[1]); },
    async degraded(s, answers) { return [['the other serves', fine(answers.filter((a) => a.node === 0))]]; },
  },
  {
    name: 'all-replicas-killed', alert: 'NoReplicaUp', to: 'page',
    async inject(s) { await Promise.all(s.nodes.map((n) => s.kill(n))); return async () => { for (const n of s.nodes) await s.start(n); }; },
    async degraded(s, answers) { return [['nothing answers', all(answers.slice(-4), (a) => a.status === 0)]]; },
  },
  {
    name: 'backup-stale', alert: 'BackupStale', to: 'page', short: true,
    async inject(s) {
      const file = s.world.path('backups', 'daily');
      const old = new Date(Date.now() - 30 * 3600 * 1000);
      fs.utimesSync(file, old, old);
      return async () => fs.utimesSync(file, new Date(), new Date());
    },
    async degraded(s, answers) { return [['nothing fails', fine(answers)]]; },
  },
  {
    name: 'backup-missing', alert: 'BackupMissing', to: 'page',
    async inject(s) {
      const file = s.world.path('backups', 'daily');
      fs.renameSync(file, s.world.path('away'));
      return async () => { fs.renameSync(s.world.path('away'), file); fs.utimesSync(file, new Date(), new Date()); };
    },
    async degraded(s, answers) { return [['nothing fails', fine(answers)]]; },
  },
  {
    name: 'passwords-guessed', alert: 'SignInsRefused', to: 'mail',
    async inject(s) {
      let go = true;
      const loop = (async () => {
        for (let i = 0; go; i++) { await ask(`${s.nodes[i % 2].url}/v1/auth/login`, { method: 'POST', body: { email: `nobody${i}@synthetic.test`, password: 'Wrong-password-1' } }); await sleep(150); }
      })();
      return async () => { go = false; await loop; };
    },
    async degraded(s, answers) { return [['nothing fails for others', fine(answers)]]; },
  },
];

if (given.list) { for (const f of faults) console.log(`${f.name.padEnd(26)} ${f.to.padEnd(5)} ${f.alert}`); process.exit(0); }
const unknown = positionals.filter((p) => !faults.some((f) => f.name === p));
if (unknown.length > 0) { console.error(`prove-faults: there is no fault ${unknown.join(', ')}; --list names them`); process.exit(2); }
const chosen = faults.filter((f) => positionals.length > 0 ? positionals.includes(f.name) : given.short ? f.short : true);

const verdicts = [];
let street;
try {
  street = await Street.begin();
  for (const fault of chosen) {
    if (fault.root && process.getuid() !== 0) { say(`NOT RUN ${fault.name}: wants root`); continue; }
    const wrong = [];
    const begun = Date.now();
    let heal, watch;
    street.person.token = await street.person.signIn();
    const traffic = new Traffic(street);
    try {
      watch = await Watch.begin(street.world, { targets: street.targets, rabbit: street.rabbit.metrics, scale: Number(given.scale), name: fault.name });
      await until('figures of both replicas', async () => (await watch.query('mainstreet_health_state{part="database"} == 0')).length === 2, 60, 300);
      // A Prometheus that has not scraped yet takes all for down.
      await until('peace', async () => (await watch.query('ALERTS{severity="page"}')).length === 0, 60, 500);
      await sleep(3000);
      watch.notified.length = 0;
      await sleep(3000);
      if (watch.pages().length > 0) wrong.push(`paged before anything happened: ${watch.pages()}`);
      traffic.mark();
      heal = await fault.inject(street);
      const injected = Date.now();
      await until(`${fault.alert} at ${fault.to}`, () => watch.told(fault.to, fault.alert, 'firing'), fault.patience ?? 120, 200).catch((failure) => wrong.push(failure.message));
      const told = (Date.now() - injected) / 1000;
      for (const [what, truth] of await fault.degraded(street, traffic.since)) if (!truth) wrong.push(`not so: ${what} (${JSON.stringify(traffic.since.slice(-3))})`);
      await sleep(4000);
      const healing = Date.now();
      await heal();
      heal = undefined;
      await until(`${fault.alert} resolved at ${fault.to}`, () => watch.told(fault.to, fault.alert, 'resolved'), 180, 200).catch((failure) => wrong.push(failure.message));
      const resolved = (Date.now() - healing) / 1000;
      for (const n of street.nodes) await street.world.ready(n.url);
      traffic.mark();
      await until('whole again', () => traffic.since.length > 10, 30);
      if (!fine(traffic.since.slice(-8))) wrong.push(`not whole after healing: ${JSON.stringify(traffic.since.slice(-3))}`);
      const besides = watch.pages().filter((p) => p !== fault.alert && !fault.also?.includes(p) && !(fault.felt && felt.test(p)));
      if (besides.length > 0) wrong.push(`paged besides: ${besides}`);
      const others = [...new Set(watch.notified.filter((n) => n.status === 'firing' && n.receiver !== 'heartbeat' && n.name !== fault.alert).map((n) => n.name))];
      verdicts.push({ fault: fault.name, told, resolved, others, wrong });
    } catch (failure) {
      wrong.push(failure.message);
      verdicts.push({ fault: fault.name, wrong, others: [] });
      await heal?.().catch((second) => wrong.push(`healing: ${second.message}`));
    } finally {
      await traffic.stop();
      await watch?.end();
    }
    const verdict = verdicts.at(-1);
    say(`${verdict.wrong.length === 0 ? 'ok    ' : 'FAILED'} ${fault.name.padEnd(26)} ${fault.alert} to ${fault.to} after ${verdict.told?.toFixed(1) ?? '-'} s, resolved ${verdict.resolved?.toFixed(1) ?? '-'} s after healing; ` +
      `besides: ${verdict.others.join(', ') || 'nothing'}; ${((Date.now() - begun) / 1000).toFixed(0)} s`);
    for (const line of verdict.wrong) say('      ', line);
  }
} catch (failure) {
  say('FAILED', failure.stack);
  verdicts.push({ wrong: [failure.message] });
} finally {
  await street?.world.end();
}
const failed = verdicts.filter((v) => v.wrong.length > 0).length;
say(`${verdicts.length - failed} faults as expected, ${failed} not`);
process.exit(failed === 0 && verdicts.length > 0 ? 0 : 1);
