// What the repository holds that documents may name: tests, settings, instruments, words, commands, make targets. Read from the text, not compiled.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export class Sources {
  constructor(root) {
    this.root = root;
    const list = args => execFileSync('git', ['ls-files', ...args], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 }).split('\n').filter(f => f && fs.existsSync(path.join(root, f)));
    this.files = [...list([]), ...list(['-o', '--exclude-standard'])];
    this.text = '';
    this.tests = new Map();
    this.words = new Set();
    this.commands = new Map();
    this.classes = new Map();
    this.sections = new Map();
    this.literals = new Set();
    this.instruments = new Set();
    const constants = new Map(), bindings = [];
    for (const file of this.files) {
      if (/^(src|deploy|tests|bench|\.github)\//.test(file) || /^(Dockerfile|test|run|Makefile)$/.test(file)) this.#read(file, constants, bindings);
    }
    for (const [type, section, file] of bindings) {
      const name = section.startsWith('"') ? section.slice(1, -1) : constants.get(section) ?? constants.get(`${file}#${section}`) ?? constants.get(`${type}.${section}`);
      // Several classes may be read from one section.
      if (name) this.sections.set(name, [...(this.sections.get(name) ?? []), type]);
    }
    const makefile = path.join(root, 'Makefile');
    this.targets = new Set(fs.existsSync(makefile) ? [...fs.readFileSync(makefile, 'utf8').matchAll(/^([a-z][a-z-]*):/gm)].map(m => m[1]) : []);
  }

  #read(file, constants, bindings) {
    if (!/\.(cs|razor|sql|js|mjs|css|json|ya?ml|sh|tsv|conf|tmpl|cshtml)$|^[^.]*$|\/[^./]+$/.test(file) || /package-lock|\.md$/.test(file)) return;
    const text = fs.readFileSync(path.join(this.root, file), 'utf8');
    // A checker's own list of planted names would make every name exist.
    if (!file.startsWith('deploy/checks/')) for (const [word] of text.matchAll(/[a-z][a-z0-9]*(?:_[a-z0-9]+)+/g)) this.words.add(word);
    if (!file.endsWith('.cs')) return;
    if (file.startsWith('tests/')) return this.#tests(text);
    if (!file.startsWith('src/')) return;
    this.text += text;
    for (const [, literal] of text.matchAll(/"([a-z]+(?:[._][a-z]+)+)"/g)) this.instruments.add(literal.replaceAll('.', '_'));
    for (const [, literal] of text.matchAll(/"([A-Z][A-Za-z]*(?::[A-Z][A-Za-z]*)+)"/g)) this.literals.add(literal);
    for (const [, literal] of text.matchAll(/onfiguration(?:\[|\.Get(?:Value|Section)(?:<[^>]*>)?\()"([A-Z][A-Za-z:]*)"/g)) this.literals.add(literal);
    this.#classes(file, text, constants);
    for (const [, type, section] of text.matchAll(/Options<(\w+)>\((?:\w+(?:\.\w+)*, )?("[A-Z][\w:]*"|[\w.]*Section)(?:, [^)]*)?\)/g)) bindings.push([type, section, file]);
    for (const [, type] of text.matchAll(/AddFeatures<(\w+)>\(/g)) bindings.push([type, 'FeatureOptions.Section', file]);
    for (const [, section] of text.matchAll(/AddProviders\(([\w.]+)\)/g)) bindings.push(['ProviderSection', section, file]);
    if (file.startsWith('src/Mainstreet/Commands/')) this.#commands(text);
  }

  #tests(text) {
    let methods = null;
    for (const [, type, method] of text.matchAll(/^(?:[a-z]+ )*class (\w+)|^\s*public (?:static )?(?:async )?(?:Task|ValueTask|void) (\w+)\s*\(/gm)) {
      if (type) {
        methods = this.tests.get(type) ?? new Set();
        if (type.endsWith('Tests')) this.tests.set(type, methods);
      } else methods?.add(method);
    }
  }

  #classes(file, text, constants) {
    let type = null;
    const pattern = /\b(?:class|record|struct) (\w+)|\bconst string (\w+) = "([^"]*)"|^\s*public (?:required |virtual )*([\w<>,\[\]?. ]+?) (\w+) \{ get/gm;
    for (const [, opened, constant, value, propertyType, property] of text.matchAll(pattern)) {
      if (opened) { type = opened; if (!this.classes.has(type)) this.classes.set(type, new Map()); }
      else if (constant) constants.set(`${type}.${constant}`, value).set(`${file}#${constant}`, value);
      else if (type) this.classes.get(type).set(property, propertyType);
    }
  }

  #commands(text) {
    const all = [...text.matchAll(/new Command\("([a-z-]+)"/g)].map(m => m[1]);
    const top = all.length > 1 && /return new Command\("([a-z-]+)"[^;]*\{/.exec(text)?.[1] || all[0];
    if (top) this.commands.set(top, new Set([...(this.commands.get(top) ?? []), ...all.filter(c => c !== top)]));
  }

  isMetric(name) {
    const plain = name.replace(/_(bucket|count|sum)$/, '');
    const without = /_(total|seconds|bytes|ratio)$/;
    for (const candidate of [name, plain, name.replace(without, ''), plain.replace(without, ''), `mainstreet_${name}`, `mainstreet_${name.replace(without, '')}`]) if (this.instruments.has(candidate)) return true;
    return false;
  }

  /** A setting by its path, from a section or relative to a class of settings. */
  isSetting(parts) {
    if (/^(Logging|Kestrel|Section)$/.test(parts[0])) return true;
    const whole = parts.join(':');
    const plain = parts.filter(p => !/^\d+$/.test(p)).join(':');
    if ([...this.literals].some(l => l === plain)) return true;
    if (parts.at(-1) === '*') return [...this.sections.keys(), ...this.literals].some(s => s === parts.slice(0, -1).join(':') || s.startsWith(parts.slice(0, -1).join(':') + ':')) || this.isSetting(parts.slice(0, -1));
    if ([...this.sections.keys()].some(s => s === whole || s.startsWith(whole + ':'))) return true;
    for (let n = parts.length - 1; n > 0; n--) {
      const types = this.sections.get(parts.slice(0, n).join(':')) ?? [];
      if (types.some(type => this.#has(type, parts.slice(n)))) return true;
    }
    return [...new Set([...this.sections.values()].flat())].some(type => this.#nested(type, new Set()).some(t => this.#has(t, parts)));
  }

  #nested(type, seen) {
    if (seen.has(type) || !this.classes.has(type)) return [...seen];
    seen.add(type);
    for (const propertyType of this.classes.get(type).values()) for (const word of propertyType.match(/\w+/g) ?? []) this.#nested(word, seen);
    return [...seen];
  }

  #has(type, parts) {
    if (parts.length === 0) return true;
    if (type === 'ProviderSection') return this.#has('ProviderOptions', /^\d+$/.test(parts[0]) ? parts.slice(1) : parts);
    if (/^\d+$/.test(parts[0])) return this.#has(type, parts.slice(1));
    const found = this.classes.get(type)?.get(parts[0]);
    if (!found) return false;
    if (parts.length === 1) return true;
    const inner = (found.match(/\w+/g) ?? []).at(-1);
    if (/^\d+$/.test(parts[1]) && parts.length === 2) return true;
    return this.#has(inner, parts.slice(1)) || /Dictionary/.test(found);
  }

  fits(pattern) {
    const options = pattern.replace(/\/$/, '').replace(/[.+^$()|\\]/g, '\\$&').replace(/\[[^\]]*\]/g, '.*').replace(/\{([^}]*)\}/g, (_, list) => `(${list.replaceAll(',', '|')})`).replace(/<[^>]*>/g, '[^/]*').replaceAll('*', '[^/]*');
    const shape = new RegExp(`^${options}($|/)`);
    return this.files.some(f => shape.test(f));
  }
}
