// The catalogue: from the server, else as kept by the service worker, else searched among the products that this device has seen.
import { all, got, one, put, read, write } from './store.js';
import { get, session } from './http.js';

const pageSize = 30;
const enough = 1000;
const freshFor = 6 * 3_600_000;

/**
 * Products for a filter {q, category, brand, inStock, sort, cursor}. Answers {items, facets, total, next, here}: here is
 * true when this device searched by itself.
 */
export async function list(filter, signal) {
  const query = new URLSearchParams({ limit: String(pageSize), facets: 'category,brand', disjunctive: 'category,brand' });
  for (const name of ['q', 'category', 'brand', 'sort', 'cursor']) if (filter[name]) query.set(name, filter[name]);
  if (filter.inStock) query.set('inStock', 'true');
  const shop = (await session()).shop;
  if (shop) query.set('businessId', shop.businessId);
  query.sort();
  const answer = await get(`/v1/products?${query}`, { signal });
  if (answer.ok) {
    if (!answer.kept) await remember(answer.body.items);
    return { ...answer.body, here: false };
  }
  if (answer.status === 0 || answer.status >= 500) return { ...await searchHere(filter), here: true };
  return { items: [], facets: {}, total: 0, next: null, here: false, problem: answer.problem };
}

/** One product, or null when nobody knows it. */
export async function product(id) {
  const answer = await get(`/v1/products/${id}`);
  if (answer.ok) {
    if (!answer.kept) await remember([answer.body]);
    return answer.body;
  }
  return answer.status === 404 ? null : one('products', id);
}

export const suggest = async (text, signal) => {
  const answer = await get(`/v1/products/suggest?q=${encodeURIComponent(text)}`, { signal });
  return answer.ok ? answer.body.items.map(s => s.text) : [];
};

export const known = () => read(['products'], async s => new Map((await got(s.products.getAll())).map(p => [p.id, p])));

export const remember = products => write(['products'], async s => {
  const at = Date.now();
  for (const product of products) {
    const { highlight, ...plain } = product;
    await got(s.products.put({ ...await got(s.products.get(product.id)), ...plain, seenAt: at }));
  }
});

/** Fetches the catalogue while there is nothing else to do, so that all of it (of a large one, the beginning) is there offline. */
export async function keepCatalogue() {
  if (navigator.connection?.saveData) return;
  const last = await one('meta', 'catalogueAt');
  if (last && Date.now() - last < freshFor) return;
  const seen = new Set();
  const shop = (await session()).shop;
  const only = shop ? `&businessId=${shop.businessId}` : '';
  for (let cursor = null, first = true; first || cursor; first = false) {
    const answer = await get(`/v1/products?limit=200${only}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`, { headers: { 'X-Not-Kept': '1' } });
    if (!answer.ok || answer.kept) return;
    await remember(answer.body.items);
    for (const item of answer.body.items) seen.add(item.id);
    cursor = seen.size < enough ? answer.body.next : null;
  }
  // What the whole catalogue does not name any more is sold no longer.
  if (seen.size < enough) {
    await write(['products'], async s => {
      for (const id of await got(s.products.getAllKeys())) if (!seen.has(id)) await got(s.products.delete(id));
    });
  }
  await put('meta', Date.now(), 'catalogueAt');
}

const wordsOf = text => (text ?? '').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);

async function searchHere({ q, category, brand, inStock, sort }) {
  const wanted = wordsOf(q);
  const fits = (await all('products')).filter(p => {
    if (inStock && !p.inStock) return false;
    const words = wordsOf(`${p.name} ${p.brand} ${p.category}`);
    return wanted.every(w => words.some(word => word.startsWith(w)));
  });
  const matching = fits.filter(p => (!category || p.category === category) && (!brand || p.brand === brand));
  const by = {
    priceAsc: (a, b) => a.price.amount - b.price.amount,
    priceDesc: (a, b) => b.price.amount - a.price.amount,
  }[sort] ?? ((a, b) => a.name.localeCompare(b.name));
  const counts = (name, among) => Object.entries(Object.groupBy(among, p => p[name] ?? '')).filter(([value]) => value)
    .map(([value, items]) => ({ value, count: items.length })).sort((a, b) => b.count - a.count || a.value.localeCompare(b.value));
  return {
    items: matching.sort(by).slice(0, 200),
    facets: { category: counts('category', fits.filter(p => !brand || p.brand === brand)), brand: counts('brand', fits.filter(p => !category || p.category === category)) },
    total: matching.length,
    next: null,
  };
}
