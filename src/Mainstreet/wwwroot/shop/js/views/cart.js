// The cart: quantities, what has changed since something was put in, and on to the checkout.
import { fill, h } from '../dom.js';
import { cart, conflicts, dismiss, putInOpenCart, refreshCart, setQuantity } from '../cart.js';
import { onChange } from '../store.js';
import { picture, stepper, sums } from '../parts.js';
import { money, times } from '../words.js';

export async function view(root, _, { onLeave }) {
  async function draw() {
    const [open, refused] = await Promise.all([cart(), conflicts()]);
    const notices = refused.filter(a => a.kind !== 'order.place');
    const undecided = open.lines.some(l => l.changed || l.short !== null);
    fill(root,
      h('h1', null, 'Cart'),
      notices.map(a => h('div', { class: 'alert bad', role: 'alert' },
        h('p', null, `${a.problem.title} ${a.problem.detail ?? ''}`),
        h('div', { class: 'actions' },
          putInOpenCart(a) && h('button', { type: 'button', class: 'small', onclick: putInOpenCart(a) }, 'Put it into the new cart'),
          h('button', { type: 'button', class: 'quiet small', onclick: () => dismiss(a) }, 'OK')))),
      open.lines.length === 0 && h('p', { class: 'empty' }, 'Nothing here yet. ', h('a', { href: '/shop' }, 'Look at the goods.')),
      open.lines.length > 0 && [
        h('ul', { class: 'lines', 'aria-label': 'Products in the cart' }, open.lines.map(line)),
        sums(open),
        undecided
          ? h('p', { class: 'alert info', role: 'status' }, 'Something has changed since you chose. Decide on the marked products, then go on.')
          : h('p', null, h('a', { class: 'button wide', href: '/shop/checkout' }, 'Check out')),
      ]);
  }

  const line = l => h('li', { class: l.changed || l.short !== null ? 'marked' : null },
    picture(l.product ?? l, 72),
    h('div', { class: 'what' },
      h('a', { href: `/shop/p/${l.productId}` }, l.name),
      h('span', { class: 'faint' }, [l.packSize, l.price && money(l.price)].filter(Boolean).join(' · ')),
      l.short === 0 && h('p', { class: 'note' }, 'Sold out. ', small('Remove', `Remove ${l.name}`, () => set(l, 0))),
      l.short > 0 && h('p', { class: 'note' }, `Only ${l.short} left. `, small(`Take ${l.short}`, `Take ${l.short} of ${l.name}`, () => set(l, l.short))),
      l.changed && l.short !== 0 && h('p', { class: 'note' }, `Was ${money(l.seen)}, is ${money(l.price)} now. `,
        small('Keep', `Keep ${l.name} at ${money(l.price)}`, () => set(l, l.quantity)), ' ', small('Remove', `Remove ${l.name}`, () => set(l, 0)))),
    h('div', { class: 'buy' }, l.price && h('span', { class: 'price' }, money(times(l.price, l.quantity))),
      stepper({ id: l.productId, name: l.name, packSize: l.packSize, price: l.price }, l.quantity)));

  const small = (text, label, onclick) => h('button', { type: 'button', class: 'quiet small', 'aria-label': label, onclick }, text);
  const set = (l, quantity) => setQuantity({ id: l.productId, name: l.name, price: l.price }, () => quantity);

  onLeave(onChange(draw));
  await draw();
  refreshCart();
  return 'Cart';
}
