// What follows from somebody having signed in or out since this device last looked.
import { changed, got, one, put, write } from './store.js';
import { session } from './http.js';
import { change } from './queue.js';

/** A guest's cart becomes the account's at sign-in; what belonged to an account leaves the device with it. */
export async function adoptSession() {
  const account = (await session()).account;
  const before = await one('meta', 'owner') ?? null;
  if ((account?.id ?? null) === before) return;
  if (before) {
    // Changes that still wait for the account that left stay: they are its own, and are sent when it is back.
    await write(['meta', 'orders', 'carts', 'mutations'], async s => {
      const waiting = (await got(s.mutations.getAll())).map(m => m.args.cartId);
      for (const id of await got(s.carts.getAllKeys())) if (!waiting.includes(id)) await got(s.carts.delete(id));
      await got(s.orders.clear());
      for (const name of ['cart', 'address', 'loyalty']) await got(s.meta.delete(name));
    });
  }

  if (account) {
    await change(['meta'], async (s, add) => {
      const cartId = before ? null : await got(s.meta.get('cart'));
      if (cartId) add('cart.claim', { cartId });
      await got(s.meta.put(account.id, 'owner'));
    });
  } else {
    await put('meta', null, 'owner');
  }

  changed('session');
}
