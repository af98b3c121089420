// One order: how far it is, live, with the courier on the map; paying, cancelling, the invoice.
import { fill, h, refusal, toast } from '../dom.js';
import { get, send, session } from '../http.js';
import { got, one, write } from '../store.js';
import { follow } from '../live.js';
import { map } from '../map.js';
import { money, moment, number, status, steps, tone } from '../words.js';

const payable = ['created', 'pending', 'failed'];

export async function view(root, id, { onLeave }) {
  const { shop, mapTiles, account } = await session();
  let order = await one('orders', id) ?? null;
  let problem = null;
  let kept = true;
  let live = 'off';
  let chart = null;
  const mapSpot = h('div', null);
  const body = h('div', null);
  const sign = h('span', { class: 'live', role: 'status' });
  fill(root, body);
  onLeave(() => chart?.close());

  async function load() {
    const answer = await get(`/v1/orders/${id}`);
    if (answer.ok) {
      order = answer.body;
      kept = false;
      await write(['orders'], s => got(s.orders.put(order)));
    } else if (answer.status === 404 || answer.status === 401) {
      problem = answer.problem;
      order = null;
    }
    draw();
  }

  function draw() {
    if (!order) {
      fill(body, h('h1', null, 'Order'), problem ? refusal(problem) : h('p', { class: 'empty' }, 'There is no connection, and this device has not kept this order.'));
      return;
    }
    const cash = order.payment?.method === 'cod';
    fill(body,
      h('p', { class: 'crumbs faint' }, h('a', { href: '/shop/orders' }, 'Orders'), ` / ${order.number} `, sign),
      h('h1', null, `Order ${order.number}`),
      h('p', { class: 'marks' }, h('span', { class: `badge ${tone(order.status)}` }, h('span', { class: 'sr' }, 'Status: '), status(order.status)), kept && h('span', { class: 'badge' }, 'as this device last saw it')),
      progress(cash),
      order.reservedUntil && order.status === 'placed' && h('p', { class: 'hint' }, `The goods are kept for you until ${moment(order.reservedUntil)}.`),
      pay(),
      where(),
      h('section', { 'aria-label': 'What was ordered' },
        h('ul', { class: 'brief' }, order.items.filter(l => l.kind !== 'delivery').map(l => h('li', null, `${number(l.quantity)} × ${l.name}`, h('span', { class: 'price' }, money(l.total))))),
        h('dl', { class: 'sums' },
          row('Goods', money(order.itemsTotal)),
          order.deliveryFee.amount > 0 && row('Delivery', money(order.deliveryFee)),
          order.discount.amount > 0 && row(`Points (${number(order.pointsRedeemed)})`, `−${money(order.discount)}`),
          h('div', { class: 'total' }, h('dt', null, 'Total'), h('dd', null, money(order.total))),
          order.refunded.amount > 0 && row('Paid back', money(order.refunded)),
          row('Tax contained', money({ amount: order.tax.cgst.amount + order.tax.sgst.amount + order.tax.igst.amount, currency: order.total.currency })))),
      order.address && h('section', { 'aria-label': 'Address' }, h('h2', null, order.status === 'delivered' ? 'Delivered to' : 'Where to'), h('p', { class: 'prose' }, [order.address.line1, `${order.address.postalCode} ${order.address.city}`].join('\n'))),
      h('p', { class: 'actions' },
        order.invoiceNumber && h('a', { class: 'button quiet', href: `/v1/orders/${order.id}/invoice`, target: '_blank', rel: 'noopener' }, 'Invoice (PDF)'),
        (order.status === 'placed' || order.status === 'paid') && h('button', { type: 'button', class: 'danger', onclick: cancel }, 'Cancel this order')));
  }

  const row = (name, value) => h('div', null, h('dt', null, name), h('dd', null, value));

  function progress(cash) {
    if (order.status === 'cancelled' || order.status === 'refunded') {
      return h('p', null, order.cancelReason === 'expired' ? 'It was not paid in time, and the goods went back on the shelf.' : order.cancelNote ?? null);
    }
    const own = cash ? steps.filter(s => s !== 'paid') : steps;
    const at = own.indexOf(order.status);
    return h('ol', { class: 'steps', 'aria-label': 'Progress' }, own.map((s, i) =>
      h('li', { class: i === at ? 'now' : i < at ? 'done' : null, 'aria-current': i === at ? 'step' : null }, status(s))));
  }

  function pay() {
    const p = order.payment;
    if (!p) return null;
    if (p.method === 'cod') return order.status !== 'cancelled' && p.state === 'due' && h('p', null, `You pay ${money(p.amount)} in cash at the door.`);
    if (!payable.includes(p.state) || order.status !== 'placed') return null;
    return h('section', { class: 'panel', 'aria-labelledby': 'pay-h' },
      h('h2', { id: 'pay-h' }, `Pay ${money(p.amount)}`),
      p.state === 'failed' && h('p', { class: 'alert bad' }, `The last try did not go through${p.error ? ` (${p.error.replaceAll('_', ' ')})` : ''}. Nothing was charged; try again.`),
      p.upi && [
        h('p', null, h('a', { class: 'button wide', href: p.upi.intent, target: '_self' }, 'Pay with a UPI app')),
        h('p', { class: 'hint' }, 'Or scan this with the app on another phone:'),
        h('p', { class: 'qr' }, h('img', { src: `data:image/svg+xml,${encodeURIComponent(p.upi.qr)}`, alt: 'QR code for paying by UPI', width: 240, height: 240 }))],
      h('p', null, h('a', { class: p.upi ? 'button quiet' : 'button wide', href: `/store/pay/${order.id}`, target: '_self' }, p.method === 'card' ? 'Pay by card' : 'Pay on the payment page')),
      p.state === 'created' && h('p', { class: 'hint', role: 'status' }, 'The payment is being prepared…'));
  }

  function where() {
    if (order.status !== 'outForDelivery') {
      chart?.close();
      chart = null;
      return null;
    }
    const points = {
      shop: shop?.lat != null && shop.businessId === order.businessId ? { lat: shop.lat, lon: shop.lon } : null,
      home: order.address?.lat != null ? { lat: order.address.lat, lon: order.address.lon } : null,
      courier: order.position,
    };
    const known = Object.values(points).some(Boolean);
    if (known) {
      if (!chart) {
        chart = map({ tiles: mapTiles ?? null });
        fill(mapSpot, chart.figure);
      }
      chart.move(points);
    }
    return h('section', { 'aria-labelledby': 'way-h' }, h('h2', { id: 'way-h' }, 'On its way'),
      h('p', { role: 'status' }, order.position ? `The courier was seen ${moment(order.position.at)}.` : 'The courier has not told a position yet.'),
      known && mapSpot);
  }

  async function cancel(event) {
    if (!confirm('Cancel this order? What was paid goes back.')) return;
    event.target.disabled = true;
    const answer = await send('POST', `/v1/orders/${id}/cancel`, {});
    if (!answer.ok) toast([answer.problem.title, answer.problem.detail].filter(Boolean).join(' '));
    await load();
  }

  onLeave(account ? follow([`order:${id}`], event => {
    // A position alone moves the mark; anything else is read anew.
    if (event?.type === 'order.position' && order) {
      order.position = { lat: event.data.lat, lon: event.data.lon, at: event.data.at ?? event.at };
      draw();
    } else {
      load();
    }
  }, state => {
    live = state;
    sign.dataset.liveState = live === 'live' ? 'on' : live === 'off' ? 'off' : 'wait';
    fill(sign, h('span', { class: 'sr' }, 'Live updates: '), live);
  }) : () => {});
  draw();
  await load();
  return order ? `Order ${order.number}` : 'Order';
}
