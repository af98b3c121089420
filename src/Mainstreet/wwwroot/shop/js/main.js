// The shop's frame: which view an address shows, the numbers in the tabs, what waits, and the service worker.
import { fill, focusHeading, h, toast } from './dom.js';
import { askSession, connection, isOnline, session } from './http.js';
import { held, keepDraining, waiting } from './queue.js';
import { cart, conflicts, refreshCart } from './cart.js';
import { keepCatalogue } from './catalogue.js';
import { onChange } from './store.js';
import { adoptSession } from './identity.js';
import { count, status } from './words.js';
import { follow } from './live.js';
import './install.js';

const uuid = '[0-9a-fA-F-]{36}';
const views = [
  [/^\/shop\/?$/, () => import('./views/goods.js')],
  [new RegExp(`^/shop/p/(${uuid})$`), () => import('./views/product.js')],
  [/^\/shop\/cart$/, () => import('./views/cart.js')],
  [/^\/shop\/checkout$/, () => import('./views/checkout.js')],
  [/^\/shop\/waiting$/, () => import('./views/waiting.js')],
  [new RegExp(`^/shop/waiting/(${uuid})$`), () => import('./views/decision.js')],
  [/^\/shop\/orders$/, () => import('./views/orders.js')],
  [new RegExp(`^/shop/orders/(${uuid})$`), () => import('./views/order.js')],
  [/^\/shop\/account$/, () => import('./views/account.js')],
];

const patience = 1_500;
const main = document.getElementById('main');
let leave = () => {};
let turn = 0;
let arriving = false;

/** Shows an address of the shop. */
export async function go(address, { replace = false } = {}) {
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
  await show({ moved: true });
}

async function show({ moved = false } = {}) {
  const mine = ++turn;
  // A view that is made anew while somebody arrives at it, or is at its heading, is arrived at all the same.
  arriving ||= moved || Boolean(document.activeElement?.matches('main h1'));
  const path = location.pathname;
  const match = views.map(([pattern, load]) => [pattern.exec(path), load]).find(([found]) => found);
  for (const tab of document.querySelectorAll('.tabs a')) {
    const own = tab.pathname === '/shop' ? path === '/shop' || path.startsWith('/shop/p/') : path.startsWith(tab.pathname);
    if (own) tab.setAttribute('aria-current', 'page');
    else tab.removeAttribute('aria-current');
  }
  leave();
  leave = () => {};
  const stops = [];
  // What the view has open ends with it, also when another view came while it was still being built.
  const context = { go, query: new URLSearchParams(location.search), onLeave: stop => { stops.push(stop); if (mine !== turn) stop(); } };
  let title;
  const root = h('div', { class: 'view' });
  try {
    if (!match) throw new Error('There is no such page.');
    const { view } = await match[1]();
    if (mine !== turn) return;
    leave = () => { for (const stop of stops) stop(); };
    fill(main, root);
    title = await view(root, match[0][1] ?? null, context);
  } catch (error) {
    if (mine !== turn) return;
    console.info('The view could not be shown:', error);
    title = 'Not shown';
    fill(root, h('h1', null, 'This cannot be shown'), h('p', null, isOnline() ? error.message : 'There is no connection, and this device has not kept it.'),
      h('p', null, h('a', { class: 'button', href: '/shop' }, 'Go to the goods')));
    fill(main, root);
  }
  if (mine !== turn) return;
  document.title = `${title} · Shop`;
  if (moved) scrollTo(0, 0);
  if (arriving) focusHeading(root);
  arriving = false;
}

document.addEventListener('click', event => {
  const link = event.target.closest?.('a[href]');
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
  if (link.pathname !== '/shop' && !link.pathname.startsWith('/shop/')) return;
  event.preventDefault();
  if (link.hash && link.pathname === location.pathname) return;
  go(link.pathname + link.search);
});
window.addEventListener('popstate', () => show());

async function showNumbers() {
  const [open, mutations, toDecide] = await Promise.all([cart(), waiting(), conflicts()]);
  number('cart-count', open.count, 'in the cart');
  number('orders-count', toDecide.length + mutations.filter(m => m.kind === 'order.place').length, 'waiting');
  const sync = document.getElementById('sync');
  const hold = held();
  const words = [];
  if (!isOnline()) words.push('Offline');
  if (toDecide.length > 0) words.push(`${count(toDecide.length, 'change needs', 'changes need')} you`);
  else if (mutations.length > 0) words.push(`${count(mutations.length, 'change waits', 'changes wait')}${hold?.reason === 'signIn' ? ' for your sign-in' : ''}`);
  sync.hidden = words.length === 0;
  sync.textContent = words.join(' · ');
  sync.dataset.state = toDecide.length > 0 ? 'bad' : !isOnline() ? 'off' : 'busy';
}

function number(id, value, words) {
  const badge = document.getElementById(id);
  badge.hidden = value === 0;
  fill(badge, String(value), h('span', { class: 'sr' }, ` ${words}`));
}

async function keepWorker() {
  if (!('serviceWorker' in navigator)) return;
  const registration = await navigator.serviceWorker.register('/shop/sw.js', { scope: '/shop', updateViaCache: 'none' });
  const offer = worker => {
    if (worker?.state !== 'installed' || !navigator.serviceWorker.controller) return;
    const box = h('p', { class: 'toast' }, 'There is a newer version of the shop. ', h('button', { type: 'button', class: 'small', onclick: () => worker.postMessage('take over') }, 'Use it'));
    document.getElementById('toasts').append(box);
  };
  offer(registration.waiting);
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', event => offer(event.target)));
  let replaced = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    // The first worker takes over a page that is as new as itself.
    if (replaced) location.reload();
    replaced = true;
  });
}

// What happens to the customer's orders and saved searches, wherever they are in the shop. Views hear it as "live".
async function listen() {
  const { account } = await session();
  if (!account) return;
  follow([`user:${account.id}`], event => {
    document.dispatchEvent(new CustomEvent('live', { detail: event }));
    if (event?.type === 'search.matched') toast('Something new fits one of your saved searches.');
    else if (event?.type === 'achievement.reached') toast(`Reached: ${event.data.title}.`);
    else if (event?.type.startsWith('order.') && event.data.number && event.type !== 'order.placed') toast(`Order ${event.data.number}: ${status(event.data.status)}.`);
  });
}

const late = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

async function start() {
  onChange(what => {
    showNumbers();
    if (what === 'session') show();
  });
  connection.addEventListener('on', showNumbers);
  connection.addEventListener('off', showNumbers);
  showNumbers();
  // Who is here decides what is shown; without an answer soon, who was here last.
  const known = askSession().then(adoptSession);
  await Promise.race([known, late(patience)]);
  const shown = show();
  await known;
  const { shop } = await session();
  if (shop) document.getElementById('shop-name').textContent = shop.name;
  await shown;
  keepDraining();
  await listen();
  await refreshCart();
  await keepWorker().catch(error => console.info('The shop works without its worker:', error.message));
  const idle = window.requestIdleCallback ?? (work => setTimeout(work, 1000));
  idle(() => keepCatalogue().catch(error => console.info('The catalogue was not kept:', error.message)));
}

start().catch(error => {
  console.info('The shop could not start:', error);
  toast('This browser does not let the shop keep anything; it works without that only in part.');
});
