// Who is signed in, their points and achievements, their saved cards and searches.
import { fill, h, toast } from '../dom.js';
import { askSession, get, isOnline, send } from '../http.js';
import { canInstall, install } from '../install.js';
import { waiting } from '../queue.js';
import { got, one, put, write } from '../store.js';
import { signIn } from '../parts.js';
import { count, moment, money, number } from '../words.js';

const kinds = { earn: 'Promised for an order', confirm: 'Earned by a delivery', redeem: 'Used for an order', reverse: 'Taken back after a refund', return: 'Given back', expire: 'Grown too old' };

export async function view(root, _, { go, onLeave }) {
  const stop = new AbortController();
  onLeave(() => stop.abort());
  const now = await askSession();
  if (!now.account) {
    fill(root, h('h1', null, 'You'), h('p', null, 'Sign in to order, to collect points and to have your cart on all your devices.'), h('p', null, signIn()),
      h('p', null, 'No account yet? ', h('a', { href: '/register?returnUrl=/shop/account', target: '_self' }, 'Register')), shops(now), invite());
    return 'You';
  }

  const loyalty = h('section', { 'aria-labelledby': 'points-h' }, h('h2', { id: 'points-h' }, 'Points'), h('p', { class: 'faint' }, 'Asking…'));
  const goals = h('section', { 'aria-labelledby': 'goals-h', hidden: true });
  const board = h('section', { 'aria-labelledby': 'board-h', hidden: true });
  const cards = h('section', { 'aria-labelledby': 'cards-h', hidden: true });
  const searches = h('section', { 'aria-labelledby': 'searches-h', hidden: true });
  const leaving = await waiting();
  fill(root,
    h('h1', null, 'You'),
    h('p', null, `${now.account.displayName}, ${now.account.email}`),
    loyalty, goals, board, cards, searches, shops(now), invite(),
    leaving.length > 0 && h('p', { class: 'alert info' }, `${count(leaving.length, 'change waits', 'changes wait')} on this device. If you sign out they are sent when you are back.`),
    h('form', { method: 'post', action: '/sign-out', onsubmit: signOut }, h('button', { type: 'submit', class: 'quiet' }, 'Sign out')));

  async function signOut(event) {
    event.preventDefault();
    await send('POST', '/sign-out');
    await askSession();
    location.assign('/shop/account');
  }

  async function showPoints() {
    const [answer, ledger] = await Promise.all([get('/v1/loyalty', { signal: stop.signal }), get('/v1/loyalty/ledger?limit=20', { signal: stop.signal })]);
    const points = answer.ok ? answer.body : await one('meta', 'loyalty');
    if (answer.ok) await put('meta', answer.body, 'loyalty');
    fill(loyalty, h('h2', { id: 'points-h' }, 'Points'), !points ? h('p', { class: 'faint' }, 'Not known without a connection.') : [
      h('dl', { class: 'figures wide' },
        figure('To use', number(points.balance)), figure('Pending until delivery', number(points.pending)), points.owed > 0 && figure('Owed', number(points.owed))),
      points.shops.map(s => s.balance > 0 && h('p', null, `At ${s.name} they are worth ${money(s.worth)}.`)),
      points.expiring.length > 0 && h('ul', null, points.expiring.map(e => h('li', null, `${count(e.points, 'point grows', 'points grow')} too old ${moment(e.at)}`)))],
      ledger.ok && ledger.body.items.length > 0 && h('details', null, h('summary', null, 'What moved them'), h('ul', { class: 'rows tight' }, ledger.body.items.map(i => h('li', null,
        h('span', null, i.orderId ? h('a', { href: `/shop/orders/${i.orderId}` }, kinds[i.kind] ?? i.kind) : kinds[i.kind] ?? i.kind),
        h('span', { class: 'price' }, signed(i.postings.available || i.postings.pending)), h('time', { datetime: i.at }, moment(i.at)))))));
  }

  const figure = (name, value) => h('div', null, h('dt', null, name), h('dd', null, value));
  const signed = value => `${value > 0 ? '+' : ''}${number(value)}`;

  async function showGoals() {
    const answer = await get('/v1/achievements', { signal: stop.signal });
    if (!answer.ok || answer.body.items.length === 0) return;
    goals.hidden = false;
    fill(goals, h('h2', { id: 'goals-h' }, 'Achievements'), h('ul', { class: 'rows' }, answer.body.items.map((g, i) => h('li', null,
      h('span', null, h('strong', null, g.title), ' ', h('span', { class: 'faint', id: `goal-${i}` }, g.description)),
      g.achievedAt ? h('span', { class: 'badge good' }, 'Reached') : h('span', { class: 'faint' }, `${number(g.progress)} of ${number(g.target)}`)))));
  }

  async function showBoard(period = 'week') {
    const business = now.shop ? `?businessId=${now.shop.businessId}` : '';
    const [answer, profile] = await Promise.all([get(`/v1/leaderboards/${period}${business}`, { signal: stop.signal }), get('/v1/loyalty/profile', { signal: stop.signal })]);
    if (!answer.ok) return;
    board.hidden = false;
    fill(board, h('h2', { id: 'board-h' }, 'Most points'),
      h('div', { class: 'filters', role: 'group', 'aria-label': 'Period' }, [['day', 'Today'], ['week', 'This week'], ['all', 'Ever']].map(([value, text]) =>
        h('button', { type: 'button', id: `board-${value}`, class: 'quiet small', 'aria-pressed': String(value === period), onclick: () => showBoard(value) }, text))),
      answer.body.items.length === 0 ? h('p', { class: 'faint' }, 'Nobody yet.')
        : h('ol', { class: 'board rows tight' }, answer.body.items.map(p => h('li', null, h('span', null, `${p.rank}. ${p.name}`, p.you && h('strong', null, ' (you)')), h('span', { class: 'price' }, number(p.points))))),
      profile.ok && h('label', { class: 'choice' }, h('input', {
        type: 'checkbox', id: 'show-name', checked: profile.body.showName, onchange: async event => {
          const changed = await send('PUT', '/v1/loyalty/profile', { showName: event.target.checked });
          if (!changed.ok) toast(changed.problem.title);
          showBoard(period);
        },
      }), ' Show my full name to others'));
  }

  async function showCards() {
    const answer = await get('/v1/payment-methods', { signal: stop.signal });
    if (!answer.ok || !answer.body.items?.length) return cards.hidden = true;
    cards.hidden = false;
    fill(cards, h('h2', { id: 'cards-h' }, 'Saved cards'), h('ul', { class: 'rows' }, answer.body.items.map(c => h('li', null,
      h('span', null, [c.network ?? 'Card', c.last4 && `ending in ${c.last4}`].filter(Boolean).join(' ')),
      h('button', {
        type: 'button', class: 'danger small', 'aria-label': `Forget the card ending in ${c.last4}`, onclick: async () => {
          const gone = await send('DELETE', `/v1/payment-methods/${c.id}`);
          if (!gone.ok) toast(gone.problem.title);
          showCards();
        },
      }, 'Forget')))));
  }

  async function showSearches() {
    const answer = await get('/v1/searches', { signal: stop.signal });
    if (!answer.ok || !answer.body.items?.length) return searches.hidden = true;
    searches.hidden = false;
    fill(searches, h('h2', { id: 'searches-h' }, 'Saved searches'), h('p', { class: 'hint' }, 'You are told when something new fits.'), h('ul', { class: 'rows' }, answer.body.items.map(s => h('li', null,
      h('span', null, s.name),
      h('button', {
        type: 'button', class: 'danger small', 'aria-label': `Forget the search ${s.name}`, onclick: async () => {
          const gone = await send('DELETE', `/v1/searches/${s.id}`);
          if (!gone.ok) toast(gone.problem.title);
          showSearches();
        },
      }, 'Forget')))));
  }

  const quietly = work => work().catch(error => { if (error.name !== 'AbortError') console.info('Not shown:', error); });
  quietly(showPoints);
  if (isOnline()) for (const part of [showGoals, showBoard, showCards, showSearches]) quietly(part);
  return 'You';
}

// A cart holds the goods of one shop; the one of the shop before stays where it is.
function shops({ shop, shops: all }) {
  if (!all || all.length < 2) return null;
  return h('section', { 'aria-labelledby': 'shop-h' }, h('h2', { id: 'shop-h' }, 'Shop'),
    h('label', { for: 'shop-choice', class: 'sr' }, 'Shop'),
    h('select', {
      id: 'shop-choice', onchange: async event => {
        await write(['meta'], async s => {
          await got(s.meta.put(event.target.value, 'shop'));
          for (const name of ['cart', 'catalogueAt']) await got(s.meta.delete(name));
        });
        location.assign('/shop');
      },
    }, all.map(s => h('option', { value: s.businessId, selected: s.businessId === shop?.businessId }, s.name))));
}

function invite() {
  if (matchMedia('(display-mode: standalone)').matches) return null;
  return h('section', { 'aria-labelledby': 'install-h' }, h('h2', { id: 'install-h' }, 'On your home screen'),
    canInstall() ? h('button', { type: 'button', class: 'quiet', onclick: async event => { event.target.disabled = true; await install(); } }, 'Install the shop')
      : h('p', { class: 'hint' }, 'Your browser’s menu can install the shop, or add it to the home screen. It then opens like an app, also without a connection.'));
}
