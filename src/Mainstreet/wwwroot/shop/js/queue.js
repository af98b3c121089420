// Changes wait here until the server has answered for them. Each has a number, one more than the last; the server takes
// the numbers of a device strictly in order and each once, and remembers its last answer. So whatever happens between
// sending and hearing (a lost answer, a killed page), sending again is safe.
import { all, changed, got, newId, onChange, read, write } from './store.js';
import { askSession, connection, send, session } from './http.js';

const endpoint = '/v1/shop/mutations';
const lockName = 'mainstreet-shop-queue';
const longest = 60_000;
// What a change is called in a request.
const members = { 'cart.set': 'set', 'cart.claim': 'claim', 'order.place': 'place' };

let waits = 0;
let timer = null;
let running = null;
let again = false;
let hold = null;

/**
 * Writes changes down, in order, in one transaction with whatever else has to be true at the same moment. The work gets
 * the stores and add(kind, args, shown), which answers the change's key; it may await nothing but requests of the stores.
 * What was shown to the customer stays on this device.
 */
export async function change(stores, work) {
  const names = [...new Set([...stores, 'meta', 'mutations'])];
  const account = (await session()).account ?? null;
  const result = await write(names, async s => {
    if (!await got(s.meta.get('client'))) await got(s.meta.put(newId(), 'client'));
    let next = await got(s.meta.get('nextMutation')) ?? 1;
    const added = [];
    const answer = await work(s, (kind, args, shown = null) => {
      const key = newId();
      added.push({ id: next++, key, kind, args, shown, account: account?.id ?? null, email: account?.email ?? null, at: new Date().toISOString() });
      return key;
    });
    for (const mutation of added) await got(s.mutations.put(mutation));
    await got(s.meta.put(next, 'nextMutation'));
    return answer;
  });
  changed('mutations');
  drain();
  return result;
}

/** The changes that wait, in order. */
export const waiting = () => all('mutations');

/** Why the queue stands still, or null: {reason: "offline" | "busy" | "signIn" | "otherAccount", email?}. */
export const held = () => hold;

function holdFor(reason) {
  const before = JSON.stringify(hold);
  hold = reason;
  if (JSON.stringify(hold) !== before) changed('hold');
}

/** Sends what waits, one after the other, until nothing does or the server cannot be had. Safe to call at any time, in any tab. */
export async function drain() {
  if (running) {
    again = true;
    return running;
  }
  clearTimeout(timer);
  running = (async () => {
    try {
      do {
        again = false;
        // One tab sends at a time. A page that dies gives its lock back with it.
        await alone(drainAlone);
      } while (again);
    } finally {
      running = null;
    }
  })();
  return running;
}

const alone = work => navigator.locks ? navigator.locks.request(lockName, work) : work();

async function drainAlone() {
  for (;;) {
    const { client, next } = await read(['meta', 'mutations'], async s => ({
      client: await got(s.meta.get('client')),
      next: (await got(s.mutations.getAll(null, 1)))[0],
    }));
    if (!next) {
      waits = 0;
      return holdFor(null);
    }
    const answer = await send('POST', endpoint, { clientId: client, mutationId: next.id, accountId: next.account, [members[next.kind]]: next.args });
    if (answer.ok) {
      waits = 0;
      holdFor(null);
      await settle(next, answer.body);
      continue;
    }
    if (await standStill(next, answer)) return;
  }
}

/** What the server did not take: true when the queue has to wait. */
async function standStill(next, answer) {
  switch (answer.problem.code) {
    case 'mutation_done':
      // Its answer was heard before, by a copy of this device's data that is gone: the change is made, the carts are read anew.
      await write(['mutations'], s => drop(s, next));
      changed('mutations');
      return false;
    case 'mutation_gap':
      await startOver();
      return false;
    case 'unauthenticated':
    case 'account_mismatch': {
      const now = (await askSession()).account;
      holdFor({ reason: now ? 'otherAccount' : 'signIn', email: next.email });
      return true;
    }
  }
  if (answer.status === 400 || answer.status === 413) {
    // The server cannot read it, and never will: told to the customer instead of blocking all that follows.
    await settle(next, { applied: false, problem: answer.problem });
    await startOver();
    return false;
  }
  holdFor({ reason: answer.status === 0 ? 'offline' : 'busy' });
  waits = Math.min(longest, waits * 2 || 1000);
  clearTimeout(timer);
  timer = setTimeout(drain, answer.retryAfter ? answer.retryAfter * 1000 : waits);
  return true;
}

/** The answer and the end of the waiting are one transaction: heard twice or not at all is impossible. */
async function settle(mutation, answer) {
  const about = { key: mutation.key, kind: mutation.kind, account: mutation.account, at: new Date().toISOString() };
  await write(['mutations', 'carts', 'orders', 'answers', 'meta'], async s => {
    await drop(s, mutation);
    if (!answer.applied && mutation.kind === 'cart.claim') {
      // Nothing of it ever reached the server, or another account has it: there is nothing to decide.
      await got(s.carts.delete(mutation.args.cartId));
      if (await got(s.meta.get('cart')) === mutation.args.cartId) await got(s.meta.delete('cart'));
      return;
    }
    if (!answer.applied) {
      await got(s.answers.put({ ...about, args: mutation.args, shown: mutation.shown, problem: answer.problem }));
      return;
    }
    if (mutation.kind === 'order.place') {
      await got(s.carts.delete(mutation.args.cartId));
      if (answer.order) await got(s.orders.put(answer.order));
      await got(s.answers.put({ ...about, orderId: answer.order?.id ?? null }));
    } else if (answer.cart) {
      // A claim may have merged the cart into one that the account had before.
      if (answer.cart.id !== mutation.args.cartId) {
        await got(s.carts.delete(mutation.args.cartId));
        if (await got(s.meta.get('cart')) === mutation.args.cartId) await got(s.meta.put(answer.cart.id, 'cart'));
        await follow(s, mutation.args.cartId, answer.cart.id);
      }
      await got(s.carts.put(answer.cart));
    }
  });
  changed('mutations');
}

/** Changes that still wait for a cart go to the one that it became part of. */
async function follow(s, from, to) {
  for (const waiting of await got(s.mutations.getAll())) {
    if (waiting.args.cartId === from) await got(s.mutations.put({ ...waiting, args: { ...waiting.args, cartId: to } }));
  }
}

async function drop(s, mutation) {
  if ((await got(s.mutations.get(mutation.id)))?.key === mutation.key) await got(s.mutations.delete(mutation.id));
}

/** A new device id, under which what still waits (or the part of it that is kept) has the numbers from one. */
async function startOver(keep = () => true) {
  await write(['meta', 'mutations'], async s => {
    const waiting = (await got(s.mutations.getAll())).filter(keep);
    await got(s.mutations.clear());
    await got(s.meta.put(newId(), 'client'));
    let id = 1;
    for (const mutation of waiting) await got(s.mutations.put({ ...mutation, id: id++ }));
    await got(s.meta.put(id, 'nextMutation'));
  });
  changed('mutations');
}

/** Forgets what waits for another account than the one signed in. */
export async function dropForeign() {
  const account = (await askSession()).account?.id ?? null;
  // Under the lock: nothing may be on its way while the numbers change.
  await alone(() => startOver(m => m.account === null || m.account === account));
  await drain();
}

/** The word of the server on a change, once it has one; null while it waits. */
export const answerTo = key => read(['answers'], s => got(s.answers.get(key)));

/** Waits for the word of the server, no longer than this many milliseconds; answers null then. */
export function answered(key, patience) {
  return new Promise(resolve => {
    const look = async () => {
      const answer = await answerTo(key);
      if (answer) finish(answer);
    };
    const stop = onChange(look);
    const late = setTimeout(() => finish(null), patience);
    function finish(answer) {
      stop();
      clearTimeout(late);
      resolve(answer);
    }
    look();
  });
}

/** Starts sending: now, and whenever there is reason to believe that the server can be had again. */
export function keepDraining() {
  connection.addEventListener('on', () => drain());
  window.addEventListener('online', () => { waits = 0; drain(); });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) drain(); });
  window.addEventListener('pageshow', () => drain());
  forget();
  drain();
}

// What became of an order is looked up for a while by the address that it waited under.
async function forget() {
  const before = new Date(Date.now() - 7 * 86_400_000).toISOString();
  await write(['answers'], async s => {
    for (const answer of await got(s.answers.getAll())) if (!answer.problem && answer.at < before) await got(s.answers.delete(answer.key));
  });
}
