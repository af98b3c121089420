// Judges coverlet's results: node coverage.mjs ROOT AT_LEAST RESULTS ASSEMBLY...   a row per assembly; a line that any project's tests ran is covered.
import fs from 'node:fs';
import path from 'node:path';

const [root, wanted, results, ...assemblies] = process.argv.slice(2);
const files = fs.existsSync(results) ? fs.readdirSync(results).filter(f => f.endsWith('.json')) : [];
if (files.length === 0) { console.error(`check-coverage: no results in ${results}`); process.exit(2); }

// assembly -> 'file:line' -> whether it ran
const lines = new Map(assemblies.map(a => [a.toLowerCase(), new Map()]));
for (const file of files) {
  for (const [module, documents] of Object.entries(JSON.parse(fs.readFileSync(path.join(results, file), 'utf8')))) {
    const found = lines.get(path.basename(module, '.dll').toLowerCase());
    if (!found) continue;
    for (const [document, classes] of Object.entries(documents)) {
      const source = path.relative(root, document).replaceAll('\\', '/');
      // What generators wrote lies in artifacts/ or is no file at all.
      if (!source.startsWith('src/') || /\/obj\/|\.g\.cs$/.test(source)) continue;
      for (const methods of Object.values(classes)) {
        for (const { Lines } of Object.values(methods)) {
          for (const [number, hits] of Object.entries(Lines ?? {})) found.set(`${source}:${number}`, hits > 0 || found.get(`${source}:${number}`) === true);
        }
      }
    }
  }
}

const percent = (covered, all) => Math.floor(covered / all * 10_000) / 100;
const row = (name, all, covered) => console.log(`${name.padEnd(24)} ${String(all).padStart(7)} ${String(covered).padStart(7)}  ${all ? percent(covered, all).toFixed(2).padStart(6) : '     -'}`);
console.log(`${'assembly'.padEnd(24)}   lines covered       %`);
let all = 0, covered = 0, empty = [];
for (const assembly of assemblies) {
  const found = [...lines.get(assembly.toLowerCase()).values()];
  const ran = found.filter(Boolean).length;
  row(assembly, found.length, ran);
  all += found.length;
  covered += ran;
  if (found.length === 0) empty.push(assembly);
}
if (assemblies.length > 1) row('all', all, covered);
for (const assembly of empty) console.log(`FAIL  ${assembly} has no line in the results: it was not measured`);
const enough = all > 0 && covered * 100 >= all * Number(wanted);
if (all > 0) console.log(enough ? `ok    ${percent(covered, all).toFixed(2)} % of the lines ran, ${wanted} % are wanted` : `FAIL  only ${percent(covered, all).toFixed(2)} % of the lines ran, ${wanted} % are wanted`);
process.exit(enough && empty.length === 0 ? 0 : 1);
