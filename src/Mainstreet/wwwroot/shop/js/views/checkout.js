// Where to, how to pay, and the order itself. Works without a connection: the order then waits on this device.
import { fill, h } from '../dom.js';
import { cart, order } from '../cart.js';
import { answered } from '../queue.js';
import { get, isOnline, session } from '../http.js';
import { one } from '../store.js';
import { signIn, sums } from '../parts.js';
import { money, number, times } from '../words.js';

// So long an order that was just made is waited for before the customer is told that it is on its way.
const patience = 8_000;

export async function view(root, _, { go }) {
  const [open, { account, shop }, known] = await Promise.all([cart(), session(), one('meta', 'address')]);
  if (open.lines.length === 0) {
    fill(root, h('h1', null, 'Check out'), h('p', { class: 'empty' }, 'The cart is empty. ', h('a', { href: '/shop' }, 'Look at the goods.')));
    return 'Check out';
  }
  if (!account) {
    fill(root, h('h1', null, 'Check out'), h('p', null, 'Sign in to order. What is in the cart comes along.'), h('p', null, signIn()),
      h('p', null, 'No account yet? ', h('a', { href: '/register?returnUrl=/shop/checkout', target: '_self' }, 'Register')));
    return 'Check out';
  }

  const [cards, loyalty] = isOnline() ? await Promise.all([get('/v1/payment-methods'), get('/v1/loyalty')]) : [null, null];
  const saved = cards?.ok ? cards.body.items ?? [] : [];
  // Points are spent where they were earned.
  const points = loyalty?.ok ? loyalty.body.shops.find(s => s.businessId === shop?.businessId)?.balance ?? 0 : 0;
  const address = known ?? { line1: '', city: shop?.city ?? '', postalCode: '', country: shop?.country ?? 'IN' };

  const field = (name, label, attributes) => h('div', { class: 'field' }, h('label', { for: name }, label),
    h('input', { id: name, name, value: address[name] ?? '', required: true, ...attributes }));
  const where = h('p', { class: 'hint', role: 'status' }, address.lat ? 'The place is known to the map.' : '');
  const place = { lat: address.lat, lon: address.lon };
  const locate = h('button', {
    type: 'button', class: 'quiet small', onclick: () => {
      if (!navigator.geolocation) { where.textContent = 'This browser does not tell its position.'; return; }
      where.textContent = 'Asking the device…';
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => { place.lat = coords.latitude; place.lon = coords.longitude; where.textContent = `Found, to within ${Math.round(coords.accuracy)} m.`; },
        () => { where.textContent = 'The device did not tell; the address alone will do.'; },
        { enableHighAccuracy: true, timeout: 15_000 });
    },
  }, 'Use this device’s position for the map');

  const choice = (value, text, checked, hint) => h('label', null, h('input', { type: 'radio', name: 'method', value, checked, required: true }), h('span', null, text, hint && h('span', { class: 'faint' }, ` ${hint}`)));
  const box = h('div', null);
  const submit = h('button', { type: 'submit', class: 'wide' }, `Order for ${money(open.total ?? open.subtotal)}`);
  const form = h('form', { class: 'form' },
    box,
    h('fieldset', null, h('legend', null, 'Where to'),
      field('line1', 'Street and house', { maxlength: '200', autocomplete: 'street-address' }),
      h('div', { class: 'pair' },
        field('city', 'City', { maxlength: '100', autocomplete: 'address-level2' }),
        field('postalCode', 'Postal code', { maxlength: '20', autocomplete: 'postal-code', ...((address.country || 'IN') === 'IN' ? { inputmode: 'numeric', pattern: '[1-9][0-9]{5}', title: 'Six digits' } : {}) })),
      field('country', 'Country (two letters)', { maxlength: '2', pattern: '[A-Za-z]{2}', autocomplete: 'country' }),
      h('div', null, locate, where)),
    h('fieldset', null, h('legend', null, 'How to pay'),
      h('div', { class: 'choices column' },
        choice('upi', 'UPI', true, 'with an app on this phone, or a QR code'),
        saved.map(card => choice(`saved:${card.id}`, [card.network ?? 'Card', card.last4 && `ending in ${card.last4}`].filter(Boolean).join(' '))),
        choice('card', saved.length > 0 ? 'Another card' : 'Card'),
        choice('cod', 'Cash on delivery'))),
    points > 0 && h('div', { class: 'field' }, h('label', { for: 'redeemPoints' }, `Points to use, of ${number(points)}`),
      h('input', { id: 'redeemPoints', name: 'redeemPoints', type: 'number', min: '0', max: String(points), step: '1', value: '0', inputmode: 'numeric' })),
    h('section', { 'aria-label': 'What you order' },
      h('ul', { class: 'brief' }, open.lines.map(l => h('li', null, `${number(l.quantity)} × ${l.name}`, l.price && h('span', { class: 'price' }, money(times(l.price, l.quantity)))))),
      sums(open)),
    !isOnline() && h('p', { class: 'alert info' }, 'There is no connection. The order is kept on this device and sent, once, as soon as there is one again.'),
    submit);

  form.addEventListener('submit', async event => {
    event.preventDefault();
    submit.disabled = true;
    try {
      const values = Object.fromEntries(new FormData(form));
      const to = { line1: values.line1.trim(), city: values.city.trim(), postalCode: values.postalCode.trim(), country: values.country.trim().toUpperCase() };
      if (Number.isFinite(place.lat) && Number.isFinite(place.lon)) Object.assign(to, { lat: place.lat, lon: place.lon });
      const payment = values.method.startsWith('saved:') ? { method: 'card', savedMethodId: values.method.slice(6) } : { method: values.method };
      const key = await order(open, { address: to, payment, redeemPoints: Number(values.redeemPoints ?? 0) });
      submit.textContent = 'Ordering…';
      const answer = isOnline() ? await answered(key, patience) : null;
      await go(answer?.orderId ? `/shop/orders/${answer.orderId}` : `/shop/waiting/${key}`, { replace: true });
    } catch (error) {
      submit.disabled = false;
      fill(box, h('p', { class: 'alert bad', role: 'alert' }, `The order could not be written down: ${error.message}`));
    }
  });

  fill(root, h('h1', null, 'Check out'), form);
  return 'Check out';
}
