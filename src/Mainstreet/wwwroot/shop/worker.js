// The shop without a connection: the app's own files, the catalogue pages and pictures that were seen. Changes are not its
// business: they wait in the pages' queue. Started by /shop/sw.js, which sets self.shop = { version, files }.
const { version, files } = self.shop;
const own = `shop-files-${version}`;
const catalogue = 'shop-catalogue';
const pictures = 'shop-pictures';
const keep = { [catalogue]: 150, [pictures]: 400 };
const patience = 4_000;

self.addEventListener('install', event => event.waitUntil((async () => {
  const cache = await caches.open(own);
  await cache.addAll(files.map(file => new Request(file, { cache: 'no-cache' })));
})()));

self.addEventListener('activate', event => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('shop-files-') && name !== own) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener('message', event => { if (event.data === 'take over') self.skipWaiting(); });

self.addEventListener('fetch', event => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (url.pathname === '/shop' || url.pathname.startsWith('/shop/')) event.respondWith(ownFile('/shop', request));
  } else if (files.includes(url.pathname)) {
    event.respondWith(ownFile(url.pathname, request));
  } else if (url.pathname.startsWith('/v1/products')) {
    if (request.destination === 'image') event.respondWith(picture(request));
    else if (!request.headers.has('X-Not-Kept') && !url.pathname.endsWith('/suggest')) event.respondWith(page(event, request));
  }
});

// All files of one version come from one cache, so that modules never mix.
async function ownFile(path, request) {
  return await (await caches.open(own)).match(path) ?? fetch(request);
}

// The catalogue as it is now, else as it was.
async function page(event, request) {
  const cache = await caches.open(catalogue);
  const fresh = fetch(request).then(async response => {
    if (response.ok) {
      await cache.put(request, response.clone());
      event.waitUntil(trim(catalogue));
    }
    return response;
  });
  event.waitUntil(fresh.catch(() => {}));
  const old = await cache.match(request, { ignoreVary: true });
  if (!old) return fresh;
  const late = new Promise(resolve => setTimeout(resolve, patience, null));
  const answer = await Promise.race([fresh.catch(() => null), late]);
  if (answer && answer.status < 500) return answer;
  const headers = new Headers(old.headers);
  headers.set('X-Kept', '1');
  return new Response(old.body, { status: old.status, headers });
}

// Pictures do not change under their address.
async function picture(request) {
  const cache = await caches.open(pictures);
  const old = await cache.match(request, { ignoreVary: true });
  if (old) return old;
  const response = await fetch(request);
  if (response.ok) {
    await cache.put(request, response.clone());
    await trim(pictures);
  }
  return response;
}

// The oldest go first: a cache lists its entries in the order in which they were put.
async function trim(name) {
  const cache = await caches.open(name);
  const entries = await cache.keys();
  for (const entry of entries.slice(0, Math.max(0, entries.length - keep[name]))) await cache.delete(entry);
}
