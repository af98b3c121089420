// Runs node-casbin and Mainstreet in turn, --runs rounds, and prints Markdown with the median of the rounds.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release } from 'node:os';

const { VERSUS_RUNS, VERSUS_RULES, VERSUS_QUESTIONS, VERSUS_COMMAND, VERSUS_BENCHMARKS } = process.env;
const here = new URL('.', import.meta.url).pathname;
const peers = {
  'node-casbin': () => execFileSync(process.execPath, [`${here}casbin.mjs`, '--rules', VERSUS_RULES]),
  'Mainstreet': () => execFileSync('dotnet', [VERSUS_BENCHMARKS, 'access-check', '--json', '--shapes', 'roles', '--rules', VERSUS_RULES, '--questions', VERSUS_QUESTIONS]),
};
const found = new Map();
for (let round = 1; round <= Number(VERSUS_RUNS); round++) {
  for (const [peer, run] of Object.entries(peers)) {
    process.stderr.write(`round ${round}: ${peer}\n`);
    for (const line of run().toString().trim().split('\n')) {
      const { rules, answer, ...figures } = JSON.parse(line);
      const key = `${rules} ${answer} ${peer}`;
      found.set(key, [...(found.get(key) ?? []), figures]);
    }
  }
}

const median = values => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const version = JSON.parse(readFileSync(`${here}node_modules/casbin/package.json`)).version;
console.log(`${new Date().toISOString().slice(0, 10)}, ${cpus().length} x ${cpus()[0].model}, Linux ${release()}, node ${process.versions.node}, casbin ${version}, `
  + `.NET ${execFileSync('dotnet', ['--version']).toString().trim()}. Command: \`${VERSUS_COMMAND}\`. Microseconds a check, median of ${VERSUS_RUNS} rounds (lowest to highest).\n`);
console.log('| rules | answer | system | p50 | p99 | mean | Mainstreet is faster by (p50, p99) |\n|---|---|---|---|---|---|---|');
for (const key of found.keys()) {
  const [rules, answer, peer] = key.split(' ');
  const show = name => { const all = found.get(key).map(f => f[name]); return `${median([...all]).toFixed(2)} (${Math.min(...all).toFixed(2)}-${Math.max(...all).toFixed(2)})`; };
  const ours = found.get(`${rules} ${answer} Mainstreet`);
  const times = name => Math.round(median(found.get(key).map(f => f[name])) / median(ours.map(f => f[name])));
  console.log(`| ${rules} | ${answer} | ${peer} | ${show('p50')} | ${show('p99')} | ${show('mean')} | ${peer === 'Mainstreet' ? '' : `${times('p50')} x, ${times('p99')} x`} |`);
}
