// Judges Markdown files: node docs.mjs ROOT DOCUMENTS   what they name must exist in the repository at ROOT.
import fs from 'node:fs';
import path from 'node:path';
import { Requirements } from './asvs.mjs';
import { Sources } from './sources.mjs';

// A fault of this program is no finding.
process.on('uncaughtException', fault => { console.error(fault.stack); process.exit(2); });
const [root, docs] = process.argv.slice(2);
const files = fs.readFileSync(process.env.MAINSTREET_DOCUMENTS, 'utf8').split('\n').filter(Boolean);
const sources = new Sources(root);
const findings = [];
let named = 0;

/** GitHub's anchors: lower case, punctuation gone, blanks to hyphens, repeated ones numbered. */
function anchorsOf(file) {
  const seen = new Map(), anchors = new Set();
  for (const { text, fenced } of linesOf(file)) {
    const heading = !fenced && /^#{1,6}\s+(.*?)\s*#*$/.exec(text);
    if (!heading) continue;
    const plain = heading[1].replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
    const slug = plain.trim().toLowerCase().replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replace(/ /g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.add(count ? `${slug}-${count}` : slug);
  }
  return anchors;
}

const readings = new Map();
function linesOf(file) {
  if (!readings.has(file)) {
    let fence = null;
    readings.set(file, fs.readFileSync(path.join(docs, file), 'utf8').split('\n').map((text, i) => {
      const mark = /^\s*(`{3,}|~{3,})(\w*)/.exec(text);
      if (mark && !fence) { fence = { mark: mark[1], language: mark[2] }; return { text, number: i + 1, fenced: true, language: 'mark' }; }
      if (mark && fence && mark[1].startsWith(fence.mark)) { fence = null; return { text, number: i + 1, fenced: true, language: 'mark' }; }
      return { text, number: i + 1, fenced: fence !== null, language: fence?.language ?? null };
    }));
  }
  return readings.get(file);
}

function link(file, target, say) {
  if (/^([a-z][a-z+.-]*:|\/\/)/i.test(target)) return;
  const [where, anchor] = target.split('#');
  const found = where === '' ? file : path.normalize(path.join(path.dirname(file), decodeURI(where)));
  const isDocument = found.endsWith('.md');
  if (!fs.existsSync(path.join(isDocument ? docs : root, found))) return say('link', `${target} leads nowhere`);
  if (anchor && isDocument && !anchorsOf(found).has(anchor)) say('anchor', `${target}: ${found} has no such heading`);
}

/** What stands in backticks: one word, or a command with its arguments. */
function code(span, say) {
  named++;
  const test = /^([A-Z][A-Za-z0-9]*Tests)(?:\.([A-Z][A-Za-z0-9_]*))?$/.exec(span);
  if (test) {
    const methods = sources.tests.get(test[1]);
    if (!methods) return say('test', `${test[1]} is no class of tests`);
    if (test[2] && !methods.has(test[2])) say('test', `${test[1]} has no test ${test[2]}`);
    return;
  }
  const key = span.split(/[=\s]/)[0];
  if (/^[A-Z][A-Za-z]+(:([A-Z][A-Za-z]*|\d+|\*))+$/.test(key)) return sources.isSetting(key.split(':')) || say('setting', `nothing reads ${key}`);
  if (/^\.{0,3}[a-z][a-z0-9]*(_[a-z0-9]+)+(\{[^}]*\})?$/.test(span)) return name(span.replace(/\{.*$/, '').replace(/^\.+_?/, ''), say);
  if (/^(src|tests|bench|docs|\.github|deploy)\/[^\s]*$/.test(span)) return place(span, say);
  commands(span, say);
}

function name(word, say) {
  if (/^(mainstreet|http|db|queue|messages?|circuit_breaker)_/.test(word)) return sources.isMetric(word) || sources.words.has(word) || say('metric', `no instrument gives ${word}`);
  // PostgreSQL's own tools, views and folders.
  if (/^pg_/.test(word)) return;
  if (!sources.words.has(word)) say('code', `${word} is not in the source`);
}

function place(span, say) {
  const at = span.replace(/[.,;:]$/, '').replace(/(:\d+)+$/, '');
  if (/[<>{}$*\[]/.test(at)) return sources.fits(at) || say('path', `${span} fits no file`);
  const full = path.join(root, at);
  if (!fs.existsSync(full)) return say(at.startsWith('deploy/') && !path.extname(at) ? 'script' : 'path', `${span} is not there`);
  const script = at.startsWith('deploy/') && !path.extname(at) && fs.statSync(full).isFile();
  if (script && !(fs.statSync(full).mode & 0o111)) say('script', `${span} cannot be run`);
}

/** What the first cell of a row quotes was written by the program: each part between "..." stands in its source. */
function message(row, say) {
  const seen = /^\| (.*?) \|/.exec(row)?.[1] ?? '';
  for (const [, , quoted] of seen.matchAll(/(`+)(.+?)\1/g)) {
    if (!quoted.includes(' ') || /^(mainstreet|GET|POST|audit|admin) /.test(quoted)) continue;
    for (const part of quoted.split('...').map(p => p.trim()).filter(p => p.length > 4)) if (!sources.text.includes(part)) say('message', `nobody writes "${part}"`);
  }
}

/** Commands, in backticks or in a fenced block. */
function commands(text, say) {
  for (const [, script] of text.matchAll(/(?:^|[\s(])((?:\.\/)?deploy\/[\w./-]+)/g)) place(script.replace(/^\.\//, ''), say);
  for (const [, command, sub] of text.matchAll(/(?:^|[|;&(]|\$ |run --rm [^|;]*?)\s*mainstreet ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?/g)) {
    if (!sources.commands.has(command)) say('command', `mainstreet has no command ${command}`);
    else if (sub && sources.commands.get(command).size > 0 && !sources.commands.get(command).has(sub)) say('command', `mainstreet ${command} has no command ${sub}`);
  }
  for (const [, target] of text.matchAll(/(?:^|\s)make ([a-z][a-z-]*)/g)) if (!sources.targets.has(target)) say('make', `the Makefile has no target ${target}`);
  for (const [variable] of text.matchAll(/\b[A-Z][A-Za-z]+(?:__[A-Za-z0-9]+)+(?:_FILE)?\b/g)) {
    if (!sources.isSetting(variable.replace(/_FILE$/, '').split('__'))) say('setting', `nothing reads ${variable}`);
  }
}

const requirements = new Requirements(), sums = [];
for (const file of files) {
  for (const { text, number, fenced, language } of linesOf(file)) {
    // The list of settings is written by the program and compared with it by a test.
    const say = (rule, what) => (rule === 'setting' && file === 'docs/operations/settings.md') || findings.push(`${file}:${number}: ${what}  [${rule}]`);
    if (fenced) { if (language !== 'mermaid' && language !== 'mark') commands(text.replace(/\s#\s.*$/, ''), say); continue; }
    const bare = text.replace(/(`+)(.+?)\1/g, '``');
    for (const [, target] of bare.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)) link(file, target, say);
    const defined = /^\s*\[[^\]]+\]:\s*(\S+)/.exec(bare);
    if (defined) link(file, defined[1], say);
    if (file.endsWith('/troubleshooting.md')) message(text, say);
    for (const [, , span] of text.matchAll(/(`+)(.+?)\1/g)) code(span.trim(), say);
    if (file.endsWith('security/asvs.md')) requirements.row(text, say);
    if (file.startsWith('docs/security/')) sums.push([text, say]);
  }
}

for (const [text, say] of sums) requirements.sum(text, say);
if (files.some(f => f.endsWith('security/asvs.md'))) for (const item of requirements.missing) findings.push(`docs/security/asvs.md: ${item} is not answered  [asvs]`);
[...new Set(findings)].forEach(f => console.log(f));
console.error(`${files.length} documents, ${named} names, ${requirements.answered.size} requirements, ${findings.length} findings`);
process.exit(findings.length ? 1 : 0);
