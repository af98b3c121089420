// Talks to the server under the site's cookie. Reading never throws for a lost connection: offline is a state, not a failure.
import { one, put } from './store.js';

let csrf = null;
let known; // undefined: not asked yet; null: nobody is signed in
const reached = new EventTarget();

/** Dispatches "on" and "off" when the server is reached and when it is not. */
export const connection = reached;

let state = navigator.onLine ? 'on' : 'off';
export const isOnline = () => state === 'on';

function note(now) {
  if (now === state) return;
  state = now;
  reached.dispatchEvent(new Event(now));
}

window.addEventListener('offline', () => note('off'));
// Without a connection nothing else may ask: look now and then whether there is one again.
window.addEventListener('online', () => askSession());
setInterval(() => { if (state === 'off' && !document.hidden && navigator.onLine) askSession(); }, 10_000);

async function call(path, options) {
  try {
    const response = await fetch(path, { credentials: 'same-origin', ...options, headers: { Accept: 'application/json', ...options?.headers } });
    // An answer that the service worker kept says nothing about the connection, except that there is none.
    note(response.headers.get('X-Kept') ? 'off' : 'on');
    const text = await response.text();
    const json = /json/.test(response.headers.get('Content-Type') ?? '') && text ? JSON.parse(text) : null;
    return {
      ok: response.ok, status: response.status, body: json, kept: Boolean(response.headers.get('X-Kept')),
      retryAfter: Number(response.headers.get('Retry-After')) || null,
      problem: response.ok ? null : json ?? { title: 'The request failed.', detail: `Status ${response.status}.`, code: 'error', status: response.status },
    };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    note('off');
    return { ok: false, status: 0, body: null, kept: false, retryAfter: null, problem: { title: 'There is no connection.', code: 'offline', status: 0 } };
  }
}

/** Reads; answers {ok, status, body, problem, kept}, status 0 when the server was not reached. */
export const get = (path, options) => call(path, options);

/** Changes something at once, outside the queue. */
export async function send(method, path, body, headers = {}) {
  if (csrf === null) await askSession();
  const attempt = () => call(path, {
    method,
    headers: { 'X-CSRF-Token': csrf ?? '', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await attempt();
  if (answer.problem?.code !== 'antiforgery_failed') return answer;
  // Somebody signed in or out since the token was given.
  await askSession();
  return attempt();
}

/** Who is signed in, as the server says now; as it last said when it is not reached. */
export async function askSession() {
  const chosen = await one('meta', 'shop');
  const answer = await call(`/v1/shop/session${chosen ? `?businessId=${chosen}` : ''}`);
  if (!answer.ok) return session();
  csrf = answer.body.csrf;
  known = answer.body;
  await put('meta', { ...answer.body, csrf: null }, 'session');
  return known;
}

/** Who was signed in when the server was last reached: {account: {id, displayName, email} | null, shop, shops, mapTiles}. */
export async function session() {
  known ??= await one('meta', 'session') ?? { account: null };
  return known;
}
