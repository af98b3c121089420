// Makes CodeMirror's packages loadable without a bundler: copies their modules into wwwroot/lib/codemirror, under one name each, and
// rewrites what they import from each other to those addresses. Nothing else in them is touched.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, 'node_modules');
const target = join(here, 'wwwroot', 'lib', 'codemirror');
const modes = ['clike', 'shell'];

const read = file => JSON.parse(readFileSync(file, 'utf8'));
const nameOf = specifier => `${specifier.replace('@', '').replaceAll('/', '-')}.js`;

/** The ES module that a package gives out. */
function entryOf(name) {
  const { module, exports } = read(join(modules, name, 'package.json'));
  return module ?? exports?.import ?? exports?.['.']?.import;
}

const wanted = Object.keys(read(join(here, 'package.json')).dependencies).filter(n => n.startsWith('@codemirror/') && n !== '@codemirror/legacy-modes');
const found = new Map();
for (const name of wanted) find(name);

function find(name) {
  if (found.has(name)) return;
  found.set(name, join(modules, name, entryOf(name)));
  for (const dependency of Object.keys(read(join(modules, name, 'package.json')).dependencies ?? {})) find(dependency);
}

for (const mode of modes) found.set(`@codemirror/legacy-modes/mode/${mode}`, join(modules, '@codemirror/legacy-modes/mode', `${mode}.js`));

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const imported = /(^|[\s;}])((?:import|export)\b[^'"`;]*?\bfrom\s*|import\s*)(['"])([^'"]+)\3/g;
for (const [name, file] of found) {
  const source = readFileSync(file, 'utf8').replace(imported, (whole, before, words, quote, specifier) =>
    found.has(specifier) ? `${before}${words}${quote}./${nameOf(specifier)}${quote}` : whole);
  const left = [...source.matchAll(imported)].map(m => m[4]).filter(s => !s.startsWith('./') && existsSync(join(modules, s)));
  if (left.length > 0) throw new Error(`${name} imports ${left.join(', ')}, which is not copied`);
  writeFileSync(join(target, nameOf(name)), source);
  const licence = join(modules, ...name.split('/').slice(0, name.startsWith('@') ? 2 : 1), 'LICENSE');
  if (existsSync(licence)) copyFileSync(licence, join(target, `${nameOf(name)}.LICENSE`));
}
