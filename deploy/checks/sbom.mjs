// Lists the parts of an image as CycloneDX 1.6: node sbom.mjs ROOT OUTPUT VERSION LOCK
// ROOT is the image's mounted root, LOCK the package-lock.json of the browser libraries. Every file of it belongs to exactly one part, or the list is refused (exit code 1).
// The server's image names its few system files itself; the runner's is a whole Debian, whose own records (dpkg's) say which package brings what.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';

const [root, output, version, lock] = process.argv.slice(2);
const files = [];
(function walk(at) {
  for (const entry of fs.readdirSync(path.join(root, at), { withFileTypes: true })) {
    const inside = path.join(at, entry.name);
    if (entry.isDirectory()) walk(inside); else if (entry.isFile()) files.push(inside);
  }
})('/');

const parts = new Map();
const part = (type, name, ver, purl, more = {}) => {
  const ref = purl ?? `${name}@${ver}`;
  if (!parts.has(ref)) parts.set(ref, { type, 'bom-ref': ref, name, version: ver, ...(purl ? { purl } : {}), ...more, files: [] });
  return parts.get(ref);
};

// Packages and projects, with the files that each brings, as the program's own list has them.
const deps = JSON.parse(fs.readFileSync(path.join(root, 'app/mainstreet.deps.json'), 'utf8'));
const brings = new Map(), needs = [];
const target = deps.targets[deps.runtimeTarget.name];
for (const [id, library] of Object.entries(target)) {
  const [name, ver] = id.split('/');
  const own = deps.libraries[id].type === 'project';
  const assets = [...Object.keys(library.runtime ?? {}), ...Object.keys(library.native ?? {}), ...Object.keys(library.runtimeTargets ?? {})].filter(a => !a.endsWith('/_._'));
  if (!own && assets.length === 0) continue;
  const hash = /^sha512-(.+)$/.exec(deps.libraries[id].sha512 ?? '')?.[1];
  const component = own
    ? part('library', name, ver)
    : part('library', name, ver, `pkg:nuget/${name}@${ver}`, hash ? { hashes: [{ alg: 'SHA-512', content: Buffer.from(hash, 'base64').toString('hex') }] } : {});
  for (const asset of assets) { brings.set(path.basename(asset), component); brings.set(asset, component); }
  needs.push([component['bom-ref'], library.dependencies ?? {}]);
}

// file -> its package; of a whole Debian also its folders, and what belongs to no package but to the system itself.
const system = new Map(), records = path.join(root, 'var/lib/dpkg');
const whole = fs.existsSync(path.join(records, 'status'));
let distribution = 'linux';
if (whole) {
  const release = fs.readFileSync(path.join(root, 'etc/os-release'), 'utf8');
  const field = (text, name) => new RegExp(`^${name}[=:] ?"?([^"\n]*)"?$`, 'm').exec(text)?.[1];
  distribution = `${field(release, 'ID')}-${field(release, 'VERSION_ID')}`;
  for (const entry of fs.readFileSync(path.join(records, 'status'), 'utf8').split('\n\n').filter(e => /^Status: install ok installed$/m.test(e))) {
    const installed = [field(entry, 'Package'), field(entry, 'Version'), field(entry, 'Architecture')];
    const list = [installed[0], `${installed[0]}:${installed[2]}`].map(n => path.join(records, 'info', `${n}.list`)).find(f => fs.existsSync(f));
    if (!list) continue;
    // Debian's lists still say /lib where the file is in /usr/lib.
    for (const file of fs.readFileSync(list, 'utf8').split('\n')) system.set(file.replace(/^\/(bin|sbin|lib|lib64)\//, '/usr/$1/'), installed);
    for (const file of fs.readdirSync(path.dirname(list))) if (file.startsWith(path.basename(list, 'list'))) system.set(`/var/lib/dpkg/info/${file}`, installed);
  }
} else {
  for (const line of fs.readFileSync(path.join(root, 'usr/share/mainstreet/system-files.tsv'), 'utf8').trim().split('\n')) {
    const [file, owner, ver] = line.split('\t');
    if (file === '(distribution)') { distribution = owner; continue; }
    system.set(file, [owner, ver, 'amd64']);
  }
}
const deb = ([owner, ver, architecture]) => part('library', owner, ver, `pkg:deb/${distribution.split('-')[0]}/${owner}@${encodeURIComponent(ver)}?arch=${architecture}&distro=${distribution}`);
// Settings and records that an installation writes are the system's; a program among them is nobody's.
function written(file) {
  if (!/^\/(etc|root|var\/(lib|cache|log))\/|^\/usr\/share\/(info\/dir$|python3\/)/.test(file)) return null;
  const head = Buffer.alloc(4), handle = fs.openSync(path.join(root, file));
  const read = fs.readSync(handle, head);
  fs.closeSync(handle);
  const runs = read > 1 && (head.toString('latin1') === '\x7fELF' || head.toString('latin1', 0, 2) === '#!');
  return runs ? null : part('operating-system', ...distribution.split('-'));
}
const program = part('library', 'mainstreet', version);

// Browser libraries: the folder leaflet, and CodeMirror's modules, whose files are called after their packages (browser-libraries.mjs).
const browser = new Map();
for (const [place, entry] of Object.entries(JSON.parse(fs.readFileSync(lock, 'utf8')).packages)) {
  const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(place)?.[1];
  if (name) browser.set(name.replace('@', '').replaceAll('/', '-'), [name, entry.version]);
}
const npm = ([name, ver]) => part('library', name, ver, `pkg:npm/${name.replace('@', '%40')}@${ver}`);
function browserPart(file) {
  const stem = path.basename(file).replace(/\.LICENSE$/, '').replace(/\.js$/, '');
  // A mode of legacy-modes carries its name behind that of its package.
  const key = file.startsWith('/app/wwwroot/lib/leaflet/') ? 'leaflet' : [...browser.keys()].filter(k => stem === k || stem.startsWith(`${k}-mode-`)).sort((a, b) => b.length - a.length)[0];
  return browser.has(key) ? npm(browser.get(key)) : null;
}

// Which part a file belongs to; null for none.
function owner(file) {
  let m;
  if ((m = /^\/usr\/share\/dotnet\/shared\/([^/]+)\/([^/]+)\//.exec(file))) return part('framework', m[1], m[2], `pkg:nuget/${m[1]}.Runtime.linux-x64@${m[2]}`);
  if ((m = /^\/usr\/share\/dotnet\/host\/fxr\/([^/]+)\//.exec(file))) return part('library', 'Microsoft.NETCore.App.Host.linux-x64', m[1], `pkg:nuget/Microsoft.NETCore.App.Host.linux-x64@${m[1]}`);
  if (file === '/usr/share/dotnet/dotnet') return [...parts.values()].find(p => p.name === 'Microsoft.NETCore.App.Host.linux-x64') ?? null;
  if (!whole && file.startsWith('/usr/share/zoneinfo/')) return deb(system.get('(tzdata)'));
  if (!whole && file === '/etc/ssl/certs/ca-certificates.crt') return deb(system.get('(ca-certificates)'));
  if (system.has(file)) return deb(system.get(file));
  if (/^\/app\/wwwroot\/lib\/(leaflet|codemirror)\//.test(file)) return browserPart(file);
  if (file === '/app/wwwroot/lib/restored.txt' || file.startsWith('/app/wwwroot/') && !file.startsWith('/app/wwwroot/lib/')) return program;
  // Satellites carry their culture's folder.
  if (file.startsWith('/app/')) return brings.get(path.basename(file)) ?? (/^\/app\/(mainstreet(\.(dll|deps\.json|runtimeconfig\.json))?|appsettings(\.\w+)?\.json|web\.config)$/.test(file) ? program : /^\/app\/Demo\/[^/]+\.(csv|json|ndjson|md|txt|jpg|png|svg)$/.test(file) ? program : null);
  if (['/etc/passwd', '/etc/group', '/etc/nsswitch.conf', '/usr/share/mainstreet/system-files.tsv', '/usr/share/mainstreet/cultures.sha256'].includes(file) && !whole) return program;
  if (!whole) return null;
  if (file === '/usr/local/sbin/install-languages') return program;
  // What Python has compiled belongs to its source.
  if ((m = /^(.*)\/__pycache__\/([^/]+)\.cpython-\d+\.pyc$/.exec(file)) && system.has(`${m[1]}/${m[2]}.py`)) return deb(system.get(`${m[1]}/${m[2]}.py`));
  return written(file);
}

const orphans = [];
// The host's library first: the muxer belongs to the same part.
for (const file of files.sort((a, b) => b.includes('/fxr/') - a.includes('/fxr/') || (a < b ? -1 : 1))) {
  const belongs = owner(file);
  if (!belongs) { orphans.push(file); continue; }
  if (file.startsWith('/usr/share/zoneinfo/')) continue;
  belongs.files.push({ type: 'file', name: file, hashes: [{ alg: 'SHA-256', content: crypto.createHash('sha256').update(fs.readFileSync(path.join(root, file))).digest('hex') }] });
}

const byName = new Map([...parts.values()].map(p => [p.name, p['bom-ref']]));
const components = [...parts.values()].sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1)).map(({ files: own, ...p }) => ({ ...p, ...(own.length ? { components: own } : {}) }));
const bom = {
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json', bomFormat: 'CycloneDX', specVersion: '1.6', version: 1,
  metadata: { component: { type: 'container', 'bom-ref': 'image', name: whole ? 'mainstreet-runner' : 'mainstreet', version } },
  components,
  dependencies: [{ ref: 'image', dependsOn: components.map(c => c['bom-ref']) },
    ...needs.map(([ref, on]) => ({ ref, dependsOn: [...new Set(Object.keys(on).map(n => byName.get(n)).filter(Boolean))].sort() })).filter(d => d.ref !== 'image')],
};
const unique = new Map(bom.dependencies.map(d => [d.ref, d]));
bom.dependencies = [...unique.values()];
const text = JSON.stringify(bom, null, 1) + '\n';
const wrong = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text);
if (wrong) { console.error(`the list does not fit CycloneDX 1.6: ${JSON.stringify(wrong).slice(0, 600)}`); process.exit(2); }
fs.writeFileSync(output, text);
orphans.forEach(o => console.log(`belongs to no part: ${o}`));
const assemblies = files.filter(f => /\.(dll|so|so\.[\d.]+)$/.test(f)).length;
console.error(`${components.length} parts, ${files.length} files, ${assemblies} assemblies and libraries, ${orphans.length} without a part`);
process.exit(orphans.length ? 1 : 0);
