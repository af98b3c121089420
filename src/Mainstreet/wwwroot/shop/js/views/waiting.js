// What waits for the server, in order, and what the customer has to decide on.
import { fill, h } from '../dom.js';
import { conflicts, dismiss } from '../cart.js';
import { drain, dropForeign, held, waiting } from '../queue.js';
import { known } from '../catalogue.js';
import { connection, isOnline, session } from '../http.js';
import { onChange } from '../store.js';
import { signIn } from '../parts.js';
import { count, moment } from '../words.js';

export async function view(root, _, { onLeave }) {
  async function draw() {
    const [mutations, refused, products, { account }] = await Promise.all([waiting(), conflicts(), known(), session()]);
    const words = m => m.kind === 'order.place' ? `Order of ${count((m.shown ?? []).length, 'product', 'products')}`
      : m.kind === 'cart.claim' ? 'Take the cart along into your account'
      : m.args.quantity === 0 ? `Take ${products.get(m.args.productId)?.name ?? 'a product'} out of the cart`
      : `${m.args.quantity} × ${products.get(m.args.productId)?.name ?? 'a product'} in the cart`;
    const hold = held();
    const foreign = mutations.filter(m => m.account && m.account !== account?.id);
    fill(root,
      h('h1', null, 'Not sent yet'),
      refused.length > 0 && [h('h2', null, 'Needs your decision'), h('ul', { class: 'rows' }, refused.map(a => h('li', null,
        h('span', null, a.kind === 'order.place' ? h('a', { href: `/shop/waiting/${a.key}` }, a.problem.title) : a.problem.title),
        a.kind !== 'order.place' && h('button', { type: 'button', class: 'quiet small', onclick: () => dismiss(a) }, 'OK'))))],
      hold?.reason === 'signIn' && h('div', { class: 'alert info' }, h('p', null, `Sign in${hold.email ? ` as ${hold.email}` : ''}: changes of your account wait for that.`), signIn()),
      hold?.reason === 'otherAccount' && foreign.length > 0 && h('div', { class: 'alert info' },
        h('p', null, `${count(foreign.length, 'change belongs', 'changes belong')} to ${foreign[0].email}. They are sent when that account is signed in, and everything after them waits.`),
        h('button', { type: 'button', class: 'danger', onclick: dropForeign }, 'Forget them')),
      mutations.length > 0
        ? [h('p', { class: 'faint' }, isOnline() ? 'They are sent one after the other.' : 'There is no connection. They are sent, in this order and each once, as soon as there is one.'),
          h('ol', { class: 'rows queue' }, mutations.map(m => h('li', null, h('span', null, words(m)), h('span', { class: 'faint' }, moment(m.at))))),
          h('button', { type: 'button', class: 'quiet', onclick: () => drain() }, 'Try now')]
        : refused.length === 0 && h('p', { class: 'empty' }, 'Everything is with the shop.'));
  }
  onLeave(onChange(draw));
  for (const state of ['on', 'off']) {
    connection.addEventListener(state, draw);
    onLeave(() => connection.removeEventListener(state, draw));
  }
  await draw();
  return 'Not sent yet';
}
