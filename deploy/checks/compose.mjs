// Judges compose files that are used together: node compose.mjs production|development FILE...
// Prints a line a finding, exit code 1 when there is one.
import fs from 'node:fs';
import path from 'node:path';
import yaml from 'js-yaml';

const [kind, ...files] = process.argv.slice(2);
const strict = kind === 'production';
const findings = [];
const all = { services: {}, networks: {}, volumes: {}, secrets: {} };
for (const file of files) {
  const text = yaml.load(fs.readFileSync(file, 'utf8'));
  for (const key of Object.keys(text)) if (!['name', 'services', 'networks', 'volumes', 'secrets', 'configs'].includes(key) && !key.startsWith('x-')) findings.push(`${path.basename(file)}: '${key}' is no part of a compose file  [fields]`);
  for (const part of Object.keys(all)) for (const [name, value] of Object.entries(text[part] ?? {})) all[part][name] = { ...value, origin: file };
}
// The fields that these files use; a slip of the pen is not among them.
const fields = new Set(['image', 'build', 'command', 'user', 'hostname', 'environment', 'secrets', 'volumes', 'tmpfs', 'ports', 'networks', 'depends_on', 'healthcheck', 'deploy', 'restart', 'logging',
  'read_only', 'cap_drop', 'cap_add', 'security_opt', 'stop_grace_period', 'shm_size', 'cgroup', 'origin']);
// The runner builds cages, so it alone is given what they are made of: no more than this.
const runner = { capabilities: ['SETUID', 'SETGID', 'KILL'], folder: '/sys/fs/cgroup/mainstreet-runner', profile: 'seccomp=../runner/seccomp.json' };
const secretName = /passw|secret|token|api_?key|connectionstring|broker__uri/i;
const list = x => Array.isArray(x) ? x : Object.keys(x ?? {});

for (const [name, s] of Object.entries(all.services)) {
  const say = (rule, text) => findings.push(`${path.basename(s.origin)} ${name}: ${text}  [${rule}]`);
  for (const field of Object.keys(s)) if (!fields.has(field)) say('fields', `'${field}' is not expected here`);
  const image = (s.image ?? '').replace(/\$\{[^}:]*:-([^}]*)\}/, '$1');
  if (!s.build && (!/[^/]+(:[\w.-]+|@sha256:[0-9a-f]{64})$/.test(image) || image.endsWith(':latest'))) say('image', `image ${image} names neither a version nor a digest`);
  if (!s.build && !/^[\w-]+(\.[\w-]+)+\/|^localhost\//.test(image)) say('image', `image ${image} names no registry`);
  const health = s.healthcheck;
  if (!health || !(health.disable || health.test && health.interval && health.timeout)) say('health', 'has no health check with interval and timeout');
  const limits = s.deploy?.resources?.limits ?? {};
  for (const what of ['cpus', 'memory', 'pids']) if (!limits[what]) say('limits', `has no limit of ${what}`);
  if (!s.restart) say('restart', 'has no restart policy');
  if (s.logging?.driver !== 'json-file' || !s.logging.options?.['max-size'] || !s.logging.options?.['max-file']) say('logs', 'its log may grow without end');
  if (!list(s.networks).length) say('networks', 'is on the default network');
  for (const n of list(s.networks)) if (!all.networks[n]) say('references', `network ${n} is not there`);
  for (const d of list(s.depends_on)) if (!all.services[d]) say('references', `depends on ${d}, which is not there`);
  for (const d of Object.entries(Array.isArray(s.depends_on) ? {} : s.depends_on ?? {})) if (d[1].condition === 'service_healthy' && (!all.services[d[0]]?.healthcheck || all.services[d[0]].healthcheck.disable)) say('references', `waits for ${d[0]} to be healthy, which has no health check`);
  for (const x of s.secrets ?? []) if (!all.secrets[x]) say('references', `secret ${x} is not there`);
  for (const v of s.volumes ?? []) {
    const [from, , mode] = String(v).split(':');
    if (/docker\.sock|podman\.sock/.test(from)) say('host', 'is given the engine, and so the machine');
    if (/^[./]/.test(from)) { if (mode !== 'ro' && !(name === 'runner' && from === runner.folder)) say('host', `may write ${from} of this machine`); } else if (!all.volumes[from]) say('references', `volume ${from} is not there`);
  }
  for (const p of s.ports ?? []) {
    const local = /^127\.0\.0\.1:/.test(p);
    if (!local && !(strict && name === 'nginx')) say('exposure', `port ${p} is open to the network`);
  }
  if (s.privileged || s.network_mode === 'host' || s.pid === 'host') say('host', 'is the machine itself: privileged, or in its namespaces');
  if (!strict) continue;
  if (s.read_only !== true) say('read-only', 'may write its root');
  if (!(s.cap_drop ?? []).includes('ALL')) say('capabilities', 'keeps capabilities');
  for (const c of s.cap_add ?? []) if (!(name === 'runner' ? runner.capabilities : ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID', 'DAC_READ_SEARCH']).includes(c)) say('capabilities', `adds ${c}`);
  for (const o of s.security_opt ?? []) if (/unconfined/.test(o) && name !== 'runner' || /seccomp[:=]/.test(o) && !(name === 'runner' && o === runner.profile)) say('seccomp', `gives up ${o}`);
  if (s.cgroup === 'host' && name !== 'runner') say('host', "sees the machine's cgroups");
  if (!(s.security_opt ?? []).includes('no-new-privileges:true')) say('escalation', 'may gain privileges');
  for (const [k, v] of Object.entries(s.environment ?? {})) if (secretName.test(k) && !/_FILE$/.test(k) || /:\/\/[^/\s:]+:[^@\s]+@|password=/i.test(String(v))) say('secrets', `${k} stands in clear`);
  if (s.environment?.ASPNETCORE_ENVIRONMENT && s.environment.ASPNETCORE_ENVIRONMENT !== 'Production') say('environment', `runs as ${s.environment.ASPNETCORE_ENVIRONMENT}`);
}
if (strict) {
  for (const [name, x] of Object.entries(all.secrets)) if (!x.file?.startsWith('./secrets/')) findings.push(`secret ${name}: is not in ./secrets, which is never committed  [secrets]`);
  const near = n => Object.entries(all.services).filter(([, s]) => list(s.networks).includes(n)).map(([k]) => k);
  const cage = all.services.runner;
  if (cage) {
    if (!(cage.security_opt ?? []).includes(runner.profile)) findings.push('runner: has no seccomp profile of its own  [seccomp]');
    for (const n of list(cage.networks)) if (all.networks[n]?.internal !== true) findings.push(`runner: is on ${n}, which leads out  [networks]`);
    if (list(cage.networks).some(n => near(n).includes('nginx'))) findings.push('runner: nginx can reach it  [networks]');
    for (const x of cage.secrets ?? []) if (x !== 'database') findings.push(`runner: is given the secret ${x}  [secrets]`);
  }
  for (const server of ['postgres', 'rabbitmq']) {
    for (const n of list(all.services[server]?.networks)) if (all.networks[n]?.internal !== true) findings.push(`${server}: is on ${n}, which leads out  [networks]`);
    if (list(all.services[server]?.networks).some(n => near(n).includes('nginx'))) findings.push(`${server}: nginx can reach it  [networks]`);
  }
}
findings.forEach(f => console.log(f));
console.error(`${Object.keys(all.services).length} services, ${findings.length} findings`);
process.exit(findings.length ? 1 : 0);
