// MiniSearch on the products and searches of `Mainstreet.Benchmarks store-search --json FILE`: prefix and fuzzy as its manual shows them,
// all words, counts by category and brand over everything found, the first fifty.
import { readFileSync } from "node:fs";
import MiniSearch from "minisearch";

const { products, searches } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const index = new MiniSearch({ fields: ["name", "brand", "category", "subCategory", "description"], storeFields: ["category", "brand", "price", "inStock"] });
let started = performance.now();
index.addAll(products);
const built = performance.now() - started;
const byId = new Map(products.map((p) => [p.id, p]));

function find({ q, category, priceMax, inStock, sort }) {
  const filter = (p) =>
    (!category || category.includes(p.category)) && (priceMax == null || p.price <= priceMax) && (inStock == null || p.inStock === inStock);
  const found = index.search(q ?? MiniSearch.wildcard, {
    combineWith: "AND", prefix: (_, i, terms) => i === terms.length - 1, fuzzy: (term) => (term.length >= 8 ? 2 : term.length >= 4 ? 1 : false), boost: { name: 2 }, filter,
  });
  const facets = { category: new Map(), brand: new Map() };
  for (const p of found) {
    facets.category.set(p.category, (facets.category.get(p.category) ?? 0) + 1);
    facets.brand.set(p.brand, (facets.brand.get(p.brand) ?? 0) + 1);
  }
  if (sort === "price") found.sort((a, b) => a.price - b.price);
  return { total: found.length, facets, items: found.slice(0, 50).map((p) => byId.get(p.id)) };
}

for (const search of searches.slice(0, 200)) find(search);
const kinds = new Map();
for (const search of searches) {
  started = performance.now();
  const { total } = find(search);
  const time = performance.now() - started;
  for (const kind of [search.kind, "all"]) kinds.set(kind, [...(kinds.get(kind) ?? []), { time, total }]);
}
for (const [kind, list] of kinds) {
  const times = list.map((l) => l.time).sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1);
  const mean = Math.round(list.reduce((sum, l) => sum + l.total, 0) / list.length);
  console.log(`| MiniSearch 7.2.0 | ${products.length} | ${kind} | ${times.length} | ${at(0.5)} | ${at(0.95)} | ${at(0.99)} | ${mean} |`);
}
console.log(`(MiniSearch: built in ${(built / 1000).toFixed(1)} s, ${Math.round(process.memoryUsage().rss / 1048576)} MB, in memory only)`);
