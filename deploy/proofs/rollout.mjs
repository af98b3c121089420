// See deploy/prove-rollout.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { account, ask, root, say, until, World } from './world.mjs';

const { values: given } = parseArgs({ options: { writes: { type: 'string' }, rolls: { type: 'string' }, old: { type: 'string' }, short: { type: 'boolean' }, connections: { type: 'string', default: '16' }, pause: { type: 'string', default: '15' } } });
const wanted = { writes: Number(given.writes ?? (given.short ? 3000 : 100000)), rolls: Number(given.rolls ?? (given.short ? 1 : 3)) };
const drainSeconds = 2;
const pause = Number(given.pause);
const world = new World('rollout');
let failures = 0;
const holds = (what, truth, more = '') => { say(`${truth ? 'ok    ' : 'FAILED'} ${what}${more && ` (${more})`}`); if (!truth) failures++; };

/** The driver of deploy/roll for processes of this machine, and the releases that it can start. */
const prepareDriver = async (database, ports, proxyAdmin) => {
  const program = world.program();
  const older = given.old ? path.resolve(given.old, 'mainstreet') : program;
  // What the release before does not know yet, it refuses.
  const unknown = given.old ? ['Access__RegistrationsPerAddressPerHour', 'Metrics__Public'] : [];
  const release = (name, file, more = {}) => {
    const settings = {
      'ASPNETCORE_ENVIRONMENT': 'Production', 'DOTNET_gcServer': '0', 'Database__Provider': 'postgres', 'Database__ConnectionString': database, 'Database__MaxPoolSize': '40',
      'Files__Root': world.path('files'), 'Web__RequestsPerSecond': '1000000', 'Web__Burst': '1000000', 'Access__RegistrationsPerAddressPerHour': '1000000', 'Logging__LogLevel__Default': 'Warning', 'Metrics__Public': 'true', ...more,
    };
    fs.mkdirSync(world.path('releases'), { recursive: true });
    const lines = Object.entries(settings).filter(([key]) => file === program || !unknown.includes(key)).map(([key, value]) => `export ${key}='${value}'`);
    fs.writeFileSync(world.path('releases', name), `#!/bin/sh\n${lines.join('\n')}\nexport Shutdown__DrainSeconds=$(cat ${world.path('drain')})\nexec ${file} "$@"\n`, { mode: 0o755 });
  };
  fs.writeFileSync(world.path('drain'), String(drainSeconds));
  release('old', older);
  release('new', program);
  release('never-ready', program, { 'Database__ConnectionString': database.replace(/Port=\d+/, 'Port=1') });
  release('without-store', program, { 'Modules': 'trades,occasions' });
  // It starts, is ready, and refuses what it ought to do.
  release('burning', program, { 'Overload__LeastInFlight': '4', 'Overload__MostInFlight': '4' });
  fs.writeFileSync(world.path('driver.sh'), `
port() { case $1 in a) echo ${ports.a};; b) echo ${ports.b};; esac; }
prepare() { ${world.path('releases')}/"$1" migrate up >>${world.path('migrate.log')} 2>&1 || [ "$1" = never-ready ]; }
away() { :; }   # readiness says it to the proxy
replace() {
  if [ -f ${world.folder}/pid-$1 ]; then
    local gone; gone=$(cat ${world.folder}/pid-$1)
    kill -TERM "$gone" 2>/dev/null
    while kill -0 "$gone" 2>/dev/null; do sleep 0.05; done
  fi
  setsid ${world.path('releases')}/"$2" serve --data ${world.folder}/data-$1 --urls http://127.0.0.1:$(port "$1") >>${world.folder}/node-$1.log 2>&1 </dev/null &
  echo $! >${world.folder}/pid-$1
}
ready() { [ "$(curl -s -o /dev/null -w '%{http_code}' --max-time 2 "http://127.0.0.1:$(port "$1")/health/ready")" = 200 ]; }
join() { local i; for i in $(seq 100); do echo 'show stat' | socat - ${proxyAdmin} | grep -q "^app,$1,.*,UP," && return 0; sleep 0.1; done; return 1; }
smoke() { ${program} smoke --target "$1" --module trades,occasions,store >${world.path('smoke.log')} 2>&1; }
`);
  world.onEnd(() => {
    for (const node of ['a', 'b']) { try { process.kill(Number(fs.readFileSync(world.path(`pid-${node}`), 'utf8')), 'SIGKILL'); } catch { /* it is gone */ } }
  });
};

const shell = (text, env = {}) => new Promise((resolve) => {
  const child = spawn('bash', ['-c', text], { cwd: root, env: { ...process.env, ROLL_DRIVER: world.path('driver.sh'), ...env } });
  const lines = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => { for (const line of part.toString().split('\n').filter(Boolean)) { lines.push(line); say('      ', line); } });
  child.on('exit', (code) => resolve({ code, text: lines.join('\n') }));
});
const roll = (to, from, env = {}) => shell(`exec deploy/roll ${to} --from ${from} a b`, env);

/** Writers in closed loops, each on a connection that is kept; no request is ever repeated. */
class Writers {
  constructor(url, people) {
    this.url = url; this.people = people;
    this.acknowledged = []; this.failed = []; this.running = true; this.count = 0;
    this.marker = `w${Date.now().toString(36)}`;
    this.loops = Array.from({ length: Number(given.connections) }, (_, i) => this.#loop(i));
  }

  async #loop(i) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    while (this.running) {
      const person = this.people[this.count % this.people.length];
      const body = { firstName: `n${this.count++}`, lastName: this.marker, birthday: '--02-29', timeZone: 'Europe/Paris', businessId: person.business };
      const answer = await ask(`${this.url}/v1/recipients`, { method: 'POST', body, agent, headers: { authorization: `Bearer ${person.token}` }, timeout: 30000 });
      if (answer.status === 201) this.acknowledged.push(answer.json().id);
      else this.failed.push({ status: answer.status, text: answer.text.slice(0, 200), at: new Date().toISOString(), connection: i });
      // Below what the machine can do: a roll at its limit would measure the machine.
      await sleep(answer.status === 201 ? pause : 100);
    }
    agent.destroy();
  }

  async stop() { this.running = false; await Promise.all(this.loops); }
}

try {
  const postgres = await world.postgres();
  postgres.sql('create database mainstreet');
  const database = `Host=127.0.0.1;Port=${postgres.port};Username=postgres;Database=mainstreet`;
  const ports = { a: await world.port(), b: await world.port() };
  const front = await world.port();
  const admin = world.path('admin.sock');
  await prepareDriver(database, ports, admin);
  fs.writeFileSync(world.path('haproxy.cfg'), `global
  stats socket ${admin} mode 600 level admin
defaults
  mode http
  timeout connect 1s
  timeout client 30s
  timeout server 30s
  timeout check 2s
  retries 2
  option redispatch
frontend all
  bind 127.0.0.1:${front}
  default_backend app
backend app
  option httpchk GET /health/ready
  http-check expect status 200
  retry-on conn-failure
  default-server check inter 200ms fall 1 rise 1
  server a 127.0.0.1:${ports.a}
  server b 127.0.0.1:${ports.b}
`);
  const begin = await shell('. "$ROLL_DRIVER"; prepare old && replace a old && replace b old; for n in a b; do for i in $(seq 300); do ready $n && break; sleep 0.2; done; done; ready a && ready b');
  if (begin.code !== 0) throw new Error(`the replicas do not start: ${fs.readFileSync(world.path('node-a.log'), 'utf8').slice(-500)}${fs.readFileSync(world.path('migrate.log'), 'utf8').slice(-500)}`);
  world.start('haproxy', 'haproxy', ['-f', world.path('haproxy.cfg'), '-db']);
  const url = `http://127.0.0.1:${front}`;
  await world.ready(url);

  const people = [];
  for (let i = 0; i < 8; i++) {
    const person = await account(url);
    const made = await ask(`${url}/v1/businesses`, { method: 'POST', body: { name: `Synthetic ${i}` }, headers: { authorization: `Bearer ${person.token}` } });
    if (made.status !== 201) throw new Error(`business: ${made.status} ${made.text}`);
    people.push({ ...person, token: await person.signIn(), business: made.json().id });
  }
  const renewal = setInterval(async () => { for (const person of people) person.token = await person.signIn().catch(() => person.token); }, 240000);
  world.onEnd(() => clearInterval(renewal));

  const stored = (marker) => postgres.sql(`select id from occasions.recipients where last_name = '${marker}'`, 'mainstreet').split('\n').filter(Boolean);
  const judge = (what, writers) => {
    const rows = stored(writers.marker);
    const [kept, answered] = [new Set(rows), new Set(writers.acknowledged)];
    const lost = writers.acknowledged.filter((id) => !kept.has(id)).length;
    const unasked = rows.filter((id) => !answered.has(id)).length;
    return { lost, unasked, doubled: writers.acknowledged.length - answered.size, what };
  };

  // ---- rolls and rolls back under writes
  const writers = new Writers(url, people);
  const begun = Date.now();
  await until('the first writes', () => writers.acknowledged.length > 200, 60);
  let rolls = 0;
  for (let i = 0; i < wanted.rolls || writers.acknowledged.length < wanted.writes; i++) {
    for (const [to, from] of [['new', 'old'], ['old', 'new']]) {
      const done = await roll(to, from);
      if (done.code !== 0) throw new Error(`roll to ${to} ended with ${done.code}`);
      rolls++;
    }
  }
  await writers.stop();
  const verdict = judge('rolls', writers);
  const seconds = (Date.now() - begun) / 1000;
  say(`${rolls} rolls of two nodes in ${seconds.toFixed(0)} s, ${writers.acknowledged.length} writes acknowledged (${(writers.acknowledged.length / seconds).toFixed(0)}/s)`);
  holds(`no request failed in ${rolls} rolls`, writers.failed.length === 0, `${writers.failed.length} of ${writers.acknowledged.length + writers.failed.length} ${JSON.stringify(writers.failed.slice(0, 3))}`);
  holds('nothing acknowledged is lost, nothing was written twice', verdict.lost === 0 && verdict.unasked === 0 && verdict.doubled === 0, JSON.stringify(verdict));

  // ---- the control: without drain it must fail
  fs.writeFileSync(world.path('drain'), '0');
  await roll('new', 'old');   // nodes that do not drain
  const control = new Writers(url, people);
  let turns = 0;
  while (control.failed.length === 0 && turns < 8) { await roll(turns % 2 ? 'new' : 'old', turns % 2 ? 'old' : 'new'); turns++; }
  await control.stop();
  holds('without drain requests fail (the control)', control.failed.length > 0, `${control.failed.length} of ${control.acknowledged.length + control.failed.length} in ${turns} rolls`);
  holds('even then nothing acknowledged is lost', judge('control', control).lost === 0);
  fs.writeFileSync(world.path('drain'), String(drainSeconds));
  await shell('. "$ROLL_DRIVER"; for n in a b; do replace $n old; for i in $(seq 300); do ready $n && break; sleep 0.2; done; join $n; done');

  // ---- releases that must be taken back by themselves
  const prometheusPort = await world.port();
  fs.cpSync(path.join(root, 'deploy/prometheus/rules'), world.path('rules'), { recursive: true });
  fs.writeFileSync(world.path('prometheus.yml'), `global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [${world.path('rules')}/*.yml]
scrape_configs:
  - job_name: mainstreet
    static_configs: [{targets: ['127.0.0.1:${ports.a}', '127.0.0.1:${ports.b}'], labels: {role: web}}]
`);
  world.start('prometheus', 'prometheus', [`--config.file=${world.path('prometheus.yml')}`, `--storage.tsdb.path=${world.path('tsdb')}`, `--web.listen-address=127.0.0.1:${prometheusPort}`]);
  const prometheus = `http://127.0.0.1:${prometheusPort}`;
  await until('Prometheus', () => ask(`${prometheus}/-/ready`).then((a) => a.status === 200), 60);
  const taken = async (what, release, reason, env, load) => {
    const beside = load ? new Writers(url, people) : undefined;
    if (beside) await sleep(5000);
    const done = await roll(release, 'old', env);
    const back = [...done.text.matchAll(/serves old again, ([\d.]+) s/g)].map((m) => Number(m[1]));
    await beside?.stop();
    const serving = (await Promise.all([ports.a, ports.b].map((p) => ask(`http://127.0.0.1:${p}/health/ready`)))).every((a) => a.status === 200);
    holds(`a release that ${what} is taken back by itself, old serves within 30 s`, done.code === 1 && done.text.includes(reason) && back.length > 0 && Math.max(...back) < 30 && serving,
      `exit ${done.code}, ${back.join(' and ')} s from detection${beside ? `, ${beside.failed.length} of ${beside.failed.length + beside.acknowledged.length} failed before it was seen` : ''}`);
  };
  await taken('never becomes ready', 'never-ready', 'does not become ready', { ROLL_READY: '15' });
  const passing = await roll('new', 'old', { ROLL_TARGET: url });
  holds('a release that passes smoke stays', passing.code === 0, passing.code === 0 ? '' : fs.readFileSync(world.path('smoke.log'), 'utf8').slice(-600));
  await roll('old', 'new');
  await taken('fails smoke', 'without-store', 'smoke failed', { ROLL_TARGET: url });
  await taken('burns the error budget', 'burning', 'the error budget burns', { ROLL_PROMETHEUS: prometheus, ROLL_WATCH: '60' }, true);
} catch (failure) {
  say('FAILED', failure.stack);
  failures++;
} finally {
  await world.end();
}
say(failures === 0 ? 'proved' : `${failures} not proved`);
process.exit(failures === 0 ? 0 : 1);
