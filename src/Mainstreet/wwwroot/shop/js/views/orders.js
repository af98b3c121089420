// The customer's orders: those that wait on this device first, then those of the server.
import { fill, h, refusal } from '../dom.js';
import { conflicts } from '../cart.js';
import { waiting } from '../queue.js';
import { get, session } from '../http.js';
import { all, got, onChange, write } from '../store.js';
import { signIn } from '../parts.js';
import { count, moment, money, status, tone } from '../words.js';

export async function view(root, _, { onLeave }) {
  const { account } = await session();
  let orders = (await all('orders')).sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  let next = null;
  let kept = true;
  let problem = null;

  async function load(cursor = null) {
    if (!account) return;
    const answer = await get(`/v1/orders?mine=true&limit=20${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
    if (answer.ok) {
      const mine = answer.body.items;
      orders = cursor ? [...orders, ...mine] : mine;
      next = answer.body.next;
      kept = false;
      await write(['orders'], async s => { for (const order of mine) await got(s.orders.put(order)); });
    } else if (answer.status !== 0) {
      problem = answer.problem;
    }
    await draw();
  }

  async function draw() {
    const [mutations, refused] = await Promise.all([waiting(), conflicts()]);
    const made = mutations.filter(m => m.kind === 'order.place');
    const toDecide = refused.filter(a => a.kind === 'order.place');
    fill(root,
      h('h1', null, 'Orders'),
      toDecide.length > 0 && [h('h2', null, 'Needs your decision'), h('ul', { class: 'rows' }, toDecide.map(a => h('li', null,
        h('a', { href: `/shop/waiting/${a.key}` }, `Order of ${count(a.shown.length, 'product', 'products')}`), h('span', { class: 'badge bad' }, a.problem.title))))],
      made.length > 0 && [h('h2', null, 'Not sent yet'), h('ul', { class: 'rows' }, made.map(m => h('li', null,
        h('a', { href: `/shop/waiting/${m.key}` }, `Order of ${count(m.shown.length, 'product', 'products')}`), h('span', { class: 'badge warn' }, 'Waits for the connection'))))],
      !account && h('p', { class: 'empty' }, 'Sign in to see your orders. ', signIn()),
      problem && refusal(problem),
      account && kept && orders.length > 0 && !problem && h('p', { class: 'faint', role: 'status' }, 'As this device last saw them.'),
      account && orders.length === 0 && made.length + toDecide.length === 0 && !problem && h('p', { class: 'empty' }, 'No orders yet. ', h('a', { href: '/shop' }, 'Look at the goods.')),
      orders.length > 0 && h('ul', { class: 'rows', 'aria-label': 'Your orders' }, orders.map(o => h('li', null,
        h('a', { href: `/shop/orders/${o.id}` }, h('strong', null, `Order ${o.number}`)),
        h('span', { class: `badge ${tone(o.status)}` }, status(o.status)),
        h('span', { class: 'price' }, money(o.total)),
        h('time', { datetime: o.createdAt }, moment(o.createdAt))))),
      next && h('p', null, h('button', { type: 'button', class: 'quiet', onclick: () => load(next) }, 'Older')));
  }

  onLeave(onChange(draw));
  const live = ({ detail }) => { if (!detail || detail.type.startsWith('order.')) load(); };
  document.addEventListener('live', live);
  onLeave(() => document.removeEventListener('live', live));
  await draw();
  load();
  return 'Orders';
}
