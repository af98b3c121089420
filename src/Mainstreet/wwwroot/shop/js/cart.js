// The cart as the customer sees it: what the server last said, with the changes on top that still wait for it.
import { all, changed, got, newId, read, write } from './store.js';
import { change, waiting } from './queue.js';
import { get, isOnline, session } from './http.js';
import { same, sum, times } from './words.js';

export const most = 999;

/** The lines of a cart: those of the server, then those of the waiting changes, in order: product id -> {quantity, seen}. */
export function linesOf(snapshot, mutations, cartId) {
  const lines = new Map((snapshot?.items ?? []).map(i => [i.productId, { quantity: i.quantity, seen: i.seenPrice }]));
  for (const { kind, args } of mutations) {
    if (kind !== 'cart.set' || args.cartId !== cartId) continue;
    if (args.quantity > 0) lines.set(args.productId, { quantity: args.quantity, seen: args.seenPrice ?? null });
    else lines.delete(args.productId);
  }
  return lines;
}

/**
 * The open cart: {id, lines: [{productId, name, packSize, quantity, price, seen, changed, gone, short, product}], count, subtotal, delivery, total, pending}.
 * changed: the price is not the one that the customer saw. gone: no longer sold. short: how many there are, where that is fewer than wanted.
 */
export async function cart() {
  const { id, snapshot, mutations, products } = await read(['meta', 'mutations', 'carts', 'products'], async s => {
    const id = await got(s.meta.get('cart'));
    return {
      id,
      snapshot: id ? await got(s.carts.get(id)) : null,
      mutations: await got(s.mutations.getAll()),
      products: new Map((await got(s.products.getAll())).map(p => [p.id, p])),
    };
  });
  const told = new Map((snapshot?.items ?? []).map(i => [i.productId, i]));
  const lines = [...linesOf(snapshot, mutations, id)].map(([productId, { quantity, seen }]) => {
    const item = told.get(productId);
    const product = products.get(productId);
    const price = item?.price ?? product?.price ?? seen;
    return {
      productId, quantity, price, product,
      seen: seen ?? price,
      name: item?.name ?? product?.name ?? 'Product',
      packSize: item?.packSize ?? product?.packSize ?? null,
      changed: Boolean(seen && price && !same(seen, price)),
      gone: item ? item.available === 0 && product?.inStock === false : false,
      short: item && item.available < quantity ? item.available : null,
    };
  });
  const shop = (await session()).shop;
  const currency = lines.find(l => l.price)?.price.currency ?? shop?.currency ?? 'INR';
  const subtotal = sum(lines.filter(l => l.price).map(l => times(l.price, l.quantity)), currency);
  const delivery = lines.length === 0 || !shop ? null : { amount: feeOf(shop, subtotal.amount), currency };
  return {
    id, lines, subtotal, delivery,
    total: delivery ? { amount: subtotal.amount + delivery.amount, currency } : null,
    count: lines.reduce((n, l) => n + l.quantity, 0),
    pending: mutations.some(m => m.args.cartId === id),
  };
}

const feeOf = (shop, amount) => shop.freeDeliveryFrom && amount >= shop.freeDeliveryFrom.amount ? 0 : shop.deliveryFee.amount;

/** Changes the quantity of a product: work gets the present one and answers the new one. The price shown is taken as agreed. */
export function setQuantity(product, work) {
  return change(['carts'], async (s, add) => {
    let id = await got(s.meta.get('cart'));
    if (!id) await got(s.meta.put(id = newId(), 'cart'));
    const now = linesOf(await got(s.carts.get(id)), await got(s.mutations.getAll()), id).get(product.id);
    const quantity = Math.max(0, Math.min(most, work(now?.quantity ?? 0)));
    if (quantity === (now?.quantity ?? 0) && same(now?.seen, product.price)) return;
    add('cart.set', { cartId: id, productId: product.id, quantity, ...(quantity > 0 && product.price ? { seenPrice: product.price } : {}) });
  });
}

/** Reads the cart from the server. What comes in while changes are made is not kept: it may be older than they are. */
export async function refreshCart() {
  const { id, next } = await read(['meta'], async s => ({ id: await got(s.meta.get('cart')), next: await got(s.meta.get('nextMutation')) }));
  if (!isOnline() || (await waiting()).length > 0) return;
  const signedIn = Boolean((await session()).account);
  if (!id && !signedIn) return;
  let answer = id ? await get(`/v1/carts/${id}`) : null;
  let found = answer?.ok && answer.body.state === 'open' ? answer.body : null;
  if (answer && !answer.ok && answer.status !== 404) return;
  if (!found && signedIn) {
    // Ordered or merged elsewhere, or this device has none: the account's own open cart, if it has one.
    answer = await get('/v1/carts');
    if (!answer.ok) return;
    // Not one whose order waits for a decision: its goods are spoken for.
    const spokenFor = new Set((await conflicts()).map(a => a.args.cartId));
    found = answer.body.items.find(c => c.items.length > 0 && !spokenFor.has(c.id)) ?? null;
  }
  await write(['meta', 'mutations', 'carts'], async s => {
    if (await got(s.meta.get('nextMutation')) !== next || await got(s.mutations.count()) > 0 || await got(s.meta.get('cart')) !== id) return;
    if (id && found?.id !== id) await got(s.carts.delete(id));
    if (found) {
      await got(s.carts.put(found));
      await got(s.meta.put(found.id, 'cart'));
    } else {
      await got(s.meta.delete('cart'));
    }
  });
  changed('cart');
}

/** Orders the cart at the prices that were shown. Answers the key under which the answer will be found. */
export function order(shown, { address, payment, redeemPoints }) {
  return change(['meta'], async (s, add) => {
    // Prices that were looked at and agreed to by ordering go before the order.
    for (const l of shown.lines) if (l.changed) add('cart.set', { cartId: shown.id, productId: l.productId, quantity: l.quantity, seenPrice: l.price });
    const key = add('order.place', { cartId: shown.id, address, payment, ...(redeemPoints ? { redeemPoints } : {}) }, shownLines(shown.lines));
    if (await got(s.meta.get('cart')) === shown.id) await got(s.meta.delete('cart'));
    await got(s.meta.put(address, 'address'));
    return key;
  });
}

const shownLines = lines => lines.map(({ productId, name, quantity, price }) => ({ productId, name, quantity, price }));

/** After a conflict: the same order again, with what is there and at the prices of now. Lines: {productId, name, quantity, price, altered}. */
export function orderAgain(answer, lines) {
  return change(['answers'], async (s, add) => {
    const { cartId } = answer.args;
    for (const l of lines) {
      if (l.altered) add('cart.set', { cartId, productId: l.productId, quantity: l.quantity, ...(l.quantity > 0 ? { seenPrice: l.price } : {}) });
    }
    const key = add('order.place', answer.args, shownLines(lines.filter(l => l.quantity > 0)));
    if (await got(s.meta.get('cart')) === cartId) await got(s.meta.delete('cart'));
    await got(s.answers.delete(answer.key));
    return key;
  });
}

// Ordered or merged from another device: nothing more goes into it.
const over = problem => problem.code === 'cart_closed' || problem.code === 'cart_not_found';

/** After a conflict: the goods go back to the open cart, to be changed there. */
export function backToCart(answer) {
  return change(['carts', 'answers'], async (s, add) => {
    const { cartId } = answer.args;
    const open = await got(s.meta.get('cart'));
    if (!open && !over(answer.problem)) {
      await got(s.meta.put(cartId, 'cart'));
    } else if (open !== cartId || over(answer.problem)) {
      const target = open && open !== cartId ? open : newId();
      await got(s.meta.put(target, 'cart'));
      const now = linesOf(await got(s.carts.get(target)), await got(s.mutations.getAll()), target);
      for (const l of answer.shown) {
        add('cart.set', { cartId: target, productId: l.productId, quantity: Math.min(most, (now.get(l.productId)?.quantity ?? 0) + l.quantity), seenPrice: l.price });
      }
    }
    await got(s.answers.delete(answer.key));
  });
}

/** After a change was refused because its cart is over: the same into the open cart, or null when that is not the reason. */
export function putInOpenCart(answer) {
  if (answer.kind !== 'cart.set' || !over(answer.problem) || answer.args.quantity === 0) return null;
  return () => change(['answers'], async (s, add) => {
    let id = await got(s.meta.get('cart'));
    if (!id || id === answer.args.cartId) await got(s.meta.put(id = newId(), 'cart'));
    add('cart.set', { ...answer.args, cartId: id });
    await got(s.answers.delete(answer.key));
  });
}

export async function dismiss(answer) {
  await write(['answers'], s => got(s.answers.delete(answer.key)));
  changed('answers');
}

/** Refused changes that the customer has to decide on: those of a guest, and of the account that is signed in. */
export async function conflicts() {
  const account = (await session()).account?.id ?? null;
  return (await all('answers')).filter(a => a.problem && (a.account === null || a.account === account));
}
