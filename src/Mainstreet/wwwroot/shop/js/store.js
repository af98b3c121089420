// What this device keeps: one IndexedDB database. Everything that must not come apart is written in one transaction.
//   meta       single values: client (id of this device), nextMutation, cart (id of the open cart), session, address, seen prices
//   mutations  changes that wait for the server, by increasing number
//   carts      carts as the server last told them
//   answers    what became of changes, by the change's key
//   orders     orders as the server last told them
//   products   the part of the catalogue that this device has seen
const stores = { meta: null, mutations: 'id', carts: 'id', answers: 'key', orders: 'id', products: 'id' };

let opening = null;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('mainstreet-shop', 1);
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(stores)) request.result.createObjectStore(name, keyPath ? { keyPath } : {});
    };
    request.onsuccess = () => {
      // Another tab with a newer version wants to change the stores: give way.
      request.result.onversionchange = () => { request.result.close(); opening = null; };
      resolve(request.result);
    };
    request.onerror = () => { opening = null; reject(request.error); };
  });
  return opening;
}

/** The result of a request. Only for use inside a transaction: nothing but requests of it may be awaited there. */
export const got = request => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function transact(mode, names, work) {
  const database = await open();
  // Strict: a change that the customer was told of survives the device losing power.
  const transaction = database.transaction(names, mode, { durability: mode === 'readwrite' ? 'strict' : 'default' });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException('The transaction was ended.', 'AbortError'));
  });
  done.catch(() => {});
  let result;
  try {
    result = await work(Object.fromEntries(names.map(name => [name, transaction.objectStore(name)])));
  } catch (error) {
    try { transaction.abort(); } catch { /* It has ended by itself. */ }
    throw error;
  }
  await done;
  return result;
}

/** Reads several stores as of one moment. */
export const read = (names, work) => transact('readonly', [names].flat(), work);

/** Writes several stores, all or nothing; answers after the data is on disk. */
export const write = (names, work) => transact('readwrite', [names].flat(), work);

export const one = (store, key) => read(store, s => got(s[store].get(key)));

export const all = (store, range) => read(store, s => got(s[store].getAll(range)));

export const put = (store, value, key) => write(store, s => got(key === undefined ? s[store].put(value) : s[store].put(value, key)));

export const remove = (store, key) => write(store, s => got(s[store].delete(key)));

// Tabs of the same browser tell each other that something here has changed.
const channel = 'BroadcastChannel' in window ? new BroadcastChannel('mainstreet-shop') : null;
const listeners = new Set();

/** Calls back after a change by any tab; answers how to stop. */
export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function changed(what) {
  for (const listener of listeners) listener(what);
  channel?.postMessage(what);
}

channel?.addEventListener('message', event => { for (const listener of listeners) listener(event.data); });

/** A random UUID, also where crypto.randomUUID is missing (plain http in a local network). */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return [...bytes].map(b => b.toString(16).padStart(2, '0')).join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
