// One order that was made on this device: it waits, or has become an order, or was refused and the customer decides.
import { fill, h } from '../dom.js';
import { backToCart, dismiss, orderAgain } from '../cart.js';
import { answerTo, held, waiting } from '../queue.js';
import { known, product as readProduct } from '../catalogue.js';
import { connection, isOnline } from '../http.js';
import { onChange } from '../store.js';
import { signIn } from '../parts.js';
import { count, money, number, same, sum, times } from '../words.js';

export async function view(root, key, { go, onLeave }) {
  let told = false;

  async function draw() {
    const answer = await answerTo(key);
    if (answer?.orderId) return go(`/shop/orders/${answer.orderId}`, { replace: true });
    if (answer && !answer.problem) return go('/shop/orders', { replace: true });
    if (answer) return told || await tell(answer);
    const mutation = (await waiting()).find(m => m.key === key);
    if (!mutation) {
      fill(root, h('h1', null, 'Decided'), h('p', null, 'Nothing is to be decided here any more. ', h('a', { href: '/shop/orders' }, 'Your orders')));
      return;
    }
    fill(root,
      h('h1', null, 'Your order waits'),
      h('p', { role: 'status' }, held()?.reason === 'signIn' ? 'It is sent when you have signed in.'
        : isOnline() ? 'It is being sent…' : 'There is no connection. The order is kept on this device and sent, once, as soon as there is one. You can close this page.'),
      held()?.reason === 'signIn' && h('p', null, signIn()),
      lines(mutation.shown),
      h('p', null, h('a', { class: 'button quiet', href: '/shop' }, 'Go on shopping')));
  }

  const lines = shown => h('ul', { class: 'brief' }, shown.map(l => h('li', null, `${number(l.quantity)} × ${l.name}`, h('span', { class: 'price' }, money(times(l.price, l.quantity))))),
    h('li', { class: 'total' }, 'Goods', h('span', { class: 'price' }, money(sum(shown.map(l => times(l.price, l.quantity)), shown[0].price.currency)))));

  async function tell(answer) {
    told = true;
    const { problem, shown } = answer;
    const facts = new Map((problem.lines ?? []).map(l => [l.productId, l]));
    const products = await known();
    const next = await Promise.all(shown.map(async l => {
      const fact = facts.get(l.productId);
      const price = fact?.now ?? (fact ? (await readProduct(l.productId))?.price ?? products.get(l.productId)?.price ?? l.price : l.price);
      const quantity = fact?.available === undefined ? l.quantity : Math.min(l.quantity, fact.available);
      return { productId: l.productId, name: l.name, quantity, price, before: l, altered: quantity !== l.quantity || !same(price, l.price) };
    }));
    const kept = next.filter(l => l.quantity > 0);
    const solvable = problem.code === 'out_of_stock' || problem.code === 'price_changed';
    const act = work => async event => {
      event.target.disabled = true;
      await work();
    };
    const again = act(async () => go(`/shop/waiting/${await orderAgain(answer, next)}`, { replace: true }));
    fill(root,
      h('h1', null, 'Your order was not made'),
      h('div', { class: 'alert bad', role: 'alert' }, h('p', null, `${problem.title} ${problem.detail ?? ''}`), h('p', null, 'Nothing was charged. You decide how it goes on.')),
      h('table', { class: 'compare' },
        h('thead', null, h('tr', null, ['Product', 'You wanted', 'There is'].map(t => h('th', { scope: 'col' }, t)))),
        h('tbody', null, next.map(l => h('tr', { class: l.altered ? 'marked' : null },
          h('th', { scope: 'row' }, l.name),
          h('td', null, `${number(l.before.quantity)} × ${money(l.before.price)}`),
          h('td', null, !l.altered ? 'the same' : l.quantity === 0 ? 'none' : `${number(l.quantity)} × ${money(l.price)}`))))),
      solvable && kept.length > 0 && h('p', null, 'Goods then: ', h('strong', null, money(sum(kept.map(l => times(l.price, l.quantity)), kept[0].price.currency))), ` (${count(kept.length, 'product', 'products')}).`),
      h('div', { class: 'actions' },
        solvable && kept.length > 0 && h('button', { type: 'button', onclick: again }, 'Order what there is'),
        h('button', { type: 'button', class: 'quiet', onclick: act(async () => { await backToCart(answer); await go('/shop/cart', { replace: true }); }) }, 'Back to the cart'),
        h('button', { type: 'button', class: 'danger', onclick: act(async () => { await dismiss(answer); await go('/shop/orders', { replace: true }); }) }, 'Drop this order')));
  }

  onLeave(onChange(draw));
  for (const state of ['on', 'off']) {
    connection.addEventListener(state, draw);
    onLeave(() => connection.removeEventListener(state, draw));
  }
  await draw();
  return 'Your order';
}
