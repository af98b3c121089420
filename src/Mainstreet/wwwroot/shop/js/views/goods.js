// The catalogue: search, categories, what is in the cart already.
import { fill, h, marked, refusal, toast } from '../dom.js';
import { isOnline, send, session } from '../http.js';
import { list, suggest } from '../catalogue.js';
import { cart } from '../cart.js';
import { onChange } from '../store.js';
import { picture, priceOf, stepper } from '../parts.js';
import { count, number } from '../words.js';

const sorts = [['', 'Best match'], ['priceAsc', 'Cheapest first'], ['priceDesc', 'Dearest first'], ['name', 'By name']];

export async function view(root, _, { go, query, onLeave }) {
  const filter = { q: query.get('q') ?? '', category: query.get('category') ?? '', brand: query.get('brand') ?? '', sort: query.get('sort') ?? '', inStock: query.get('inStock') === 'true' };
  let asking = null;
  let items = [];
  let inCart = new Map();

  const results = h('ul', { class: 'goods', 'aria-label': 'Products' });
  const note = h('p', { class: 'faint', role: 'status' });
  const categories = h('nav', { class: 'filters', 'aria-label': 'Categories' });
  const more = h('p', null);
  const keep = h('p', null);
  const proposals = h('datalist', { id: 'proposals' });
  const search = h('input', { id: 'search', name: 'q', type: 'search', maxlength: '200', placeholder: 'Search the shop', value: filter.q, autocomplete: 'off', list: 'proposals', enterkeyhint: 'search' });
  const sort = h('select', { id: 'sort', name: 'sort' }, sorts.map(([value, text]) => h('option', { value, selected: value === filter.sort }, text)));
  const inStock = h('input', { id: 'in-stock', name: 'inStock', type: 'checkbox', checked: filter.inStock });
  const form = h('form', { role: 'search', class: 'searchbar' },
    h('label', { for: 'search', class: 'sr' }, 'Search the shop'), search, proposals,
    h('div', { class: 'choices' }, h('label', { for: 'sort', class: 'sr' }, 'In which order'), sort, h('label', null, inStock, ' In stock only')));

  fill(root, h('h1', { class: 'sr' }, 'Goods'), form, categories, note, results, more, keep);

  // The address follows what is looked for, so that it can be shared and come back to.
  function moved() {
    const parts = new URLSearchParams();
    for (const name of ['q', 'category', 'brand', 'sort']) if (filter[name]) parts.set(name, filter[name]);
    if (filter.inStock) parts.set('inStock', 'true');
    history.replaceState(null, '', parts.size > 0 ? `/shop?${parts}` : '/shop');
    return load();
  }

  async function load(cursor = null) {
    asking?.abort();
    const mine = asking = new AbortController();
    let found;
    try {
      found = await list({ ...filter, cursor }, mine.signal);
    } catch (error) {
      if (error.name === 'AbortError') return;
      throw error;
    }
    if (mine !== asking) return;
    if (found.problem) {
      fill(note, refusal(found.problem));
      return;
    }
    items = cursor ? [...items, ...found.items] : found.items;
    const corrected = (found.corrections ?? []).map(c => `“${c.words.join('”, “')}” for “${c.typed}”`);
    fill(note, [corrected.length > 0 ? `Also looked for ${corrected.join('; ')}` : null, count(found.total ?? items.length, 'product', 'products'), found.here || found.kept ? 'as this device last saw them' : null].filter(Boolean).join(', '));
    fill(categories, [chip('All', ''), ...(found.facets?.category ?? []).map(f => chip(`${f.value} ${number(f.count)}`, f.value))],
      filter.brand && h('a', { href: '#brand', 'aria-current': 'true', onclick: event => { event.preventDefault(); filter.brand = ''; moved(); } }, `${filter.brand} ×`));
    const { account, shop } = await session();
    fill(keep, account && isOnline() && (filter.q || filter.category || filter.brand) && h('button', {
      type: 'button', class: 'quiet small', onclick: async event => {
        event.target.disabled = true;
        const saved = await send('POST', '/v1/searches', {
          ...(filter.q ? { q: filter.q } : { name: filter.brand || filter.category }),
          ...(filter.category ? { category: [filter.category] } : {}), ...(filter.brand ? { brand: [filter.brand] } : {}), ...(shop ? { businessId: shop.businessId } : {}),
        });
        toast(saved.ok ? 'Saved. You are told here when something new fits.' : saved.problem.title);
      },
    }, 'Tell me when something new fits'));
    fill(more, found.next && h('button', { type: 'button', class: 'quiet', onclick: () => load(found.next) }, 'More'));
    draw();
  }

  const chip = (text, value) => h('a', {
    href: value ? `/shop?category=${encodeURIComponent(value)}` : '/shop', 'aria-current': filter.category === value ? 'true' : null,
    onclick: event => { event.preventDefault(); event.stopPropagation(); filter.category = value; moved(); },
  }, text);

  function draw() {
    fill(results, items.map(product => h('li', { class: 'good' },
      h('a', { href: `/shop/p/${product.id}`, class: 'face' }, picture(product, 160),
        h('span', { class: 'name' }, product.highlight?.name ? marked(product.highlight.name) : product.name),
        h('span', { class: 'faint' }, [product.brand, product.packSize].filter(Boolean).join(' · '))),
      h('div', { class: 'buy' }, priceOf(product), stepper(product, inCart.get(product.id) ?? 0)))));
  }

  async function readCart() {
    inCart = new Map((await cart()).lines.map(l => [l.productId, l.quantity]));
  }

  let typing = null;
  search.addEventListener('input', () => {
    filter.q = search.value.trim();
    clearTimeout(typing);
    typing = setTimeout(async () => {
      moved();
      const words = filter.q.length > 1 ? await suggest(filter.q).catch(() => []) : [];
      fill(proposals, words.map(value => h('option', { value })));
    }, 250);
  });
  form.addEventListener('submit', event => {
    event.preventDefault();
    clearTimeout(typing);
    filter.q = search.value.trim();
    moved();
  });
  sort.addEventListener('change', () => { filter.sort = sort.value; moved(); });
  inStock.addEventListener('change', () => { filter.inStock = inStock.checked; moved(); });
  onLeave(onChange(async () => { await readCart(); draw(); }));
  onLeave(() => { clearTimeout(typing); asking?.abort(); });

  await readCart();
  await load();
  return 'Goods';
}
