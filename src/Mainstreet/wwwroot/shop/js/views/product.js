// One product.
import { fill, h } from '../dom.js';
import { product as read } from '../catalogue.js';
import { cart } from '../cart.js';
import { onChange } from '../store.js';
import { picture, priceOf, stepper } from '../parts.js';

export async function view(root, id, { onLeave }) {
  const product = await read(id);
  if (!product) {
    fill(root, h('h1', null, 'Not sold here'), h('p', null, 'This product is not in the shop, or not any more.'), h('p', null, h('a', { class: 'button', href: '/shop' }, 'Go to the goods')));
    return 'Not sold here';
  }
  const buy = h('div', { class: 'buy' });
  const draw = async () => fill(buy, priceOf(product), stepper(product, (await cart()).lines.find(l => l.productId === id)?.quantity ?? 0));
  const facts = [['Brand', product.brand], ['Pack', product.packSize], ['Category', [product.category, product.subCategory].filter(Boolean).join(', ')]].filter(([, value]) => value);
  fill(root,
    h('p', { class: 'crumbs faint' }, h('a', { href: '/shop' }, 'Goods'), product.category && [' / ', h('a', { href: `/shop?category=${encodeURIComponent(product.category)}` }, product.category)]),
    h('article', { class: 'product' },
      picture(product, 480),
      h('div', null,
        h('h1', null, product.name),
        buy,
        product.description && h('p', { class: 'prose' }, product.description),
        h('dl', { class: 'facts' }, facts.map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, value)))),
        h('p', { class: 'hint' }, 'The price contains all taxes.'))));
  onLeave(onChange(draw));
  await draw();
  return product.name;
}
