import { api, business } from './config.js';
import { format } from './money.js';

const list = document.getElementById('products');
const status = document.getElementById('status');
const more = document.getElementById('more');
const categories = document.getElementById('categories');
const wanted = { q: '', category: '', cursor: null };

// Whatever a product is called is text, never markup.
function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function card(product) {
  const item = element('li');
  if (product.imageUrl) item.append(element('img', '', { src: new URL(product.imageUrl, api || location.href), alt: '', loading: 'lazy' }));
  item.append(element('h2', product.name), element('p', [product.brand, product.packSize].filter(Boolean).join(', ')));
  item.append(element('p', format(product.price), { class: 'price' }));
  if (product.inStock) item.append(element('a', 'Order', { href: `${api}/shop/p/${product.id}`, 'aria-label': `Order ${product.name}` }));
  else item.append(element('p', 'Sold out', { class: 'out' }));
  return item;
}

function showCategories(found) {
  const buttons = ['', ...found.map(f => f.value)].map(value => {
    const button = element('button', value || 'All', { type: 'button', 'aria-pressed': String(value === wanted.category) });
    button.addEventListener('click', () => begin({ category: value }));
    return button;
  });
  categories.replaceChildren(...buttons);
}

async function load(first) {
  const query = new URLSearchParams({ limit: '24' });
  if (first) query.set('facets', 'category');
  if (first) query.set('disjunctive', 'category');
  if (business) query.set('businessId', business);
  if (wanted.q) query.set('q', wanted.q);
  if (wanted.category) query.set('category', wanted.category);
  if (wanted.cursor) query.set('cursor', wanted.cursor);
  status.textContent = 'Looking...';
  try {
    const response = await fetch(`${api}/v1/products?${query}`);
    if (!response.ok) throw new Error(`Status ${response.status}`);
    const found = await response.json();
    if (first) list.replaceChildren();
    if (first && found.facets.category) showCategories(found.facets.category);
    list.append(...found.items.map(card));
    wanted.cursor = found.next;
    more.hidden = !found.next;
    status.textContent = found.total === 0 ? 'Nothing was found.' : `${found.total} products`;
  } catch {
    status.textContent = 'The shop cannot be reached just now. Please try again in a moment.';
  }
}

function begin(change) {
  Object.assign(wanted, change, { cursor: null });
  return load(true);
}

document.getElementById('search').addEventListener('submit', event => {
  event.preventDefault();
  begin({ q: new FormData(event.target).get('q').trim() });
});
more.addEventListener('click', () => load(false));
begin({});
