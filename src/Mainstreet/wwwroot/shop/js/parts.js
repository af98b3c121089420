// Parts that several views show.
import { h } from './dom.js';
import { money, number, same } from './words.js';
import { most, setQuantity } from './cart.js';

/** The product's picture, or a tile with its first letter. */
export function picture(product, size) {
  const address = product?.image ?? product?.imageUrl ?? null;
  if (!address) return tile(product);
  const image = h('img', { src: address, alt: '', width: size, height: size, loading: 'lazy', decoding: 'async', class: 'picture' });
  // Never seen while there was a connection: the tile stands in.
  image.addEventListener('error', () => image.replaceWith(tile(product)), { once: true });
  return image;
}

const tile = product => h('span', { class: 'picture tile-letter', 'aria-hidden': 'true', 'data-hue': String([...(product?.category ?? '')].reduce((n, c) => n + c.codePointAt(0), 0) % 6) },
  (product?.name ?? '?').trim().slice(0, 1).toUpperCase());

export const priceOf = product => h('span', { class: 'price' }, money(product.price),
  product.mrp && !same(product.mrp, product.price) && [' ', h('s', { class: 'faint' }, h('span', { class: 'sr' }, 'instead of '), money(product.mrp))]);

/** How many of a product are in the cart, with buttons for more and fewer; without any, one button that adds the first. */
export function stepper(product, quantity) {
  const id = product.id;
  const what = [product.name, product.packSize].filter(Boolean).join(', ');
  if (quantity === 0) {
    return h('div', { class: 'stepper' },
      product.inStock === false
        ? h('span', { class: 'badge' }, 'Sold out')
        : h('button', { type: 'button', id: `more-${id}`, class: 'small', onclick: () => setQuantity(product, n => n + 1) }, 'Add', h('span', { class: 'sr' }, ` ${what}`)));
  }
  return h('div', { class: 'stepper', role: 'group', 'aria-label': `Quantity of ${what}` },
    h('button', { type: 'button', id: `fewer-${id}`, class: 'quiet small', 'aria-label': quantity === 1 ? `Remove ${what}` : `One ${what} fewer`, onclick: () => setQuantity(product, n => n - 1) }, '−'),
    h('output', { 'aria-live': 'polite' }, number(quantity)),
    h('button', { type: 'button', id: `more-${id}`, class: 'quiet small', 'aria-label': `One ${what} more`, disabled: quantity >= most, onclick: () => setQuantity(product, n => n + 1) }, '+'));
}

/** What a cart comes to. */
export const sums = ({ subtotal, delivery, total }) => h('dl', { class: 'sums' },
  h('div', null, h('dt', null, 'Goods'), h('dd', null, money(subtotal))),
  delivery && h('div', null, h('dt', null, 'Delivery'), h('dd', null, delivery.amount === 0 ? 'free' : money(delivery))),
  total && h('div', { class: 'total' }, h('dt', null, 'Total'), h('dd', null, money(total))));

export const signIn = text => h('a', { class: 'button', href: `/sign-in?returnUrl=${encodeURIComponent(location.pathname + location.search)}`, target: '_self' }, text ?? 'Sign in');
